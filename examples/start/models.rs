//! `Box<dyn Model>`: models of different types in one list, with the forces of all of them from their energies.

use holograd::{Dual, Real64, derivative};

/// What one writes for a new model: a generic function.
trait Potential {
    fn energy<T: Real64>(&self, r: T) -> T;
}
/// What the program uses: a method for the number of its transform.
trait Model {
    fn at(&self, r: Dual<f64>) -> Dual<f64>;
}
impl<P: Potential> Model for P {
    fn at(&self, r: Dual<f64>) -> Dual<f64> {
        self.energy(r)
    }
}
struct LennardJones;
impl Potential for LennardJones {
    fn energy<T: Real64>(&self, r: T) -> T {
        let s = r.powi(-6);
        4.0 * (s * s - s)
    }
}
struct Morse(f64);
impl Potential for Morse {
    fn energy<T: Real64>(&self, r: T) -> T {
        (1.0 - (self.0 * (1.0 - r)).exp()).powi(2)
    }
}

fn main() {
    let models: Vec<(&str, Box<dyn Model>)> =
        vec![("Lennard-Jones", Box::new(LennardJones)), ("Morse", Box::new(Morse(2.0)))];
    // Each force vanishes where its energy is least: at 2^(1/6) and at 1.
    for ((name, model), least) in models.iter().zip([2.0_f64.powf(1.0 / 6.0), 1.0]) {
        println!("{name:14} force {:+.9}", -derivative(|r| model.at(r), 1.2));
        assert!(derivative(|r| model.at(r), least).abs() < 1e-14);
    }
}
