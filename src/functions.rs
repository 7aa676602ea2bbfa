//! The one list of elementary functions.
//!
//! A new elementary function is a rule in `rules.rs`, a documented method of `Scalar` or `Real`, and a word here. If one of
//! the three is missing the crate does not compile; the tests iterate over this list, so it is tested at once.

/// Calls the macro `$then` with the analytic functions, which are methods of [`Scalar`](crate::Scalar): first those of one
/// number, with the constants that they take, then those of two numbers; `slope` marks what slopes are made of, hidden
/// from users and differentiated like the rest. A macro that links to the documentation gets the trait's name first.
macro_rules! analytic {
    ($then:ident $($trait:ident)?) => {
        $then! {
            $($trait)?
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
    ($then:ident $($trait:ident)?) => {
        $then! {
            $($trait)?
            unary { signum floor ceil round trunc fract to_radians to_degrees }
            binary { atan2(x) hypot(other) rem_euclid(divisor) }
            slope_unary {}
            slope_binary { direction(other) inversion(other) }
        }
    };
}

pub(crate) use {analytic, real};

/// Defines [`Elementary`] and [`Elementary2`] from the list. Their methods are called with a name that is known, and must
/// melt away: as a call and a jump by number they would cost as much as the function itself.
macro_rules! elementary {
    (
        unary { $($u:ident $(($($uc:ident: $ut:ty),*))?)* }
        binary { $($b:ident($bo:ident $(, $bc:ident: $bt:ty)*))* }
        slope_unary { $($su:ident $(($($suc:ident: $sut:ty),*))?)* }
        slope_binary { $($sb:ident($sbo:ident $(, $sbc:ident: $sbt:ty)*))* }
    ) => {
        /// An analytic function of one number as a value, by its name in the list.
        #[doc(hidden)]
        #[allow(non_camel_case_types, missing_docs)]
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub enum Elementary {
            $($u $(($($ut),*))?,)*
            $($su $(($($sut),*))?,)*
        }

        /// An analytic function of two numbers as a value, by its name in the list.
        #[doc(hidden)]
        #[allow(non_camel_case_types, missing_docs)]
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub enum Elementary2 {
            $($b $(($bt))*,)*
            $($sb $(($sbt))*,)*
        }

        impl Elementary {
            /// Value and slope at any number.
            #[inline(always)]
            pub(crate) fn rule<T: Scalar>(self, x: T) -> (T, T) {
                match self {
                    $(Self::$u $(($($uc),*))? => rules::$u(x $($(, $uc)*)?),)*
                    $(Self::$su $(($($suc),*))? => rules::$su(x $($(, $suc)*)?),)*
                }
            }

            /// The value at a complex number of the machine.
            #[inline(always)]
            pub(crate) fn value<L: Leaf>(self, z: Complex<L>) -> Complex<L> {
                match self {
                    $(Self::$u $(($($uc),*))? => complex::$u(z $($(, $uc)*)?),)*
                    $(Self::$su $(($($suc),*))? => complex::$su(z $($(, $suc)*)?),)*
                }
            }
        }

        impl Elementary2 {
            /// Value and both slopes at any two numbers.
            #[inline(always)]
            pub(crate) fn rule<T: Scalar>(self, x: T, y: T) -> (T, T, T) {
                match self {
                    $(Self::$b $(($bc))* => rules::$b(x, y $(, $bc)*),)*
                    $(Self::$sb $(($sbc))* => rules::$sb(x, y $(, $sbc)*),)*
                }
            }

            /// The value at two complex numbers of the machine.
            #[inline(always)]
            pub(crate) fn value<L: Leaf>(self, z: Complex<L>, w: Complex<L>) -> Complex<L> {
                match self {
                    $(Self::$b $(($bc))* => complex::$b(z, w $(, $bc)*),)*
                    $(Self::$sb $(($sbc))* => complex::$sb(z, w $(, $sbc)*),)*
                }
            }
        }
    };
}

use crate::Scalar;
use crate::rules;
use crate::scalar::complex::elementary as complex;
use crate::scalar::float::Leaf;
use num_complex::Complex;

analytic!(elementary);
