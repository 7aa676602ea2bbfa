//! Functions of this crate at numbers from outside, against exact values.

use holograd::{Base, Dual, Real, Scalar, derivative, grad, hessian, hvp, jacfwd, second_derivative};
use num_complex::Complex;
use num_traits::{One, Zero};
use outside::{DD, Wide};

fn dd(x: f64) -> DD {
    DD::from_f64(x)
}

/// |x − y| ≤ 1e-30 |y|
#[track_caller]
fn close(x: DD, y: DD) {
    let error = Base::to_f64(Base::abs(x - y));
    assert!(error <= 1e-30 * Base::to_f64(Base::abs(y)), "{x} is not {y}: {error:e}");
}

fn fifth<T: Scalar>(x: T) -> T {
    x.powi(5)
}

/// (x³ − 2x + 1)/(x² + 3)
fn rational<T: Scalar>(x: T) -> T {
    (x * x * x - x * T::lit(2.0) + T::lit(1.0)) / (x * x + T::lit(3.0))
}

/// Its derivative by hand, (x⁴ + 11x² − 2x − 6)/(x² + 3)²
fn rational_slope(x: DD) -> DD {
    let square = x * x;
    (square * square + dd(11.0) * square - dd(2.0) * x - dd(6.0)) / ((square + dd(3.0)) * (square + dd(3.0)))
}

/// And its second derivative: 2(−5x³ + 3x² + 45x − 3)/(x² + 3)³.
fn rational_curvature(x: DD) -> DD {
    let d = x * x + dd(3.0);
    dd(2.0) * (dd(-5.0) * x * x * x + dd(3.0) * x * x + dd(45.0) * x - dd(3.0)) / (d * d * d)
}

/// A third, which `f64` has only 16 digits of.
fn third() -> DD {
    DD::one() / dd(3.0)
}

#[test]
fn division_and_root_of_double_doubles_are_right() {
    close(third() * dd(3.0), DD::one());
    let root = Base::sqrt(dd(2.0));
    close(root * root, dd(2.0));
}

#[test]
fn derivatives_of_double_doubles_have_thirty_digits() {
    let x = third();
    let x4 = x * x * x * x;
    close(derivative(fifth, x), dd(5.0) * x4);
    close(second_derivative(fifth, x), dd(20.0) * x * x * x);
    close(derivative(rational, x), rational_slope(x));
    close(second_derivative(rational, x), rational_curvature(x));
    let f = |[x, y]: [Dual<DD, 2>; 2]| fifth(x) * rational(y);
    let [dx, dy] = jacfwd(f, &[x, dd(2.0)]);
    close(dx, dd(5.0) * x4 * rational(dd(2.0)));
    close(dy, x4 * x * rational_slope(dd(2.0)));
}

#[test]
fn reverse_mode_and_hessians_of_double_doubles_have_thirty_digits() {
    fn f<T: Scalar>(x: &[T]) -> T {
        fifth(x[0]) * rational(x[1])
    }
    let (x, y) = (third(), dd(2.0));
    let point = vec![x, y];
    let (p, p1, p2) = (x.powi(5), dd(5.0) * x.powi(4), dd(20.0) * x.powi(3));
    let (q, q1, q2) = (rational(y), rational_slope(y), rational_curvature(y));
    let gradient = grad(|x: Vec<_>| f(&x), &point);
    close(gradient[0], p1 * q);
    close(gradient[1], p * q1);
    let h = hessian(|x| f(&x), &point);
    for (got, exact) in h.iter().flatten().zip([p2 * q, p1 * q1, p1 * q1, p * q2]) {
        close(*got, exact);
    }
    let (_, hv) = (0, hvp(|x: Vec<_>| f(&x), &point, &vec![dd(1.0), dd(-3.0)]));
    close(hv[0], p2 * q - dd(3.0) * p1 * q1);
    close(hv[1], p1 * q1 - dd(3.0) * p * q2);
}

#[test]
fn complex_derivatives_of_double_doubles_have_thirty_digits() {
    let z = Complex::new(third(), dd(2.0));
    let slope = derivative(fifth, z);
    let z4 = z * z * z * z;
    close(slope.re, dd(5.0) * z4.re);
    close(slope.im, dd(5.0) * z4.im);
    let w: Dual<Complex<DD>> = Dual::variable(z);
    let p: Complex<DD> = (w * w).primal();
    close(p.re, (z * z).re);
}

#[test]
fn every_trait_of_a_layer_is_there_for_a_number_from_outside() {
    fn real<T: Real>(x: T) -> T {
        x.max(T::lit(0.0)).hypot(T::lit(1.0)).min(T::lit(9.0)).floor() + x.abs()
    }
    assert_eq!(derivative(real, dd(2.5)), DD::one());
    let float: Dual<DD> = num_traits::Float::max_value();
    assert!(num_traits::Float::is_finite(float));
    let cast: Dual<DD> = num_traits::NumCast::from(3_u8).unwrap();
    assert_eq!(num_traits::ToPrimitive::to_i64(&cast), Some(3));
}

#[cfg(feature = "nalgebra")]
mod with_nalgebra {
    use super::*;
}

#[test]
fn nothing_overflows_in_a_number_with_its_own_exponent() {
    let w = Wide::from_f64;
    // 1/eˣ at 1e5: −e^−100000
    let slope = derivative(|x| Scalar::exp(x).recip(), w(1e5));
    let exact = -Base::exp(w(-1e5));
    let (got, want) = (slope.parts(), exact.parts());
    assert_eq!(got.1, want.1);
    assert!((got.0 / want.0 - 1.0).abs() < 1e-10);
    let tiny = w(1e-300) * w(1e-300) * w(1e-300);
    assert!(!tiny.is_zero());
    assert_eq!(derivative(|x| x * x * x, tiny).parts().1, (w(3.0) * tiny * tiny).parts().1);
}

#[test]
fn where_f64_has_all_digits_the_wide_number_has_the_same() {
    let mut x = 0.37_f64;
    for _ in 0..2000 {
        x = (x * 977.0 + 0.113).fract() + 1e-3;
        let y = 0.5 + x * x;
        let plain = derivative(|t| (t * y).exp() / (t.sin() + 2.0) - (t + y).ln().atan(), x);
        let wide = derivative(
            |t| {
                (t * Dual::from(Wide::from_f64(y))).exp() / (t.sin() + 2.0)
                    - (t + Dual::from(Wide::from_f64(y))).ln().atan()
            },
            Wide::from_f64(x),
        );
        assert!((Base::to_f64(wide) - plain).abs() <= 4e-15 * plain.abs().max(1.0), "{x}: {plain} {wide}");
    }
}
