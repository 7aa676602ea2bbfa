//! Derivatives that are representable are right where the partial derivatives on the way are not; corners at which there is no
//! derivative never give a wrong finite number; and functions are right at −0.

use holograd::{
    ComplexScalar, Dual, HyperDual, Primal, Real, Scalar, Var, derivative, grad, hessian, hvp, jacfwd,
    jacrev, lit, second_derivative,
};
use num_complex::Complex;

const INF: f64 = f64::INFINITY;

#[track_caller]
fn close(got: f64, want: f64) {
    assert!(got == want || (got / want - 1.0).abs() <= 1e-12, "{got:e}, not {want:e}");
}

#[track_caller]
fn close_single(got: f32, want: f32) {
    assert!(got == want || (got / want - 1.0).abs() <= 1e-5, "{got:e}, not {want:e}");
}

/// A function at the numbers of every mode, so that each transform is compiled once.
struct Modes<T> {
    dual: fn(Dual<T>) -> Dual<T>,
    chunk: fn(Dual<T, 8>) -> Dual<T, 8>,
    var: fn(Var<T>) -> Var<T>,
    hyper: fn(HyperDual<T>) -> HyperDual<T>,
    var_dual: fn(Var<Dual<T>>) -> Var<Dual<T>>,
    var_chunk: fn(Var<Dual<T, 8>>) -> Var<Dual<T, 8>>,
    var_var: fn(Var<Var<T>>) -> Var<Var<T>>,
    dual_var: fn(Dual<Var<T>>) -> Dual<Var<T>>,
}

macro_rules! modes {
    ($f:ident) => {
        Modes {
            dual: $f,
            chunk: $f,
            var: $f,
            hyper: $f,
            var_dual: $f,
            var_chunk: $f,
            var_var: $f,
            dual_var: $f,
        }
    };
}

impl<T: Primal + Real<Primal = T>> Modes<T> {
    /// The first derivative by every mode.
    fn first(&self, x: T) -> [T; 4] {
        [
            derivative(self.dual, x),
            jacfwd(|x: Vec<_>| (self.chunk)(x[0]), &vec![x; 3])[0],
            grad(self.var, &x),
            (self.hyper)(Dual::variable(Dual::variable(x))).value().derivative(),
        ]
    }

    /// The second derivative by every mode.
    fn second(&self, x: T) -> [T; 6] {
        [
            second_derivative(self.hyper, x),
            hvp(self.var_dual, &x, &T::one()),
            hessian(|x: Vec<_>| (self.var_chunk)(x[0]), &vec![x])[0][0],
            jacfwd(|x| grad(self.var_dual, &x), &x),
            jacrev(|x| grad(self.var_var, &x), &x),
            grad(|x| derivative(self.dual_var, x), &x),
        ]
    }
}

macro_rules! first {
    ($f:ident, $x:expr, $close:ident, $want:expr) => {
        for (mode, got) in modes!($f).first($x).into_iter().enumerate() {
            println!("first derivative of {} by mode {mode}", stringify!($f));
            $close(got, $want);
        }
    };
}

macro_rules! second {
    ($f:ident, $x:expr, $close:ident, $want:expr) => {
        for (mode, got) in modes!($f).second($x).into_iter().enumerate() {
            println!("second derivative of {} by mode {mode}", stringify!($f));
            $close(got, $want);
        }
    };
}

#[test]
fn the_figures_of_single_functions() {
    fn quotient<T: Scalar>(x: T) -> T {
        lit(1.0) / x.exp()
    }
    fn constant_over<T: Scalar>(x: T) -> T {
        T::lit(1.0) / x.exp()
    }
    fn recip<T: Scalar>(x: T) -> T {
        x.exp().recip()
    }
    first!(quotient, 400.0, close, -1.915169596714006e-174);
    first!(constant_over, 400.0, close, -1.915169596714006e-174);
    first!(recip, 400.0, close, -1.915169596714006e-174);
    second!(quotient, 400.0, close, 1.915169596714006e-174);
    second!(recip, 400.0, close, 1.915169596714006e-174);
    first!(quotient, 60.0_f32, close_single, -8.756511e-27);
    first!(recip, 60.0_f32, close_single, -8.756511e-27);
    second!(recip, 60.0_f32, close_single, 8.756511e-27);
    fn steep<T: Scalar>(x: T) -> T {
        x.exp() / ((x * lit(2.0)).exp() * lit(1e25)) * lit(1e25)
    }
    first!(steep, 0.0_f32, close_single, -1.0);
    second!(steep, 0.0_f32, close_single, 1.0);
    fn planck<T: Scalar>(l: T) -> T {
        lit(1.986e-25) / (l * lit(1.381e-23) * lit(300.0))
    }
    let exact = |l: f64| 2.0 * 1.986e-25 / (1.381e-23 * 300.0) / l.powi(3);
    second!(planck, 5e-7_f32, close_single, exact(f64::from(5e-7_f32)) as f32);
    // The partial derivative is in range and its own derivative is not.
    fn tiny<T: Scalar>(x: T) -> T {
        lit(1e-290) / (x * lit(1e-150))
    }
    second!(tiny, 1e-100, close, 2e160);
}

#[test]
fn a_share_of_large_exponentials() {
    let f = |x: [HyperDual<f64, 4>; 2]| x[0].exp() / (x[0].exp() + x[1].exp());
    // s (1 − s)(1 − 2s)
    let s = 1.0 / (1.0 + (-1.0_f64).exp());
    let want = s * (1.0 - s) * (1.0 - 2.0 * s);
    close(want, -0.09085774767294841);
    close(hessian(f, &[380.0, 379.0])[0][0], want);
    let many = hessian(|x: Vec<_>| x[0].exp() / (x[0].exp() + x[1].exp()), &vec![380.0, 379.0]);
    close(many[0][0], want);
    let [row, _] = jacrev(
        |x: [Var<f64>; 2]| grad(|x: [Var<Var<f64>>; 2]| x[0].exp() / (x[0].exp() + x[1].exp()), &x),
        &[380.0, 379.0],
    );
    close(row[0], want);
}

#[test]
fn a_logarithm_of_something_tiny_or_large() {
    fn gauss<T: Scalar>(x: T) -> T {
        (x * x * lit(-0.5)).exp().ln()
    }
    fn large<T: Scalar>(x: T) -> T {
        ((x * x).exp() * lit(1e200)).ln()
    }
    first!(gauss, 28.0, close, -28.0);
    second!(gauss, 28.0, close, -1.0);
    for x in [10.0_f32, 12.0, 13.0] {
        second!(gauss, x, close_single, -1.0);
    }
    second!(large, 1.0, close, 2.0);
    fn two<T: Scalar>(x: T) -> T {
        (x * x * lit(-0.5)).exp().log2()
    }
    fn ten<T: Scalar>(x: T) -> T {
        (x * x * lit(-0.5)).exp().log10()
    }
    fn three<T: Scalar>(x: T) -> T {
        (x * x * lit(-0.5)).exp().log(3.0)
    }
    second!(two, 28.0, close, -std::f64::consts::LOG2_E);
    second!(ten, 28.0, close, -std::f64::consts::LOG10_E);
    second!(three, 28.0, close, -1.0 / 3.0_f64.ln());
}

#[test]
fn powers_far_out() {
    fn power<T: Scalar>(x: T) -> T {
        x.exp().powi(-1)
    }
    fn square<T: Scalar>(x: T) -> T {
        x.exp().powi(-2)
    }
    fn broken<T: Scalar>(x: T) -> T {
        x.exp().powf(-1.5)
    }
    second!(power, 400.0, close, (-400.0_f64).exp());
    second!(square, 200.0, close, 4.0 * (-400.0_f64).exp());
    second!(broken, 250.0, close, 2.25 * (-375.0_f64).exp());
    first!(broken, 250.0, close, -1.5 * (-375.0_f64).exp());
    // 1/x, through partial derivatives of 10^±350.
    fn undone<T: Scalar>(x: T) -> T {
        x.powf(2.5).powf(-0.4)
    }
    // A second partial derivative below the normal range, times the square of a large slope.
    fn raised<T: Scalar>(x: T) -> T {
        x.cosh().pow(x + lit(11.756332795709538))
    }
    second!(raised, -32.6918301675151, close, 3.2334436260970026e-288);
    // Second partial derivatives that are not in range as products of two factors either.
    fn cubed<T: Scalar>(x: T) -> T {
        (x * lit(1.6e-19)).powi(-3).powi(-1).log2()
    }
    let x = 4.7251954378982884e-39;
    second!(cubed, x, close, -3.0 / (x * x) / std::f64::consts::LN_2);
    fn inverse<T: Scalar>(x: T) -> T {
        (x * lit(2e27)).powi(-1) * lit(2.8e28)
    }
    second!(inverse, 5e-8_f32, close_single, (28.0 / f64::from(5e-8_f32).powi(3)) as f32);
    second!(undone, 1e100, close, 2e-300);
    second!(undone, 1e-100, close, 2e300);
}

#[test]
fn angles_and_their_inverses_far_out() {
    fn atan<T: Scalar>(x: T) -> T {
        x.exp().atan()
    }
    // sech x/2 ≈ e^−x
    first!(atan, 400.0, close, (-400.0_f64).exp());
    second!(atan, 400.0, close, -(-400.0_f64).exp());
    fn asinh<T: Scalar>(x: T) -> T {
        x.exp().asinh() * x
    }
    second!(asinh, 400.0, close, 2.0);
    fn angle<T: Real>(x: T) -> T {
        x.exp().atan2(x.exp() * x)
    }
    // arctan(1/x)
    first!(angle, 400.0, close, -1.0 / 160001.0);
    // Terms near 1 cancel.
    let roughly = |got: f64, want: f64| assert!((got / want - 1.0).abs() < 1e-7, "{got:e}, not {want:e}");
    second!(angle, 400.0, roughly, 800.0 / 160001.0_f64.powi(2));
    first!(angle, -400.0, close, -1.0 / 160001.0);
    second!(angle, -400.0, roughly, -800.0 / 160001.0_f64.powi(2));
    fn length<T: Real>(x: T) -> T {
        x.exp().hypot(x.exp())
    }
    second!(length, 400.0, close, std::f64::consts::SQRT_2 * 400.0_f64.exp());
    second!(length, -400.0, close, std::f64::consts::SQRT_2 * (-400.0_f64).exp());
    fn flat<T: Scalar>(x: T) -> T {
        (x * lit(1e200)).tanh()
    }
    first!(flat, 4e-198, close, 1e200 * (-400.0_f64).exp() * 4.0 * (-400.0_f64).exp());
    fn sure<T: Scalar>(x: T) -> T {
        (x * lit(1e200)).sigmoid()
    }
    first!(sure, 8e-198, close, 1e200 * (-400.0_f64).exp() * (-400.0_f64).exp());
}

#[test]
fn one_over_a_complex_cosine_far_out() {
    let z = Complex::new(-10.0, 700.0);
    // sin z/cos² z ≈ 2i e^(iz)(e^(iz))…: tan z = i there, 1/cos z = 2 e^(iz)
    let slope = |z: Complex<f64>| Complex::<f64>::i() * 2.0 * (Complex::<f64>::i() * z).exp();
    let want = slope(z);
    let near = |got: Complex<f64>, want: Complex<f64>| {
        assert!((got - want).norm() <= 1e-12 * want.norm(), "{got:e}, not {want:e}");
    };
    assert!((want - Complex::new(-1.07e-304, -1.65e-304)).norm() < 2e-306, "{want:e}");
    near(derivative(|z| 1.0 / z.cos(), z), want);
    near(derivative(|z| z.cos().recip(), z), want);
    near(grad(|z| 1.0 / z.cos(), &z), want);
    near(derivative(|z| z / z.cos(), z), want * z + slope(z) / Complex::i());
    // Complex<Dual<_>>
    let w = Complex::new(Dual::variable(-10.0), Dual::from(700.0));
    let y = Scalar::recip(Scalar::cos(w));
    near(Complex::new(y.re.derivative(), y.im.derivative()), want);
}

/// Neither a number nor an infinity in any mode.
fn nowhere(got: f64, _want: f64) {
    assert!(got.is_nan(), "{got:e}, not NaN");
}

#[test]
fn first_derivatives_at_a_root_of_zero_are_zero_in_every_mode() {
    fn length<T: Scalar>(x: T) -> T {
        (x * x).sqrt()
    }
    fn arc<T: Scalar>(x: T) -> T {
        (x * lit(0.0) + lit(1.0)).acos()
    }
    fn deviation<T: Scalar>(x: T) -> T {
        let values = [x, x * lit(1.0), x];
        let mean = T::sum_of(&values) / lit(3.0);
        values.map(|v| (v - mean).powi(2)).into_iter().sum::<T>().sqrt()
    }
    fn cube<T: Scalar>(x: T) -> T {
        (x * x * x).cbrt()
    }
    first!(length, 0.0, close, 0.0);
    first!(arc, 0.5, close, 0.0);
    first!(deviation, 2.0, close, 0.0);
    // The price: 1 would be right.
    first!(cube, 0.0, close, 0.0);
    assert_eq!(grad(|[x, y]| (x * x + y * y).sqrt(), &[0.0, 0.0]), [0.0, 0.0]);
    assert_eq!(jacfwd(|[x, y]| (x * x + y * y).sqrt(), &[0.0, 0.0]), [0.0, 0.0]);
    let distance = |x: Vec<Var<f64>>| (0..4).map(|i| (x[i] - x[i + 4]).powi(2)).sum::<Var<f64>>().sqrt();
    assert_eq!(grad(distance, &vec![1.5; 8]), vec![0.0; 8]);
    // An output that does not see the root.
    let rows = jacrev(|[x, y]| [y * y, (x - lit(1.0)).ln()], &[0.0, 3.0]);
    assert_eq!(rows[0], [0.0, 6.0]);
}

#[test]
fn second_derivatives_at_a_root_of_zero_are_nan_in_every_mode() {
    fn norm<T: Real>(x: T) -> T {
        Real::norm(&[x, x * lit(2.0)]).powi(2)
    }
    fn hypot<T: Real>(x: T) -> T {
        x.hypot(x + x).powi(2)
    }
    fn modulus<T: Real>(x: T) -> T {
        Complex::new(x, x * lit(3.0)).abs().powi(2)
    }
    fn quartic<T: Scalar>(x: T) -> T {
        (x * x * x * x).sqrt()
    }
    fn power<T: Scalar>(x: T) -> T {
        x.powi(4).powf(0.5)
    }
    fn root<T: Scalar>(x: T) -> T {
        (x * x + (x + x) * (x + x)).sqrt().powi(2)
    }
    fn plain<T: Scalar>(x: T) -> T {
        (x * x).sqrt()
    }
    fn cubic<T: Scalar>(x: T) -> T {
        (x * x * x).cbrt().powi(2)
    }
    fn flat<T: Real>(x: T) -> T {
        (x * x).hypot(x * x)
    }
    first!(norm, 0.0, close, 0.0);
    second!(norm, 0.0, nowhere, 0.0);
    second!(hypot, 0.0, nowhere, 0.0);
    second!(modulus, 0.0, nowhere, 0.0);
    second!(quartic, 0.0, nowhere, 0.0);
    second!(power, 0.0, nowhere, 0.0);
    second!(root, 0.0, nowhere, 0.0);
    second!(cubic, 0.0, nowhere, 0.0);
    second!(flat, 0.0, nowhere, 0.0);
    for got in modes!(plain).second(0.0) {
        assert!(!got.is_finite(), "{got:e}");
    }
    let all_nan = |h: &[[f64; 2]; 2]| assert!(h[0][0].is_nan() && h[1][1].is_nan(), "{h:?}");
    all_nan(&hessian(|x: [_; 2]| Real::norm(&x).powi(2), &[0.0, 0.0]));
    all_nan(&hessian(|[x, y]: [_; 2]| (x * x + y * y).sqrt().powi(2), &[0.0, 0.0]));
    all_nan(&jacfwd(|x| grad(|[x, y]: [_; 2]| (x * x + y * y).sqrt().powi(2), &x), &[0.0, 0.0]));
    let many = hessian(|x: Vec<_>| (x[0] * x[0] + x[1] * x[1]).sqrt().powi(2), &vec![0.0, 0.0]);
    assert!(many[0][0].is_nan() && many[1][1].is_nan(), "{many:?}");
    let many = hessian(|x: Vec<_>| Real::norm(&x).powi(2), &vec![0.0, 0.0]);
    assert!(many[0][0].is_nan() && many[1][1].is_nan(), "{many:?}");
    // What a root has as its limit stays, and so does `abs` of a real number, and what does not depend on it.
    assert_eq!(second_derivative(|x| x.sqrt(), 0.0), -INF);
    assert_eq!(second_derivative(|x| x.abs(), 0.0), 0.0);
    assert_eq!(hessian(|[x, y]| x.sqrt() + y * y, &[0.0, 1.0]), [[-INF, 0.0], [0.0, 2.0]]);
    let many = hessian(|x: Vec<_>| x[0].sqrt() + x[1] * x[1], &vec![0.0, 1.0]);
    assert_eq!(many, [[-INF, 0.0], [0.0, 2.0]]);
    assert_eq!(
        hessian(|x: Vec<_>| x[1] * x[1] + x[0].sqrt() - x[0].sqrt() * 0.0, &vec![1.0, 1.0])[1][1],
        2.0
    );
}

#[test]
fn functions_are_right_at_minus_zero() {
    fn ln<T: Scalar>(x: T) -> T {
        x.ln()
    }
    fn log2<T: Scalar>(x: T) -> T {
        x.log2()
    }
    fn log10<T: Scalar>(x: T) -> T {
        x.log10()
    }
    fn log<T: Scalar>(x: T) -> T {
        x.log(3.0)
    }
    fn xlogy<T: Scalar>(x: T) -> T {
        T::lit(2.0).xlogy(x)
    }
    fn negative<T: Scalar>(x: T) -> T {
        (-x.exp_m1()).ln()
    }
    fn sqrt<T: Scalar>(x: T) -> T {
        x.sqrt()
    }
    fn powf<T: Scalar>(x: T) -> T {
        x.powf(0.5)
    }
    fn cbrt<T: Scalar>(x: T) -> T {
        x.cbrt()
    }
    for zero in [0.0, -0.0] {
        first!(ln, zero, close, INF);
        first!(log2, zero, close, INF);
        first!(log10, zero, close, INF);
        first!(log, zero, close, INF);
        first!(xlogy, zero, close, INF);
        first!(sqrt, zero, close, INF);
        first!(powf, zero, close, INF);
        first!(cbrt, zero, close, INF);
        second!(ln, zero, close, -INF);
        second!(log10, zero, close, -INF);
    }
    first!(negative, 0.0, close, -INF);
    assert_eq!(jacfwd(|[x, y]| x.xlogy(y), &[2.0, -0.0]), [-INF, INF]);
}

#[test]
fn a_logarithm_of_a_sum_of_complex_exponentials_has_the_principal_angle() {
    let z = Complex::new(0.0, 4.0);
    let want = Complex::new(2.0_f64.ln(), 4.0 - std::f64::consts::TAU);
    let got: Complex<f64> = Scalar::log_sum_exp(&[z, z]);
    assert!((got - want).norm() < 1e-15, "{got}");
    let duals = [z, z].map(Dual::<_, 1>::variable);
    let got = Scalar::log_sum_exp(&duals);
    assert!((got.value() - want).norm() < 1e-15 && (got.derivative() - 1.0).norm() < 1e-15, "{got}");
    let (value, slope) = holograd::value_and_grad(|z: Var<Complex<f64>>| Scalar::log_sum_exp(&[z, z]), &z);
    assert!((value - want).norm() < 1e-15 && (slope - 1.0).norm() < 1e-15, "{value} {slope}");
    let real: f64 = Scalar::log_sum_exp(&[4.0, 4.0]);
    assert_eq!(real, 4.0 + 2.0_f64.ln());
}

#[test]
fn all_that_tie_share_the_derivative_of_the_largest() {
    let x = [2.0, 1.0, 2.0, 2.0, -3.0];
    let third = 1.0 / 3.0;
    let want = [third, 0.0, third, third, 0.0];
    assert_eq!(jacfwd(|x: [_; 5]| Real::max_of(&x), &x), want);
    assert_eq!(grad(|x: [_; 5]| Real::max_of(&x), &x), want);
    assert_eq!(grad(|x: [_; 5]| Real::min_of(&x.map(|x| -x)), &x), want.map(|w| -w));
    assert_eq!(grad(|x: [_; 5]| Real::min_of(&x), &x), [0.0, 0.0, 0.0, 0.0, 1.0]);
    // A chain gives halves of halves.
    assert_eq!(grad(|[x, y, z]: [Var<f64>; 3]| x.max(y).max(z), &[1.0; 3]), [0.25, 0.25, 0.5]);
    assert_eq!((<f64 as Real>::max_of(&[]), <f64 as Real>::min_of(&[])), (-INF, INF));
    assert_eq!(Real::max_of(&[f64::NAN, 1.0]), 1.0);
}

#[test]
fn a_cast_of_a_number_to_its_own_type_keeps_the_derivative() {
    fn same<T: num_traits::Float>(x: T) -> T {
        let y = <T as num_traits::NumCast>::from(x * x).expect("it is a number");
        num_traits::cast::<T, T>(y).expect("it is a number")
    }
    assert_eq!(derivative(same, 3.0), 6.0);
    assert_eq!(grad(same, &3.0), 6.0);
    assert_eq!(second_derivative(same, 3.0), 2.0);
    // To another type it is a constant.
    let constant = |x: Dual<f64>| {
        <Dual<f64> as num_traits::NumCast>::from(Dual::<_, 2>::from(x.value())).expect("a number")
    };
    assert_eq!(derivative(constant, 3.0), 0.0);
    assert_eq!(<Dual<f64> as num_traits::NumCast>::from(3_u8).map(Dual::value), Some(3.0));
}

#[cfg(feature = "checked")]
#[test]
fn casts_that_lose_derivatives_are_counted() {
    use num_traits::ToPrimitive;
    let clean = holograd::check::gradient(|x| x * x, &2.0).expect("it is right");
    assert_eq!(clean.casts, 0);
    let lossy = |x: Var<_>| {
        x * x
            + Var::from(
                num_traits::cast::<f64, Dual<f64>>(x.to_f64().expect("a number") * 0.0).expect("a number"),
            )
    };
    let report = holograd::check::gradient(lossy, &2.0).expect("zero times what was lost");
    assert!(report.casts > 0);
}
