//! Newtypes of our numbers, for traits of other crates that are implemented for `f32` and `f64` alone.

/// Defines a newtype of a number, with its arithmetic, for a foreign trait that this crate does not implement.
///
/// Some crates compute with any type of a trait of their own, and implement it for `f32` and `f64` (`roots::FloatType`, for
/// instance). Rust lets you implement it for a type of yours alone: define one by this macro, and write its methods by
/// [`forward_methods!`](crate::forward_methods).
///
/// The newtype is `Clone`, `Copy`, `Debug`, `Display`, `PartialEq`, `PartialOrd`, `From` its number, and has `+ − × ÷`, their assign forms and
/// negation. The number is the field `0`.
///
/// # Examples
/// ```
/// // The trait of another crate.
/// trait FloatType: Copy + PartialOrd + std::ops::Sub<Output = Self> + std::ops::Div<Output = Self> {
///     fn sqrt(self) -> Self;
///     fn powi(self, n: i32) -> Self;
///     fn max(self, other: Self) -> Self;
///     fn two() -> Self;
/// }
/// fn foreign<F: FloatType>(x: F, y: F) -> F {
///     (x.powi(3) - F::two()).sqrt() / x.max(y)
/// }
///
/// use holograd::{Real64, forward_methods, grad, number_newtype};
///
/// number_newtype! {
///     /// A number of holograd as a `FloatType`.
///     struct Foreign;
/// }
/// impl<T: Real64> FloatType for Foreign<T> {
///     forward_methods! { sqrt() powi(n: i32) max(other) }
///     fn two() -> Self {
///         Foreign(T::lit(2.0))
///     }
/// }
/// let gradient = grad(|[x, y]: [_; 2]| foreign(Foreign(x), Foreign(y)).0, &[3.0, 4.0]);
/// assert!((gradient[0] - 27.0 / 40.0).abs() < 1e-15 && (gradient[1] + 5.0 / 16.0).abs() < 1e-15);
/// ```
#[macro_export]
macro_rules! number_newtype {
    ($(#[$meta:meta])* $visibility:vis struct $name:ident;) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
        $visibility struct $name<T>($visibility T);

        impl<T: $crate::Scalar> ::core::convert::From<T> for $name<T> {
            fn from(x: T) -> Self {
                $name(x)
            }
        }
        impl<T: $crate::Scalar> ::core::fmt::Display for $name<T> {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Display::fmt(&self.0, f)
            }
        }
        impl<T: $crate::Scalar> ::core::ops::Neg for $name<T> {
            type Output = Self;
            fn neg(self) -> Self {
                $name(-self.0)
            }
        }
        $crate::number_newtype! { $name: Add add AddAssign add_assign, Sub sub SubAssign sub_assign,
            Mul mul MulAssign mul_assign, Div div DivAssign div_assign }
    };
    ($name:ident: $($op:ident $f:ident $assign:ident $g:ident),*) => {$(
        impl<T: $crate::Scalar> ::core::ops::$op for $name<T> {
            type Output = Self;
            fn $f(self, other: Self) -> Self {
                $name(::core::ops::$op::$f(self.0, other.0))
            }
        }
        impl<T: $crate::Scalar> ::core::ops::$assign for $name<T> {
            fn $g(&mut self, other: Self) {
                *self = ::core::ops::$op::$f(*self, other);
            }
        }
    )*};
}

/// Writes methods of a newtype by those of the number inside, in an `impl` block; see
/// [`number_newtype!`](crate::number_newtype).
///
/// `sqrt()` takes `self` by value and gives `Self`. An argument without a type, `max(other)`, is another `Self`; one with a type,
/// `powi(n: i32)`, is handed on as it is.
///
/// # Examples
/// ```
/// use holograd::{Real, forward_methods, number_newtype};
/// number_newtype! { pub struct Mine; }
/// impl<T: Real> Mine<T> {
///     forward_methods! { sin() hypot(other) }
/// }
/// assert_eq!(Mine(3.0).hypot(Mine(4.0)), Mine(5.0));
/// assert_eq!(Mine(0.0).sin(), Mine(0.0));
/// ```
#[macro_export]
macro_rules! forward_methods {
    (one $f:ident [$($arguments:tt)*] [$($values:tt)*]) => {
        #[inline]
        #[allow(missing_docs)]
        fn $f(self $($arguments)*) -> Self {
            Self(self.0.$f($($values)*))
        }
    };
    (one $f:ident [$($arguments:tt)*] [$($values:tt)*] $x:ident, $($rest:tt)*) => {
        $crate::forward_methods! { one $f [$($arguments)* , $x: Self] [$($values)* $x.0,] $($rest)* }
    };
    (one $f:ident [$($arguments:tt)*] [$($values:tt)*] $x:ident: $t:ty, $($rest:tt)*) => {
        $crate::forward_methods! { one $f [$($arguments)* , $x: $t] [$($values)* $x,] $($rest)* }
    };
    ($($f:ident($($x:ident $(: $t:ty)?),*))*) => {
        $($crate::forward_methods! { one $f [] [] $($x $(: $t)?,)* })*
    };
}
