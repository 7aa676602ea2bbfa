//! Putting ones into numbers, and taking tangents out.

use super::shape::{Element, Shape};
use crate::kernel::{ComplexEngine, Engine};
use crate::scalar::lanes::each_lane;
use crate::tag::Tag;
use crate::{ComplexScalar, Dual, Scalar};
use alloc::vec::Vec;

/// A dual number with a fixed number of tangents over `T`: what a forward transform seeds its input with.
///
/// # Examples
/// ```
/// use holograd::{Dual, Lanes};
/// assert_eq!(<Dual<f64, 3> as Lanes<f64>>::COUNT, 3);
/// ```
pub trait Lanes<T: Scalar>: Scalar<Primal = T::Primal> {
    /// The number of tangents.
    const COUNT: usize;
    /// As many tangents over another number.
    type Over<S: Scalar<Primal = T::Primal>>: Lanes<S>;
    /// The value with tangent 1 in one lane.
    #[doc(hidden)]
    fn seed(value: T, lane: Option<usize>, seed: Seed) -> Self;
    /// The value.
    #[doc(hidden)]
    fn re(self) -> T;
    /// A tangent of a result of this evaluation.
    #[doc(hidden)]
    fn tangent(&self, lane: usize, seed: Seed) -> T;

    // What `holograd::complex` needs, whose variables have two lanes each and whose results may be real.

    /// The value with these tangents in the two lanes of a variable.
    #[doc(hidden)]
    fn seed_variable(value: T, variable: Option<usize>, tangents: [T; 2], seed: Seed) -> Self;
    /// A result that is complex or real as one of this type.
    #[doc(hidden)]
    fn embed<S: ComplexScalar<Real = Self::Real>>(y: S) -> Self
    where
        T: ComplexScalar;
    /// The value of a real result.
    #[doc(hidden)]
    fn real_re(y: Self::Real) -> T::Real;
    /// A tangent of a real result of this evaluation.
    #[doc(hidden)]
    fn real_tangent(y: Self::Real, lane: usize, seed: Seed) -> T::Real;
}

/// One evaluation of a closure by a transform.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct Seed(Tag);

impl core::fmt::Debug for Seed {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Seed")
    }
}

impl Seed {
    /// An evaluation at numbers `T` by the ordinary, that is for complex numbers the holomorphic, transforms.
    pub(crate) fn new<T: Scalar>() -> Self {
        Seed(Tag::fresh(T::COMPLEX))
    }

    /// An evaluation along real parameters, where functions without a complex derivative have one.
    pub(crate) fn along_reals() -> Self {
        Seed(Tag::fresh(false))
    }

    /// A number with these tangents.
    #[inline]
    pub(crate) fn dual<T: Scalar, const N: usize>(self, re: T, eps: [T; N]) -> Dual<T, N> {
        Dual { re, eps, tag: self.0 }
    }

    /// A result of this evaluation.
    #[inline]
    #[track_caller]
    pub(crate) fn check<T: Scalar, const N: usize>(self, y: Dual<T, N>) -> Dual<T, N> {
        *self.look_at(&y)
    }

    /// A result of this evaluation by reference: a nest of many tangents is too large to be copied.
    #[inline]
    #[track_caller]
    pub(crate) fn look_at<T: Scalar, const N: usize>(self, y: &Dual<T, N>) -> &Dual<T, N> {
        y.tag.expect(self.0, || y.is_constant());
        y
    }
}

impl<T: Scalar, const N: usize> Lanes<T> for Dual<T, N> {
    const COUNT: usize = N;
    type Over<S: Scalar<Primal = T::Primal>> = Dual<S, N>;

    #[inline]
    fn seed(value: T, lane: Option<usize>, seed: Seed) -> Self {
        const {
            assert!(
                N <= 64,
                "a fixed array of more than 64 numbers as an input: pass a slice, a `Vec` or a `DVector`, which are \
                 differentiated in chunks of 8"
            );
        }
        let mut eps = [T::zero(); N];
        if let Some(lane) = lane {
            eps[lane] = T::one();
        }
        // A vector loaded from numbers that were stored one by one waits for them, so that the compiler is told of vectors
        // here already. With many lanes the loop over the variables remains one, and it is this sum that would wait.
        if T::IS_BASE && N <= 8 {
            eps = T::lanes_sum(&[T::zero(); N], &eps);
        }
        seed.dual(value, eps)
    }

    #[inline]
    fn re(self) -> T {
        self.re
    }

    #[inline]
    #[track_caller]
    fn tangent(&self, lane: usize, seed: Seed) -> T {
        seed.look_at(self).eps[lane]
    }

    #[inline]
    fn seed_variable(value: T, variable: Option<usize>, tangents: [T; 2], seed: Seed) -> Self {
        let mut eps = [T::zero(); N];
        if let Some(variable) = variable {
            eps[2 * variable..2 * variable + 2].copy_from_slice(&tangents);
        }
        seed.dual(value, eps)
    }

    #[inline]
    fn embed<S: ComplexScalar<Real = Dual<T::Real, N>>>(y: S) -> Self
    where
        T: ComplexScalar,
    {
        let (re, im) = y.parts();
        Self::from_parts(re, im)
    }

    #[inline]
    fn real_re(y: Dual<T::Real, N>) -> T::Real {
        y.re
    }

    #[inline]
    #[track_caller]
    fn real_tangent(y: Dual<T::Real, N>, lane: usize, seed: Seed) -> T::Real {
        seed.check(y).eps[lane]
    }
}

/// How many leaves of a container of no fixed size an evaluation seeds.
pub(crate) const CHUNK: usize = 8;

/// The dual number of everything that is no array or vector of fixed size.
pub(crate) type Chunk<T> = Dual<T, CHUNK>;

/// The container with f(k, x) in place of its leaf x number k.
#[inline(always)]
pub(crate) fn map_numbered<T: Scalar, U: Element, X: Shape<T> + ?Sized>(
    x: &X,
    mut f: impl FnMut(usize, T) -> U,
) -> X::With<U> {
    let mut next = 0;
    x.map_leaves(&mut |x| {
        next += 1;
        f(next - 1, x)
    })
}

/// The leaves of a container in their order.
pub(crate) fn flatten<T: Scalar, X: Shape<T> + ?Sized>(x: &X) -> Vec<T> {
    let mut leaves = Vec::new();
    x.map_leaves(&mut |x| leaves.push(x));
    leaves
}

/// The lane of a leaf where an evaluation seeds so many leaves from the leaf `start` on, if it is one of them.
#[inline]
pub(crate) fn lane(leaf: usize, start: usize, lanes: usize) -> Option<usize> {
    leaf.checked_sub(start).filter(|lane| *lane < lanes)
}

/// The tangents of a leaf in the chunk number `chunk` of `N` leaves: 1 in its own lane, if it is in that chunk.
#[inline]
pub(crate) fn unit_tangents<T: Scalar, const N: usize>(leaf: usize, chunk: usize) -> [T; N] {
    each_lane(|lane| if leaf == chunk * N + lane { T::one() } else { T::zero() })
}

/// # Panics
/// If two evaluations of a function have not as many results.
#[track_caller]
pub(crate) fn same_leaves(expected: usize, given: usize) {
    assert!(
        expected == given,
        "the function returned {expected} numbers in one evaluation and {given} in another at the same point"
    );
}
