//! geo's algorithms on our numbers: `GeoNum`, and with it `GeoFloat`.
//!
//! Orientations are decided by the plain determinant: geo's exact one is made for `f64` alone.

use crate::kernel::Layer;
use crate::{Dual, Real};
use core::cmp::Ordering;
use float_next_after::NextAfter;
use geo::GeoNum;
use geo::kernels::SimpleKernel;

macro_rules! numbers {
    ($([$($n:tt)*] $kind:ty;)*) => {$(
        impl<T: Real $($n)*> GeoNum for $kind
        where
            Self: geo::CoordNum,
        {
            type Ker = SimpleKernel;
            fn total_cmp(&self, other: &Self) -> Ordering {
                Real::total_cmp(self, other)
            }
        }

        /// The neighbouring value with the derivatives of this one.
        impl<T: Real + NextAfter $($n)*> NextAfter for $kind {
            fn next_after(self, other: Self) -> Self {
                self.moved_to(self.inner().next_after(other.inner()))
            }
        }
    )*};
}

numbers! { [, const N: usize] Dual<T, N>; }
#[cfg(feature = "std")]
numbers! { [] crate::Var<T>; }
