//! Generic code that nobody changed for us differentiates: what is bounded by the traits of `num-traits` and `simba`, and the
//! crates built on them.
//!
//! Matrices depend on t as A + t E, so that every expected derivative has a closed form at the machine's numbers.
#![cfg(feature = "nalgebra")]
#![allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)] // expected values at `f32`

use approx::{assert_relative_eq, assert_ulps_eq};
use holograd::{Dual, HyperDual, Scalar, derivative, jacfwd, second_derivative};
use nalgebra::{ComplexField, Matrix2, RealField};
use num_complex::Complex;
use num_traits::{Float, FloatConst, FromPrimitive, Signed, ToPrimitive};

type C = Complex<f64>;

const fn c(re: f64, im: f64) -> C {
    Complex::new(re, im)
}

/// A constant.
fn k(x: f64) -> Dual<f64> {
    Dual::new(x, [0.0])
}

// ---- functions generic over num-traits ----

/// Kepler's equation E − e sin E = M by Newton's method: E′(M) = 1/(1 − e cos E).
fn eccentric_anomaly<F: Float>(mean: F, e: F) -> F {
    let mut anomaly = mean;
    for _ in 0..20 {
        let (sin, cos) = anomaly.sin_cos();
        anomaly = anomaly - (anomaly - e * sin - mean) / (F::one() - e * cos);
    }
    anomaly
}

/// A density that uses constants, casts, powers, order and rounding.
fn float_code<F: Float + FloatConst + FromPrimitive>(x: F) -> F {
    let half = F::from(0.5).expect("0.5 is a number");
    let third = F::from_f64(1.0 / 3.0).expect("⅓ is a number");
    let tail = if x > half { (-x * x * half).exp() } else { F::zero() };
    tail / F::TAU().sqrt()
        + x.powf(third)
        + x.powi(-2)
        + (x - x.floor()).mul_add(x, third)
        + x.abs().max(half).ln()
}

/// The derivative of `float_code` between ½ and 1, by hand.
fn float_code_slope(x: f64) -> f64 {
    -x * (-x * x / 2.0).exp() / std::f64::consts::TAU.sqrt() + x.powf(-2.0 / 3.0) / 3.0 - 2.0 * x.powi(-3)
        + 2.0 * x
        + x.recip()
}

#[test]
fn a_function_generic_over_float_differentiates_at_every_nest() {
    let x = 0.75;
    let slope = float_code_slope(x);
    let curvature = derivative(
        |x| {
            (-x * (-x * x * 0.5).exp()) / std::f64::consts::TAU.sqrt() + x.powf(-2.0 / 3.0) / 3.0
                - 2.0 * x.powi(-3)
                + 2.0 * x
                + x.recip()
        },
        x,
    );
    assert_ulps_eq!(float_code(Dual::variable(x)).value(), float_code(x), max_ulps = 1);
    assert_ulps_eq!(derivative(float_code, x), slope, max_ulps = 4);
    let lanes = float_code(Dual::new(x, [1.0, 0.0, -2.0]));
    assert_eq!(lanes.eps(), [1.0, 0.0, -2.0].map(|t| t * derivative(float_code, x)));
    assert_ulps_eq!(second_derivative(float_code, x), curvature, max_ulps = 8);
    assert_relative_eq!(derivative(float_code, 0.75_f32), slope as f32, max_relative = 4.0 * f32::EPSILON);
}

#[test]
fn keplers_equation_solved_by_newton_has_its_implicit_derivatives() {
    let [by_mean, by_e] = jacfwd(|[m, e]| eccentric_anomaly(m, e), &[1.2, 0.4]);
    let anomaly = eccentric_anomaly(1.2_f64, 0.4);
    let slope = 1.0 / (1.0 - 0.4 * anomaly.cos());
    assert_ulps_eq!(by_mean, slope, max_ulps = 4);
    assert_ulps_eq!(by_e, anomaly.sin() * slope, max_ulps = 4);
    // E″ = −e sin E E′³
    let exact = -0.4 * anomaly.sin() * slope.powi(3);
    assert_ulps_eq!(
        second_derivative(|m| eccentric_anomaly(m, HyperDual::lit(0.4)), 1.2),
        exact,
        max_ulps = 8
    );
}

#[test]
fn float_has_the_constants_and_the_bits_of_the_innermost_number() {
    type D = Dual<Dual<f64, 2>>;
    assert_eq!(<D as Float>::epsilon().primal(), f64::EPSILON);
    assert_eq!(<Dual<f32> as Float>::epsilon().primal(), f32::EPSILON);
    assert_eq!(<Dual<f32> as Float>::max_value().primal(), f32::MAX);
    assert_eq!(<D as Float>::min_positive_value().primal(), f64::MIN_POSITIVE);
    assert_eq!(<D as num_traits::Bounded>::min_value().primal(), f64::MIN);
    assert!(<D as Float>::nan().primal().is_nan());
    assert!(Float::is_sign_negative(<D as Float>::neg_zero()));
    assert!((<D as Float>::infinity() + <D as Float>::neg_infinity()).is_nan());
    let x = D::constant(-6.25);
    assert_eq!(Float::integer_decode(x), Float::integer_decode(-6.25_f64));
    assert_eq!(Float::classify(Dual::<f32>::lit(1e-40)), std::num::FpCategory::Subnormal);
    assert!(Float::is_subnormal(Dual::<f32>::lit(1e-40)) && !Float::is_normal(Dual::<f32>::lit(1e-40)));
    for (ours, theirs) in [
        (<D as FloatConst>::TAU(), f64::TAU()),
        (<D as FloatConst>::LOG10_2(), f64::LOG10_2()),
        (<D as FloatConst>::FRAC_2_SQRT_PI(), f64::FRAC_2_SQRT_PI()),
    ] {
        assert_eq!(ours.primal(), theirs);
    }
}

#[test]
fn casts_keep_every_digit() {
    type D = Dual<f64, 2>;
    assert_eq!(D::from_f64(0.1).unwrap(), 0.1);
    assert_eq!(D::from_f32(0.1).unwrap(), f64::from(0.1_f32));
    assert_eq!(D::from_u64(u64::MAX).unwrap(), 18_446_744_073_709_551_615.0);
    assert_eq!(D::from_i128(i128::MIN).unwrap(), -170_141_183_460_469_231_731_687_303_715_884_105_728.0);
    // One rounding: 2²⁴ + 1 + 2⁻³⁰ as u64/2³⁰ would round twice through f64.
    let n = (1_u64 << 54) + (1 << 30) + 1;
    assert_eq!(Dual::<f32>::from_u64(n).unwrap().primal(), n as f32);
    assert_eq!(<D as num_traits::NumCast>::from(0.5_f32).unwrap(), 0.5);
    assert_eq!(<D as num_traits::NumCast>::from(D::lit(0.1)).unwrap(), 0.1);
    assert_eq!(D::lit(-2.9).to_i32(), Some(-2));
    assert_eq!(D::lit(-2.9).to_u32(), None);
    assert_eq!(D::lit(1e300).to_i64(), None);
    assert_eq!(D::lit(0.1).to_f64(), Some(0.1));
    assert_eq!(D::lit(f64::NAN).to_i64(), None);
    assert_eq!(Dual::<C>::from(c(2.0, 0.0)).to_f64(), Some(2.0));
    assert_eq!(Dual::<C>::from(c(2.0, 1.0)).to_f64(), None);
}

#[test]
fn what_float_provides_by_default_is_right() {
    let x = Dual::variable(-2.5);
    assert_eq!(Float::to_degrees(x).derivative(), 180.0 / std::f64::consts::PI);
    assert_eq!(Float::to_radians(x).derivative(), std::f64::consts::PI / 180.0);
    assert_eq!(Float::copysign(x, k(1.0)).derivative(), -1.0);
    assert_eq!(Float::clamp(x, k(-3.0), k(0.0)).derivative(), 1.0);
    assert_eq!(Float::log(Dual::variable(8.0), k(2.0)).derivative(), 1.0 / (8.0 * 2.0_f64.ln()));
    // log_b x by the base: −ln x/(b ln² b)
    let by_base = Float::log(k(8.0), Dual::variable(3.0)).derivative();
    assert_ulps_eq!(by_base, -8.0_f64.ln() / (3.0 * 3.0_f64.ln().powi(2)), max_ulps = 2);
    assert_eq!(Float::abs_sub(Dual::variable(3.0), k(1.0)).derivative(), 1.0);
    assert_eq!(Float::abs_sub(Dual::variable(1.0), k(3.0)), 0.0);
    assert!(Float::abs_sub(k(f64::NAN), k(3.0)).is_nan());
    assert_eq!(Float::powf(Dual::variable(2.0), k(3.0)).derivative(), 12.0);
    assert_eq!(Signed::signum(&Dual::variable(-0.0)), -1.0);
    assert!(Signed::is_positive(&Dual::variable(0.0)) && !Signed::is_positive(&Dual::variable(-0.0)));
    assert!(Signed::signum(&Dual::variable(f64::NAN)).is_nan());
}

#[test]
fn powers_inverses_and_fused_products_of_num_traits() {
    use num_traits::{Inv, MulAdd, MulAddAssign, Pow};
    fn square_root_of_cube<T: Pow<i32, Output = T> + Pow<f64, Output = T> + Pow<u8, Output = T>>(x: T) -> T {
        Pow::pow(Pow::pow(Pow::pow(x, 3), 0.5), 1_u8)
    }
    assert_eq!(derivative(square_root_of_cube, 4.0), 3.0);
    assert_eq!(derivative(|x| Pow::pow(&x, x), 1.0), 1.0);
    assert_eq!(derivative(Inv::inv, 2.0), -0.25);
    assert_eq!(derivative(|x| MulAdd::mul_add(x, x, x), 3.0), 7.0);
    let mut x = Dual::variable(3.0);
    x.mul_add_assign(k(2.0), k(1.0));
    assert_eq!((x.value(), x.derivative()), (7.0, 2.0));
    let at = |x: Dual<C>| Pow::pow(x, 2);
    assert_eq!(derivative(at, c(1.0, 2.0)), c(2.0, 4.0));
}

// ---- functions generic over simba ----

/// x ↦ sinc x + atan2(x, 2) + π x² + sign-free norms, over simba's real numbers.
fn real_field_code<T: RealField>(x: T) -> T {
    let two = T::one() + T::one();
    x.clone().sinc()
        + x.clone().atan2(two.clone())
        + T::pi() * x.clone().powi(2)
        + x.clone().hypot(two.clone())
        - x.clone().powf(two).max(T::zero()).sqrt()
        + nalgebra::convert::<f64, T>(0.1) * x
}

fn real_field_slope(x: f64) -> f64 {
    (x.cos() - x.sin() / x) / x
        + 2.0 / (4.0 + x * x)
        + 2.0 * std::f64::consts::PI * x
        + x / (4.0 + x * x).sqrt()
        - 1.0
        + 0.1
}

#[test]
fn a_function_generic_over_real_field_differentiates_at_every_nest() {
    let x = 1.25;
    assert_eq!(
        [1.0, 4.0].map(|t| t * derivative(real_field_code, x)),
        real_field_code(Dual::new(x, [1.0, 4.0])).eps()
    );
    assert_relative_eq!(derivative(real_field_code, x), real_field_slope(x), max_relative = 1e-15);
    let h = 1e-5;
    let difference = (real_field_slope(x + h) - real_field_slope(x - h)) / (2.0 * h);
    assert_relative_eq!(second_derivative(real_field_code, x), difference, max_relative = 1e-9);
    assert_relative_eq!(
        derivative(real_field_code, 1.25_f32),
        real_field_slope(x) as f32,
        max_relative = 1e-6
    );
}

/// z ↦ √(z² + 1) e^(sin z) / (2 + z), over simba's complex numbers.
fn complex_field_code<T: ComplexField>(z: T) -> T {
    let one = T::one();
    (z.clone().powi(2) + one.clone()).sqrt() * z.clone().sin().exp() / (z + one.clone() + one)
}

fn complex_field_slope(z: C) -> C {
    let f = (z * z + 1.0).sqrt() * z.sin().exp() / (z + 2.0);
    f * (z / (z * z + 1.0) + z.cos() - (z + 2.0).inv())
}

#[test]
fn a_function_generic_over_complex_field_differentiates_at_every_nest() {
    let z = c(0.7, 0.3);
    let slope = complex_field_slope(z);
    let close = |a: C, b: C| assert!((a - b).norm() < 4e-16 * b.norm(), "{a} is not {b}");
    close(derivative(complex_field_code, z), slope);
    // The complex number of dual numbers, through simba's own impl, along 1 and along i.
    let along = |v: C| {
        let w = complex_field_code(Complex::new(Dual::new(z.re, [v.re]), Dual::new(z.im, [v.im])));
        c(w.re.derivative(), w.im.derivative())
    };
    close(along(c(1.0, 0.0)), slope);
    close(along(c(0.0, 1.0)), slope * c(0.0, 1.0));
    assert_relative_eq!(
        derivative(complex_field_code, 0.7),
        complex_field_slope(c(0.7, 0.0)).re,
        max_relative = 1e-15
    );
    let h = 1e-5;
    let difference = (complex_field_slope(z + h) - complex_field_slope(z - h)) / (2.0 * h);
    assert!((second_derivative(complex_field_code, z) - difference).norm() < 1e-9);
}

#[test]
fn simbas_cardinal_functions_have_every_derivative_at_zero() {
    // sinhc x = 1 + x²/6 + x⁴/120 + …
    assert_eq!(derivative(ComplexField::sinhc, 0.0), 0.0);
    assert_ulps_eq!(second_derivative(ComplexField::sinhc, 0.0), 1.0 / 3.0);
    assert_ulps_eq!(derivative(|x| second_derivative(|x| derivative(ComplexField::sinhc, x), x), 0.0), 0.2);
    assert_ulps_eq!(second_derivative(ComplexField::sinc, 0.0), -1.0 / 3.0);
    let exact = |x: f64| (x.cosh() - x.sinh() / x) / x;
    for x in [-4.0, -2.5, 1.0, 2.9, 3.1, 20.0] {
        assert_relative_eq!(derivative(ComplexField::sinhc, x), exact(x), max_relative = 2e-15);
    }
    let z = c(0.3, 0.9);
    assert!((derivative(ComplexField::sinhc, z) - (z.cosh() - z.sinh() / z) / z).norm() < 1e-15);
    assert_eq!(ComplexField::cosc(Dual::variable(0.0)), 1.0);
}

#[test]
fn to_exp_and_signum_go_along_a_sign_that_is_frozen_at_zero() {
    assert_eq!(derivative(|x| ComplexField::to_exp(x).0, -2.0), -1.0);
    assert_eq!(derivative(|x| ComplexField::to_exp(x).0, 0.0), 1.0);
    assert_eq!(derivative(|x| ComplexField::to_exp(x).1, 0.0), 0.0);
    assert_eq!(ComplexField::signum(Dual::variable(-0.0)), -1.0);
    assert_eq!(ComplexField::argument(Dual::variable(-0.0)), 0.0);
    assert_eq!(ComplexField::argument(Dual::variable(-3.0)), std::f64::consts::PI);
    assert_eq!(ComplexField::argument(Dual::variable(0.0)).derivative(), 0.0);
    // z/|z| turns at the rate Im(z̄ ż)/|z|².
    let z = Dual::new(c(3.0, 4.0), [c(0.0, 1.0)]);
    assert!((ComplexField::signum(z).derivative() - c(0.6, 0.8) * c(0.0, 3.0 / 25.0)).norm() < 1e-16);
    assert_eq!(ComplexField::modulus(z).derivative(), 0.8);
    assert_ulps_eq!(ComplexField::to_polar(z).1.derivative(), 3.0 / 25.0);
    assert_eq!(ComplexField::norm1(z).derivative(), 1.0);
}

#[test]
fn try_sqrt_of_a_zero_with_a_live_tangent_is_none() {
    assert!(ComplexField::try_sqrt(Dual::variable(0.0)).is_none());
    assert_eq!(ComplexField::try_sqrt(k(0.0)).unwrap(), 0.0);
    assert!(ComplexField::try_sqrt(Dual::variable(-1.0)).is_none());
    assert!(ComplexField::try_sqrt(Dual::variable(f64::NAN)).is_none());
    assert_eq!(ComplexField::try_sqrt(Dual::variable(4.0)).unwrap().derivative(), 0.25);
    assert_eq!(ComplexField::try_sqrt(Dual::variable(c(-4.0, 0.0))).unwrap().value(), c(0.0, 2.0));
    let singular = Matrix2::new(1.0, 1.0, 1.0, 1.0).map(Dual::variable);
    assert!(singular.cholesky().is_none());
}

#[test]
fn simbas_clamp_never_panics() {
    let (one, nan) = (k(1.0), k(f64::NAN));
    assert_eq!(RealField::clamp(Dual::variable(2.0), nan, one), 1.0);
    assert_eq!(RealField::clamp(Dual::variable(0.5), nan, one).derivative(), 1.0);
    assert_eq!(RealField::clamp(Dual::variable(0.5), k(0.0), one).derivative(), 1.0);
}

#[test]
fn conversions_look_at_the_value() {
    use simba::scalar::SupersetOf;
    let x = Dual::variable(0.1);
    assert_eq!(SupersetOf::<f64>::to_subset(&x), Some(0.1));
    let z = Dual::variable(c(0.1, 0.0));
    assert_eq!(SupersetOf::<f64>::to_subset(&z), Some(0.1));
    assert_eq!(SupersetOf::<f64>::to_subset(&(z * c(0.0, 1.0))), None);
    assert_eq!(nalgebra::try_convert::<_, f64>(k(2.0)), Some(2.0));
}

#[cfg(debug_assertions)]
#[test]
#[should_panic(expected = "`conj` has no complex derivative")]
fn a_conjugate_of_our_own_in_a_holomorphic_derivative_still_panics() {
    derivative(|z| z.conj(), c(1.0, 2.0));
}

// ---- crates built on these traits ----

/// Without any trait in scope whose methods would win over num-complex's.
mod num_complex_alone {
    use super::{C, c, k};
    use approx::assert_ulps_eq;
    use holograd::Dual;
    use num_complex::Complex;

    /// A complex number of dual numbers, moving along `v`.
    fn moving(z: C, v: C) -> Complex<Dual<f64>> {
        Complex::new(Dual::new(z.re, [v.re]), Dual::new(z.im, [v.im]))
    }

    fn velocity(w: Complex<Dual<f64>>) -> C {
        c(w.re.derivative(), w.im.derivative())
    }

    #[test]
    fn num_complexs_own_functions_differentiate() {
        type Own = fn(Complex<Dual<f64>>) -> Complex<Dual<f64>>;
        type Slope = fn(C) -> C;
        let table: [(&str, Own, Slope); 24] = [
            ("exp", |z| z.exp(), |z| z.exp()),
            ("ln", |z| z.ln(), |z| z.inv()),
            ("sqrt", |z| z.sqrt(), |z| 0.5 / z.sqrt()),
            ("cbrt", |z| z.cbrt(), |z| z.cbrt() / (3.0 * z)),
            ("sin", |z| z.sin(), |z| z.cos()),
            ("cos", |z| z.cos(), |z| -z.sin()),
            ("tan", |z| z.tan(), |z| z.cos().powi(-2)),
            ("asin", |z| z.asin(), |z| (1.0 - z * z).sqrt().inv()),
            ("acos", |z| z.acos(), |z| -(1.0 - z * z).sqrt().inv()),
            ("atan", |z| z.atan(), |z| (1.0 + z * z).inv()),
            ("sinh", |z| z.sinh(), |z| z.cosh()),
            ("cosh", |z| z.cosh(), |z| z.sinh()),
            ("tanh", |z| z.tanh(), |z| z.cosh().powi(-2)),
            ("asinh", |z| z.asinh(), |z| (1.0 + z * z).sqrt().inv()),
            ("acosh", |z| z.acosh(), |z| ((z - 1.0).sqrt() * (z + 1.0).sqrt()).inv()),
            ("atanh", |z| z.atanh(), |z| (1.0 - z * z).inv()),
            ("inv", |z| z.inv(), |z| -z.powi(-2)),
            ("finv", |z| z.finv(), |z| -z.powi(-2)),
            ("powi", |z| z.powi(-3), |z| -3.0 * z.powi(-4)),
            ("powf", |z| z.powf(k(2.5)), |z| 2.5 * z.powf(1.5)),
            ("powc", |z| z.powc(Complex::new(k(1.0), k(2.0))), |z| c(1.0, 2.0) * z.powc(c(0.0, 2.0))),
            ("exp2", |z| z.exp2(), |z| z.exp2() * 2.0_f64.ln()),
            ("log2", |z| z.log2(), |z| (z * 2.0_f64.ln()).inv()),
            ("quotient", |z| z.sin() / z, |z| (z.cos() - z.sin() / z) / z),
        ];
        for (name, own, slope) in table {
            for z in [c(0.7, 0.3), c(-1.5, 2.0), c(3.0, -0.25), c(-0.2, -1.1)] {
                for v in [c(1.0, 0.0), c(0.0, 1.0), c(-2.0, 0.5)] {
                    let (ours, exact) = (velocity(own(moving(z, v))), slope(z) * v);
                    let error = (ours - exact).norm() / exact.norm();
                    println!("{name}: {:.1} units", error / f64::EPSILON);
                    // num-complex's formulas in parts cancel where tan and tanh saturate; ours do not.
                    assert!(error < 200.0 * f64::EPSILON, "{name} at {z} along {v}: {ours}, not {exact}");
                }
            }
        }
    }

    #[test]
    fn num_complexs_moduli_and_angles_differentiate() {
        let z = moving(c(3.0, 4.0), c(0.0, 1.0));
        assert_eq!(z.norm().derivative(), 0.8);
        assert_eq!(z.norm_sqr().derivative(), 8.0);
        assert_ulps_eq!(z.arg().derivative(), 0.12);
        assert_eq!(z.l1_norm().derivative(), 1.0);
        let (r, theta) = z.to_polar();
        let back = velocity(Complex::from_polar(r, theta));
        assert!((back - c(0.0, 1.0)).norm() < 1e-15);
        assert_eq!(velocity(Complex::cis(Dual::variable(0.0))), c(0.0, 1.0));
    }
}

#[test]
fn ndarray_products_sums_and_maps_differentiate() {
    use ndarray::{Array, arr1, array};
    let x = arr1(&[1.0, 2.0, 3.0].map(Dual::variable));
    // (x·x)′ = 2 Σ x, Σ x³ and a matrix product.
    assert_eq!(x.dot(&x).derivative(), 12.0);
    assert_eq!(x.mapv(|x| x.powi(3)).sum().derivative(), 42.0);
    assert_eq!(
        (&x * &x + &x).product().derivative(),
        derivative(|t| (0..3).map(|i| f64::from(i + 1) + t).map(|x| x * x + x).product::<Dual<f64>>(), 0.0)
    );
    let a = array![[1.0, 2.0, 0.0], [0.0, 1.0, -1.0]].mapv(Dual::<f64>::from);
    assert_eq!(a.dot(&x).mapv(Dual::derivative), array![3.0, 0.0]);
    let b = Array::from_shape_fn((3, 2), |(i, j)| Dual::new((i + j) as f64, [1.0]));
    assert_eq!(a.dot(&b).mapv(Dual::derivative), array![[3.0, 3.0], [0.0, 0.0]]);
    assert_eq!(x.mean().unwrap().derivative(), 1.0);
    assert!(x.var(k(0.0)).derivative().abs() < 1e-15);
    let gradient = jacfwd(|v: [Dual<f64, 3>; 3]| arr1(&v).mapv(|x| x * x).sum(), &[1.0, 2.0, 3.0]);
    assert_eq!(gradient, [2.0, 4.0, 6.0]);
}

#[test]
fn a_spectrum_by_rustfft_differentiates_by_a_frequency() {
    use rustfft::algorithm::butterflies::{Butterfly3, Butterfly4, Butterfly8, Butterfly16};
    use rustfft::algorithm::{MixedRadix, RadersAlgorithm};
    use rustfft::{Fft, FftDirection::Forward};
    use std::sync::Arc;
    // `FftPlanner` chooses among these; it would compile all of rustfft for three minutes.
    let algorithms: [Arc<dyn Fft<Dual<f64>>>; 3] = [
        Arc::new(Butterfly8::new(Forward)),
        Arc::new(MixedRadix::new(Arc::new(Butterfly3::new(Forward)), Arc::new(Butterfly4::new(Forward)))),
        Arc::new(RadersAlgorithm::new(Arc::new(Butterfly16::new(Forward)))),
    ];
    for fft in algorithms {
        let n = i32::try_from(fft.len()).unwrap();
        let omega = 0.3;
        let spectrum = derivative(
            |omega| {
                let mut signal: Vec<_> =
                    (0..n).map(|i| Complex::new((omega * f64::from(i)).cos(), k(0.0))).collect();
                fft.process(&mut signal);
                signal
            },
            omega,
        );
        let scale: f64 = (0..n).map(|i| (f64::from(i) * (omega * f64::from(i)).sin()).abs()).sum();
        // X_k = Σ cos(ω i) e^(−2πi k i/n), so X_k′ = −Σ i sin(ω i) e^(−2πi k i/n).
        for (bin, ours) in (0..n).zip(spectrum) {
            let exact: C = (0..n)
                .map(|i| {
                    let turn = -std::f64::consts::TAU * f64::from(bin * i % n) / f64::from(n);
                    C::cis(turn) * (-f64::from(i) * (omega * f64::from(i)).sin())
                })
                .sum();
            let units = (ours - exact).norm() / (scale * f64::EPSILON);
            println!("bin {bin} of {n}: {units:.1} units");
            assert!(units < 20.0, "bin {bin} of {n}: {ours}, not {exact}");
        }
    }
}

// ---- the same on the tape ----

mod reverse {
    use super::*;
    use holograd::{Var, grad, hvp, jacrev, value_and_grad};

    #[track_caller]
    fn close(got: f64, want: f64) {
        assert!((got - want).abs() <= 8.0 * f64::EPSILON * want.abs().max(1.0), "{got} is not {want}");
    }

    #[test]
    fn functions_generic_over_float_and_real_field_differentiate() {
        let x = 0.75;
        close(grad(float_code, &x), float_code_slope(x));
        close(grad(real_field_code, &x), real_field_slope(x));
        // A few units of 2⁻²⁴.
        assert!((f64::from(grad(float_code, &(x as f32))) - float_code_slope(x)).abs() < 5e-7);
        for second in [
            grad(|x| grad(float_code, &x), &x),
            jacfwd(|x| grad(float_code, &x), &x),
            hvp(float_code, &x, &1.0),
        ] {
            close(second, derivative(|x| derivative(float_code, x), x));
        }
        let curvature = derivative(|x| derivative(real_field_code, x), x);
        close(grad(|x| grad(real_field_code, &x), &x), curvature);
        close(hvp(real_field_code, &x, &1.0), curvature);
        // Newton's method on Kepler's equation: ∂E/∂M and ∂E/∂e = sin E ∂E/∂M.
        let (anomaly, gradient) = value_and_grad(|[mean, e]| eccentric_anomaly(mean, e), &[1.0_f64, 0.5]);
        let by_mean = 1.0 / (1.0 - 0.5 * anomaly.cos());
        close(gradient[0], by_mean);
        close(gradient[1], anomaly.sin() * by_mean);
    }

    #[test]
    fn functions_of_complex_numbers_of_variables_differentiate() {
        // f(x + iy) has the rows (Re f′, −Im f′) and (Im f′, Re f′), by simba's functions and by num-complex's own.
        let z = c(0.7, 0.3);
        let own = |z: Complex<Var<f64>>| z.sin().exp() * z.sqrt() / (z + Var::from(2.0)).ln();
        let f = z.sin().exp() * z.sqrt() / (z + 2.0).ln();
        let own_slope = f * (z.cos() + 0.5 / z - ((z + 2.0) * (z + 2.0).ln()).inv());
        for (rows, slope) in [
            (jacrev(|[x, y]| complex_field_code(Complex::new(x, y)), &[z.re, z.im]), complex_field_slope(z)),
            (jacrev(|[x, y]| own(Complex::new(x, y)), &[z.re, z.im]), own_slope),
        ] {
            close(rows.re[0], slope.re);
            close(rows.re[1], -slope.im);
            close(rows.im[0], slope.im);
            close(rows.im[1], slope.re);
        }
    }

    #[test]
    fn ndarray_products_sums_and_maps_differentiate() {
        use ndarray::{Array2, arr1, array};
        let x = vec![1.0, 2.0, 3.0];
        assert_eq!(grad(|x| arr1(&x).mapv(|x| x.powi(3)).sum(), &x), [3.0, 12.0, 27.0]);
        assert_eq!(grad(|x| arr1(&x).dot(&arr1(&x)), &x), [2.0, 4.0, 6.0]);
        let a = array![[1.0, 2.0, 0.0], [0.0, 1.0, -1.0]];
        let rows = jacrev(|x| a.mapv(Var::from).dot(&arr1(&x)).to_vec(), &x);
        assert_eq!(rows, [[1.0, 2.0, 0.0], [0.0, 1.0, -1.0]]);
        // tr B Bᵀ of a matrix of variables
        let squares = |b: Vec<Var<f64>>| {
            let b = Array2::from_shape_vec((2, 2), b).expect("four numbers");
            b.dot(&b.t()).diag().sum()
        };
        assert_eq!(grad(squares, &vec![1.0, 2.0, 3.0, 4.0]), [2.0, 4.0, 6.0, 8.0]);
    }

    #[test]
    fn the_energy_of_a_spectrum_by_rustfft_differentiates_by_the_signal() {
        use rustfft::{Fft, FftDirection::Forward, algorithm::butterflies::Butterfly8};
        // Σ |Xₖ|² = n Σ xᵢ² (Parseval), with the gradient 2 n xᵢ
        let x = [0.5, -1.0, 2.0, 0.25, -0.75, 1.5, 3.0, -2.0];
        let fft = Butterfly8::<Var<f64>>::new(Forward);
        let energy = |x: [Var<f64>; 8]| {
            let mut signal = x.map(|x| Complex::new(x, Var::from(0.0)));
            fft.process(&mut signal);
            signal.iter().map(Complex::norm_sqr).sum::<Var<_>>()
        };
        let (value, gradient) = value_and_grad(energy, &x);
        close(value / 8.0, x.iter().map(|x| x * x).sum());
        for (slope, x) in gradient.iter().zip(x) {
            close(slope / 16.0, x);
        }
    }
}
