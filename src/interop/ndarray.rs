//! ndarray's arrays of any dimension as inputs and results, the leaves in the order of the indices; our numbers as operands beside
//! arrays.

use crate::tree::{Chunk, ChunkSecond, cannot_fail, shapes_differ};
use crate::{Dual, Element, Output, Scalar, Shape, Tree};
use alloc::vec::Vec;
use core::convert::Infallible;
use ndarray::{Array, ArrayBase, Data, Dimension, ScalarOperand};

impl<T: Scalar, const N: usize> ScalarOperand for Dual<T, N> {}
impl<T: Scalar, const K: usize> ScalarOperand for crate::Jet<T, K> {}
#[cfg(feature = "std")]
impl<T: Scalar> ScalarOperand for crate::Var<T> {}
#[cfg(feature = "proptest")]
impl<T: Scalar> ScalarOperand for crate::strategies::Counted<T> {}

impl<T: Scalar, E: Shape<T>, S: Data<Elem = E>, D: Dimension + 'static> Shape<T> for ArrayBase<S, D> {
    type With<U: Element> = Array<E::With<U>, D>;
    #[track_caller]
    fn zip_leaves<U: Element>(&self, other: &Self, f: &mut impl FnMut(T, T) -> U) -> Self::With<U> {
        if self.shape() != other.shape() {
            shapes_differ(
                format_args!("an array of the shape {:?}", self.shape()),
                format_args!("one of the shape {:?} was", other.shape()),
            );
        }
        let leaves: Vec<_> = self.iter().zip(other).map(|(x, y)| x.zip_leaves(y, f)).collect();
        rebuilt(leaves, self.raw_dim())
    }
    #[track_caller]
    fn map_leaves<U: Element>(&self, f: &mut impl FnMut(T) -> U) -> Self::With<U> {
        rebuilt(self.iter().map(|x| x.map_leaves(f)).collect(), self.raw_dim())
    }
}

/// The elements, in the order of the indices, as an array.
#[track_caller]
fn rebuilt<U, D: Dimension>(leaves: Vec<U>, shape: D) -> Array<U, D> {
    Array::from_shape_vec(shape, leaves).expect("an element for each index")
}

impl<T: Scalar, E: Tree<T>, S: Data<Elem = E>, D: Dimension + 'static> Tree<T> for ArrayBase<S, D> {
    type Lanes = Chunk<T>;
    type ArrayLanes<const N: usize> = Chunk<T>;
    type Second = ChunkSecond<T>;
    type ArraySecond<const N: usize> = ChunkSecond<T>;
}

cannot_fail! { [T: Scalar, E: Shape<T>, S: Data<Elem = E>, D: Dimension + 'static] ArrayBase<S, D>, T }
