//! A function with a rule of its own: Wright's ω, and with it the current through a diode behind a resistor.

use holograd::{Real64, Rule, Scalar, check, derivative, lit};

/// The solution ω of ω + ln ω = x.
struct Omega;
impl Rule<f64> for Omega {
    fn value(&self, [x]: [f64; 1]) -> f64 {
        let mut w = if x > 1.0 { x } else { x.exp() };
        for _ in 0..30 {
            w *= (1.0 + x - w.ln()) / (1.0 + w); // Newton's method for the logarithm, never differentiated
        }
        w
    }
    fn slopes<S: Scalar<Primal = f64>>(&self, _: [S; 1], w: S) -> [S; 1] {
        [w / (w + lit(1.0))] // dω + dω/ω = dx
    }
}

const SATURATION: f64 = 1e-12; // A
const THERMAL: f64 = 0.025_85; // V
const RESISTANCE: f64 = 100.0; // Ω

/// The current at a voltage, where I = Iₛ (e^((V − R I)/Vₜ) − 1).
fn current<T: Real64>(voltage: T) -> T {
    let ratio = SATURATION * RESISTANCE / THERMAL;
    (ratio.ln() + ratio + voltage / THERMAL).apply(&Omega) * (THERMAL / RESISTANCE) - SATURATION
}

fn main() {
    for volts in [0.3, 0.6, 1.0, 5.0] {
        let (i, conductance) = (current(volts), derivative(current, volts));
        println!("{volts:4} V: {i:.6e} A, {conductance:.6e} A/V");
        // The resistor and the differential resistance of the diode in series.
        let exact = 1.0 / (RESISTANCE + THERMAL / (i + SATURATION));
        assert!((conductance / exact - 1.0).abs() < 1e-12);
    }
    check::gradient(current, &1.0).expect("the rule agrees with finite differences");
}
