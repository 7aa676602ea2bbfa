//! The ways to second derivatives.

use super::output::Output;
use super::shape::Shape;
use crate::Scalar;

/// A way to second derivatives over `T`.
///
/// # Examples
/// ```
/// use holograd::{HyperDual, SecondOrder, Tree};
/// /// The number for second derivatives by an `X`.
/// fn name<X: Tree<f64>>() -> &'static str {
///     std::any::type_name::<<X::Second as SecondOrder<f64>>::Number>()
/// }
/// assert_eq!(name::<f64>(), std::any::type_name::<HyperDual<f64>>());
/// ```
pub trait SecondOrder<T: Scalar> {
    /// The number that they are computed in.
    type Number: Scalar<Primal = T::Primal>;

    /// What the evaluations gave.
    #[doc(hidden)]
    type Derivatives<X: Shape<T> + ?Sized, Y: Shape<Self::Number>>: SecondDerivatives<T, Self::Number, Y>;

    /// Evaluates `f` as often as it takes.
    #[doc(hidden)]
    fn evaluate<X: Shape<T> + ?Sized, Y: Output<Self::Number>>(
        f: impl FnMut(X::With<Self::Number>) -> Y,
        x: &X,
    ) -> Result<Self::Derivatives<X, Y::Shape>, Y::Failure>;
}

/// Values and derivatives of the leaf `y`, number `row`, of the output.
#[doc(hidden)]
pub trait SecondDerivatives<T, S: Scalar, Y: Shape<S>> {
    /// The output of one evaluation.
    fn shape(&self) -> &Y;
    /// The value.
    fn value(&self, y: &S) -> T;
    /// ∂y/∂xᵢ
    fn first(&self, row: usize, y: &S, i: usize) -> T;
    /// ∂²y/∂xᵢ∂xⱼ; of the two halves one is read for both, so that the matrix is symmetric to the last bit.
    fn second(&self, row: usize, y: &S, i: usize, j: usize) -> T;
}

/// How many tangents a level has for an array.
pub(crate) const WIDTH: usize = 4;

/// An array of `N` numbers: nested dual numbers with `WIDTH` tangents a level, an evaluation for every block of the
/// Hessian on and below the diagonal.
///
/// One number with N tangents a level computes both halves of the matrix and does not fit the registers. Measured before
/// tangents were vectors: for the Rosenbrock function of 8 variables it took 1370 ns, where this took 570. Blocks of 2 took 440
/// and single entries 415; but they evaluate exp, sin and √ so often that a function of these took 2830 and 8690 ns, where this
/// took 2180.
#[doc(hidden)]
#[derive(Debug)]
pub struct Blockwise<const N: usize>;
