//! The one idea of this module, and the two rules it needs.
//!
//! A matrix of nested numbers is A = A₀ + E: the value A₀, of the machine's numbers, and a rest E whose own value is zero. In
//! a nest K levels deep every product of more than K rests vanishes. So a solution X of an equation in A₀ + E, written as a
//! fixed point X = X₀ + L(E, X) whose right-hand side is one order smaller in E, is *exact* after K steps from X₀; the
//! coefficients are those of the factorisation of A₀, which is computed once. The tape differentiates the same K steps.

use crate::kernel::Engine;
use crate::scalar::magnitude::{largest, maximum};
use crate::{Primal, Scalar, VectorRule};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use nalgebra::allocator::Allocator;
use nalgebra::{
    DMatrix, DMatrixView, DVectorView, DefaultAllocator, Dim, Dyn, Matrix, OMatrix, RawStorage, Storage, U1,
};
use num_traits::Zero;

/// The numbers of a matrix, with dynamic sizes.
#[track_caller]
pub(super) fn dynamic<T: Scalar, R: Dim, C: Dim>(a: &OMatrix<T, R, C>) -> DMatrix<T>
where
    DefaultAllocator: Allocator<R, C>,
{
    T::entering("a function of `holograd::linalg`");
    DMatrix::from_column_slice(a.nrows(), a.ncols(), a.as_slice())
}

/// The way back.
pub(super) fn shaped<T: Scalar, R: Dim, C: Dim>(a: &DMatrix<T>, rows: R, columns: C) -> OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    OMatrix::from_iterator_generic(rows, columns, a.as_slice().iter().copied())
}

/// A₀ of a matrix by its columns.
pub(super) fn values<T: Scalar>(rows: usize, columns: usize, a: &[T]) -> DMatrix<T::Primal> {
    DMatrix::from_vec(rows, columns, a.iter().map(|x| x.primal()).collect())
}

/// A₀ as numbers of the nest.
pub(super) fn constant<T: Scalar>(a: &DMatrix<T::Primal>) -> DMatrix<T> {
    a.map(T::constant)
}

/// A₀ and E.
pub(super) fn split<T: Scalar>(a: &DMatrix<T>) -> (DMatrix<T::Primal>, DMatrix<T>) {
    let (rows, columns) = a.shape();
    let rest = a.as_slice().iter().map(|x| x.rest()).collect();
    (values(rows, columns, a.as_slice()), DMatrix::from_vec(rows, columns, rest))
}

/// ‖A₀‖₁, the largest column sum of moduli.
pub(super) fn norm_of_values<T: Scalar>(a: &DMatrix<T>) -> f64 {
    let sum = |column: DVectorView<'_, T>| column.iter().map(|x| x.magnitude()).sum();
    a.column_iter().map(sum).fold(0.0, maximum)
}

/// The binary exponent of a number so large or so small that products of a few leave the range of `f32`, and 0 for all
/// others, for zero and for what is not finite.
fn exponent(modulus: f64) -> i32 {
    const LARGEST: f64 = (1_u64 << 50) as f64;
    let ordinary = (1.0 / LARGEST..=LARGEST).contains(&modulus) || modulus == 0.0 || !modulus.is_finite();
    if ordinary { 0 } else { libm::ilogb(modulus) }
}

/// The exponent of the largest entry, as [`exponent`] says.
pub(super) fn exponent_of<P: Primal>(a: &DMatrix<P>) -> i32 {
    exponent(largest(a.as_slice()))
}

/// 2ᵏ A, exactly as far as the range goes.
pub(super) fn scaled<P: Primal>(a: DMatrix<P>, k: i32) -> DMatrix<P> {
    if k == 0 { a } else { a.map(|x| Ranged { factor: x, exponent: k }.value()) }
}

/// A product factor · 2^exponent, which has more range than its numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ranged<P> {
    factor: P,
    exponent: i32,
}

impl<P: Primal> Ranged<P> {
    /// The product, rounded as if all its partial products were in the range.
    pub(super) fn product(factors: impl Iterator<Item = P>) -> Self {
        let ranged = |factor: P, exponent: i32| {
            let shift = self::exponent(factor.magnitude());
            Ranged { factor: Ranged { factor, exponent: -shift }.value(), exponent: exponent + shift }
        };
        factors.fold(Ranged { factor: P::one(), exponent: 0 }, |product, factor| {
            let next = ranged(factor, product.exponent);
            ranged(product.factor * next.factor, next.exponent)
        })
    }

    /// 2ᵏ times this.
    pub(super) fn times_power(self, k: i32) -> Self {
        Ranged { exponent: self.exponent + k, ..self }
    }

    /// Zero or infinite beyond the range.
    pub(super) fn value(self) -> P {
        const STEP: i32 = 100;
        let (mut x, mut k) = (self.factor, self.exponent.clamp(-40 * STEP, 40 * STEP));
        while k != 0 {
            let step = k.clamp(-STEP, STEP);
            x *= P::lit(libm::ldexp(1.0, step));
            k -= step;
        }
        x
    }
}

/// Whether a rest is that of a constant.
pub(super) fn is_zero<T: Scalar>(e: &Matrix<T, Dyn, Dyn, impl RawStorage<T, Dyn, Dyn>>) -> bool {
    e.iter().all(Zero::is_zero)
}

/// Whether an exact zero times these is zero in all that it has.
fn all_finite<T: Scalar>(a: &Matrix<T, Dyn, Dyn, impl RawStorage<T, Dyn, Dyn>>) -> bool {
    a.iter().all(|x| x.all_finite())
}

/// How many steps make a fixed point exact.
pub(super) fn orders<T: Scalar>(e: &DMatrix<T>) -> usize {
    if T::IS_BASE || is_zero(e) { 0 } else { T::ORDER }
}

/// The fixed point X = X₀ + L(X), L one order smaller in the rest than X.
pub(super) fn series<T: Scalar>(
    x0: &DMatrix<T>,
    orders: usize,
    step: impl Fn(&DMatrix<T>) -> DMatrix<T>,
) -> DMatrix<T> {
    (0..orders).fold(x0.clone(), |x, _| x0 + step(&x))
}

/// A B. On the tape one vector-valued rule, and nothing at all where one of the two is an exact zero and the other is finite.
pub(super) fn product<T: Scalar>(
    a: &Matrix<T, Dyn, Dyn, impl Storage<T, Dyn, Dyn, RStride = U1>>,
    b: &Matrix<T, Dyn, Dyn, impl Storage<T, Dyn, Dyn, RStride = U1>>,
) -> DMatrix<T> {
    if T::IS_BASE {
        return a * b;
    }
    let rule = Product { rows: a.nrows(), inner: a.ncols(), columns: b.ncols() };
    if (is_zero(a) && all_finite(b)) || (is_zero(b) && all_finite(a)) {
        return DMatrix::zeros(rule.rows, rule.columns);
    }
    let mut x = Vec::with_capacity(a.len() + b.len());
    a.column_iter().for_each(|column| x.extend_from_slice(column.as_slice()));
    b.column_iter().for_each(|column| x.extend_from_slice(column.as_slice()));
    DMatrix::from_vec(rule.rows, rule.columns, rule.at_slice(&x))
}

/// (A, B) ↦ A B, both down their columns.
#[derive(Clone, Copy, Debug)]
struct Product {
    rows: usize,
    inner: usize,
    columns: usize,
}

impl Product {
    fn factors<S: Scalar>(self, x: &[S]) -> (DMatrixView<'_, S>, DMatrixView<'_, S>) {
        let (a, b) = x.split_at(self.rows * self.inner);
        (
            DMatrixView::from_slice(a, self.rows, self.inner),
            DMatrixView::from_slice(b, self.inner, self.columns),
        )
    }
}

impl<P: Primal> VectorRule<P> for Product {
    fn values(&self, x: &[P]) -> Vec<P> {
        let (a, b) = self.factors(x);
        (a * b).data.into()
    }

    /// Ȧ B + A Ḃ
    fn pushforward<S: Scalar<Primal = P>>(&self, x: &[S], _y: &[S], v: &[S]) -> Vec<S> {
        let ((a, b), (da, db)) = (self.factors(x), self.factors(v));
        (product(&da, &b) + product(&a, &db)).data.into()
    }

    /// Ȳ Bᵀ, Aᵀ Ȳ
    fn pullback<S: Scalar<Primal = P>>(&self, x: &[S], _y: &[S], u: &[S]) -> Vec<S> {
        let (a, b) = self.factors(x);
        let u = DMatrixView::from_slice(u, self.rows, self.columns);
        let mut pulled: Vec<S> = product(&u, &b.transpose()).data.into();
        pulled.extend(product(&a.transpose(), &u).iter());
        pulled
    }
}

type Map<P> = Arc<dyn Fn(DMatrixView<'_, P>) -> DMatrix<P> + Send + Sync>;
pub(super) type Dimensions = (usize, usize);

/// A linear map of matrices with coefficients of the machine's numbers, and its transpose. It is its own derivative.
#[derive(Clone)]
pub(super) struct Linear<P> {
    apply: Map<P>,
    transposed: Map<P>,
    domain: Dimensions,
    image: Dimensions,
}

impl<P> fmt::Debug for Linear<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Linear({:?} → {:?})", self.domain, self.image)
    }
}

impl<P: Primal> Linear<P> {
    pub(super) fn new(
        domain: Dimensions,
        image: Dimensions,
        apply: impl Fn(DMatrixView<'_, P>) -> DMatrix<P> + Send + Sync + 'static,
        transposed: impl Fn(DMatrixView<'_, P>) -> DMatrix<P> + Send + Sync + 'static,
    ) -> Self {
        Linear { apply: Arc::new(apply), transposed: Arc::new(transposed), domain, image }
    }

    /// X ↦ L X R
    pub(super) fn sandwich(left: DMatrix<P>, right: DMatrix<P>) -> Self {
        let (left_t, right_t) = (left.transpose(), right.transpose());
        let (domain, image) = ((left.ncols(), right.nrows()), (left.nrows(), right.ncols()));
        Linear::new(domain, image, move |x| &left * x * &right, move |x| &left_t * x * &right_t)
    }

    /// X ↦ L X, for an X of so many columns
    pub(super) fn left(left: DMatrix<P>, columns: usize) -> Self {
        let left_t = left.transpose();
        let (domain, image) = ((left.ncols(), columns), (left.nrows(), columns));
        Linear::new(domain, image, move |x| &left * x, move |x| &left_t * x)
    }

    /// The image of a rest. On the tape one vector-valued rule, and nothing at all for the rest of a constant, whatever the
    /// coefficients are.
    pub(super) fn at<T: Scalar<Primal = P>>(&self, x: &DMatrix<T>) -> DMatrix<T> {
        let (rows, columns) = self.image;
        if is_zero(x) {
            return DMatrix::zeros(rows, columns);
        }
        DMatrix::from_vec(rows, columns, self.at_slice(x.as_slice()))
    }
}

impl<P: Primal> VectorRule<P> for Linear<P> {
    fn values(&self, x: &[P]) -> Vec<P> {
        let (rows, columns) = self.domain;
        (self.apply)(DMatrixView::from_slice(x, rows, columns)).data.into()
    }

    fn pushforward<S: Scalar<Primal = P>>(&self, _x: &[S], _y: &[S], v: &[S]) -> Vec<S> {
        self.at_slice(v)
    }

    fn pullback<S: Scalar<Primal = P>>(&self, _x: &[S], _y: &[S], u: &[S]) -> Vec<S> {
        let transpose = Linear {
            apply: self.transposed.clone(),
            transposed: self.apply.clone(),
            domain: self.image,
            image: self.domain,
        };
        transpose.at_slice(u)
    }
}
