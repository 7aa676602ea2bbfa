//! The numbers that functions are written for: [`Scalar`], [`ComplexScalar`], [`Real`].
//!
//! Every method is documented here, once. All of them are also inherent methods of [`Dual`](crate::Dual), so that
//! `x.sin()` there is never ambiguous beside `num_traits::Float` or `simba::ComplexField`.

pub(crate) mod complex;
pub(crate) mod float;
pub(crate) mod lanes;
pub(crate) mod lit;
pub(crate) mod norm;

use crate::Lit;
use crate::functions::{Elementary, Elementary2};
#[cfg(feature = "nalgebra")]
use crate::linalg::Factor;
use crate::rule::{Rule, VectorRule};
use crate::transform::{Checkpoint, State};
use alloc::vec::Vec;
use core::fmt::{Debug, Display};
use core::iter::{Product, Sum};
use core::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Rem, RemAssign, Sub, SubAssign};
use float::Leaf;
use lanes::each_lane;
use num_complex::Complex;
use num_traits::{FromPrimitive, NumAssign, NumCast, One, Zero};

/// A number with the analytic functions: `f32`, `f64`, `Complex<T>`, [`Dual<T, N>`](crate::Dual), `Var<T>`, nested freely.
///
/// Write a function generic over `Scalar` and every transform of this crate differentiates it. As only analytic
/// functions are at hand here, such a function is also holomorphic, away from its branches and cuts.
///
/// Bound a generic function by one of `Scalar`, [`ComplexScalar`], [`Real`] (or by one trait of `num-traits` or `simba`),
/// never by two that both have a `sin`.
///
/// # Whose `sin` is `z.sin()`?
/// In a function that is generic over `Scalar`, and on [`Dual`](crate::Dual) and [`Var`](crate::Var), it is this crate's. But where the type *is* a
/// `Complex<…>`, of machine numbers, dual numbers or variables of the tape, as in a closure over one, num-complex's own
/// methods come first (all but `powi`, `conj`, `norm_sqr`, `scale` and `unscale`), the operator `/` is num-complex's in generic
/// code too, and code bounded by simba's `ComplexField` gets simba's functions, which are made of these. None of them can
/// be replaced. Derivatives through them are right all the same; the *values* are theirs, with the wrong side of some cuts, and
/// overflow where there need be none. To have this crate's write `Scalar::sin(z)`, and `z * Scalar::recip(w)` for `z / w`.
/// ```
/// # use holograd::Scalar;
/// # use num_complex::Complex;
/// let z = Complex::new(1e10, 1.0);
/// assert!(z.tanh().is_nan()); // num-complex's
/// assert_eq!(Scalar::tanh(z), Complex::ONE);
/// fn tanh<T: Scalar>(z: T) -> T {
///     z.tanh()
/// }
/// assert_eq!(tanh(z), Complex::ONE);
///
/// let w = Complex::new(1e300, 1e300);
/// assert_eq!(1.0 / w, Complex::ZERO); // num-complex's
/// assert!((Scalar::recip(w) * 1e300 - Complex::new(0.5, -0.5)).norm() < 1e-15);
/// ```
///
/// # Examples
/// ```
/// use holograd::{Scalar, derivative, lit};
/// use num_complex::Complex;
///
/// fn logistic_map<T: Scalar>(r: T, x: T) -> T {
///     r * x * (lit(1.0) - x)
/// }
/// assert_eq!(logistic_map(3.0, 0.25), 0.5625);
/// assert_eq!(derivative(|x| logistic_map(x * 0.0 + 3.0, x), 0.25), 1.5);
/// let z = Complex::new(0.0, 1.0);
/// assert_eq!(logistic_map(Complex::new(2.0, 0.0), z), Complex::new(2.0, 2.0));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a number that can be differentiated",
    note = "numbers are `f32`, `f64`, `Complex<T>`, `Dual<T, N>` and `Var<T>`, in any nest",
    note = "as an input of a transform: numbers are written `1.0`, not `1`; a struct needs `impl_tree!`; for a `HashMap` take a `BTreeMap`"
)]
pub trait Scalar:
    Copy
    + Send
    + Sync
    + 'static
    + Debug
    + Display
    + PartialEq
    + Zero
    + One
    + Sum
    + Product
    + Neg<Output = Self>
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
    + DivAssign
    + Add<Lit, Output = Self>
    + Sub<Lit, Output = Self>
    + Mul<Lit, Output = Self>
    + Div<Lit, Output = Self>
    + AddAssign<Lit>
    + SubAssign<Lit>
    + MulAssign<Lit>
    + DivAssign<Lit>
{
    /// The real number of the same nest: `f64` for `f64` and `Complex<f64>`, `Dual<f64, N>` for `Dual<Complex<f64>, N>`.
    type Real: Real;

    /// The innermost number: `f32`, `f64`, `Complex<f32>` or `Complex<f64>`. A bound `T: Scalar<Primal = Complex<f64>>`
    /// is that of a holomorphic function that needs complex constants.
    type Primal: Primal;

    /// How many dual numbers deep the nest is.
    #[doc(hidden)]
    const LEVEL: usize;

    /// Whether the innermost number is complex.
    #[doc(hidden)]
    const COMPLEX: bool;

    /// A real literal as a value. Beside an operator, [`lit`](crate::lit) alone does.
    ///
    /// ```
    /// # use holograd::{Scalar, Dual};
    /// assert_eq!(Dual::<f64>::lit(2.0).derivative(), 0.0);
    /// ```
    #[must_use]
    fn lit(value: f64) -> Self;

    /// A constant of the innermost type, which may be complex.
    ///
    /// ```
    /// # use holograd::{Scalar, derivative};
    /// # use num_complex::Complex;
    /// fn rotate<T: Scalar<Primal = Complex<f64>>>(z: T) -> T {
    ///     z * T::constant(Complex::i())
    /// }
    /// assert_eq!(derivative(rotate, Complex::new(1.0, 1.0)), Complex::i());
    /// ```
    #[must_use]
    fn constant(value: Self::Primal) -> Self;

    /// The innermost value, without any tangents. In generic code it is an `f64` under the bound `T: Real<Primal = f64>`.
    ///
    /// ```
    /// # use holograd::{Scalar, Dual, Real};
    /// assert_eq!(Dual::variable(Dual::variable(3.0)).primal(), 3.0);
    /// fn steps<T: Real<Primal = f64>>(x: T) -> u32 {
    ///     x.primal().ceil() as u32
    /// }
    /// assert_eq!(steps(2.5), 3);
    /// ```
    #[must_use]
    fn primal(self) -> Self::Primal;

    /// The same value as a constant: all tangents, at every level, are dropped.
    ///
    /// ```
    /// # use holograd::{Scalar, derivative};
    /// assert_eq!(derivative(|x| x * x.stop_gradient(), 3.0), 3.0);
    /// ```
    #[must_use]
    #[inline]
    fn stop_gradient(self) -> Self {
        Self::constant(self.primal())
    }

    /// 1/x
    ///
    /// ```
    /// # use holograd::Scalar;
    /// assert_eq!(Scalar::recip(4.0), 0.25);
    /// ```
    #[must_use]
    fn recip(self) -> Self;

    /// √x, the principal root: cut along the negative real axis, from above where the imaginary part is +0.
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert_eq!(derivative(|x| x.sqrt(), 4.0), 0.25);
    /// ```
    #[must_use]
    fn sqrt(self) -> Self;

    /// ∛x: the real, odd root of a real number; for a complex one the principal root e^(ln z / 3).
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert_eq!(derivative(|x| x.cbrt(), -8.0), 1.0 / 12.0);
    /// ```
    #[must_use]
    fn cbrt(self) -> Self;

    /// xⁿ, exact derivatives of every order, also at 0 and for negative n; x⁰ = 1.
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert_eq!(derivative(|x| x.powi(3), -2.0), 12.0);
    /// assert_eq!(derivative(|x| x.powi(0), 0.0), 0.0);
    /// ```
    #[must_use]
    fn powi(self, n: i32) -> Self;

    /// x^p with a constant exponent. At 0 the slope is +∞ for 0 < p < 1 and −∞ for p < 0.
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert_eq!(derivative(|x| x.powf(2.5), 4.0), 20.0);
    /// assert_eq!(derivative(|x| x.powf(2.5), 0.0), 0.0);
    /// ```
    #[must_use]
    fn powf(self, p: f64) -> Self;

    /// x^y with a variable exponent; for complex numbers e^(y ln x).
    ///
    /// Corners: at x = 0 the slope in y is 0 for y > 0; at (0, 0) it is −∞, the value 1 and the slope in x 0; at x < 0 it
    /// is NaN. A constant exponent sees none of these, as a zero tangent times a non-finite slope is zero.
    ///
    /// ```
    /// # use holograd::jacfwd;
    /// let gradient = jacfwd(|[x, y]| x.pow(y), &[2.0, 3.0]);
    /// assert_eq!(gradient, [12.0, 8.0 * 2.0_f64.ln()]);
    /// ```
    #[must_use]
    fn pow(self, exponent: Self) -> Self;

    /// eˣ
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert_eq!(derivative(|x| x.exp(), 0.0), 1.0);
    /// ```
    #[must_use]
    fn exp(self) -> Self;

    /// 2ˣ
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert_eq!(derivative(|x| x.exp2(), 3.0), 8.0 * std::f64::consts::LN_2);
    /// ```
    #[must_use]
    fn exp2(self) -> Self;

    /// eˣ − 1, accurate near 0.
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert_eq!(derivative(|x| x.exp_m1(), -50.0), (-50.0_f64).exp());
    /// ```
    #[must_use]
    fn exp_m1(self) -> Self;

    /// The natural logarithm; for complex numbers the principal one, cut along the negative real axis.
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert_eq!(derivative(|x| x.ln(), 4.0), 0.25);
    /// ```
    #[must_use]
    fn ln(self) -> Self;

    /// ln(1 + x), accurate near 0.
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert_eq!(derivative(|x| x.ln_1p(), 1.0), 0.5);
    /// ```
    #[must_use]
    fn ln_1p(self) -> Self;

    /// The logarithm to a constant real base b, ln x / ln b.
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert_eq!(derivative(|x| x.log(3.0), 1.0), 1.0 / 3.0_f64.ln());
    /// ```
    #[must_use]
    fn log(self, base: f64) -> Self;

    /// log₂ x
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert_eq!(derivative(|x| x.log2(), 1.0), std::f64::consts::LOG2_E);
    /// ```
    #[must_use]
    fn log2(self) -> Self;

    /// log₁₀ x
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert_eq!(derivative(|x| x.log10(), 1.0), std::f64::consts::LOG10_E);
    /// ```
    #[must_use]
    fn log10(self) -> Self;

    /// sin x
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert_eq!(derivative(|x| x.sin(), 0.0), 1.0);
    /// ```
    #[must_use]
    fn sin(self) -> Self;

    /// cos x
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert_eq!(derivative(|x| x.cos(), 0.5), -0.5_f64.sin());
    /// ```
    #[must_use]
    fn cos(self) -> Self;

    /// (sin x, cos x), computed together.
    ///
    /// ```
    /// # use holograd::Scalar;
    /// assert_eq!(Scalar::sin_cos(0.0), (0.0, 1.0));
    /// ```
    #[must_use]
    fn sin_cos(self) -> (Self, Self);

    /// tan x; slope sec² x
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert_eq!(derivative(|x| x.tan(), 0.0), 1.0);
    /// ```
    #[must_use]
    fn tan(self) -> Self;

    /// arcsin x; cuts along the real axis outside [−1, 1]. Slope 1/√(1 − x²), infinite at ±1.
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert_eq!(derivative(|x| x.asin(), 0.6), 1.25);
    /// ```
    #[must_use]
    fn asin(self) -> Self;

    /// arccos x; cuts along the real axis outside [−1, 1]. Slope −1/√(1 − x²).
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert_eq!(derivative(|x| x.acos(), 0.6), -1.25);
    /// ```
    #[must_use]
    fn acos(self) -> Self;

    /// arctan x; cuts along the imaginary axis outside [−i, i]. Slope 1/(1 + x²).
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert_eq!(derivative(|x| x.atan(), 3.0), 0.1);
    /// ```
    #[must_use]
    fn atan(self) -> Self;

    /// sinh x
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert_eq!(derivative(|x| x.sinh(), 0.0), 1.0);
    /// ```
    #[must_use]
    fn sinh(self) -> Self;

    /// cosh x
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert_eq!(derivative(|x| x.cosh(), 1.0), 1.0_f64.sinh());
    /// ```
    #[must_use]
    fn cosh(self) -> Self;

    /// tanh x; slope sech² x, with all its digits where tanh x has long become ±1.
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert!((derivative(|x| x.tanh(), 20.0) - 4.0 * (-40.0_f64).exp()).abs() < 1e-32);
    /// ```
    #[must_use]
    fn tanh(self) -> Self;

    /// arsinh x; cuts along the imaginary axis outside [−i, i]. Slope 1/√(1 + x²).
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert_eq!(derivative(|x| x.asinh(), 1e200), 1e-200);
    /// ```
    #[must_use]
    fn asinh(self) -> Self;

    /// arcosh x; cut along the real axis left of 1. Slope 1/(√(x − 1) √(x + 1)).
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert_eq!(derivative(|x| x.acosh(), 1.25), 1.0 / 0.75);
    /// ```
    #[must_use]
    fn acosh(self) -> Self;

    /// artanh x; cuts along the real axis outside [−1, 1]. Slope 1/(1 − x²).
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert_eq!(derivative(|x| x.atanh(), 0.5), 1.0 / 0.75);
    /// ```
    #[must_use]
    fn atanh(self) -> Self;

    /// sin x / x, 1 at 0, with every derivative right there.
    ///
    /// ```
    /// # use holograd::{derivative, second_derivative};
    /// assert_eq!(derivative(|x| x.sinc(), 0.0), 0.0);
    /// assert_eq!(second_derivative(|x| x.sinc(), 0.0), -1.0 / 3.0);
    /// ```
    #[must_use]
    fn sinc(self) -> Self;

    /// The logistic function 1/(1 + e⁻ˣ).
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert_eq!(derivative(|x| x.sigmoid(), 0.0), 0.25);
    /// ```
    #[must_use]
    fn sigmoid(self) -> Self;

    /// ln(1 + eˣ), without overflow; slope [`sigmoid`](Self::sigmoid).
    ///
    /// ```
    /// # use holograd::Scalar;
    /// assert_eq!(1000.0.softplus(), 1000.0);
    /// ```
    #[must_use]
    fn softplus(self) -> Self;

    /// ln(eˣ + eʸ), without overflow.
    ///
    /// ```
    /// # use holograd::Scalar;
    /// assert_eq!(1000.0.log_add_exp(1000.0), 1000.0 + 2.0_f64.ln());
    /// ```
    #[must_use]
    fn log_add_exp(self, other: Self) -> Self;

    /// x ln y, which is 0 at x = 0 also where ln y is infinite.
    ///
    /// ```
    /// # use holograd::Scalar;
    /// assert_eq!(0.0.xlogy(0.0), 0.0);
    /// ```
    #[must_use]
    fn xlogy(self, y: Self) -> Self;

    /// x₀ + x₁ + …; on the tape one node.
    ///
    /// ```
    /// # use holograd::{Scalar, grad};
    /// assert_eq!(grad(|x: [_; 3]| Scalar::sum_of(&x), &[1.0, 2.0, 3.0]), [1.0; 3]);
    /// ```
    #[must_use]
    fn sum_of(x: &[Self]) -> Self {
        x.iter().copied().sum()
    }

    /// x₀y₀ + x₁y₁ + …, without any conjugate; on the tape one node.
    ///
    /// # Panics
    /// If the lengths differ.
    ///
    /// ```
    /// # use holograd::{Scalar, grad};
    /// let gradient = grad(|(x, y): ([_; 2], [_; 2])| Scalar::dot(&x, &y), &([1.0, 2.0], [3.0, 4.0]));
    /// assert_eq!(gradient, ([3.0, 4.0], [1.0, 2.0]));
    /// ```
    #[must_use]
    #[track_caller]
    fn dot(x: &[Self], y: &[Self]) -> Self {
        same_length("dot", x.len(), y.len());
        x.iter().zip(y).map(|(x, y)| *x * *y).sum()
    }

    /// w₀x₀ + w₁x₁ + … with constant weights; on the tape one node.
    ///
    /// # Panics
    /// If the lengths differ.
    ///
    /// ```
    /// # use holograd::{Scalar, grad};
    /// assert_eq!(grad(|x: [_; 2]| Scalar::weighted_sum(&[2.0, 5.0], &x), &[1.0, 1.0]), [2.0, 5.0]);
    /// ```
    #[must_use]
    #[track_caller]
    fn weighted_sum(weights: &[f64], x: &[Self]) -> Self {
        same_length("weighted_sum", weights.len(), x.len());
        weights.iter().zip(x).map(|(w, x)| *x * Lit(*w)).sum()
    }

    /// Σ f(x, item) over the items, where every term may depend on all of `x`.
    ///
    /// On the tape each term is recorded by itself, swept and forgotten, and the sum is one node: the memory is that of
    /// the largest term, and it stays in the cache. Every term takes a step for each number of `x`, so this is for terms that
    /// depend on most of them, as those of a fit do on the model's parameters. The terms must reach their variables through
    /// `x`; a captured one panics.
    ///
    /// ```
    /// # use holograd::{Scalar, grad};
    /// fn squares<T: Scalar>(model: &[T], data: &[(f64, f64)]) -> T {
    ///     T::sum_over(model, data, |model, (t, y)| (model[0] * T::lit(*t) + model[1] - T::lit(*y)).powi(2))
    /// }
    /// let data = [(0.0, 1.0), (1.0, 2.0), (2.0, 5.0)];
    /// assert_eq!(grad(|model| squares(&model, &data), &vec![1.0, 0.0]), [-14.0, -10.0]);
    /// ```
    #[must_use]
    #[track_caller]
    fn sum_over<I: IntoIterator>(x: &[Self], items: I, mut f: impl FnMut(&[Self], I::Item) -> Self) -> Self {
        items.into_iter().map(|item| f(x, item)).sum()
    }

    /// What [`fuse`](Self::fuse) hands to its block: on the tape dual numbers, elsewhere the number itself.
    type Fused<const K: usize>: Scalar<Primal = Self::Primal>;

    /// A small block of operations as one: on the tape it is run once in dual numbers and written as one node for each
    /// result, whatever happens inside. On every other number it is a plain call.
    ///
    /// It pays where few inputs meet many operations: for a long sum of such terms the tape is several times smaller and a
    /// gradient several times as fast. A block that needs variables takes them through `x`.
    ///
    /// ```
    /// # use holograd::{Scalar, grad, lit};
    /// fn f<T: Scalar>(x: T, y: T) -> T {
    ///     let [a, b] = T::fuse([x, y], |[x, y]| [(x * y + lit(1.0)).exp(), (x / y).sin()]);
    ///     a * b
    /// }
    /// let [dx, dy] = grad(|[x, y]| f(x, y), &[1.0, 2.0]);
    /// assert!((dx - 3.0_f64.exp() * (2.0 * 0.5_f64.sin() + 0.5 * 0.5_f64.cos())).abs() < 1e-13);
    /// # assert!((dy - 3.0_f64.exp() * (0.5_f64.sin() - 0.25 * 0.5_f64.cos())).abs() < 1e-13);
    /// ```
    #[must_use]
    fn fuse<const K: usize, const M: usize>(
        x: [Self; K],
        block: impl FnOnce([Self::Fused<K>; K]) -> [Self::Fused<K>; M],
    ) -> [Self; M];

    /// ln Σ e^(xᵢ), without overflow; slopes are the [`softmax`](Self::softmax). On the tape one node. −∞ for no numbers.
    ///
    /// ```
    /// # use holograd::{Scalar, grad};
    /// assert_eq!(Scalar::log_sum_exp(&[1000.0, 1000.0]), 1000.0 + 2.0_f64.ln());
    /// assert_eq!(grad(|x: [_; 2]| Scalar::log_sum_exp(&x), &[1000.0, 1000.0]), [0.5, 0.5]);
    /// ```
    #[must_use]
    fn log_sum_exp(x: &[Self]) -> Self {
        let (largest, terms) = exponentials(x);
        terms.sum::<Self>().ln() + largest
    }

    /// e^(xᵢ) / Σ e^(xⱼ), without overflow.
    ///
    /// ```
    /// # use holograd::Scalar;
    /// assert_eq!(Scalar::softmax(&[0.0, 1000.0]), [0.0, 1.0]);
    /// ```
    #[must_use]
    fn softmax(x: &[Self]) -> Vec<Self> {
        shares(&exponentials(x).1.collect::<Vec<Self>>())
    }

    /// What [`checkpoint`](crate::checkpoint) does at this kind of number.
    #[doc(hidden)]
    #[track_caller]
    fn time_loop<P: State<Self>, X: State<Self>>(
        schedule: Checkpoint,
        params: &P,
        state: &X,
        step: impl Fn(&P, X, usize) -> X + Send + 'static,
    ) -> X {
        schedule.plain(params, state, step)
    }

    /// A function of many arguments and many results with a rule of its own: see [`VectorRule`].
    #[doc(hidden)]
    fn apply_vector_rule<R: VectorRule<Self::Primal>>(rule: &R, x: &[Self]) -> Vec<Self>;

    /// A function of one argument with a rule of its own: see [`Rule`].
    #[must_use]
    #[inline]
    fn apply<R: Rule<Self::Primal>>(self, rule: &R) -> Self {
        Self::apply_rule(rule, [self])
    }

    /// What [`Rule::at`] does at this kind of number.
    #[doc(hidden)]
    fn apply_rule<R: Rule<Self::Primal, K>, const K: usize>(rule: &R, x: [Self; K]) -> Self;

    /// 1/(3 (∛x)²), the slope of `cbrt`.
    #[doc(hidden)]
    fn cbrt_slope(self) -> Self;
    /// 1/√(1 − x²), the slope of `asin`.
    #[doc(hidden)]
    fn asin_slope(self) -> Self;
    /// 1/√(1 + x²), the slope of `asinh`.
    #[doc(hidden)]
    fn asinh_slope(self) -> Self;
    /// 1/(√(x − 1) √(x + 1)), the slope of `acosh`.
    #[doc(hidden)]
    fn acosh_slope(self) -> Self;
    /// 1/(1 + x²), the slope of `atan`.
    #[doc(hidden)]
    fn atan_slope(self) -> Self;
    /// 1/(1 − x²), the slope of `atanh`.
    #[doc(hidden)]
    fn atanh_slope(self) -> Self;
    /// 1/cos² x, the slope of `tan`.
    #[doc(hidden)]
    fn sec_squared(self) -> Self;
    /// 1/cosh² x, the slope of `tanh`.
    #[doc(hidden)]
    fn sech_squared(self) -> Self;
    /// ¼/cosh²(x/2), the slope of `sigmoid`.
    #[doc(hidden)]
    fn sigmoid_slope(self) -> Self;

    // Value and slope together, which share an exponential at the machine's real numbers.

    /// tanh x and 1/cosh² x.
    #[doc(hidden)]
    #[inline]
    fn tanh_and_slope(self) -> (Self, Self) {
        (self.tanh(), self.sech_squared())
    }
    /// σ(x) and ¼/cosh²(x/2).
    #[doc(hidden)]
    #[inline]
    fn sigmoid_and_slope(self) -> (Self, Self) {
        (self.sigmoid(), self.sigmoid_slope())
    }
    /// ln(1 + eˣ) and σ(x).
    #[doc(hidden)]
    #[inline]
    fn softplus_and_slope(self) -> (Self, Self) {
        (self.softplus(), self.sigmoid())
    }
    /// ln(eˣ + eʸ), eˣ/(eˣ + eʸ) and eʸ/(eˣ + eʸ).
    #[doc(hidden)]
    #[inline]
    fn log_add_exp_and_slopes(self, other: Self) -> (Self, Self, Self) {
        (self.log_add_exp(other), self.share(other), other.share(self))
    }

    /// c x^(p−k) with the exponent exact, the slopes of `powi`, `powf` and the logarithms; 0 for c = 0.
    #[doc(hidden)]
    fn power_term(self, c: f64, p: f64, k: i32) -> Self;
    /// ∂ᵏ⁺ᵐ/∂xᵏ∂yᵐ x^y for the order [k, m], the slopes of `pow`.
    #[doc(hidden)]
    fn pow_partial(self, exponent: Self, order: [i32; 2]) -> Self;
    /// eˣ/(eˣ + eʸ), the slope of `log_add_exp`.
    #[doc(hidden)]
    fn share(self, other: Self) -> Self;
    /// x y, in which a tangent that is exactly zero stays zero beside an infinite value.
    #[doc(hidden)]
    fn product(self, other: Self) -> Self;
    /// x / y; on complex numbers of the machine our own algorithm, not num-complex's.
    #[doc(hidden)]
    fn quotient(self, divisor: Self) -> Self;

    /// A tangent times a slope: like `*`, but whatever is exactly zero in the tangent, at any level, gives zero.
    #[doc(hidden)]
    fn times_slope(self, slope: Self) -> Self;

    // Tangents, a lane each.

    /// aᵢ + bᵢ
    #[doc(hidden)]
    #[inline(always)]
    fn lanes_sum<const N: usize>(a: &[Self; N], b: &[Self; N]) -> [Self; N] {
        each_lane(|i| a[i] + b[i])
    }
    /// aᵢ − bᵢ
    #[doc(hidden)]
    #[inline(always)]
    fn lanes_difference<const N: usize>(a: &[Self; N], b: &[Self; N]) -> [Self; N] {
        each_lane(|i| a[i] - b[i])
    }
    /// aᵢ c
    #[doc(hidden)]
    #[inline(always)]
    fn lanes_scaled<const N: usize>(a: &[Self; N], c: Lit) -> [Self; N] {
        each_lane(|i| a[i] * c)
    }
    /// aᵢ x + bᵢ y
    #[doc(hidden)]
    #[inline(always)]
    fn lanes_combined<const N: usize>(a: &[Self; N], x: Self, b: &[Self; N], y: Self) -> [Self; N] {
        each_lane(|i| a[i] * x + b[i] * y)
    }
    /// aᵢ x with zero for whatever is exactly zero in a, at any level: see [`times_slope`](Scalar::times_slope)
    #[doc(hidden)]
    #[inline(always)]
    fn lanes_times_slope<const N: usize>(a: &[Self; N], x: Self) -> [Self; N] {
        each_lane(|i| a[i].times_slope(x))
    }

    /// Whether the value and every tangent at every level is finite.
    #[doc(hidden)]
    fn all_finite(self) -> bool;
    /// x − the innermost value, exactly, which leaves the tangents; no node on the tape.
    #[doc(hidden)]
    #[must_use]
    fn rest(self) -> Self;
    /// The largest modulus of the value and the tangents at every level; on the tape of the value alone.
    #[doc(hidden)]
    fn magnitude_with_tangents(self) -> f64;
    /// |x| of the innermost value.
    #[doc(hidden)]
    fn magnitude(self) -> f64;
    /// ln |eˣ| = Re x of the innermost value.
    #[doc(hidden)]
    fn log_magnitude(self) -> f64;
    /// The same number without the mark of a holomorphic transform at any level, for code that uses `conj` and `abs` on
    /// the way to a holomorphic result, as linear algebra does.
    #[doc(hidden)]
    #[inline]
    fn unmarked(self) -> Self {
        self
    }
    /// c − x
    #[doc(hidden)]
    fn subtract_from(self, c: Lit) -> Self;
    /// c / x
    #[doc(hidden)]
    fn divide_into(self, c: Lit) -> Self;
}

/// What the feature `nalgebra` asks of the machine's numbers.
#[cfg(not(feature = "nalgebra"))]
#[doc(hidden)]
pub trait Factor {}
#[cfg(not(feature = "nalgebra"))]
impl<P> Factor for P {}

/// One of the machine's numbers, which nests end in: `f32`, `f64`, `Complex<f32>`, `Complex<f64>`.
///
/// # Examples
/// ```
/// use holograd::{Dual, Primal, Scalar};
/// fn innermost<P: Primal>(x: impl Scalar<Primal = P>) -> P {
///     x.primal()
/// }
/// assert_eq!(innermost(Dual::variable(2.0_f32)), 2.0_f32);
/// ```
pub trait Primal: Scalar<Primal = Self> + NumCast + FromPrimitive + Factor {
    /// The complex number of the same precision.
    type Complex: Primal;
}

/// A [`Scalar`] with the functions that have no complex derivative; real numbers are `ComplexScalar` too.
///
/// Derivatives of these functions are taken along real parameters: |z|′ = Re(z̄ z′)/|z|. With respect to a complex
/// variable there are two of them; see the module `holograd::complex`.
///
/// # Examples
/// ```
/// use holograd::{ComplexScalar, Dual};
/// use num_complex::Complex;
/// fn power<T: ComplexScalar>(voltage: T, current: T) -> T::Real {
///     (voltage * current.conj()).re()
/// }
/// assert_eq!(power(Complex::new(3.0, 4.0), Complex::new(1.0, 1.0)), 7.0);
/// let v = Dual::new(Complex::new(3.0, 4.0), [Complex::new(0.0, 1.0)]);
/// assert_eq!(power(v, Complex::new(1.0, 1.0).into()).derivative(), 1.0);
/// ```
pub trait ComplexScalar: Scalar + NumAssign {
    /// A real number as one of this type.
    ///
    /// ```
    /// # use holograd::ComplexScalar;
    /// # use num_complex::Complex;
    /// assert_eq!(<Complex<f64>>::from_real(2.0), Complex::new(2.0, 0.0));
    /// ```
    #[must_use]
    fn from_real(x: Self::Real) -> Self;

    /// r e^(iθ); its real part r cos θ in a real type.
    ///
    /// ```
    /// # use holograd::ComplexScalar;
    /// # use num_complex::Complex;
    /// assert_eq!(<Complex<f64> as ComplexScalar>::from_polar(2.0, 0.0), Complex::new(2.0, 0.0));
    /// ```
    #[must_use]
    fn from_polar(r: Self::Real, theta: Self::Real) -> Self;

    /// The real part.
    ///
    /// ```
    /// # use holograd::ComplexScalar;
    /// # use num_complex::Complex;
    /// assert_eq!(Complex::new(3.0, 4.0).re(), 3.0);
    /// ```
    #[must_use]
    fn re(self) -> Self::Real;

    /// The imaginary part; 0 of a real number.
    ///
    /// ```
    /// # use holograd::ComplexScalar;
    /// # use num_complex::Complex;
    /// assert_eq!(Complex::new(3.0, 4.0).im(), 4.0);
    /// ```
    #[must_use]
    fn im(self) -> Self::Real;

    /// The complex conjugate.
    ///
    /// ```
    /// # use holograd::ComplexScalar;
    /// # use num_complex::Complex;
    /// assert_eq!(ComplexScalar::conj(Complex::new(3.0, 4.0)), Complex::new(3.0, -4.0));
    /// ```
    #[must_use]
    fn conj(self) -> Self;

    /// |z|, which num-complex calls `norm`; slope 0 at 0.
    ///
    /// ```
    /// # use holograd::{ComplexScalar, derivative};
    /// assert_eq!(derivative(|x| x.abs(), -2.0), -1.0);
    /// assert_eq!(derivative(|x| x.abs(), 0.0), 0.0);
    /// ```
    #[must_use]
    fn abs(self) -> Self::Real;

    /// |z|² = Re² + Im²
    ///
    /// ```
    /// # use holograd::ComplexScalar;
    /// # use num_complex::Complex;
    /// assert_eq!(ComplexScalar::norm_sqr(Complex::new(3.0, 4.0)), 25.0);
    /// ```
    #[must_use]
    fn norm_sqr(self) -> Self::Real;

    /// The angle of z in (−π, π]; 0 or π for a real number. Its slope at 0 is NaN.
    ///
    /// ```
    /// # use holograd::ComplexScalar;
    /// # use num_complex::Complex;
    /// assert_eq!(ComplexScalar::arg(Complex::new(0.0, 2.0)), std::f64::consts::FRAC_PI_2);
    /// ```
    #[must_use]
    fn arg(self) -> Self::Real;

    /// z times a real number.
    ///
    /// ```
    /// # use holograd::ComplexScalar;
    /// # use num_complex::Complex;
    /// assert_eq!(ComplexScalar::scale(Complex::new(3.0, 4.0), 2.0), Complex::new(6.0, 8.0));
    /// ```
    #[must_use]
    fn scale(self, factor: Self::Real) -> Self;

    /// z divided by a real number.
    ///
    /// ```
    /// # use holograd::ComplexScalar;
    /// # use num_complex::Complex;
    /// assert_eq!(ComplexScalar::unscale(Complex::new(3.0, 4.0), 2.0), Complex::new(1.5, 2.0));
    /// ```
    #[must_use]
    fn unscale(self, divisor: Self::Real) -> Self;

    /// z/|z|, 0 at 0.
    #[doc(hidden)]
    fn phase(self) -> Self;

    /// x + iy; x in a real type.
    #[doc(hidden)]
    fn from_parts(re: Self::Real, im: Self::Real) -> Self;

    /// (Re z, Im z), also of a number that a holomorphic transform made: what is put together again is not examined.
    #[doc(hidden)]
    fn parts(self) -> (Self::Real, Self::Real);
}

/// A real number: a [`ComplexScalar`] with an order.
///
/// Comparison, and with it every branch, looks at the value alone, so that it goes where the plain `f64` program goes.
///
/// # Examples
/// ```
/// use holograd::{Real, derivative, lit};
/// fn huber<T: Real>(x: T) -> T {
///     if x.abs() < lit(1.0) { x * x * lit(0.5) } else { x.abs() - lit(0.5) }
/// }
/// assert_eq!(derivative(huber, 0.25), 0.25);
/// assert_eq!(derivative(huber, -3.0), -1.0);
/// ```
pub trait Real:
    ComplexScalar<Real = Self, Primal: Leaf>
    + PartialOrd
    + PartialOrd<Lit>
    + Rem<Lit, Output = Self>
    + RemAssign<Lit>
{
    /// ±1 by the sign, also of a zero, as `f64::signum`; slope 0.
    ///
    /// ```
    /// # use holograd::{Real, derivative};
    /// assert_eq!(derivative(|x| x.signum(), -2.0), 0.0);
    /// ```
    #[must_use]
    fn signum(self) -> Self;

    /// The largest integer not above x; slope 0.
    ///
    /// ```
    /// # use holograd::{Real, derivative};
    /// assert_eq!(derivative(|x| x.floor() * x, 2.5), 2.0);
    /// ```
    #[must_use]
    fn floor(self) -> Self;

    /// The smallest integer not below x; slope 0.
    ///
    /// ```
    /// # use holograd::{Real, derivative};
    /// assert_eq!(derivative(|x| x.ceil() * x, 2.5), 3.0);
    /// ```
    #[must_use]
    fn ceil(self) -> Self;

    /// The nearest integer, ties away from zero; slope 0.
    ///
    /// ```
    /// # use holograd::{Real, derivative};
    /// assert_eq!(derivative(|x| x.round() * x, 2.5), 3.0);
    /// ```
    #[must_use]
    fn round(self) -> Self;

    /// The integer part; slope 0.
    ///
    /// ```
    /// # use holograd::{Real, derivative};
    /// assert_eq!(derivative(|x| x.trunc() * x, -2.5), -2.0);
    /// ```
    #[must_use]
    fn trunc(self) -> Self;

    /// x − trunc x; slope 1.
    ///
    /// ```
    /// # use holograd::{Real, derivative};
    /// assert_eq!(derivative(|x| x.fract(), 2.5), 1.0);
    /// ```
    #[must_use]
    fn fract(self) -> Self;

    /// Degrees to radians.
    ///
    /// ```
    /// # use holograd::Real;
    /// assert_eq!(Real::to_radians(180.0), std::f64::consts::PI);
    /// ```
    #[must_use]
    fn to_radians(self) -> Self;

    /// Radians to degrees.
    ///
    /// ```
    /// # use holograd::Real;
    /// assert_eq!(Real::to_degrees(std::f64::consts::PI), 180.0);
    /// ```
    #[must_use]
    fn to_degrees(self) -> Self;

    /// The angle of the point (x, y), where `self` is y. Slopes x/r² and −y/r²; NaN at the origin.
    ///
    /// ```
    /// # use holograd::{Real, jacfwd};
    /// assert_eq!(jacfwd(|[y, x]| y.atan2(x), &[0.0, 2.0]), [0.5, 0.0]);
    /// ```
    #[must_use]
    fn atan2(self, x: Self) -> Self;

    /// √(x² + y²), without overflow; slopes x/r and y/r, 0 at the origin.
    ///
    /// ```
    /// # use holograd::{Real, jacfwd};
    /// assert_eq!(jacfwd(|[x, y]| x.hypot(y), &[0.0, 4e200]), [0.0, 1.0]);
    /// ```
    #[must_use]
    fn hypot(self, other: Self) -> Self;

    /// x − n y with the integer n that makes it lie in [0, |y|); slopes 1 and −n.
    ///
    /// ```
    /// # use holograd::{Real, jacfwd};
    /// assert_eq!(jacfwd(|[x, y]| x.rem_euclid(y), &[-7.0, 4.0]), [1.0, 2.0]);
    /// ```
    #[must_use]
    fn rem_euclid(self, divisor: Self) -> Self;

    /// |x| with the sign of `sign`; slope ±1 in x as the signs agree or differ, 0 at x = 0, and 0 in `sign`.
    ///
    /// ```
    /// # use holograd::{Real, derivative};
    /// assert_eq!(derivative(|x| x.copysign(Real::floor(x)), -2.5), 1.0);
    /// ```
    #[must_use]
    fn copysign(self, sign: Self) -> Self;

    /// The smaller one; of a number and NaN the number. The slope is that of the argument returned, ½ and ½ at a tie.
    ///
    /// ```
    /// # use holograd::{Real, jacfwd};
    /// assert_eq!(jacfwd(|[x, y]| x.min(y), &[1.0, 2.0]), [1.0, 0.0]);
    /// assert_eq!(jacfwd(|[x, y]| x.min(y), &[1.0, 1.0]), [0.5, 0.5]);
    /// ```
    #[must_use]
    fn min(self, other: Self) -> Self;

    /// The larger one; of a number and NaN the number. The slope is that of the argument returned, ½ and ½ at a tie.
    ///
    /// ```
    /// # use holograd::{Real, jacfwd};
    /// assert_eq!(jacfwd(|[x, y]| x.max(y), &[1.0, 2.0]), [0.0, 1.0]);
    /// ```
    #[must_use]
    fn max(self, other: Self) -> Self;

    /// x held between two bounds; slope ½ at a bound, and ½ in the bound; between equal bounds 0, and ½ in each. NaN stays
    /// NaN.
    ///
    /// # Panics
    /// As `f64::clamp`: if `low > high` or one of them is NaN.
    ///
    /// ```
    /// # use holograd::{Real, Scalar, derivative};
    /// let clamp = |x: holograd::Dual<f64>| x.clamp(Scalar::lit(0.0), Scalar::lit(1.0));
    /// assert_eq!(derivative(clamp, 0.5), 1.0);
    /// assert_eq!(derivative(clamp, 1.0), 0.5);
    /// assert_eq!(derivative(clamp, 2.0), 0.0);
    /// ```
    #[must_use]
    fn clamp(self, low: Self, high: Self) -> Self;

    /// x a + b, the value rounded once.
    ///
    /// ```
    /// # use holograd::{Real, jacfwd};
    /// assert_eq!(jacfwd(|[x, a, b]| x.mul_add(a, b), &[2.0, 3.0, 4.0]), [3.0, 2.0, 1.0]);
    /// ```
    #[must_use]
    fn mul_add(self, a: Self, b: Self) -> Self;

    /// √(x₀² + x₁² + …), without overflow; slopes xᵢ/norm, 0 where all are 0. On the tape one node.
    ///
    /// ```
    /// # use holograd::{Real, grad};
    /// assert_eq!(grad(|x: [_; 2]| Real::norm(&x), &[3.0, 4.0]), [0.6, 0.8]);
    /// assert_eq!(grad(|x: [_; 2]| Real::norm(&x), &[0.0, 0.0]), [0.0, 0.0]);
    /// ```
    #[must_use]
    fn norm(x: &[Self]) -> Self {
        Self::norm_and_slopes(x.iter().copied()).0
    }

    /// ‖x‖ and the xᵢ/‖x‖, each computed when it is asked for.
    #[doc(hidden)]
    fn norm_and_slopes<I: Iterator<Item = Self> + Clone>(x: I) -> (Self, impl Iterator<Item = Self> + Clone);

    /// Whether the value is NaN.
    ///
    /// ```
    /// # use holograd::Real;
    /// assert!(Real::is_nan(f64::NAN));
    /// ```
    #[must_use]
    fn is_nan(self) -> bool;

    /// Whether the value is finite.
    ///
    /// ```
    /// # use holograd::Real;
    /// assert!(Real::is_finite(1.0));
    /// ```
    #[must_use]
    fn is_finite(self) -> bool;

    /// Whether the value is an infinity.
    ///
    /// ```
    /// # use holograd::Real;
    /// assert!(Real::is_infinite(f64::INFINITY));
    /// ```
    #[must_use]
    fn is_infinite(self) -> bool;

    /// Whether the sign bit of the value is set, also of a zero.
    ///
    /// ```
    /// # use holograd::Real;
    /// assert!(Real::is_sign_negative(-0.0));
    /// ```
    #[must_use]
    fn is_sign_negative(self) -> bool;

    /// x/√(x² + y²), the slope of `hypot`.
    #[doc(hidden)]
    fn direction(self, other: Self) -> Self;

    /// x/(x² + y²), the slopes of `atan2`.
    #[doc(hidden)]
    fn inversion(self, other: Self) -> Self;

    // How the elementary functions of `Complex<Self>` are computed. `Complex<T>` is a `Scalar` for every `T: Real`, and
    // its functions must be the machine's complex algorithms at the innermost level and the complex rules above it;
    // only `T` knows which of the two it is.

    /// An elementary function of a complex number.
    #[doc(hidden)]
    fn complex(z: Complex<Self>, f: Elementary) -> Complex<Self>;
    /// An elementary function of two complex numbers.
    #[doc(hidden)]
    fn complex2(z: Complex<Self>, w: Complex<Self>, f: Elementary2) -> Complex<Self>;
    /// (sin z, cos z)
    #[doc(hidden)]
    fn complex_sin_cos(z: Complex<Self>) -> (Complex<Self>, Complex<Self>);
    /// A user's rule at complex numbers.
    #[doc(hidden)]
    fn complex_rule<R: Rule<<Self::Primal as Primal>::Complex, K>, const K: usize>(
        rule: &R,
        z: [Complex<Self>; K],
    ) -> Complex<Self>;
    /// A user's vector-valued rule at complex numbers.
    #[doc(hidden)]
    fn complex_vector_rule<R: VectorRule<<Self::Primal as Primal>::Complex>>(
        rule: &R,
        z: &[Complex<Self>],
    ) -> Vec<Complex<Self>>;
    /// A complex constant.
    #[doc(hidden)]
    fn complex_constant(c: <Self::Primal as Primal>::Complex) -> Complex<Self>;
    /// The innermost value of a complex number.
    #[doc(hidden)]
    fn complex_primal(z: Complex<Self>) -> <Self::Primal as Primal>::Complex;
}

/// [`Scalar::fuse`] on every number but a variable: a plain call.
macro_rules! plain_blocks {
    () => {
        type Fused<const K: usize> = Self;
        #[inline]
        fn fuse<const K: usize, const M: usize>(
            x: [Self; K],
            block: impl FnOnce([Self; K]) -> [Self; M],
        ) -> [Self; M] {
            block(x)
        }
    };
}
pub(crate) use plain_blocks;

/// # Panics
/// If the lengths of two slices differ.
#[inline]
#[track_caller]
pub(crate) fn same_length(function: &str, x: usize, y: usize) {
    assert!(x == y, "{function}: two slices of the same length are expected, not of {x} and {y} numbers");
}

/// The larger of two numbers, and NaN if one of them is: `f64::max` gives the other.
#[inline]
pub(crate) fn maximum(x: f64, y: f64) -> f64 {
    if x > y || x.is_nan() { x } else { y }
}

/// The largest modulus, and NaN if one of them is.
#[inline]
pub(crate) fn largest<T: Scalar>(x: &[T]) -> f64 {
    x.iter().fold(0.0, |max, x| maximum(max, x.magnitude()))
}

/// The xᵢ with the largest real part, c, with its tangents, and the e^(xᵢ − c).
///
/// With a constant c the tangents of ln Σ e^(xᵢ − c) would hold those of c, and their square would have to cancel in a second
/// derivative.
pub(crate) fn exponentials<T: Scalar>(x: &[T]) -> (T, impl Iterator<Item = T>) {
    let size = |x: &T| x.log_magnitude();
    // A NaN, of either sign, is the largest.
    let larger = |x: &T, y: &T| size(x) > size(y) || size(x).is_nan();
    let largest = x.iter().reduce(|y, x| if larger(x, y) { x } else { y });
    let c = largest.map_or_else(|| T::zero().ln(), |c| *c);
    let infinite = size(&c).is_infinite();
    let term = move |x: &T| {
        if largest.is_some_and(|c| core::ptr::eq(x, c)) {
            return T::one();
        }
        // The same infinity twice: only the tangents differ.
        let twice = infinite && size(x) == size(&c);
        let difference = if twice { x.rest() - c.rest() } else { *x - c };
        difference.exp()
    };
    (c, x.iter().map(term))
}

/// Each as a part of their sum; not e^(xᵢ − ln Σ …), whose exponent has the rounding error of a large sum.
pub(crate) fn shares<T: Scalar>(terms: &[T]) -> Vec<T> {
    let total = T::sum_of(terms);
    terms.iter().map(|term| *term / total).collect()
}
