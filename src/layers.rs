//! The list of layers, at the end of this file, and what each of them owes beside its [`Layer`](crate::kernel::Layer): inherent
//! methods under the names of the traits, comparison, operators, and the traits of other crates.

use crate::functions::{analytic, real};
use crate::interop::num_traits::num_traits;
#[cfg(feature = "nalgebra")]
use crate::interop::{approx::approx, simba::simba};
use crate::operators::{complex_operators, operators};
#[cfg(feature = "std")]
use crate::rules::nonholomorphic;

/// The functions of a list as inherent methods, so that `x.sin()` is never ambiguous beside `num_traits::Float` or
/// `simba::ComplexField`.
macro_rules! inherent_functions {
    (
        $trait:ident
        unary { $($u:ident $(($($uc:ident: $ut:tt),*))?)* }
        binary { $($b:ident($bo:ident))* }
        slope_unary $su:tt
        slope_binary $sb:tt
    ) => {
        $(inherent_functions! { constant $trait $u $($($uc: $ut),*)? })*
        inherent_methods! { $trait: $($b($bo: impl crate::Operand<Self>) -> Self;)* }
    };
    // A constant that may be a number too.
    (constant $trait:ident $f:ident $c:ident: f64) => {
        inherent_methods! { $trait: $f($c: impl crate::Operand<Self>) -> Self; }
    };
    (constant $trait:ident $f:ident $($c:ident: $t:ty)?) => {
        inherent_methods! { $trait: $f($($c: $t)?) -> Self; }
    };
}

/// Methods of a trait as inherent ones.
macro_rules! inherent_methods {
    ($trait:ident: $($f:ident($($x:ident: $t:ty),*) -> $r:ty;)*) => {$(
        #[doc = concat!("See [`", stringify!($trait), "::", stringify!($f), "`](crate::", stringify!($trait), "::", stringify!($f), ").")]
        #[inline]
        #[must_use]
        #[track_caller]
        pub fn $f(self $(, $x: $t)*) -> $r {
            crate::$trait::$f(self $(, $x)*)
        }
    )*};
}

pub(crate) use inherent_methods;

/// The functions without a complex derivative of a layer that has them on real numbers alone, from their rules in `nonholomorphic`.
#[cfg(feature = "std")]
macro_rules! parts_of_reals {
    ([T $($n:tt)*] $kind:ty) => {
        /// The functions without a complex derivative, on real numbers; each is documented at the method of
        /// [`ComplexScalar`](crate::ComplexScalar) of the same name.
        impl<T: crate::Real $($n)*> $kind {
            inherent_methods! { ComplexScalar:
                re() -> Self;
                im() -> Self;
                conj() -> Self;
                abs() -> Self;
                norm_sqr() -> Self;
                arg() -> Self;
                scale(factor: Self) -> Self;
                unscale(divisor: Self) -> Self;
            }
        }

        impl<T: crate::Real $($n)*> crate::kernel::ComplexKernel<$kind> for crate::kernel::Layered {
            parts_of_reals! { $kind: from_real(x) { x } re(x) { x } im(_x) { num_traits::Zero::zero() } conj(x) { x }
                abs(x) { crate::kernel::along_reals(x, nonholomorphic::abs(crate::kernel::Layer::inner(x))) }
                norm_sqr(x) { crate::kernel::along_reals(x, nonholomorphic::norm_sqr(crate::kernel::Layer::inner(x))) }
                arg(x) { crate::kernel::along_reals(x, nonholomorphic::arg(crate::kernel::Layer::inner(x))) }
                phase(x) { crate::kernel::along_reals(x, nonholomorphic::phase(crate::kernel::Layer::inner(x))) }
                scale(x, factor) { x * factor } unscale(x, divisor) { x / divisor } from_parts(re, _im) { re } }
            #[inline]
            fn parts(z: $kind) -> ($kind, $kind) {
                (z, num_traits::Zero::zero())
            }
        }
    };
    ($kind:ty: $($f:ident($($x:ident),*) $body:block)*) => {$(
        #[inline]
        #[track_caller]
        fn $f($($x: $kind),*) -> $kind $body
    )*};
}

/// All that a layer `$kind` over any number `T` owes. `$complex` is the layer over `Complex<T>`, `$bound` is what makes it a `ComplexScalar`, and with that a `Num` and a field.
macro_rules! layer {
    ([T $($n:tt)*] $kind:ty, $complex:ty, $bound:ident) => {
        /// The analytic functions; each is documented at the method of [`Scalar`](crate::Scalar) of the same name.
        impl<T: crate::Scalar $($n)*> $kind {
            analytic! { inherent_functions Scalar }
            inherent_methods! { Scalar:
                sin_cos() -> (Self, Self);
                primal() -> T::Primal;
                stop_gradient() -> Self;
            }

            /// See [`Scalar::apply`](crate::Scalar::apply).
            #[inline]
            #[must_use]
            #[track_caller]
            pub fn apply<R: crate::Rule<T::Primal>>(self, rule: &R) -> Self {
                crate::Scalar::apply(self, rule)
            }
        }

        /// The functions of real numbers; each is documented at the method of [`Real`](crate::Real) of the same name.
        impl<T: crate::Real $($n)*> $kind {
            real! { inherent_functions Real }
            inherent_methods! { Real:
                copysign(sign: impl crate::Operand<Self>) -> Self;
                min(other: impl crate::Operand<Self>) -> Self;
                max(other: impl crate::Operand<Self>) -> Self;
                clamp(low: impl crate::Operand<Self>, high: impl crate::Operand<Self>) -> Self;
                mul_add(a: impl crate::Operand<Self>, b: impl crate::Operand<Self>) -> Self;
                relu() -> Self;
                div_euclid(divisor: impl crate::Operand<Self>) -> Self;
                is_nan() -> bool;
                is_finite() -> bool;
                is_infinite() -> bool;
                is_sign_negative() -> bool;
                is_sign_positive() -> bool;
            }

            /// See [`Real::total_cmp`](crate::Real::total_cmp).
            #[must_use]
            #[track_caller]
            pub fn total_cmp(&self, other: &Self) -> core::cmp::Ordering {
                crate::Real::total_cmp(self, other)
            }
        }

        /// The constant 0.
        impl<T: crate::Scalar $($n)*> Default for $kind {
            #[inline]
            fn default() -> Self {
                T::zero().into()
            }
        }

        operators! { [$($n)*] $kind, $bound }
        complex_operators! { [$($n)*] $complex }
        num_traits! { [$bound $($n)*] $kind }
        #[cfg(feature = "nalgebra")]
        approx! { [$($n)*] $kind }
        #[cfg(feature = "nalgebra")]
        simba! { [$bound $($n)*] $kind }
    };
}

layer! { [T, const N: usize] crate::Dual<T, N>, crate::Dual<num_complex::Complex<T>, N>, ComplexScalar }
layer! { [T, const K: usize] crate::Jet<T, K>, crate::Jet<num_complex::Complex<T>, K>, ComplexScalar }
#[cfg(feature = "std")]
layer! { [T] crate::Var<T>, crate::Var<num_complex::Complex<T>>, Real }
#[cfg(feature = "std")]
parts_of_reals! { [T] crate::Var<T> }
#[cfg(feature = "proptest")]
layer! { [T] crate::strategies::Counted<T>, crate::strategies::Counted<num_complex::Complex<T>>, Real }
#[cfg(feature = "proptest")]
parts_of_reals! { [T] crate::strategies::Counted<T> }
