//! The numbers that functions are written for: [`Scalar`], [`ComplexScalar`], [`Real`].
//!
//! Every method is documented here, once. All of them are also inherent methods of [`Dual`](crate::Dual), so that
//! `x.sin()` there is never ambiguous beside `num_traits::Float` or `simba::ComplexField`.

mod base;
pub(crate) mod complex;
mod complex_scalar;
pub(crate) mod float;
pub(crate) mod lanes;
pub(crate) mod lit;
pub(crate) mod magnitude;
pub(crate) mod norm;
mod operand;
mod primal;
mod real;
mod real64;
#[cfg(not(feature = "simd"))]
pub(crate) mod vectors;

use crate::Lit;
use crate::functions;
use crate::kernel::Kernel;
use crate::rule::Rule;
use alloc::vec::Vec;
pub use base::Base;
pub use complex_scalar::ComplexScalar;
use core::fmt::{Debug, Display};
use core::iter::{Product, Sum};
use core::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};
use num_traits::{One, Zero};
pub use operand::Operand;
pub use primal::Primal;
pub use real::Real;
pub use real64::{HasType, Implies, OfNumber, Real64, WithNumber};

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
/// be replaced. Derivatives through them are right; the *values* are theirs, with the wrong side of some cuts, and
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
    note = "as an input of a transform: numbers are written `1.0`, not `1`; a struct needs `impl_tree!`; for a `HashMap` take a \
            `BTreeMap`, for nalgebra's `Point` its `.coords`, for a `UnitQuaternion` the vector that it is made of"
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
    + Operand<Self>
{
    /// The real number of the same nest: `f64` for `f64` and `Complex<f64>`, `Dual<f64, N>` for `Dual<Complex<f64>, N>`.
    type Real: Real;

    /// The innermost number: `f32`, `f64`, `Complex<f32>` or `Complex<f64>`. A bound `T: Scalar<Primal = Complex<f64>>`
    /// is that of a holomorphic function that needs complex constants.
    type Primal: Primal;

    /// What the engine asks of this number.
    #[doc(hidden)]
    type Kernel: Kernel<Self>;

    /// A real literal as a value. Beside an operator, [`lit`](crate::lit) alone does.
    ///
    /// ```
    /// # use holograd::{Scalar, Dual};
    /// assert_eq!(Dual::<f64>::lit(2.0).derivative(), 0.0);
    /// ```
    #[must_use]
    #[inline]
    fn lit(value: f64) -> Self {
        Self::Kernel::lit(value)
    }

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
    #[inline]
    fn constant(value: Self::Primal) -> Self {
        Self::Kernel::constant(value)
    }

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
    #[inline]
    #[track_caller]
    fn primal(self) -> Self::Primal {
        Self::Kernel::primal(self)
    }

    /// A constant with this value: all tangents, at every level, are dropped.
    ///
    /// ```
    /// # use holograd::{Scalar, derivative};
    /// assert_eq!(derivative(|x| x * x.stop_gradient(), 3.0), 3.0);
    /// ```
    #[must_use]
    #[inline]
    fn stop_gradient(self) -> Self {
        Self::Kernel::stop_gradient(self)
    }

    /// 1/x
    ///
    /// ```
    /// # use holograd::Scalar;
    /// assert_eq!(Scalar::recip(4.0), 0.25);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn recip(self) -> Self {
        Self::Kernel::analytic(functions::recip {}, [self])
    }

    /// √x, the principal root: cut along the negative real axis, from above where the imaginary part is +0.
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert_eq!(derivative(|x| x.sqrt(), 4.0), 0.25);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn sqrt(self) -> Self {
        Self::Kernel::analytic(functions::sqrt {}, [self])
    }

    /// ∛x: the real, odd root of a real number; for a complex one the principal root e^(ln z / 3).
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert_eq!(derivative(|x| x.cbrt(), -8.0), 1.0 / 12.0);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn cbrt(self) -> Self {
        Self::Kernel::analytic(functions::cbrt {}, [self])
    }

    /// xⁿ, exact derivatives of every order, also at 0 and for negative n; x⁰ = 1.
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert_eq!(derivative(|x| x.powi(3), -2.0), 12.0);
    /// assert_eq!(derivative(|x| x.powi(0), 0.0), 0.0);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn powi(self, n: i32) -> Self {
        Self::Kernel::analytic(functions::powi { n }, [self])
    }

    /// x^p. For a constant exponent, an `f64` or a literal, the slope at 0 is +∞ for 0 < p < 1 and −∞ for p < 0; with a number of
    /// this type as the exponent it is [`pow`](Self::pow).
    ///
    /// ```
    /// # use holograd::{derivative, jacfwd};
    /// assert_eq!(derivative(|x| x.powf(2.5), 4.0), 20.0);
    /// assert_eq!(derivative(|x| x.powf(2.5), 0.0), 0.0);
    /// assert_eq!(jacfwd(|[x, p]| x.powf(p), &[2.0, 3.0]), [12.0, 8.0 * 2.0_f64.ln()]);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn powf(self, p: impl Operand<Self>) -> Self {
        match Operand::<Self>::known(p) {
            Some(p) => Self::Kernel::analytic(functions::powf { p }, [self]),
            None => Self::pow(self, p),
        }
    }

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
    #[inline]
    #[track_caller]
    fn pow(self, exponent: impl Operand<Self>) -> Self {
        Self::Kernel::analytic(functions::pow {}, [self, Operand::number(exponent)])
    }

    /// eˣ
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert_eq!(derivative(|x| x.exp(), 0.0), 1.0);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn exp(self) -> Self {
        Self::Kernel::analytic(functions::exp {}, [self])
    }

    /// 2ˣ
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert_eq!(derivative(|x| x.exp2(), 3.0), 8.0 * std::f64::consts::LN_2);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn exp2(self) -> Self {
        Self::Kernel::analytic(functions::exp2 {}, [self])
    }

    /// eˣ − 1, accurate near 0.
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert_eq!(derivative(|x| x.exp_m1(), -50.0), (-50.0_f64).exp());
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn exp_m1(self) -> Self {
        Self::Kernel::analytic(functions::exp_m1 {}, [self])
    }

    /// The natural logarithm; for complex numbers the principal one, cut along the negative real axis.
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert_eq!(derivative(|x| x.ln(), 4.0), 0.25);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn ln(self) -> Self {
        Self::Kernel::analytic(functions::ln {}, [self])
    }

    /// ln(1 + x), accurate near 0.
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert_eq!(derivative(|x| x.ln_1p(), 1.0), 0.5);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn ln_1p(self) -> Self {
        Self::Kernel::analytic(functions::ln_1p {}, [self])
    }

    /// The logarithm to the base b, ln x / ln b, where b is a constant or a number of this type.
    ///
    /// ```
    /// # use holograd::{derivative, jacfwd};
    /// assert_eq!(derivative(|x| x.log(3.0), 1.0), 1.0 / 3.0_f64.ln());
    /// assert_eq!(jacfwd(|[x, b]| x.log(b), &[1.0, 2.0]), [std::f64::consts::LOG2_E, 0.0]);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn log(self, base: impl Operand<Self>) -> Self {
        match Operand::<Self>::known(base) {
            Some(base) => Self::Kernel::analytic(functions::log { base }, [self]),
            None => Self::ln(self) / Self::ln(Operand::number(base)),
        }
    }

    /// log₂ x
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert_eq!(derivative(|x| x.log2(), 1.0), std::f64::consts::LOG2_E);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn log2(self) -> Self {
        Self::Kernel::analytic(functions::log2 {}, [self])
    }

    /// log₁₀ x
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert_eq!(derivative(|x| x.log10(), 1.0), std::f64::consts::LOG10_E);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn log10(self) -> Self {
        Self::Kernel::analytic(functions::log10 {}, [self])
    }

    /// sin x
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert_eq!(derivative(|x| x.sin(), 0.0), 1.0);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn sin(self) -> Self {
        Self::Kernel::analytic(functions::sin {}, [self])
    }

    /// cos x
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert_eq!(derivative(|x| x.cos(), 0.5), -0.5_f64.sin());
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn cos(self) -> Self {
        Self::Kernel::analytic(functions::cos {}, [self])
    }

    /// (sin x, cos x), computed together.
    ///
    /// ```
    /// # use holograd::Scalar;
    /// assert_eq!(Scalar::sin_cos(0.0), (0.0, 1.0));
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn sin_cos(self) -> (Self, Self) {
        Self::Kernel::sin_cos(self)
    }

    /// tan x; slope sec² x
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert_eq!(derivative(|x| x.tan(), 0.0), 1.0);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn tan(self) -> Self {
        Self::Kernel::analytic(functions::tan {}, [self])
    }

    /// arcsin x; cuts along the real axis outside [−1, 1]. Slope 1/√(1 − x²), infinite at ±1.
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert_eq!(derivative(|x| x.asin(), 0.6), 1.25);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn asin(self) -> Self {
        Self::Kernel::analytic(functions::asin {}, [self])
    }

    /// arccos x; cuts along the real axis outside [−1, 1]. Slope −1/√(1 − x²).
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert_eq!(derivative(|x| x.acos(), 0.6), -1.25);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn acos(self) -> Self {
        Self::Kernel::analytic(functions::acos {}, [self])
    }

    /// arctan x; cuts along the imaginary axis outside [−i, i]. Slope 1/(1 + x²).
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert_eq!(derivative(|x| x.atan(), 3.0), 0.1);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn atan(self) -> Self {
        Self::Kernel::analytic(functions::atan {}, [self])
    }

    /// sinh x
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert_eq!(derivative(|x| x.sinh(), 0.0), 1.0);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn sinh(self) -> Self {
        Self::Kernel::analytic(functions::sinh {}, [self])
    }

    /// cosh x
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert_eq!(derivative(|x| x.cosh(), 1.0), 1.0_f64.sinh());
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn cosh(self) -> Self {
        Self::Kernel::analytic(functions::cosh {}, [self])
    }

    /// tanh x; slope sech² x, with all its digits where tanh x has long become ±1.
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert!((derivative(|x| x.tanh(), 20.0) - 4.0 * (-40.0_f64).exp()).abs() < 1e-32);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn tanh(self) -> Self {
        Self::Kernel::analytic(functions::tanh {}, [self])
    }

    /// arsinh x; cuts along the imaginary axis outside [−i, i]. Slope 1/√(1 + x²).
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert_eq!(derivative(|x| x.asinh(), 1e200), 1e-200);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn asinh(self) -> Self {
        Self::Kernel::analytic(functions::asinh {}, [self])
    }

    /// arcosh x; cut along the real axis left of 1. Slope 1/(√(x − 1) √(x + 1)).
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert_eq!(derivative(|x| x.acosh(), 1.25), 1.0 / 0.75);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn acosh(self) -> Self {
        Self::Kernel::analytic(functions::acosh {}, [self])
    }

    /// artanh x; cuts along the real axis outside [−1, 1]. Slope 1/(1 − x²).
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert_eq!(derivative(|x| x.atanh(), 0.5), 1.0 / 0.75);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn atanh(self) -> Self {
        Self::Kernel::analytic(functions::atanh {}, [self])
    }

    /// sin x / x, 1 at 0, with every derivative right there.
    ///
    /// ```
    /// # use holograd::{derivative, second_derivative};
    /// assert_eq!(derivative(|x| x.sinc(), 0.0), 0.0);
    /// assert_eq!(second_derivative(|x| x.sinc(), 0.0), -1.0 / 3.0);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn sinc(self) -> Self {
        Self::Kernel::analytic(functions::sinc {}, [self])
    }

    /// The logistic function 1/(1 + e⁻ˣ).
    ///
    /// ```
    /// # use holograd::derivative;
    /// assert_eq!(derivative(|x| x.sigmoid(), 0.0), 0.25);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn sigmoid(self) -> Self {
        Self::Kernel::analytic(functions::sigmoid {}, [self])
    }

    /// ln(1 + eˣ), without overflow; slope [`sigmoid`](Self::sigmoid).
    ///
    /// ```
    /// # use holograd::Scalar;
    /// assert_eq!(1000.0.softplus(), 1000.0);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn softplus(self) -> Self {
        Self::Kernel::analytic(functions::softplus {}, [self])
    }

    /// ln(eˣ + eʸ), without overflow.
    ///
    /// ```
    /// # use holograd::Scalar;
    /// assert_eq!(1000.0.log_add_exp(1000.0), 1000.0 + 2.0_f64.ln());
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn log_add_exp(self, other: impl Operand<Self>) -> Self {
        Self::Kernel::analytic(functions::log_add_exp {}, [self, Operand::number(other)])
    }

    /// x ln y, which is 0 at x = 0 also where ln y is infinite.
    ///
    /// ```
    /// # use holograd::Scalar;
    /// assert_eq!(0.0.xlogy(0.0), 0.0);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    fn xlogy(self, y: impl Operand<Self>) -> Self {
        Self::Kernel::analytic(functions::xlogy {}, [self, Operand::number(y)])
    }

    /// x₀ + x₁ + …; on the tape one node.
    ///
    /// ```
    /// # use holograd::{Scalar, grad};
    /// assert_eq!(grad(|x: [_; 3]| Scalar::sum_of(&x), &[1.0, 2.0, 3.0]), [1.0; 3]);
    /// ```
    #[must_use]
    fn sum_of(x: &[Self]) -> Self {
        Self::Kernel::sum_of(x)
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
        Self::Kernel::dot(x, y)
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
        Self::Kernel::weighted_sum(weights, x)
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
    fn sum_over<I: IntoIterator>(x: &[Self], items: I, f: impl FnMut(&[Self], I::Item) -> Self) -> Self {
        Self::Kernel::sum_over(x, items, f)
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
    ) -> [Self; M] {
        Self::Kernel::fuse(x, block)
    }

    /// ln Σ e^(xᵢ), without overflow; slopes are the [`softmax`](Self::softmax). On the tape one node. −∞ for no numbers.
    ///
    /// ```
    /// # use holograd::{Scalar, grad};
    /// assert_eq!(Scalar::log_sum_exp(&[1000.0, 1000.0]), 1000.0 + 2.0_f64.ln());
    /// assert_eq!(grad(|x: [_; 2]| Scalar::log_sum_exp(&x), &[1000.0, 1000.0]), [0.5, 0.5]);
    /// ```
    #[must_use]
    fn log_sum_exp(x: &[Self]) -> Self {
        Self::Kernel::log_sum_exp(x)
    }

    /// e^(xᵢ) / Σ e^(xⱼ), without overflow.
    ///
    /// ```
    /// # use holograd::Scalar;
    /// assert_eq!(Scalar::softmax(&[0.0, 1000.0]), [0.0, 1.0]);
    /// ```
    #[must_use]
    fn softmax(x: &[Self]) -> Vec<Self> {
        Self::Kernel::softmax(x)
    }

    /// A function of one argument with a rule of its own: see [`Rule`].
    #[must_use]
    #[inline]
    #[track_caller]
    fn apply<R: Rule<Self::Primal>>(self, rule: &R) -> Self {
        Self::Kernel::rule(rule, [self])
    }
}
