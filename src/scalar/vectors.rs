//! What the complex quotient asks of vectors, lane by lane, for builds without `wide`. The results have the same bits.

use crate::array::array;
use core::ops::{Add, BitXor, Div, Mul};
use num_traits::Float;

/// Numbers side by side.
#[derive(Clone, Copy)]
pub(crate) struct Vector<T, const N: usize>([T; N]);

#[allow(non_camel_case_types)] // as in `wide`
pub(crate) type f64x2 = Vector<f64, 2>;
#[allow(non_camel_case_types)]
pub(crate) type f32x4 = Vector<f32, 4>;

impl<T: Float, const N: usize> Vector<T, N> {
    #[inline(always)]
    pub(crate) fn new(lanes: [T; N]) -> Self {
        Vector(lanes)
    }
    #[inline(always)]
    pub(crate) fn to_array(self) -> [T; N] {
        self.0
    }
    #[inline(always)]
    fn lane_by_lane(self, other: Self, f: impl Fn(T, T) -> T) -> Self {
        Vector(array(|i| f(self.0[i], other.0[i])))
    }
}

impl Vector<f64, 2> {
    /// Rows as columns.
    #[inline(always)]
    pub(crate) fn transpose([a, b]: [Self; 2]) -> [Self; 2] {
        [Vector([a.0[0], b.0[0]]), Vector([a.0[1], b.0[1]])]
    }
}

macro_rules! operators {
    ($($op:ident $f:ident)*) => {$(
        impl<T: Float, const N: usize> $op for Vector<T, N> {
            type Output = Self;
            #[inline(always)]
            fn $f(self, other: Self) -> Self {
                self.lane_by_lane(other, $op::$f)
            }
        }
    )*};
}
operators! { Add add Mul mul Div div }

/// The signs changed where the other number is −0.
impl<T: Float, const N: usize> BitXor for Vector<T, N> {
    type Output = Self;
    #[inline(always)]
    fn bitxor(self, signs: Self) -> Self {
        self.lane_by_lane(signs, |x, sign| if sign.is_sign_negative() { -x } else { x })
    }
}
