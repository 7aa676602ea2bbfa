//! Generic functions as problems of [`argmin`]: cost, gradient and Hessian, or residuals and Jacobian, from one source.
//!
//! Write the function once, as an [`Objective`] or as [`Residuals`], and give [`Differentiated::new`] of it to argmin's `Executor`. The
//! parameters are nalgebra's `DVector`, which all of argmin's solvers take, or a `Vec`, which all take but those that invert a matrix (Newton,
//! Gauss and Newton, the dogleg).
//! ```
//! use argmin::core::{Error, Executor};
//! use argmin::solver::newton::Newton;
//! use holograd::Real64;
//! use holograd_argmin::{Differentiated, Objective};
//! use nalgebra::{DVector, dvector};
//!
//! struct Rosenbrock;
//! impl Objective for Rosenbrock {
//!     fn cost<T: Real64>(&self, x: &[T]) -> Result<T, Error> {
//!         Ok(x.windows(2).map(|x| (1.0 - x[0]).powi(2) + 100.0 * (x[1] - x[0] * x[0]).powi(2)).sum())
//!     }
//! }
//! # fn main() -> Result<(), Error> {
//! let problem: Differentiated<_, DVector<f64>> = Differentiated::new(Rosenbrock);
//! let result = Executor::new(problem, Newton::<f64>::new())
//!     .configure(|state| state.param(dvector![-1.2, 1.0]).max_iters(8))
//!     .run()?;
//! assert!((result.state.param.unwrap() - dvector![1.0, 1.0]).norm() < 1e-12);
//! # Ok(())
//! # }
//! ```
//! The gradient is by reverse mode, the Hessian forward over reverse, the Jacobian forward in chunks of 8 parameters.
#![deny(missing_docs)]

use argmin::core::{CostFunction, Error, Gradient, Hessian, Jacobian, Operator};
use holograd::{Real64, grad, hessian, jacfwd};
use nalgebra::{DMatrix, DVector};
use std::marker::PhantomData;

/// A function to minimise.
pub trait Objective {
    /// The cost at x.
    ///
    /// # Errors
    /// Where the function is not defined; argmin's solvers end with this error.
    fn cost<T: Real64>(&self, x: &[T]) -> Result<T, Error>;
}

/// Residuals whose sum of squares is to be minimised.
pub trait Residuals {
    /// The residuals at x, as many at every x.
    ///
    /// # Errors
    /// Where the function is not defined; argmin's solvers end with this error.
    fn residuals<T: Real64>(&self, x: &[T]) -> Result<Vec<T>, Error>;
}

/// A container of the parameters, with the matrix that belongs to it.
pub trait Parameters {
    /// The type of Hessians and Jacobians.
    type Matrix;
    /// The parameters in their order.
    fn as_slice(&self) -> &[f64];
    /// The vector of these numbers.
    fn vector(entries: Vec<f64>) -> Self;
    /// The matrix of these rows.
    fn matrix(rows: Vec<Vec<f64>>) -> Self::Matrix;
}

impl Parameters for Vec<f64> {
    type Matrix = Vec<Vec<f64>>;
    fn as_slice(&self) -> &[f64] {
        self
    }
    fn vector(entries: Vec<f64>) -> Self {
        entries
    }
    fn matrix(rows: Vec<Vec<f64>>) -> Self::Matrix {
        rows
    }
}

impl Parameters for DVector<f64> {
    type Matrix = DMatrix<f64>;
    fn as_slice(&self) -> &[f64] {
        self.as_slice()
    }
    fn vector(entries: Vec<f64>) -> Self {
        entries.into()
    }
    fn matrix(rows: Vec<Vec<f64>>) -> Self::Matrix {
        let columns = rows.first().map_or(0, Vec::len);
        DMatrix::from_row_iterator(rows.len(), columns, rows.into_iter().flatten())
    }
}

/// A function with the derivatives that argmin's solvers ask for, by parameters of the type `P`.
///
/// Of an [`Objective`] it is a `CostFunction` with `Gradient` and `Hessian`, of [`Residuals`] an `Operator` with `Jacobian`.
#[derive(Clone, Debug)]
pub struct Differentiated<F, P> {
    function: F,
    parameters: PhantomData<fn() -> P>,
}

impl<F, P> Differentiated<F, P> {
    /// The problem of this function.
    pub fn new(function: F) -> Self {
        Self { function, parameters: PhantomData }
    }
}

impl<F: Objective, P: Parameters> CostFunction for Differentiated<F, P> {
    type Param = P;
    type Output = f64;
    fn cost(&self, x: &P) -> Result<f64, Error> {
        self.function.cost(x.as_slice())
    }
}

impl<F: Objective, P: Parameters> Gradient for Differentiated<F, P> {
    type Param = P;
    type Gradient = P;
    fn gradient(&self, x: &P) -> Result<P, Error> {
        Ok(P::vector(grad(|x| self.function.cost(&x), x.as_slice())?))
    }
}

impl<F: Objective, P: Parameters> Hessian for Differentiated<F, P> {
    type Param = P;
    type Hessian = P::Matrix;
    fn hessian(&self, x: &P) -> Result<P::Matrix, Error> {
        Ok(P::matrix(hessian(|x| self.function.cost(&x), x.as_slice())?))
    }
}

impl<F: Residuals, P: Parameters> Operator for Differentiated<F, P> {
    type Param = P;
    type Output = P;
    fn apply(&self, x: &P) -> Result<P, Error> {
        Ok(P::vector(self.function.residuals(x.as_slice())?))
    }
}

impl<F: Residuals, P: Parameters> Jacobian for Differentiated<F, P> {
    type Param = P;
    type Jacobian = P::Matrix;
    fn jacobian(&self, x: &P) -> Result<P::Matrix, Error> {
        Ok(P::matrix(jacfwd(|x| self.function.residuals(&x), x.as_slice())?))
    }
}
