//! [`Counted`]: a number that counts what is computed with it.

use crate::kernel::{Engine, Layer, Layered, RealEngine, TruthOf, inner_complex};
use crate::{ComplexScalar, Lit, Real, Scalar, VectorRule};
use alloc::vec::Vec;
use core::cell::Cell;
use core::fmt;
use core::iter::Sum;
use core::ops::{Add, Div, Mul, Neg, Sub};
use num_complex::Complex;
use num_traits::{One, Zero};

std::thread_local! {
    static OPERATIONS: Cell<u64> = const { Cell::new(0) };
}

/// A number that counts the operations of this thread: every function, sum, product and quotient is one.
///
/// It computes what `T` computes. Inside a nest it counts what a transform costs.
///
/// # Examples
/// ```
/// use holograd::derivative;
/// use holograd::strategies::Counted;
/// let f = |x: holograd::Dual<Counted<f64>>| x.sin() * x;
/// let (slope, operations) = Counted::<f64>::operations_of(|| derivative(f, Counted::from(2.0)));
/// assert_eq!(slope, Counted::from(2.0_f64.cos() * 2.0 + 2.0_f64.sin()));
/// // sin x, cos x, cos x · 1, sin x · x, and cos x · x + 1 · sin x.
/// assert_eq!(operations, 7);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Counted<T> {
    number: T,
}

impl<T: Scalar> Counted<T> {
    /// What `f` gives, and how many operations it took.
    ///
    /// ```
    /// use holograd::strategies::Counted;
    /// let (y, operations) = Counted::<f64>::operations_of(|| Counted::from(3.0) * Counted::from(2.0));
    /// assert_eq!((y, operations), (Counted::from(6.0), 1));
    /// ```
    pub fn operations_of<R>(f: impl FnOnce() -> R) -> (R, u64) {
        let before = OPERATIONS.get();
        let result = f();
        (result, OPERATIONS.get() - before)
    }

    /// The result of an operation.
    fn result(number: T) -> Self {
        OPERATIONS.set(OPERATIONS.get() + 1);
        Counted { number }
    }

    /// The number without its count.
    pub fn value(self) -> T {
        self.number
    }
}

impl<T: Scalar> Scalar for Counted<T> {
    type Real = Counted<T::Real>;
    type Primal = T::Primal;
    type Kernel = Layered;
    type Fused<const K: usize> = Self;
}
impl<T: Real> ComplexScalar for Counted<T> {}
impl<T: Real> Real for Counted<T> {}

impl<T: Scalar> Layer for Counted<T> {
    type Inner = T;
    const INFINITESIMALS: usize = 0;
    const SHOWN: bool = false;

    fn inner(self) -> T {
        self.number
    }
    fn chain<const K: usize>(_x: [Self; K], value: T, _slopes: [T; K]) -> Self {
        Self::result(value)
    }
    fn chain_complex<const K: usize>(
        _z: [Complex<Self>; K],
        value: Complex<T>,
        _slopes: [Complex<T>; K],
    ) -> Complex<Self> {
        Complex::new(Self::result(value.re), value.im.into())
    }
    fn moved_to(self, value: T) -> Self {
        Self::result(value)
    }
    fn linear(self, f: impl Fn(T) -> T) -> Self {
        Self::result(f(self.number))
    }
    fn select(truth: TruthOf<T>, yes: Self, no: Self) -> Self {
        Self::result(T::choose(truth, || yes.number, || no.number))
    }
    fn vector_rule<R: VectorRule<T::Primal>>(rule: &R, x: &[Self]) -> Vec<Self> {
        let inner: Vec<T> = x.iter().map(|x| x.number).collect();
        T::apply_vector_rule(rule, &inner).into_iter().map(Self::result).collect()
    }
    fn complex_vector_rule<R: VectorRule<Complex<T::Primal>>>(
        rule: &R,
        z: &[Complex<Self>],
    ) -> Vec<Complex<Self>>
    where
        T: Real,
    {
        let inner: Vec<Complex<T>> = z.iter().map(|z| inner_complex(*z)).collect();
        let y = <Complex<T>>::apply_vector_rule(rule, &inner);
        y.into_iter().map(|y| Complex::new(Self::result(y.re), y.im.into())).collect()
    }
    fn norm_and_slopes<I: Iterator<Item = Self> + Clone>(x: I) -> (Self, impl Iterator<Item = Self> + Clone)
    where
        T: Real,
    {
        let (norm, slopes) = T::norm_and_slopes(x.map(|x| x.number));
        (Self::result(norm), slopes.map(Self::result))
    }
    fn fuse<const K: usize, const M: usize>(
        x: [Self; K],
        block: impl FnOnce([Self; K]) -> [Self; M],
    ) -> [Self; M] {
        block(x)
    }
    fn times_slope(self, slope: Self) -> Self {
        Self::result(self.number.times_slope(slope.number))
    }
    fn masked_product(self, other: Self) -> Self {
        Self::result(self.number.masked_product(other.number))
    }
    fn rest(self) -> Self {
        self.number.rest().into()
    }
    fn all_finite(self) -> bool {
        self.number.all_finite()
    }
    fn undifferentiable(self) -> Self {
        self.number.undifferentiable().into()
    }
    fn subtract_from(self, c: Lit) -> Self {
        Self::result(c - self.number)
    }
}

impl<T: Scalar> From<T> for Counted<T> {
    fn from(number: T) -> Self {
        Counted { number }
    }
}

impl<T: Scalar> Zero for Counted<T> {
    fn zero() -> Self {
        T::zero().into()
    }
    fn is_zero(&self) -> bool {
        self.number.is_zero()
    }
}

impl<T: Scalar> One for Counted<T> {
    fn one() -> Self {
        T::one().into()
    }
}

impl<T: Scalar> Neg for Counted<T> {
    type Output = Self;
    fn neg(self) -> Self {
        Counted::result(-self.number)
    }
}

macro_rules! arithmetic {
    ($($op:ident $f:ident)*) => {$(
        impl<T: Scalar> $op for Counted<T> {
            type Output = Self;
            fn $f(self, other: Self) -> Self {
                Counted::result($op::$f(self.number, other.number))
            }
        }
    )*};
}
arithmetic! { Add add Sub sub Mul mul Div div }

impl<T: Scalar> Sum for Counted<T> {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(-Self::zero(), |sum, x| sum + x)
    }
}

impl<T: Scalar> fmt::Display for Counted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.number, f)
    }
}
