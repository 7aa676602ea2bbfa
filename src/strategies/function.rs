//! The functions of the crate as values, with their domains.

use super::numbers;
use crate::functions::{analytic, real};
use crate::{Real, Scalar};
use core::fmt;
use core::ops::Range;
use proptest::prelude::*;

/// The constants at which a function that takes one stands in the list, by the constant's name.
macro_rules! samples {
    (n) => {
        [-3, -1, 0, 1, 2, 3, 7]
    };
    (p) => {
        [-1.5, 0.0, 0.5, 1.0, 2.5, 3.0]
    };
    (base) => {
        [0.5, 2.0, 3.0, 10.0]
    };
}

/// An enumeration of functions by their names.
macro_rules! enumeration {
    (
        $(#[$doc:meta])*
        $name:ident: $bound:ident;
        unary { $($u:ident $(($uc:ident: $ut:ty))?)* }
        binary { $($b:ident($bo:ident))* }
        $(ternary { $($t:ident($to:ident, $tp:ident))* })?
        $(slope_unary $slope_unary:tt slope_binary $slope_binary:tt)?
    ) => {
        $(#[$doc])*
        #[allow(non_camel_case_types)]
        #[derive(Clone, Copy, PartialEq)]
        enum $name {
            $($u $(($ut))?,)*
            $($b,)*
            $($($t,)*)?
        }

        impl $name {
            fn list() -> Vec<Self> {
                let mut list = Vec::new();
                $(list.extend(enumeration!(samples $name $u $($uc)?));)*
                list.extend([$($name::$b,)* $($($name::$t,)*)?]);
                list
            }

            fn name(self) -> &'static str {
                match self {
                    $(enumeration!(pattern $name $u $($uc)?) => stringify!($u),)*
                    $($name::$b => stringify!($b),)*
                    $($($name::$t => stringify!($t),)*)?
                }
            }

            fn constant(self) -> Option<String> {
                match self {
                    $($($name::$u($uc) => Some(format!("{:?}", $uc)),)?)*
                    _ => None,
                }
            }

            fn arity(self) -> usize {
                match self {
                    $(enumeration!(pattern $name $u $($uc)?) => 1,)*
                    $($name::$b => 2,)*
                    $($($name::$t => 3,)*)?
                }
            }

            fn at<T: $bound>(self, x: &[T]) -> T {
                match self {
                    $($name::$u $(($uc))? => x[0].$u($($uc)?),)*
                    $($name::$b => x[0].$b(x[1]),)*
                    $($($name::$t => x[0].$t(x[1], x[2]),)*)?
                }
            }
        }
    };
    (samples $name:ident $f:ident) => { [$name::$f] };
    (samples $name:ident $f:ident $constant:ident) => { samples!($constant).map($name::$f) };
    (pattern $name:ident $f:ident) => { $name::$f };
    (pattern $name:ident $f:ident $constant:ident) => { $name::$f(_) };
}

macro_rules! analytic_functions {
    ($($list:tt)*) => { enumeration! { Analytic: Scalar; $($list)* } };
}
analytic! { analytic_functions }

macro_rules! real_functions {
    ($($list:tt)*) => { enumeration! { RealOnly: Real; $($list)* } };
}
real! { real_functions }

enumeration! {
    /// The operators of every number.
    Operator: Scalar;
    unary { neg }
    binary { add(other) sub(other) mul(other) div(other) }
}

enumeration! {
    /// The methods of real numbers that have no rule in the list.
    Selection: Real;
    unary { re im conj abs norm_sqr arg }
    binary { min(other) max(other) copysign(sign) rem(divisor) }
    ternary { mul_add(a, b) clamp(low, high) }
}

/// A function of one, two or three numbers: an elementary function of [`Scalar`] or [`Real`], with its constant if it takes
/// one, or an operator.
///
/// # Examples
/// ```
/// use holograd::strategies::Function;
/// use holograd::derivative;
/// let power = Function::list().into_iter().find(|f| f.name() == "powi").unwrap();
/// assert_eq!((power.to_string(), power.arity(), power.is_analytic()), ("powi(-3)".into(), 1, true));
/// assert_eq!(power.at(&[2.0]), 0.125);
/// assert_eq!(derivative(|x| power.at(&[x]), 1.0), -3.0);
/// ```
#[derive(Clone, Copy, PartialEq)]
pub struct Function(Class);

#[derive(Clone, Copy, PartialEq)]
enum Class {
    Analytic(Analytic),
    Operator(Operator),
    RealOnly(RealOnly),
    Selection(Selection),
}

/// `$value` for whichever class the function is of.
macro_rules! each {
    ($kind:expr, $f:ident => $value:expr) => {
        match $kind {
            Class::Analytic($f) => $value,
            Class::Operator($f) => $value,
            Class::RealOnly($f) => $value,
            Class::Selection($f) => $value,
        }
    };
}

impl Function {
    /// All functions; one that takes a constant stands there once for each of a few constants.
    ///
    /// ```
    /// # use holograd::strategies::Function;
    /// assert!(Function::list().iter().any(|f| f.name() == "log_add_exp"));
    /// ```
    #[must_use]
    pub fn list() -> Vec<Self> {
        let mut list: Vec<_> = Analytic::list().into_iter().map(Class::Analytic).collect();
        list.extend(Operator::list().into_iter().map(Class::Operator));
        list.extend(RealOnly::list().into_iter().map(Class::RealOnly));
        list.extend(Selection::list().into_iter().map(Class::Selection));
        list.into_iter().map(Function).collect()
    }

    /// The name of the method, without its constant.
    ///
    /// ```
    /// # use holograd::strategies::Function;
    /// assert_eq!(Function::list()[0].name(), "recip");
    /// ```
    #[must_use]
    pub fn name(self) -> &'static str {
        each!(self.0, f => f.name())
    }

    /// How many numbers it takes.
    ///
    /// ```
    /// # use holograd::strategies::Function;
    /// assert!(Function::list().iter().all(|f| (1..4).contains(&f.arity())));
    /// ```
    #[must_use]
    pub fn arity(self) -> usize {
        each!(self.0, f => f.arity())
    }

    /// Whether it is a function of every [`Scalar`], complex ones too.
    ///
    /// ```
    /// # use holograd::strategies::Function;
    /// assert!(Function::list().iter().all(|f| f.is_analytic() == (f.name() != "floor") || !f.is_analytic()));
    /// ```
    #[must_use]
    pub fn is_analytic(self) -> bool {
        matches!(self.0, Class::Analytic(_) | Class::Operator(_))
    }

    /// Its value at real numbers.
    ///
    /// # Panics
    /// If there are fewer numbers than it takes; `clamp` as `f64::clamp`.
    ///
    /// ```
    /// # use holograd::strategies::Function;
    /// assert_eq!(Function::list()[0].at(&[4.0]), 0.25);
    /// ```
    #[must_use]
    pub fn at<T: Real>(self, x: &[T]) -> T {
        match self.0 {
            Class::Analytic(f) => f.at(x),
            Class::Operator(f) => f.at(x),
            Class::RealOnly(f) => f.at(x),
            Class::Selection(f) => f.at(x),
        }
    }

    /// Its value at any numbers.
    ///
    /// # Panics
    /// If it [is not analytic](Self::is_analytic), or there are fewer numbers than it takes.
    ///
    /// ```
    /// # use holograd::strategies::Function;
    /// # use num_complex::Complex;
    /// assert_eq!(Function::list()[0].at_scalar(&[Complex::new(0.0, 2.0)]), Complex::new(0.0, -0.5));
    /// ```
    #[must_use]
    pub fn at_scalar<T: Scalar>(self, x: &[T]) -> T {
        match self.0 {
            Class::Analytic(f) => f.at(x),
            Class::Operator(f) => f.at(x),
            Class::RealOnly(_) | Class::Selection(_) => {
                panic!("{self} is a function of real numbers alone: use `at`")
            }
        }
    }

    /// A box of points where it is finite and, but for single points, differentiable: a range for each number it takes.
    ///
    /// ```
    /// # use holograd::strategies::Function;
    /// let sqrt = Function::list().into_iter().find(|f| f.name() == "sqrt").unwrap();
    /// assert_eq!(sqrt.domain(), [0.0..20.0]);
    /// ```
    #[must_use]
    pub fn domain(self) -> Vec<Range<f64>> {
        let (line, positive) = (-20.0..20.0, 0.0..20.0);
        match self.name() {
            "sqrt" | "ln" | "log" | "log2" | "log10" | "powf" => vec![positive],
            "ln_1p" => vec![-1.0..20.0],
            "asin" | "acos" | "atanh" => vec![-1.0..1.0],
            "acosh" => vec![1.0..20.0],
            "pow" => vec![positive, -5.0..5.0],
            "xlogy" => vec![line, positive],
            // Closer to 0 the jumps lie close together.
            "rem" | "rem_euclid" => vec![line, 0.5..20.0],
            "clamp" => vec![line, -20.0..-1.0, 1.0..20.0],
            _ => vec![line; self.arity()],
        }
    }

    /// Points of its [`domain`](Self::domain).
    ///
    /// ```
    /// # use holograd::strategies::Function;
    /// # use proptest::prelude::*;
    /// let sqrt = Function::list()[1];
    /// proptest!(|(x in sqrt.points())| prop_assert!(sqrt.at(&x).is_finite()));
    /// ```
    pub fn points(self) -> BoxedStrategy<Vec<f64>> {
        self.domain().into_iter().map(|range| numbers(range).boxed()).collect::<Vec<_>>().boxed()
    }

    /// The call as Rust, of arguments that are Rust.
    pub(super) fn call(self, arguments: &[String]) -> String {
        let infix = |operator: &str| format!("({} {operator} {})", arguments[0], arguments[1]);
        match self.name() {
            "neg" => format!("(-{})", arguments[0]),
            "add" => infix("+"),
            "sub" => infix("-"),
            "mul" => infix("*"),
            "div" => infix("/"),
            "rem" => infix("%"),
            name => {
                let constant = each!(self.0, f => f.constant());
                let rest = constant.iter().chain(&arguments[1..]).cloned().collect::<Vec<_>>().join(", ");
                format!("{}.{name}({rest})", arguments[0])
            }
        }
    }
}

/// The name, with the constant.
impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        each!(self.0, function => function.constant()).map_or(Ok(()), |constant| write!(f, "({constant})"))
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A function of the list and a point of its domain.
///
/// # Examples
/// ```
/// use holograd::{check, strategies::functions};
/// use proptest::prelude::*;
/// proptest!(ProptestConfig::with_cases(16), |((f, x) in functions())| {
///     prop_assert!(f.at(&x).is_finite(), "{f} at {x:?}");
/// });
/// ```
pub fn functions() -> impl Strategy<Value = (Function, Vec<f64>)> {
    proptest::sample::select(Function::list()).prop_flat_map(|f| (Just(f), f.points()))
}
