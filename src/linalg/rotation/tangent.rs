//! Rotations, poses and points as inputs of transforms.

use super::group::{compose, exp};
use super::manifold::{Manifold, TangentWith};
use crate::matrix::{Columns, Rows};
use crate::transform::{Second, hessian, jacfwd};
use crate::{Output, Primal, Real, Shape, Tree, With};
use alloc::vec::Vec;
use core::array::from_fn;
use nalgebra::allocator::Allocator;
use nalgebra::{
    DefaultAllocator, Isometry2, Isometry3, OMatrix, Point, Quaternion, Rotation3, SVector, Unit,
    UnitComplex, UnitQuaternion, Vector1, Vector3, Vector6,
};
use num_complex::Complex;

/// The gradient by the tangent, by reverse mode: the derivatives of f(x ⊞ δ) by δ at δ = 0, in the shape of a tangent.
///
/// # Examples
/// ```
/// use holograd::linalg::rotation::{act, tangent_gradient};
/// use nalgebra::{UnitQuaternion, vector};
/// let q = UnitQuaternion::<f64>::identity();
/// let slopes = tangent_gradient(|q| act(&q, &vector![1.0, 0.0, 0.0].map(From::from))[1], &q);
/// assert_eq!(slopes, vector![0.0, 0.0, 1.0]);
/// ```
#[cfg(feature = "std")]
#[track_caller]
pub fn tangent_gradient<M: Manifold, Y>(
    f: impl FnOnce(M::With<crate::Var<M::Number>>) -> Y,
    x: &M,
) -> Y::Lift<<M::Tangent as Shape<M::Number>>::With<M::Number>>
where
    Y: crate::NumberOutput<crate::Var<M::Number>>,
    crate::Var<M::Number>: Real,
{
    crate::grad(|delta| f(M::retracted(x, &delta, &crate::Var::from)), &M::origin(x))
}

/// The Jacobian by the tangent, by forward mode: the derivatives of f(x ⊞ δ) by δ at δ = 0, in the shape of the output holding the
/// shape of a tangent.
///
/// # Examples
/// ```
/// use holograd::linalg::rotation::{log, tangent_jacobian};
/// use nalgebra::{UnitQuaternion, vector};
/// let rows = tangent_jacobian(|q: UnitQuaternion<_>| log(&q), &UnitQuaternion::<f64>::identity());
/// assert_eq!(rows[1], vector![0.0, 1.0, 0.0]);
/// ```
#[track_caller]
pub fn tangent_jacobian<M: Manifold, Y>(
    mut f: impl FnMut(M::With<<M::Tangent as Tree<M::Number>>::Lanes>) -> Y,
    x: &M,
) -> With<Y, <M::Tangent as Tree<M::Number>>::Lanes, TangentWith<M, M::Number>>
where
    Y: Output<<M::Tangent as Tree<M::Number>>::Lanes>,
    <M::Tangent as Tree<M::Number>>::Lanes: Real + From<M::Number>,
{
    jacfwd(|delta| f(M::retracted(x, &delta, &From::from)), &M::origin(x))
}

/// The Hessian by the tangent: the second derivatives of f(x ⊞ δ) by δ at δ = 0, at machine numbers.
///
/// # Examples
/// ```
/// use holograd::linalg::rotation::{act, tangent_hessian};
/// use nalgebra::{UnitComplex, matrix, vector};
/// let q = UnitComplex::<f64>::identity();
/// let second = tangent_hessian(|q: UnitComplex<_>| act(&q, &vector![1.0, 0.0].map(holograd::Scalar::lit))[0], &q);
/// assert_eq!(second[0][0], -1.0); // cos
/// ```
#[track_caller]
pub fn tangent_hessian<M: Manifold<Number: Primal>, Y>(
    mut f: impl FnMut(M::With<Second<M::Number, M::Tangent>>) -> Y,
    x: &M,
) -> With<Y, Second<M::Number, M::Tangent>, <M::Tangent as Shape<M::Number>>::With<TangentWith<M, M::Number>>>
where
    Y: Output<Second<M::Number, M::Tangent>>,
    Second<M::Number, M::Tangent>: Real,
{
    let constant = |x: M::Number| crate::Scalar::constant(crate::Scalar::primal(x));
    hessian(|delta| f(M::retracted(x, &delta, &constant)), &M::origin(x))
}

/// A group by its tangent and how its numbers are lifted.
macro_rules! groups {
    ($($group:ident, $tangent:ident, |$x:ident, $lift:ident| $lifted:expr;)*) => {$(
        impl<T: Real> Manifold for $group<T> {
            type Number = T;
            type Tangent = $tangent<T>;
            type With<U: Real> = $group<U>;
            fn origin(_: &Self) -> $tangent<T> {
                $tangent::from_element(T::zero())
            }
            fn retracted<U: Real>($x: &Self, delta: &$tangent<U>, $lift: &impl Fn(T) -> U) -> $group<U> {
                compose(&$lifted, &exp(delta))
            }
        }
    )*};
}
groups! {
    UnitQuaternion, Vector3, |x, lift| quaternion(x, lift);
    Rotation3, Vector3, |x, lift| Rotation3::from_matrix_unchecked(x.matrix().map(lift));
    UnitComplex, Vector1, |x, lift| unit_complex(x, lift);
    Isometry2, Vector3, |x, lift| Isometry2 {
        rotation: unit_complex(&x.rotation, lift),
        translation: x.translation.vector.map(lift).into(),
    };
    Isometry3, Vector6, |x, lift| Isometry3 {
        rotation: quaternion(&x.rotation, lift),
        translation: x.translation.vector.map(lift).into(),
    };
}

fn quaternion<T: Real, U: Real>(q: &UnitQuaternion<T>, lift: &impl Fn(T) -> U) -> UnitQuaternion<U> {
    Unit::new_unchecked(Quaternion { coords: q.as_ref().coords.map(lift) })
}

fn unit_complex<T: Real, U: Real>(q: &UnitComplex<T>, lift: &impl Fn(T) -> U) -> UnitComplex<U> {
    let z = q.as_ref();
    Unit::new_unchecked(Complex { re: lift(z.re), im: lift(z.im) })
}

impl<T: Real, const D: usize> Manifold for Point<T, D> {
    type Number = T;
    type Tangent = SVector<T, D>;
    type With<U: Real> = Point<U, D>;
    fn origin(_: &Self) -> SVector<T, D> {
        SVector::from_element(T::zero())
    }
    fn retracted<U: Real>(x: &Self, delta: &SVector<U, D>, lift: &impl Fn(T) -> U) -> Point<U, D> {
        (x.coords.map(lift) + delta).into()
    }
}

impl<T: Real, R: Rows, C: Columns> Manifold for OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    type Number = T;
    type Tangent = OMatrix<T, R, C>;
    type With<U: Real> = OMatrix<U, R, C>;
    fn origin(x: &Self) -> OMatrix<T, R, C> {
        x.map(|_| T::zero())
    }
    fn retracted<U: Real>(x: &Self, delta: &OMatrix<U, R, C>, lift: &impl Fn(T) -> U) -> OMatrix<U, R, C> {
        x.map(lift) + delta
    }
}

impl<M: Manifold, const N: usize> Manifold for [M; N] {
    type Number = M::Number;
    type Tangent = [M::Tangent; N];
    type With<U: Real> = [M::With<U>; N];
    fn origin(x: &Self) -> [M::Tangent; N] {
        from_fn(|i| M::origin(&x[i]))
    }
    fn retracted<U: Real>(
        x: &Self,
        delta: &[TangentWith<M, U>; N],
        lift: &impl Fn(M::Number) -> U,
    ) -> [M::With<U>; N] {
        from_fn(|i| M::retracted(&x[i], &delta[i], lift))
    }
}

impl<M: Manifold> Manifold for Vec<M> {
    type Number = M::Number;
    type Tangent = Vec<M::Tangent>;
    type With<U: Real> = Vec<M::With<U>>;
    fn origin(x: &Self) -> Vec<M::Tangent> {
        x.iter().map(M::origin).collect()
    }
    #[track_caller]
    fn retracted<U: Real>(
        x: &Self,
        delta: &Vec<TangentWith<M, U>>,
        lift: &impl Fn(M::Number) -> U,
    ) -> Vec<M::With<U>> {
        assert!(
            x.len() == delta.len(),
            "a retraction: as many tangents as elements are expected, {}, not {}",
            x.len(),
            delta.len()
        );
        x.iter().zip(delta).map(|(x, delta)| M::retracted(x, delta, lift)).collect()
    }
}

macro_rules! tuples {
    ($(($first:ident 0 $(, $other:ident $i:tt)*))*) => {$(
        impl<$first: Manifold, $($other: Manifold<Number = $first::Number>),*> Manifold for ($first, $($other,)*) {
            type Number = $first::Number;
            type Tangent = ($first::Tangent, $($other::Tangent,)*);
            type With<U: Real> = ($first::With<U>, $($other::With<U>,)*);
            fn origin(x: &Self) -> Self::Tangent {
                ($first::origin(&x.0), $($other::origin(&x.$i),)*)
            }
            #[track_caller]
            fn retracted<U: Real>(
                x: &Self,
                delta: &(TangentWith<$first, U>, $(TangentWith<$other, U>,)*),
                lift: &impl Fn(Self::Number) -> U,
            ) -> Self::With<U> {
                ($first::retracted(&x.0, &delta.0, lift), $($other::retracted(&x.$i, &delta.$i, lift),)*)
            }
        }
    )*};
}
tuples! { (A 0, B 1) (A 0, B 1, C 2) (A 0, B 1, C 2, D 3) }
