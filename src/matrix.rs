//! Derivatives of functions of nalgebra vectors, as nalgebra vectors and matrices.
//!
//! All transforms take and give nalgebra matrices: `jacfwd(f, &x)` of a vector function is a vector of rows, each of the
//! shape of `x`. Here its rows come as *one matrix*: `SVector` and `SMatrix` where the sizes are fixed, `DVector` and
//! `DMatrix` where they are dynamic.
//!
//! An `SVector` of `R` numbers gets as many tangents, in one pass. By a `DVector`, which may be long, [`gradient`] is reverse
//! mode and [`hessian`] forward over reverse; [`jacobian`] makes a pass for every 8 inputs, so that a function of many inputs
//! with few outputs is for [`jacrev`](crate::jacrev), which gives the rows one by one.
//!
//! # Data beside variables
//! nalgebra multiplies matrices of one type only. A matrix of data is made one of constants by `map`, with `Var::from` or
//! `Dual::from` in a closure, with `T::lit` in generic code (or by [`linalg::real_mul`](crate::linalg::real_mul)); so is a number
//! that multiplies a matrix, `x * Var::from(2.0)`:
//! ```
//! use holograd::{Real, matrix::gradient};
//! use nalgebra::{DMatrix, DVector, dmatrix, dvector};
//! /// ½ |A x − b|²
//! fn misfit<T: Real>(x: &DVector<T>, a: &DMatrix<f64>, b: &DVector<f64>) -> T {
//!     let residual = a.map(T::lit) * x - b.map(T::lit);
//!     residual.dot(&residual) * T::lit(0.5)
//! }
//! let (a, b) = (dmatrix![1.0, 2.0; 3.0, 4.0], dvector![1.0, 1.0]);
//! assert_eq!(gradient(|x| misfit(&x, &a, &b), &dvector![0.0, 0.0]), dvector![-4.0, -6.0]);
//! ```
//!
//! # nalgebra's own algorithms
//! Dual numbers are `ComplexField` and `RealField`, so nalgebra's LU, QR, Cholesky, inverse, determinant, matrix exponential,
//! norms and rotations differentiate as they stand, at every matrix of full rank:
//! ```
//! use holograd::derivative;
//! use nalgebra::{matrix, vector};
//! // x(t) = A⁻¹ b with A = (2 t; 0 1): x₀ = (3 − t)/2
//! let x = |t| matrix![t * 0.0 + 2.0, t; t * 0.0, t * 0.0 + 1.0].lu().solve(&vector![3.0, 1.0].map(From::from)).unwrap();
//! assert_eq!(derivative(x, 5.0), vector![-0.5, 0.0]);
//! ```
//! Some of its algorithms branch on values that are exactly zero, and lose derivatives there *without any sign of it*:
//!
//! * `symmetric_eigen`, `svd`, `pseudo_inverse`, `schur`, `hessenberg` at diagonal, block and permutation matrices, where an
//!   entry is deflated by its value. At dense matrices they are right to two digits less than the rest. Use
//!   `holograd::linalg`, which has the implicit formulas.
//! * Rotations where an angle or a vector is exactly zero, as they return a constant there: `from_scaled_axis`, `Rotation3::new`,
//!   `Isometry3::new` and `rotation` at the zero vector, the exponential of a zero quaternion; `scaled_axis`, `ln` and `powf` of the
//!   identity; `rotation_between` parallel vectors; `slerp` between equal ones; `Rotation3::from_matrix` at a rotation. The module
//!   [`linalg::rotation`](crate::linalg::rotation) has a table of what to call instead.
//! * `determinant` from 5 × 5 on and `lu` at matrices without full rank: NaN. Use [`linalg::det`](crate::linalg::det).
//!
//! All of these are methods of concrete numbers and of `T: RealField`. In code that is generic over [`Real`](crate::Real), whose
//! functions have the names of `ComplexField`'s, the two bounds together are ambiguous: there, too, use `holograd::linalg`.

pub use crate::interop::nalgebra::{Columns, Rows};
use crate::transform::{Second, jacfwd};
use crate::{NumberOutput, Output, Scalar, Tree};
use ::nalgebra::allocator::Allocator;
use ::nalgebra::{DefaultAllocator, Dim, OMatrix, OVector};

/// The dual number that [`jacobian`] evaluates a function of an `OVector<T, R>` at: `Dual<T, R>` for a fixed `R`,
/// `Dual<T, 8>` for a dynamic one.
///
/// # Examples
/// ```
/// use holograd::matrix::{Forward, jacobian};
/// use nalgebra::{Const, Vector2, matrix, vector};
/// let square = |v: Vector2<Forward<f64, Const<2>>>| v.map(|x| x * x);
/// assert_eq!(jacobian(square, &vector![1.0, 2.0]), matrix![2.0, 0.0; 0.0, 4.0]);
/// ```
pub type Forward<T, R> = <OVector<T, R> as Tree<T>>::Lanes;

/// The number that [`gradient`] evaluates a function of an `OVector<T, R>` at: `Dual<T, R>` for a fixed `R`, `Var<T>` for a
/// dynamic one (`Dual<T, 8>` without the feature `std`).
///
/// # Examples
/// ```
/// use holograd::matrix::{Gradient, gradient};
/// use nalgebra::{DVector, Dyn, dvector};
/// let square = |v: DVector<Gradient<f64, Dyn>>| v.dot(&v);
/// assert_eq!(gradient(square, &dvector![1.0, 2.0]), dvector![2.0, 4.0]);
/// ```
pub type Gradient<T, R> = <R as Rows>::Gradient<T>;

/// ∇f: the gradient of a number-valued function, of the shape of `x`. For a fixed size by as many tangents, for a dynamic
/// one by reverse mode.
///
/// A function that returns `Result` or `Option` gives `Result` or `Option` of the gradient.
///
/// # Examples
/// ```
/// use holograd::matrix::gradient;
/// use nalgebra::{dvector, vector};
/// assert_eq!(gradient(|v| v[0] * v[1].exp(), &vector![2.0, 0.0]), vector![1.0, 2.0]);
/// assert_eq!(gradient(|v| v.dot(&v), &dvector![1.0, 2.0, 3.0]), dvector![2.0, 4.0, 6.0]);
/// assert_eq!(gradient(|v| if v[0] < 0.0 { None } else { Some(v[0].sqrt()) }, &vector![-1.0]), None);
/// ```
#[track_caller]
pub fn gradient<T: Scalar, R: Rows, Y>(
    f: impl FnMut(OVector<Gradient<T, R>, R>) -> Y,
    x: &OVector<T, R>,
) -> Y::Lift<OVector<T, R>>
where
    Y: NumberOutput<Gradient<T, R>>,
    DefaultAllocator: Allocator<R>,
{
    R::gradient(f, x)
}

/// The Jacobian of a vector-valued function: entry (i, j) is ∂fᵢ/∂xⱼ.
///
/// A function that returns `Result` or `Option` gives `Result` or `Option` of the Jacobian.
///
/// # Examples
/// ```
/// use holograd::matrix::jacobian;
/// use nalgebra::{dmatrix, dvector, matrix, vector};
/// let j = jacobian(|v| vector![v[0] * v[1], v[0] - v[1], v[0].powi(2)], &vector![2.0, 3.0]);
/// assert_eq!(j, matrix![3.0, 2.0; 1.0, -1.0; 4.0, 0.0]);
/// assert_eq!(jacobian(|v| v.map(|x| x.powi(2)), &dvector![2.0, 3.0]), dmatrix![4.0, 0.0; 0.0, 6.0]);
/// ```
#[track_caller]
pub fn jacobian<T: Scalar, R: Rows, M: Dim, Y>(
    mut f: impl FnMut(OVector<Forward<T, R>, R>) -> Y,
    x: &OVector<T, R>,
) -> Y::Lift<OMatrix<T, M, R>>
where
    Y: Output<Forward<T, R>, Shape = OVector<Forward<T, R>, M>>,
    DefaultAllocator: Allocator<R> + Allocator<M> + Allocator<M, R>,
{
    Y::lift(jacfwd(|x| f(x).branch(), x).map(|rows| matrix(&rows, x)))
}

/// The Hessian of a number-valued function: entry (i, j) is ∂²f/∂xᵢ∂xⱼ. It is exactly symmetric.
///
/// A function that returns `Result` or `Option` gives `Result` or `Option` of the Hessian.
///
/// # Examples
/// ```
/// use holograd::matrix::hessian;
/// use nalgebra::{dmatrix, dvector, matrix, vector};
/// assert_eq!(hessian(|v| v[0].powi(2) * v[1], &vector![2.0, 3.0]), matrix![6.0, 4.0; 4.0, 0.0]);
/// assert_eq!(hessian(|v| v.dot(&v), &dvector![1.0, 2.0]), dmatrix![2.0, 0.0; 0.0, 2.0]);
/// ```
#[track_caller]
pub fn hessian<T: Scalar, R: Rows, Y>(
    mut f: impl FnMut(OVector<Second<T, OVector<T, R>>, R>) -> Y,
    x: &OVector<T, R>,
) -> Y::Lift<OMatrix<T, R, R>>
where
    Y: Output<Second<T, OVector<T, R>>, Shape = Second<T, OVector<T, R>>>,
    DefaultAllocator: Allocator<R> + Allocator<R, R>,
{
    Y::lift(crate::hessian(|x| f(x).branch(), x).map(|rows| matrix(&rows, x)))
}

/// The rows, each of the shape of `x`, as one matrix.
fn matrix<T: Scalar, R: Dim, M: Dim>(rows: &OVector<OVector<T, R>, M>, x: &OVector<T, R>) -> OMatrix<T, M, R>
where
    DefaultAllocator: Allocator<R> + Allocator<M> + Allocator<M, R>,
{
    OMatrix::from_fn_generic(rows.shape_generic().0, x.shape_generic().0, |i, j| rows[i][j])
}
