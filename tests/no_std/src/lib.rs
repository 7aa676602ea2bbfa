//! Forward mode without the standard library. That it builds is the test; `cargo test` in this folder also runs it.
#![no_std]

use holograd::{Dual, Real, Scalar, derivative, hessian, jacfwd, jvp, lit, second_derivative};

/// A function of every number.
pub fn well<T: Real>([x, y]: [T; 2]) -> T {
    (-(x * x) - y * y).exp() * (x * lit(3.0)).sin() + x.atan2(y).abs().sqrt()
}

/// Every forward transform, at fixed sizes.
#[must_use]
pub fn forward(x: [f64; 2]) -> [f64; 6] {
    let gradient = jacfwd(well, &x);
    let (_, along) = jvp(well, &x, &[1.0, 1.0]);
    let second: [[f64; 2]; 2] = hessian(well, &x);
    let cosine = derivative(|x: Dual<f64>| x.sin(), x[0]);
    [gradient[0], gradient[1], along, second[0][1], cosine, second_derivative(|x| x.powi(3), x[1])]
}

/// At single precision, and through a generic function.
#[must_use]
pub fn single<T: Scalar>(x: T) -> T {
    derivative(|x| x.exp() * x, x)
}

#[cfg(test)]
mod tests {
    #[test]
    fn forward_mode_gives_the_same_along_a_direction_as_by_the_gradient() {
        let [dx, dy, along, mixed, cosine, second] = super::forward([0.5, 2.0]);
        assert!((dx + dy - along).abs() < 1e-15 && mixed.is_finite());
        assert_eq!((cosine, second), (libm_cos(0.5), 12.0));
        assert_eq!(super::single(0.0_f32), 1.0);
    }

    fn libm_cos(x: f64) -> f64 {
        holograd::Scalar::cos(x)
    }
}
