//! The containers that transforms differentiate by.

use super::output::{Output, cannot_fail};
use super::second_order::{Blockwise, SecondOrder};
use super::seed::{Chunk, Lanes};
use super::shape::{Element, Shape, lengths_differ, shapes_differ, total_leaves};
use crate::array::array;
use crate::{Dual, HyperDual, Real, Scalar};
use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::convert::Infallible;
use num_complex::Complex;

/// An input: a [`Shape`] that transforms differentiate by.
///
/// Implemented for `T` itself, `[E; N]`, `[E]`, `Vec<E>`, `Box<[E]>`, tuples to 8, `BTreeMap<K, E>`, nalgebra matrices of
/// any fixed or dynamic shape, and by [`impl_tree!`](crate::impl_tree) for your structs.
///
/// # Examples
/// ```
/// use holograd::jacfwd;
/// let gradient = jacfwd(|(a, x): (_, [_; 2])| a * x[0] * x[1], &(2.0, [3.0, 4.0]));
/// assert_eq!(gradient, (12.0, [8.0, 6.0]));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an input that can be differentiated by",
    note = "inputs are numbers, arrays, slices, `Vec`, tuples, `BTreeMap` and nalgebra matrices of numbers, in any nest; a struct becomes one by `impl_tree!`",
    note = "numbers are written `1.0`, not `1`; for a `HashMap` take a `BTreeMap`",
    note = "for nalgebra's `Point` take its `.coords`; for a `UnitQuaternion` or another rotation a vector that it is made of, as by \
            `linalg::rotation_from_scaled_axis`, because its numbers are not independent"
)]
pub trait Tree<T: Scalar>: Shape<T> {
    /// The dual number that forward transforms seed this container with.
    type Lanes: Lanes<T>;
    /// The dual number for an array of `N` of this container.
    type ArrayLanes<const N: usize>: Lanes<T>;
    /// The way to second derivatives by this container: nested dual numbers where `Lanes` holds the whole container, dual
    /// numbers on the tape elsewhere.
    type Second: SecondOrder<T>;
    /// The way to second derivatives by an array of `N` of this container.
    type ArraySecond<const N: usize>: SecondOrder<T>;
}

/// Dual numbers over dual numbers, as many tangents at each level as `X` is seeded with.
///
/// # Examples
/// ```
/// use holograd::{HyperDual, Nested};
/// let _: Nested<f64, [f64; 3]> = HyperDual::<f64, 3>::default();
/// ```
pub type Nested<T, X> = <<X as Tree<T>>::Lanes as Lanes<T>>::Over<<X as Tree<T>>::Lanes>;

/// … and its second derivatives: forward over reverse.
#[cfg(feature = "std")]
#[doc(hidden)]
pub type ChunkSecond<T> = crate::Var<Chunk<T>>;

/// … and its second derivatives: without a tape nested dual numbers.
#[cfg(not(feature = "std"))]
#[doc(hidden)]
pub type ChunkSecond<T> = HyperDual<T, 8>;

#[diagnostic::do_not_recommend]
impl<T: Scalar> Shape<T> for T {
    type With<U: Element> = U;
    const LEAVES: Option<usize> = Some(1);
    #[inline]
    fn zip_leaves<U: Element>(&self, other: &Self, f: &mut impl FnMut(T, T) -> U) -> U {
        f(*self, *other)
    }
    #[inline]
    fn slices<'a>(&'a self, f: &mut impl FnMut(&'a [T])) -> bool
    where
        T: 'a,
    {
        f(core::slice::from_ref(self));
        true
    }
    #[inline]
    fn flattened(all: &[T]) -> Option<&[T]> {
        Some(all)
    }
}
#[diagnostic::do_not_recommend]
impl<T: Scalar> Tree<T> for T {
    type Lanes = Dual<T, 1>;
    type ArrayLanes<const N: usize> = Dual<T, N>;
    type Second = HyperDual<T, 1>;
    type ArraySecond<const N: usize> = Blockwise<N>;
}
cannot_fail! { [S: Scalar] S, S }

impl<S: Real> Shape<S> for Complex<S> {
    type With<U: Element> = Complex<U>;
    #[inline]
    fn zip_leaves<U: Element>(&self, other: &Self, f: &mut impl FnMut(S, S) -> U) -> Complex<U> {
        Complex { re: f(self.re, other.re), im: f(self.im, other.im) }
    }
}
cannot_fail! { [S: Real] Complex<S>, S }

impl<T: Scalar, E: Shape<T>, const N: usize> Shape<T> for [E; N] {
    type With<U: Element> = [E::With<U>; N];
    const LEAVES: Option<usize> = match E::LEAVES {
        Some(n) => Some(n * N),
        None => None,
    };
    #[inline]
    fn zip_leaves<U: Element>(&self, other: &Self, f: &mut impl FnMut(T, T) -> U) -> Self::With<U> {
        array(|i| self[i].zip_leaves(&other[i], f))
    }
    #[inline]
    fn slices<'a>(&'a self, f: &mut impl FnMut(&'a [T])) -> bool
    where
        T: 'a,
    {
        match E::flattened(self) {
            Some(all) => {
                f(all);
                true
            }
            None => self.iter().all(|x| x.slices(f)),
        }
    }
    #[inline]
    fn flattened(all: &[Self]) -> Option<&[T]> {
        E::flattened(all.as_flattened())
    }
}
impl<T: Scalar, E: Tree<T>, const N: usize> Tree<T> for [E; N] {
    type Lanes = E::ArrayLanes<N>;
    type ArrayLanes<const M: usize> = Chunk<T>;
    type Second = E::ArraySecond<N>;
    type ArraySecond<const M: usize> = HyperDual<T, 8>;
}
cannot_fail! { [T: Scalar, E: Shape<T>, const N: usize] [E; N], T }

impl<T: Scalar, E: Shape<T>> Shape<T> for [E] {
    type With<U: Element> = Vec<E::With<U>>;
    #[track_caller]
    fn zip_leaves<U: Element>(&self, other: &Self, f: &mut impl FnMut(T, T) -> U) -> Self::With<U> {
        if self.len() != other.len() {
            lengths_differ("a slice", self.len(), other.len());
        }
        self.iter().zip(other).map(|(x, y)| x.zip_leaves(y, f)).collect()
    }
    fn map_leaves<U: Element>(&self, f: &mut impl FnMut(T) -> U) -> Self::With<U> {
        self.iter().map(|x| x.map_leaves(f)).collect()
    }
    /// Not where elements without leaves could be of any number.
    #[inline]
    fn slices<'a>(&'a self, f: &mut impl FnMut(&'a [T])) -> bool
    where
        T: 'a,
    {
        match E::flattened(self) {
            Some(all) if E::LEAVES != Some(0) => {
                f(all);
                true
            }
            _ => false,
        }
    }
}
impl<T: Scalar, E: Tree<T>> Tree<T> for [E] {
    type Lanes = Chunk<T>;
    type ArrayLanes<const N: usize> = Chunk<T>;
    type Second = ChunkSecond<T>;
    type ArraySecond<const N: usize> = ChunkSecond<T>;
}

impl<T: Scalar, E: Shape<T>> Shape<T> for Vec<E> {
    type With<U: Element> = Vec<E::With<U>>;
    #[track_caller]
    fn zip_leaves<U: Element>(&self, other: &Self, f: &mut impl FnMut(T, T) -> U) -> Self::With<U> {
        self.as_slice().zip_leaves(other, f)
    }
    fn map_leaves<U: Element>(&self, f: &mut impl FnMut(T) -> U) -> Self::With<U> {
        self.as_slice().map_leaves(f)
    }
    #[inline]
    fn slices<'a>(&'a self, f: &mut impl FnMut(&'a [T])) -> bool
    where
        T: 'a,
    {
        self.as_slice().slices(f)
    }
}
impl<T: Scalar, E: Tree<T>> Tree<T> for Vec<E> {
    type Lanes = Chunk<T>;
    type ArrayLanes<const N: usize> = Chunk<T>;
    type Second = ChunkSecond<T>;
    type ArraySecond<const N: usize> = ChunkSecond<T>;
}
cannot_fail! { [T: Scalar, E: Shape<T>] Vec<E>, T }

impl<T: Scalar, E: Shape<T>> Shape<T> for Box<[E]> {
    type With<U: Element> = Box<[E::With<U>]>;
    #[track_caller]
    fn zip_leaves<U: Element>(&self, other: &Self, f: &mut impl FnMut(T, T) -> U) -> Self::With<U> {
        (**self).zip_leaves(other, f).into_boxed_slice()
    }
    #[inline]
    fn slices<'a>(&'a self, f: &mut impl FnMut(&'a [T])) -> bool
    where
        T: 'a,
    {
        (**self).slices(f)
    }
}
impl<T: Scalar, E: Tree<T>> Tree<T> for Box<[E]> {
    type Lanes = Chunk<T>;
    type ArrayLanes<const N: usize> = Chunk<T>;
    type Second = ChunkSecond<T>;
    type ArraySecond<const N: usize> = ChunkSecond<T>;
}
cannot_fail! { [T: Scalar, E: Shape<T>] Box<[E]>, T }

impl<T: Scalar, K: Element + Ord, E: Shape<T>> Shape<T> for BTreeMap<K, E> {
    type With<U: Element> = BTreeMap<K, E::With<U>>;
    #[track_caller]
    fn zip_leaves<U: Element>(&self, other: &Self, f: &mut impl FnMut(T, T) -> U) -> Self::With<U> {
        if self.len() != other.len() {
            lengths_differ("a map", self.len(), other.len());
        }
        self.iter()
            .zip(other)
            .map(|((key, x), (other_key, y))| {
                if key != other_key {
                    shapes_differ(
                        format_args!("a map with the key {key:?}"),
                        format_args!("one with {other_key:?} in its place was"),
                    );
                }
                (key.clone(), x.zip_leaves(y, f))
            })
            .collect()
    }
}
impl<T: Scalar, K: Element + Ord, E: Tree<T>> Tree<T> for BTreeMap<K, E> {
    type Lanes = Chunk<T>;
    type ArrayLanes<const N: usize> = Chunk<T>;
    type Second = ChunkSecond<T>;
    type ArraySecond<const N: usize> = ChunkSecond<T>;
}
cannot_fail! { [T: Scalar, K: Element + Ord, E: Shape<T>] BTreeMap<K, E>, T }

macro_rules! tuple {
    ($($name:ident $index:tt),*) => {
        impl<T: Scalar, $($name: Shape<T>),*> Shape<T> for ($($name,)*) {
            type With<U: Element> = ($($name::With<U>,)*);
            const LEAVES: Option<usize> = total_leaves(&[$($name::LEAVES),*]);
            #[inline]
            #[track_caller]
            fn zip_leaves<U: Element>(&self, other: &Self, f: &mut impl FnMut(T, T) -> U) -> Self::With<U> {
                ($(self.$index.zip_leaves(&other.$index, f),)*)
            }
            #[inline]
            fn slices<'a>(&'a self, f: &mut impl FnMut(&'a [T])) -> bool
            where
                T: 'a,
            {
                $(self.$index.slices(f))&&*
            }
        }
        impl<T: Scalar, $($name: Tree<T>),*> Tree<T> for ($($name,)*) {
            type Lanes = Chunk<T>;
            type ArrayLanes<const N: usize> = Chunk<T>;
            type Second = ChunkSecond<T>;
            type ArraySecond<const N: usize> = ChunkSecond<T>;
        }
        cannot_fail! { [T: Scalar, $($name: Shape<T>),*] ($($name,)*), T }
    };
}
tuple! { A 0 }
tuple! { A 0, B 1 }
tuple! { A 0, B 1, C 2 }
tuple! { A 0, B 1, C 2, D 3 }
tuple! { A 0, B 1, C 2, D 3, E 4 }
tuple! { A 0, B 1, C 2, D 3, E 4, F 5 }
tuple! { A 0, B 1, C 2, D 3, E 4, F 5, G 6 }
tuple! { A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7 }
