//! The one list of elementary functions.
//!
//! A new elementary function is a rule in `rules.rs`, a documented method of `Scalar` or `Real`, a function of the machine's
//! numbers, and a word here. If one of them is missing the crate does not compile; the tests iterate over this list, so the
//! function is tested at once.

/// Calls the macro `$then` with the analytic functions, which are methods of [`Scalar`](crate::Scalar): first those of one
/// number, with the constants that they take, then those of two numbers; `slope` marks what partial derivatives are made of,
/// hidden from users and differentiated like the others. Further tokens come first.
macro_rules! analytic {
    ($then:ident $($first:tt)*) => {
        $then! {
            $($first)*
            unary {
                recip sqrt cbrt exp exp2 exp_m1 ln ln_1p log2 log10 log(base: f64) powi(n: i32) powf(p: f64)
                sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh sinc sigmoid softplus
            }
            binary { pow(exponent) log_add_exp(other) xlogy(y) }
            slope_unary {
                cbrt_slope asin_slope asinh_slope acosh_slope atan_slope atanh_slope sec_squared sech_squared
                sigmoid_slope power_term(c: f64, p: f64, k: i32)
            }
            slope_binary { product(other) quotient(divisor) share(other) pow_partial(exponent, order: [i32; 2]) }
        }
    };
}

/// Calls the macro `$then` with the functions of [`Real`](crate::Real) that have a rule.
macro_rules! real {
    ($then:ident $($first:tt)*) => {
        $then! {
            $($first)*
            unary { signum floor ceil round trunc fract to_radians to_degrees }
            binary { atan2(x) hypot(other) rem_euclid(divisor) }
            slope_unary {}
            slope_binary { direction(other) inversion(other) }
        }
    };
}

pub(crate) use {analytic, real};

use crate::rules;
use crate::scalar::complex::{elementary, textbook};
use crate::scalar::float::Leaf;
use crate::{Base, Real, Scalar};
use core::fmt::Debug;
use num_complex::Complex;

/// An analytic function of `K` numbers as a type, by its name in the list.
///
/// Each is a type of its own, so that a call with it is a call of the function: as a value of one enumeration it would be a
/// jump by number, which costs as much as the function itself.
pub trait Analytic<const K: usize>: Copy + Debug + Send + Sync + 'static {
    /// The name in the list.
    const NAME: &'static str;
    /// The value and the partial derivatives, at any number.
    fn rule<T: Scalar>(self, x: [T; K]) -> (T, [T; K]);
    /// The value at a real base number.
    fn real<B: Base>(self, x: [B; K]) -> B;
    /// The value at a complex number of the machine.
    fn machine<L: Leaf>(self, z: [Complex<L>; K]) -> Complex<L>;
    /// The value at a complex number of any real base number, by the formulas of the textbook.
    fn textbook<B: Base>(self, z: [Complex<B>; K]) -> Complex<B>;
}

/// A function of `K` real numbers as a type, by its name in the list.
pub trait OfReals<const K: usize>: Copy + Debug + Send + Sync + 'static {
    /// The name in the list.
    const NAME: &'static str;
    /// The value and the partial derivatives, at any real number.
    fn rule<T: Real>(self, x: [T; K]) -> (T, [T; K]);
    /// The value at a base number.
    fn real<B: Base>(self, x: [B; K]) -> B;
}

/// Defines a type for each function of a list.
macro_rules! types {
    (
        $class:ident
        unary { $($u:ident $(($($uc:ident: $ut:ty),*))?)* }
        binary { $($b:ident($bo:ident $(, $bc:ident: $bt:ty)*))* }
        slope_unary { $($su:ident $(($($suc:ident: $sut:ty),*))?)* }
        slope_binary { $($sb:ident($sbo:ident $(, $sbc:ident: $sbt:ty)*))* }
    ) => {
        $(types! { $class 1 $u($($($uc: $ut),*)?) x })*
        $(types! { $class 1 $su($($($suc: $sut),*)?) x })*
        $(types! { $class 2 $b($($bc: $bt),*) x y })*
        $(types! { $class 2 $sb($($sbc: $sbt),*) x y })*
    };
    ($class:ident $K:literal $name:ident($($c:ident: $t:ty),*) $($x:ident)*) => {
        #[doc = concat!("The function `", stringify!($name), "`.")]
        #[allow(non_camel_case_types)] // it is a name of the list
        #[derive(Clone, Copy, Debug)]
        pub struct $name {
            $(pub(crate) $c: $t,)*
        }
        impl $class<$K> for $name {
            const NAME: &'static str = stringify!($name);
            types! { methods $class $K $name($($c),*) $($x)* }
        }
    };
    (methods Analytic $K:literal $name:ident($($c:ident),*) $($x:ident)*) => {
        types! { rule Scalar $K $name($($c),*) $($x)* }
        #[inline(always)]
        fn machine<L: Leaf>(self, [$($x),*]: [Complex<L>; $K]) -> Complex<L> {
            elementary::$name($($x,)* $(self.$c),*)
        }
        #[inline]
        fn textbook<B: Base>(self, [$($x),*]: [Complex<B>; $K]) -> Complex<B> {
            textbook::$name($($x,)* $(self.$c),*)
        }
    };
    (methods OfReals $K:literal $name:ident($($c:ident),*) $($x:ident)*) => {
        types! { rule Real $K $name($($c),*) $($x)* }
    };
    (rule $bound:ident $K:literal $name:ident($($c:ident),*) $($x:ident)*) => {
        #[inline(always)]
        fn rule<T: $bound>(self, [$($x),*]: [T; $K]) -> (T, [T; $K]) {
            rules::$name($($x,)* $(self.$c),*)
        }
        #[inline(always)]
        fn real<B: Base>(self, [$($x),*]: [B; $K]) -> B {
            <B as Base>::$name($($x,)* $(self.$c),*)
        }
    };
}

analytic! { types Analytic }
real! { types OfReals }
