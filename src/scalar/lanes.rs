//! Linear combinations of tangents at the machine's real numbers: vectors at a time.
//!
//! A loop over `[f64; N]` falls apart into N scalars as soon as it is unrolled, and what becomes of them is a matter of luck.
//! Said with vectors it stays vectors, in half as many instructions or fewer, so that the functions in which these
//! operations stand remain small enough to be put where they are called.

use num_traits::Zero;

/// A function of each lane, as [`array`](crate::array::array), but in place: an array of nests would be copied once more.
#[inline(always)]
pub(crate) fn each_lane<T: Zero + Copy, const N: usize>(f: impl Fn(usize) -> T) -> [T; N] {
    let mut y = [T::zero(); N];
    for i in 0..N {
        y[i] = f(i);
    }
    y
}

/// Without the feature `simd` they are the loops that [`Base`](crate::Base) has by default, with the same results to the last bit.
#[cfg(not(feature = "simd"))]
macro_rules! vector_lanes {
    ($t:ident $long:ident $short:ident) => {};
}

/// The functions of [`Base`](crate::Base) that combine tangents, for a number with a long and a short vector.
#[cfg(feature = "simd")]
macro_rules! vector_lanes {
    ($t:ident $long:ident $short:ident) => {
        #[inline(always)]
        fn lanes_sum<const N: usize>(a: &[$t; N], b: &[$t; N]) -> [$t; N] {
            crate::scalar::lanes::$t(a, b, |a, b| a + b, |a, b| a + b, |a, b| a + b)
        }
        #[inline(always)]
        fn lanes_difference<const N: usize>(a: &[$t; N], b: &[$t; N]) -> [$t; N] {
            crate::scalar::lanes::$t(a, b, |a, b| a - b, |a, b| a - b, |a, b| a - b)
        }
        #[inline(always)]
        fn lanes_scaled<const N: usize>(a: &[$t; N], x: $t) -> [$t; N] {
            let (long, short) = (wide::$long::splat(x), wide::$short::splat(x));
            crate::scalar::lanes::$t(a, a, |a, _| a * long, |a, _| a * short, |a, _| a * x)
        }
        #[inline(always)]
        fn lanes_times_slope<const N: usize>(a: &[$t; N], x: $t) -> [$t; N] {
            let (long, short) = (wide::$long::splat(x), wide::$short::splat(x));
            if x.is_finite() {
                return crate::scalar::lanes::$t(a, a, |a, _| a * long, |a, _| a * short, |a, _| a * x);
            }
            // Here and not in a cold function: across a call the tangents would be kept in memory.
            crate::scalar::lanes::$t(
                a,
                a,
                |a, _| (a * long) & a.simd_ne(wide::$long::ZERO),
                |a, _| (a * short) & a.simd_ne(wide::$short::ZERO),
                |a, _| Self::times_slope(a, x),
            )
        }
        #[inline(always)]
        fn lanes_combined<const N: usize>(a: &[$t; N], x: $t, b: &[$t; N], y: $t) -> [$t; N] {
            let (long, short) = (wide::$long::splat, wide::$short::splat);
            crate::scalar::lanes::$t(
                a,
                b,
                |a, b| a * long(x) + b * long(y),
                |a, b| a * short(x) + b * short(y),
                |a, b| a * x + b * y,
            )
        }
    };
}
pub(crate) use vector_lanes;

/// A function of two arrays lane by lane, given for the vectors and for one number.
#[cfg(feature = "simd")]
macro_rules! by_vectors {
    ($t:ident $long:ident $short:ident) => {
        #[inline(always)]
        pub(crate) fn $t<const N: usize>(
            a: &[$t; N],
            b: &[$t; N],
            long: impl Fn(wide::$long, wide::$long) -> wide::$long,
            short: impl Fn(wide::$short, wide::$short) -> wide::$short,
            one: impl Fn($t, $t) -> $t,
        ) -> [$t; N] {
            let mut y = [0.0; N];
            let (y_long, y_rest) = y.as_chunks_mut();
            let ((a_long, a_rest), (b_long, b_rest)) = (a.as_chunks(), b.as_chunks());
            for ((y, a), b) in y_long.iter_mut().zip(a_long).zip(b_long) {
                *y = long((*a).into(), (*b).into()).to_array();
            }
            let (y_short, y_rest) = y_rest.as_chunks_mut();
            let ((a_short, a_rest), (b_short, b_rest)) = (a_rest.as_chunks(), b_rest.as_chunks());
            for ((y, a), b) in y_short.iter_mut().zip(a_short).zip(b_short) {
                *y = short((*a).into(), (*b).into()).to_array();
            }
            for ((y, a), b) in y_rest.iter_mut().zip(a_rest).zip(b_rest) {
                *y = one(*a, *b);
            }
            y
        }
    };
}
#[cfg(feature = "simd")]
by_vectors! { f64 f64x4 f64x2 }
#[cfg(feature = "simd")]
by_vectors! { f32 f32x8 f32x4 }
