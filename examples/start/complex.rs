//! The complex derivative: Newton's method for the five roots of z⁵ = z − 1, from five starts on a circle.

use holograd::num_complex::Complex;
use holograd::{Scalar, lit, value_and_derivative};

fn polynomial<T: Scalar>(z: T) -> T {
    z.powi(5) - z + lit(1.0)
}

fn main() {
    let mut roots: Vec<Complex<f64>> = Vec::new();
    for k in 0..5 {
        let mut z = Complex::from_polar(1.2, 1.2566 * f64::from(k) + 0.6);
        for _ in 0..60 {
            let (value, slope) = value_and_derivative(polynomial, z);
            z -= value / slope;
        }
        println!("{z:.12}  |p(z)| = {:.1e}", polynomial(z).norm());
        assert!(polynomial(z).norm() < 1e-14);
        assert!(roots.iter().all(|root| (root - z).norm() > 0.1), "found twice");
        roots.push(z);
    }
    // Vieta: the sum of the roots is 0, their product −1.
    let (sum, product) = (roots.iter().sum::<Complex<f64>>(), roots.iter().product::<Complex<f64>>());
    assert!(sum.norm() < 1e-14 && (product + 1.0).norm() < 1e-14);
}
