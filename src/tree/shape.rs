//! Containers of numbers.

use crate::Scalar;
use core::fmt::{self, Debug};

/// What a shape can be rebuilt with: all that nalgebra asks of the elements of a matrix. Implemented for all such types.
///
/// # Examples
/// ```
/// fn takes(_: impl holograd::Element) {}
/// takes(1.0);
/// takes(vec![[1.0, 2.0]]);
/// ```
pub trait Element: Clone + PartialEq + Debug + 'static {}
impl<U: Clone + PartialEq + Debug + 'static> Element for U {}

/// A container of numbers `T`, its leaves, in a fixed order.
///
/// # Examples
/// ```
/// use holograd::Shape;
/// let x = ([1.0, 2.0], vec![3.0]);
/// assert_eq!(x.map_leaves(&mut |leaf: f64| leaf > 1.5), ([false, true], vec![true]));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a container of numbers `{T}`",
    note = "containers are numbers, arrays, slices, `Vec`, tuples, `BTreeMap` and nalgebra matrices of numbers, in any nest; a struct becomes one by `impl_tree!`"
)]
pub trait Shape<T: Scalar> {
    /// This container with `U` in place of each number.
    type With<U: Element>: Element;

    /// The number of leaves, where the type tells it.
    #[doc(hidden)]
    const LEAVES: Option<usize> = None;

    /// This container with `f` of each of its leaves and the leaf of `other` in that place.
    ///
    /// # Panics
    /// If the shapes differ.
    #[track_caller]
    fn zip_leaves<U: Element>(&self, other: &Self, f: &mut impl FnMut(T, T) -> U) -> Self::With<U>;

    /// This container with `f` of each leaf.
    #[inline]
    fn map_leaves<U: Element>(&self, f: &mut impl FnMut(T) -> U) -> Self::With<U> {
        self.zip_leaves(self, &mut |x, _| f(x))
    }

    /// The number of leaves.
    fn leaves(&self) -> usize {
        let mut n = 0;
        self.map_leaves(&mut |_| n += 1);
        n
    }

    /// Whether the leaves stand in memory as slices whose lengths tell the shape. Then `f` is called with each slice, in order.
    #[doc(hidden)]
    #[inline]
    fn slices<'a>(&'a self, _f: &mut impl FnMut(&'a [T])) -> bool
    where
        T: 'a,
    {
        false
    }

    /// The leaves of all these, where they stand in memory without gaps and each has as many.
    #[doc(hidden)]
    #[inline]
    fn flattened(_all: &[Self]) -> Option<&[T]>
    where
        Self: Sized,
    {
        None
    }
}

/// What all shapes say that were given another one: what was expected, and what was given, with its verb.
#[cold]
#[track_caller]
pub(crate) fn shapes_differ(expected: fmt::Arguments<'_>, given: fmt::Arguments<'_>) -> ! {
    panic!(
        "shapes differ: {expected} was expected, as in the point or the result that this belongs to, and {given} given"
    )
}

#[cold]
#[track_caller]
pub(super) fn lengths_differ(container: &str, expected: usize, given: usize) -> ! {
    shapes_differ(format_args!("{container} of {expected} elements"), format_args!("{given} were"))
}

/// The number of leaves of parts that have so many each, where all types tell theirs.
#[doc(hidden)]
#[must_use]
pub const fn total_leaves(parts: &[Option<usize>]) -> Option<usize> {
    let (mut total, mut i) = (0, 0);
    while i < parts.len() {
        match parts[i] {
            Some(n) => total += n,
            None => return None,
        }
        i += 1;
    }
    Some(total)
}

/// The number of leaves of parts, which must be that of the lanes where there is one.
///
/// # Panics
/// If it is not, at compile time.
#[doc(hidden)]
#[must_use]
pub const fn leaves_in_lanes(parts: &[Option<usize>], lanes: &[usize]) -> Option<usize> {
    let total = total_leaves(parts);
    if let [lanes] = lanes {
        match total {
            Some(total) if total == *lanes => {}
            _ => panic!(
                "`impl_tree!(…, lanes = N)`: N must be the number of the struct's differentiated numbers, and that fixed"
            ),
        }
    }
    total
}

/// The number of leaves of a field of an `S`, where its type, which a macro does not know, tells it.
#[doc(hidden)]
#[must_use]
pub const fn leaves_of<T: Scalar, S, F: Shape<T>>(_field: fn(&S) -> &F) -> Option<usize> {
    F::LEAVES
}
