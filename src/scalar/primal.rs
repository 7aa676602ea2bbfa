//! [`Primal`]: the numbers that nests end in.

use super::{Base, ComplexScalar, Real, Scalar};
use crate::kernel::Machine;
#[cfg(feature = "nalgebra")]
use crate::linalg::Factorisation;
use num_complex::Complex;
use num_traits::ToPrimitive;

/// An innermost number: a [`Base`] number such as `f32` and `f64`, or a complex number of them.
///
/// # Examples
/// ```
/// use holograd::{Dual, Primal, Scalar};
/// fn innermost<P: Primal>(x: impl Scalar<Primal = P>) -> P {
///     x.primal()
/// }
/// assert_eq!(innermost(Dual::variable(2.0_f32)), 2.0_f32);
/// ```
pub trait Primal: Scalar<Primal = Self> {
    /// The complex number of the same precision.
    type Complex: Primal;

    /// From a number of the machine.
    #[doc(hidden)]
    fn from_number<N: ToPrimitive>(n: N) -> Option<Self>;
    /// The `f64` nearest to a real number, complex ones off the real axis excepted.
    #[doc(hidden)]
    fn to_number(self) -> Option<f64>;
    /// A factorisation of a matrix of this number.
    #[cfg(feature = "nalgebra")]
    #[doc(hidden)]
    fn factorise<F: Factorisation>(a: F::Of<Self>) -> F::Factors<Self>;
    /// The distance from 1 to the next real number.
    #[doc(hidden)]
    fn precision() -> f64;
}

impl<B: Base> Primal for B {
    type Complex = Complex<B>;
    #[inline]
    fn from_number<N: ToPrimitive>(n: N) -> Option<Self> {
        Base::from_number(n)
    }
    #[inline]
    fn to_number(self) -> Option<f64> {
        Some(Base::to_f64(self))
    }
    #[cfg(feature = "nalgebra")]
    fn factorise<F: Factorisation>(a: F::Of<Self>) -> F::Factors<Self> {
        <B as Base>::factorise::<F>(a)
    }
    fn precision() -> f64 {
        Base::to_f64(B::epsilon())
    }
}

impl<B: Base> Primal for Complex<B> {
    type Complex = Self;
    #[inline]
    fn from_number<N: ToPrimitive>(n: N) -> Option<Self> {
        Some(Complex::new(Base::from_number(n)?, B::zero()))
    }
    #[inline]
    fn to_number(self) -> Option<f64> {
        self.im.is_zero().then(|| Base::to_f64(self.re))
    }
    #[cfg(feature = "nalgebra")]
    fn factorise<F: Factorisation>(a: F::Of<Self>) -> F::Factors<Self> {
        <B as Base>::factorise_complex::<F>(a)
    }
    fn precision() -> f64 {
        B::precision()
    }
}

#[diagnostic::do_not_recommend]
impl<B: Base> Scalar for B {
    type Real = B;
    type Primal = B;
    type Kernel = Machine;
    type Fused<const K: usize> = B;
}
#[diagnostic::do_not_recommend]
impl<B: Base> ComplexScalar for B {}
#[diagnostic::do_not_recommend]
impl<B: Base> Real for B {}
