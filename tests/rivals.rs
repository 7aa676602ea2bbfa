//! What other libraries get wrong, each as a test of ours: named after the wrong result and the library in which it was found.
//!
//! num-dual 0.15, hyperdual 1.5, `ad_trait` 0.3, autodiff 0.7, echidna 0.15.

use holograd::{Dual, HyperDual, Scalar, derivative, jacfwd, second_derivative};
use num_complex::Complex;
use num_traits::{Float, FromPrimitive};

// ---- num-dual ----

#[test]
fn powf_at_zero_is_no_nan() {
    // num-dual: NaN
    let y = Dual::variable(0.0).powf(2.5);
    assert_eq!((y.value(), y.derivative()), (0.0, 0.0));
    assert_eq!(second_derivative(|x| x.powf(2.5), 0.0), 0.0);
    assert_eq!(derivative(|x| Float::powf(x, Dual::lit(2.5)), 0.0), 0.0);
}

#[test]
fn tanh_saturates_without_nan() {
    // num-dual: NaN
    let y = Dual::variable(1000.0).tanh();
    assert_eq!((y.value(), y.derivative()), (1.0, 0.0));
    assert_eq!(second_derivative(Dual::tanh, -1000.0), 0.0);
}

#[test]
fn cbrt_at_zero_is_zero_with_an_infinite_slope() {
    // num-dual: NaN
    let y = Dual::variable(0.0).cbrt();
    assert_eq!((y.value(), y.derivative()), (0.0, f64::INFINITY));
    assert_eq!(Dual::new(0.0, [0.0]).cbrt().derivative(), 0.0);
}

#[test]
fn atan2_on_the_y_axis_has_its_slopes() {
    // num-dual: NaN
    assert_eq!(jacfwd(|[y, x]| y.atan2(x), &[1.0, 0.0]), [0.0, -1.0]);
    assert_eq!(Dual::variable(1.0).atan2(Dual::lit(0.0)).value(), std::f64::consts::FRAC_PI_2);
}

#[test]
fn powf_of_a_large_number_neither_vanishes_nor_overflows() {
    // num-dual: powf(1e130, 0.5) = 0, since it goes through x^(p−3)
    let y = Dual::variable(1e130).powf(0.5);
    assert_eq!((y.value(), y.derivative()), (1e65, 0.5e-65));
    let y: HyperDual<f64> = Dual::variable(Dual::variable(1e130)).powf(0.5);
    let curvature = y.derivative().derivative();
    assert!((curvature / -0.25e-195 - 1.0).abs() < 1e-15);
}

#[test]
fn powi_of_a_large_number_to_minus_one_is_its_reciprocal() {
    // num-dual: powi(1e100, −1) = 0
    let y = Dual::variable(1e100).powi(-1);
    assert_eq!(y.value(), 1e-100);
    assert!((y.derivative() / -1e-200 - 1.0).abs() < 1e-15);
}

#[test]
fn hypot_does_not_overflow() {
    // num-dual: ∞
    let huge = 2.0_f64.powi(600);
    let y = Dual::variable(3.0 * huge).hypot(Dual::lit(4.0 * huge));
    assert_eq!((y.value(), y.derivative()), (5.0 * huge, 0.6));
}

#[test]
fn floor_and_remainder_do_not_panic() {
    // num-dual: `unimplemented!`
    assert_eq!(Float::floor(Dual::variable(2.5)).derivative(), 0.0);
    assert_eq!(jacfwd(|[x, y]| x % y, &[7.5, 2.0]), [1.0, -3.0]);
}

#[cfg(feature = "nalgebra")]
#[test]
fn the_exponential_of_a_matrix_does_not_panic() {
    // num-dual: panics inside nalgebra's `exp`
    let m = nalgebra::matrix![0.0, 1.0; -1.0, 0.0];
    // exp(t (0 1; −1 0)) is the rotation by t.
    let slope = derivative(|t| m.map(|m| t * m).exp(), 0.5);
    let (sin, cos) = 0.5_f64.sin_cos();
    assert!((slope - nalgebra::matrix![-sin, cos; -cos, -sin]).norm() < 1e-15);
}

// ---- hyperdual ----

#[test]
fn cbrt_has_the_right_slope() {
    // hyperdual: wrong
    assert_eq!(derivative(Dual::cbrt, 8.0), 1.0 / 12.0);
    assert_eq!(derivative(Float::cbrt, -8.0), 1.0 / 12.0);
}

#[test]
fn powi_zero_of_zero_is_one_with_slope_zero() {
    // hyperdual: NaN
    let y = Dual::variable(0.0).powi(0);
    assert_eq!((y.value(), y.derivative()), (1.0, 0.0));
}

// ---- ad_trait ----

#[test]
fn sqrt_at_zero_has_an_infinite_slope() {
    // ad_trait: 50
    assert_eq!(derivative(Dual::sqrt, 0.0), f64::INFINITY);
}

#[test]
fn from_f64_does_not_truncate() {
    // ad_trait: from_f64(0.5) = 0, the default of num-traits
    assert_eq!(Dual::<f64>::from_f64(0.5).unwrap(), 0.5);
    assert_eq!(<Dual<f64> as Float>::epsilon(), f64::EPSILON);
}

#[test]
fn exp_m1_and_ln_1p_do_not_cancel() {
    // ad_trait: exp(x) − 1 and ln(1 + x)
    assert_eq!(Float::exp_m1(Dual::variable(1e-20)).value(), 1e-20);
    assert_eq!(Float::ln_1p(Dual::variable(1e-20)).value(), 1e-20);
}

// ---- autodiff ----

#[test]
fn floor_does_not_keep_its_slope() {
    // autodiff: 1
    assert_eq!(derivative(Dual::floor, 2.5), 0.0);
    assert_eq!(derivative(|x| Float::round(x) + Float::ceil(x) + Float::trunc(x), 2.25), 0.0);
}

// ---- echidna ----

#[test]
fn num_complexs_square_root_keeps_a_tangent_off_the_real_axis() {
    // echidna: √(4 + εi) loses ε, since its `is_zero` looks at the value alone; the derivative is i/4
    let z = Complex::new(Dual::new(4.0, [0.0]), Dual::variable(0.0));
    let root = z.sqrt();
    assert_eq!((root.re.value(), root.im.value()), (2.0, 0.0));
    assert_eq!((root.re.derivative(), root.im.derivative()), (0.0, 0.25));
    // Our own, through the complex rule.
    let root = Scalar::sqrt(z);
    assert_eq!((root.re.derivative(), root.im.derivative()), (0.0, 0.25));
}

#[test]
fn an_inner_derivative_does_not_see_the_outer_variable() {
    // echidna: an inner gradient inside an outer one aliases, ∂(x y)/∂y = 5 at x = 3
    let inner = |x: Dual<f64>| derivative(|y| Dual::from(x) * y, Dual::from(2.0));
    assert_eq!(inner(Dual::new(3.0, [0.0])), 3.0);
    assert_eq!(derivative(|x| x * inner(x), 3.0), 6.0);
}

#[cfg(debug_assertions)]
#[test]
#[should_panic(expected = "perturbation confusion")]
fn two_derivatives_that_meet_at_one_level_panic_instead_of_mixing() {
    // A plain dual library answers 2, where 1 is right.
    derivative(|x| x * derivative(|y| x + y, Dual::variable(1.0).value()), 1.0);
}

// ---- all of them, through nalgebra ----

#[cfg(feature = "nalgebra")]
#[test]
fn linear_algebra_does_not_skip_a_zero_that_carries_a_tangent() {
    use nalgebra::{matrix, vector};
    // β = 0 + ε in y ← α A x + β y: the derivative is y.
    let mut y = vector![5.0, 6.0].map(Dual::from);
    let a = matrix![1.0, 2.0; 3.0, 4.0].map(Dual::from);
    y.gemv(Dual::from(1.0), &a, &a.column(0).into_owned(), Dual::variable(0.0));
    assert_eq!(y.map(Dual::derivative), vector![5.0, 6.0]);
    // A determinant at structural zeros: ∂ det/∂a₀₁ = −a₁₀.
    let d = jacfwd(|a: nalgebra::Matrix2<_>| a.lu().determinant(), &matrix![1.0, 0.0; 3.0, 1.0]);
    assert_eq!(d, matrix![1.0, -3.0; 0.0, 1.0]);
}
