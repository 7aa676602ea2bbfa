//! What functions return: a shape, or a `Result` or `Option` of one.

use super::shape::Shape;
use crate::Scalar;

/// A result: a [`Shape`], or a `Result` or `Option` of one.
///
/// For a function that may fail, a transform gives `Result` or `Option` of all that it computes, so that `?` works:
/// ```
/// use holograd::{Dual, value_and_jacfwd};
/// fn root(x: [Dual<f64, 1>; 1]) -> Result<Dual<f64, 1>, String> {
///     if x[0] < 0.0 { Err(format!("{} is negative", x[0].value())) } else { Ok(x[0].sqrt()) }
/// }
/// # fn main() -> Result<(), String> {
/// let (value, [slope]) = value_and_jacfwd(root, &[4.0])?;
/// assert_eq!((value, slope), (2.0, 0.25));
/// assert_eq!(value_and_jacfwd(root, &[-4.0]), Err("-4 is negative".into()));
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a result of numbers `{S}`",
    note = "results are numbers, arrays, `Vec`, tuples, `BTreeMap` and nalgebra matrices of `{S}`, or a `Result` or `Option` of them; a struct becomes one by `impl_tree!`",
    note = "in the closure of a transform a plain number is a constant: write it `Dual::from(c)` or `Var::from(c)`, as the transform is of forward or reverse mode"
)]
pub trait Output<S: Scalar> {
    /// What holds the numbers.
    type Shape: Shape<S>;
    /// What is there when there are no numbers.
    type Failure;
    /// `R`, or a `Result` or `Option` of it.
    type Lift<R>;
    /// The numbers, or the failure.
    ///
    /// # Errors
    /// Where the function failed.
    fn branch(self) -> Result<Self::Shape, Self::Failure>;
    /// What was computed from the numbers, or the failure, in the type that the function has.
    fn lift<R>(result: Result<R, Self::Failure>) -> Self::Lift<R>;
}

/// A result of one number: an `S`, or a `Result` or `Option` of one.
///
/// # Examples
/// Code that takes the gradient of a function of its caller:
/// ```
/// use holograd::{NumberOutput, Var, grad};
/// fn twice<Y: NumberOutput<Var<f64>, Lift<[f64; 2]> = [f64; 2]>>(f: impl FnOnce([Var<f64>; 2]) -> Y) -> [f64; 2] {
///     grad(f, &[1.0, 2.0]).map(|g| 2.0 * g)
/// }
/// assert_eq!(twice(|[x, y]| x * y), [4.0, 2.0]);
/// ```
#[diagnostic::on_unimplemented(
    message = "a gradient is that of a function with one number as its result, and this one gives `{Self}`",
    label = "expected one number `{S}`, or a `Result` or `Option` of it",
    note = "of a function with several results take the Jacobian: `jacrev(f, &x)` or `jacfwd(f, &x)`",
    note = "in the closure a plain number is a constant: write it `Var::from(c)`"
)]
pub trait NumberOutput<S: Scalar>: Output<S, Shape = S> {}
impl<S: Scalar> NumberOutput<S> for S {}
impl<S: Scalar> NumberOutput<S> for Option<S> {}
impl<S: Scalar, F> NumberOutput<S> for Result<S, F> {}

/// What the shape of a result `Y` of numbers `S` becomes with `U` in place of each number.
///
/// # Examples
/// ```
/// let _: holograd::ShapeWith<Option<[f64; 2]>, f64, bool> = [true, false];
/// ```
pub type ShapeWith<Y, S, U> = <<Y as Output<S>>::Shape as Shape<S>>::With<U>;

/// What a result `Y` of numbers `S`, with its `Result` or `Option`, becomes with `U` in place of each number.
///
/// # Examples
/// ```
/// let _: holograd::With<Option<[f64; 2]>, f64, bool> = Some([true, false]);
/// ```
pub type With<Y, S, U> = <Y as Output<S>>::Lift<ShapeWith<Y, S, U>>;

/// Names the shape itself as the output, for shapes that cannot fail.
macro_rules! cannot_fail {
    ([$($generics:tt)*] $shape:ty, $number:ty $(; $($bounds:tt)*)?) => {
        impl<$($generics)*> Output<$number> for $shape
        $(where $($bounds)*)?
        {
            type Shape = Self;
            type Failure = Infallible;
            type Lift<R> = R;
            #[inline]
            fn branch(self) -> Result<Self, Infallible> {
                Ok(self)
            }
            #[inline]
            fn lift<R>(result: Result<R, Infallible>) -> R {
                result.unwrap_or_else(|never| match never {})
            }
        }
    };
}
pub(crate) use cannot_fail;

impl<S: Scalar, E: Shape<S>> Output<S> for Option<E> {
    type Shape = E;
    type Failure = ();
    type Lift<R> = Option<R>;
    #[inline]
    fn branch(self) -> Result<E, ()> {
        self.ok_or(())
    }
    #[inline]
    fn lift<R>(result: Result<R, ()>) -> Option<R> {
        result.ok()
    }
}

#[allow(clippy::mismatching_type_param_order)] // E is an element everywhere here
impl<S: Scalar, E: Shape<S>, F> Output<S> for Result<E, F> {
    type Shape = E;
    type Failure = F;
    type Lift<R> = Result<R, F>;
    #[inline]
    fn branch(self) -> Result<E, F> {
        self
    }
    #[inline]
    fn lift<R>(result: Result<R, F>) -> Result<R, F> {
        result
    }
}
