//! How one kind of number uses a slope, and the methods that follow from the list of functions.

use crate::{Real, Scalar};
use num_complex::Complex;

/// A kind of number that carries derivatives: given the value and the slopes of a function at the inner numbers, it makes
/// the outer result. `Dual` scales its tangents.
pub(crate) trait Chain: Scalar {
    /// The number one level down.
    type Inner: Scalar;

    /// The value one level down.
    fn inner(self) -> Self::Inner;

    /// A function of `K` arguments: y ≈ f(x) + Σ slopeₖ hₖ. A tangent that is exactly zero stays zero beside an infinite
    /// slope.
    fn chain<const K: usize>(arguments: [Self; K], value: Self::Inner, slopes: [Self::Inner; K]) -> Self;

    /// The same for complex numbers whose parts are of this kind: two real outputs from each complex slope.
    fn chain_complex<const K: usize>(
        arguments: [Complex<Self>; K],
        value: Complex<Self::Inner>,
        slopes: [Complex<Self::Inner>; K],
    ) -> Complex<Self>
    where
        Self::Inner: Real;
}

/// The methods of a kind for each function of the list: `chain_methods!` inherent ones, through rule and chain;
/// `trait_methods!` those of `Scalar` or `Real`, which forward to them.
macro_rules! chain_methods {
    (
        $trait:ident
        unary { $($u:ident $(($($uc:ident: $ut:ty),*))?)* }
        binary { $($b:ident($bo:ident $(, $bc:ident: $bt:ty)*))* }
        slope_unary { $($su:ident $(($($suc:ident: $sut:ty),*))?)* }
        slope_binary { $($sb:ident($sbo:ident $(, $sbc:ident: $sbt:ty)*))* }
    ) => {
        $(
            #[doc = concat!("See [`", stringify!($u), "`](crate::", stringify!($trait), "::", stringify!($u), ").")]
            #[inline]
            #[must_use]
            pub fn $u(self $($(, $uc: $ut)*)?) -> Self {
                let (value, slope) = rules::$u(self.inner() $($(, $uc)*)?);
                Self::chain([self], value, [slope])
            }
        )*
        $(
            #[doc = concat!("See [`", stringify!($b), "`](crate::", stringify!($trait), "::", stringify!($b), ").")]
            #[inline]
            #[must_use]
            pub fn $b(self, $bo: Self $(, $bc: $bt)*) -> Self {
                let (value, left, right) = rules::$b(self.inner(), $bo.inner() $(, $bc)*);
                Self::chain([self, $bo], value, [left, right])
            }
        )*
        $(
            #[inline]
            fn $su(self $($(, $suc: $sut)*)?) -> Self {
                let (value, slope) = rules::$su(self.inner() $($(, $suc)*)?);
                Self::chain([self], value, [slope])
            }
        )*
        $(
            #[inline]
            fn $sb(self, $sbo: Self $(, $sbc: $sbt)*) -> Self {
                let (value, left, right) = rules::$sb(self.inner(), $sbo.inner() $(, $sbc)*);
                Self::chain([self, $sbo], value, [left, right])
            }
        )*
    };
}

macro_rules! trait_methods {
    (
        unary { $($u:ident $(($($uc:ident: $ut:ty),*))?)* }
        binary { $($b:ident($bo:ident $(, $bc:ident: $bt:ty)*))* }
        slope_unary { $($su:ident $(($($suc:ident: $sut:ty),*))?)* }
        slope_binary { $($sb:ident($sbo:ident $(, $sbc:ident: $sbt:ty)*))* }
    ) => {
        $(#[inline] fn $u(self $($(, $uc: $ut)*)?) -> Self { Self::$u(self $($(, $uc)*)?) })*
        $(#[inline] fn $b(self, $bo: Self $(, $bc: $bt)*) -> Self { Self::$b(self, $bo $(, $bc)*) })*
        $(#[inline] fn $su(self $($(, $suc: $sut)*)?) -> Self { Self::$su(self $($(, $suc)*)?) })*
        $(#[inline] fn $sb(self, $sbo: Self $(, $sbc: $sbt)*) -> Self { Self::$sb(self, $sbo $(, $sbc)*) })*
    };
}

pub(crate) use {chain_methods, trait_methods};
