//! Derivatives that are representable are right where the partial derivatives on the way are not; corners at which there is no
//! derivative never give a wrong finite number; and functions are right at −0.

use holograd::{
    Dual, HyperDual, Real, Scalar, Var, derivative, grad, hessian, hvp, jacfwd, jacrev, lit,
    second_derivative,
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

/// The first derivative of a generic function at a point, by every mode.
macro_rules! first {
    ($f:ident, $x:expr, $close:ident, $want:expr) => {{
        let (x, want) = ($x, $want);
        $close(derivative(|x| $f(x), x), want);
        $close(jacfwd(|x: Vec<_>| $f(x[0]), &vec![x; 3])[0], want);
        $close(grad(|x| $f(x), &x), want);
        $close(holograd::value_grad_and_hessian(|[x]: [_; 1]| $f(x), &[x]).1[0], want);
        $close(holograd::value_grad_and_hessian(|x: Vec<_>| $f(x[0]), &vec![x]).1[0], want);
        $close(jacfwd(|x| grad(|x| $f(x), &x), &x) * 0.0 + want, want);
    }};
}

/// The second derivative, likewise.
macro_rules! second {
    ($f:ident, $x:expr, $close:ident, $want:expr) => {{
        let (x, want) = ($x, $want);
        $close(second_derivative(|x| $f(x), x), want);
        $close(hessian(|[x]: [_; 1]| $f(x), &[x])[0][0], want);
        $close(hessian(|x: Vec<_>| $f(x[0]), &vec![x])[0][0], want);
        $close(hvp(|x| $f(x), &x, &num_traits::One::one()), want);
        $close(jacfwd(|x| grad(|x| $f(x), &x), &x), want);
        $close(jacrev(|x| grad(|x| $f(x), &x), &x), want);
        $close(grad(|x| derivative(|x| $f(x), x), &x), want);
    }};
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
    second!(angle, 400.0, close, 800.0 / 160001.0_f64.powi(2));
    first!(angle, -400.0, close, -1.0 / 160001.0);
    second!(angle, -400.0, close, -800.0 / 160001.0_f64.powi(2));
    fn length<T: Real>(x: T) -> T {
        x.exp().hypot(x.exp())
    }
    second!(length, 400.0, close, std::f64::consts::SQRT_2 * 400.0_f64.exp());
    second!(length, -400.0, close, std::f64::consts::SQRT_2 * (-400.0_f64).exp());
    fn flat<T: Scalar>(x: T) -> T {
        (x * lit(1e200)).tanh()
    }
    first!(flat, 4e-198, close, 1e200 * 4.0 * (-800.0_f64).exp());
    fn sure<T: Scalar>(x: T) -> T {
        (x * lit(1e200)).sigmoid()
    }
    first!(sure, 8e-198, close, 1e200 * (-800.0_f64).exp());
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
