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
use crate::scalar::float::MachineFloat;
use crate::{Base, Jet, Real, Scalar};
use core::fmt::Debug;
use num_complex::Complex;

/// When the partial derivatives of a function can leave the range although a tangent times them does not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Range {
    /// Never.
    Kept,
    /// Only together with their own derivatives, in a nest.
    LeftInNests,
    /// Where an argument is very large or very small: they are made of products and quotients of the arguments.
    LeftByArguments,
    /// Anywhere: where they are themselves very large or very small.
    Left,
}

/// Says what is special about the partial derivatives of the functions named here; all others have the defaults.
macro_rules! special {
    (sqrt $($f:tt)*) => { special! { @range LeftInNests root sqrt $($f)* } };
    (cbrt $($f:tt)*) => { special! { @range LeftInNests root cbrt $($f)* } };
    (asin $($f:tt)*) => { special! { @root } };
    (acos $($f:tt)*) => { special! { @root } };
    (acosh $($f:tt)*) => { special! { @range LeftInNests root acosh $($f)* } };
    (asinh $($f:tt)*) => { special! { @range LeftInNests asinh $($f)* } };
    (recip $($f:tt)*) => { special! { @range LeftByArguments recip $($f)* } };
    (quotient $($f:tt)*) => { special! { @range LeftByArguments quotient $($f)* } };
    (cbrt_slope $($f:tt)*) => { special! { @range LeftByArguments cbrt_slope $($f)* } };
    (ln $($f:tt)*) => { special! { @range LeftByArguments ln $($f)* } };
    (ln_1p $($f:tt)*) => { special! { @range LeftByArguments ln_1p $($f)* } };
    (log2 $($f:tt)*) => { special! { @range LeftByArguments log2 $($f)* } };
    (log10 $($f:tt)*) => { special! { @range LeftByArguments log10 $($f)* } };
    (log $($f:tt)*) => { special! { @range LeftByArguments log $($f)* } };
    (xlogy $($f:tt)*) => { special! { @range LeftByArguments xlogy $($f)* } };
    (atan $($f:tt)*) => { special! { @range LeftByArguments atan $($f)* } };
    (atanh $($f:tt)*) => { special! { @range LeftByArguments atanh $($f)* } };
    (asin_slope $($f:tt)*) => { special! { @range LeftByArguments asin_slope $($f)* } };
    (asinh_slope $($f:tt)*) => { special! { @range LeftByArguments asinh_slope $($f)* } };
    (acosh_slope $($f:tt)*) => { special! { @range LeftByArguments acosh_slope $($f)* } };
    (atan_slope $($f:tt)*) => { special! { @range LeftByArguments atan_slope $($f)* } };
    (atanh_slope $($f:tt)*) => { special! { @range LeftByArguments atanh_slope $($f)* } };
    (atan2 $($f:tt)*) => { special! { @range LeftByArguments atan2 $($f)* } };
    (inversion $($f:tt)*) => { special! { @range LeftByArguments inversion $($f)* } };
    (hypot $($f:tt)*) => {
        const CORNER: bool = true;
        special! { @range LeftByArguments hypot $($f)* }
    };
    (direction $($f:tt)*) => { special! { @range LeftByArguments direction $($f)* } };
    (powi $($f:tt)*) => { special! { @range Left powi $($f)* } };
    (powf $($f:tt)*) => { special! { @range Left root powf $($f)* } };
    (power_term $($f:tt)*) => { special! { @range Left power_term $($f)* } };
    (pow $($f:tt)*) => { special! { @range Left pow $($f)* } };
    (pow_partial $($f:tt)*) => { special! { @range Left pow_partial $($f)* } };
    (exp_m1 $($f:tt)*) => { special! { @range Left exp_m1 $($f)* } };
    (tan $($f:tt)*) => { special! { @range Left tan $($f)* } };
    (sec_squared $($f:tt)*) => { special! { @range Left sec_squared $($f)* } };
    (tanh $($f:tt)*) => { special! { @range Left tanh $($f)* } };
    (sech_squared $($f:tt)*) => { special! { @range Left sech_squared $($f)* } };
    (sigmoid $($f:tt)*) => { special! { @range Left sigmoid $($f)* } };
    (sigmoid_slope $($f:tt)*) => { special! { @range Left sigmoid_slope $($f)* } };
    (log_add_exp $($f:tt)*) => { special! { @range Left log_add_exp $($f)* } };
    (share $($f:tt)*) => { special! { @range Left share $($f)* } };
    (@root) => {
        const ROOT: bool = true;
    };
    (@range $range:ident root $($f:tt)*) => {
        special! { @root }
        special! { @range $range $($f)* }
    };
    (@range $range:ident $name:ident $bound:ident $K:literal ($($c:ident),*) $($x:ident)*) => {
        const RANGE: Range = Range::$range;
        #[inline]
        fn factors<T: $bound>(self, [$($x),*]: [T; $K], value: T) -> Option<[[T; 2]; $K]> {
            rules::factors::$name($($x,)* value $(, self.$c)*)
        }
    };
    ($other:ident $($f:tt)*) => {};
}

/// An analytic function of `K` numbers as a type, by its name in the list.
///
/// Each is a type of its own, so that a call with it is a call of the function: as a value of one enumeration it would be a
/// jump by number, which costs as much as the function itself.
pub trait Analytic<const K: usize>: Copy + Debug + Send + Sync + 'static {
    /// The name in the list.
    const NAME: &'static str;
    /// When a partial derivative can leave the range although a tangent times it does not.
    const RANGE: Range = Range::Kept;
    /// Whether the value is finite at a zero of what it is the root of, and the partial derivative there is not.
    const ROOT: bool = false;
    /// The value and the partial derivatives, at any number.
    fn rule<T: Scalar>(self, x: [T; K]) -> (T, [T; K]);
    /// Two factors of each partial derivative, where there are any: see `rules::factors`.
    #[inline]
    fn factors<T: Scalar>(self, _x: [T; K], _value: T) -> Option<[[T; 2]; K]> {
        None
    }
    /// The Taylor series by the companion system, from the rule at the constant terms: see `rules::series`.
    fn series<T: Scalar, const N: usize>(self, x: [Jet<T, N>; K], value: T, slopes: [T; K]) -> Jet<T, N>;
    /// The value at a real base number.
    fn real<B: Base>(self, x: [B; K]) -> B;
    /// The value at a complex number of the machine.
    fn machine<L: MachineFloat>(self, z: [Complex<L>; K]) -> Complex<L>;
    /// The value at a complex number of any real base number, by the formulas of the textbook.
    fn textbook<B: Base>(self, z: [Complex<B>; K]) -> Complex<B>;
}

/// A function of `K` real numbers as a type, by its name in the list.
pub trait OfReals<const K: usize>: Copy + Debug + Send + Sync + 'static {
    /// The name in the list.
    const NAME: &'static str;
    /// When a partial derivative can leave the range although a tangent times it does not.
    const RANGE: Range = Range::Kept;
    /// Whether the value is finite at the origin and there is no second derivative there.
    const CORNER: bool = false;
    /// The value and the partial derivatives, at any real number.
    fn rule<T: Real>(self, x: [T; K]) -> (T, [T; K]);
    /// Two factors of each partial derivative, where there are any: see `rules::factors`.
    #[inline]
    fn factors<T: Real>(self, _x: [T; K], _value: T) -> Option<[[T; 2]; K]> {
        None
    }
    /// The Taylor series, from the rule at the constant terms; as it stands here of a function with constant partial derivatives.
    #[inline]
    fn series<T: Real, const N: usize>(self, x: [Jet<T, N>; K], value: T, slopes: [T; K]) -> Jet<T, N> {
        rules::series::linear(x, value, slopes)
    }
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
        #[inline]
        #[track_caller]
        fn series<T: Scalar, const N: usize>(self, x: [Jet<T, N>; $K], value: T, slopes: [T; $K]) -> Jet<T, N> {
            rules::series::$name(x, value, slopes $(, self.$c)*)
        }
        #[inline(always)]
        fn machine<L: MachineFloat>(self, [$($x),*]: [Complex<L>; $K]) -> Complex<L> {
            elementary::$name($($x,)* $(self.$c),*)
        }
        #[inline]
        fn textbook<B: Base>(self, [$($x),*]: [Complex<B>; $K]) -> Complex<B> {
            textbook::$name($($x,)* $(self.$c),*)
        }
    };
    (methods OfReals $K:literal $name:ident($($c:ident),*) $($x:ident)*) => {
        types! { rule Real $K $name($($c),*) $($x)* }
        types! { series $name }
    };
    (series hypot) => { types! { @series hypot 2 } };
    (series atan2) => { types! { @series atan2 2 } };
    (series direction) => { types! { @series direction 2 } };
    (series inversion) => { types! { @series inversion 2 } };
    (series $other:ident) => {};
    (@series $name:ident $K:literal) => {
        #[inline]
        #[track_caller]
        fn series<T: Real, const N: usize>(self, x: [Jet<T, N>; $K], value: T, _slopes: [T; $K]) -> Jet<T, N> {
            rules::series::of_reals::$name(x, value)
        }
    };
    (rule $bound:ident $K:literal $name:ident($($c:ident),*) $($x:ident)*) => {
        special! { $name $bound $K ($($c),*) $($x)* }
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
