//! Generic residual functions as problems of the crate [`levenberg_marquardt`], with exact Jacobians.
//!
//! Write the residuals once, as [`Residuals`], and give [`LeastSquares::new`] of them to `LevenbergMarquardt`.
//! ```
//! use holograd::Real64;
//! use holograd_levenberg_marquardt::{LeastSquares, Residuals};
//! use levenberg_marquardt::LevenbergMarquardt;
//!
//! /// y = a e^(−b t)
//! struct Decay<'a>(&'a [(f64, f64)]);
//! impl Residuals for Decay<'_> {
//!     fn residuals<T: Real64>(&self, x: &[T]) -> Option<Vec<T>> {
//!         Some(self.0.iter().map(|(t, y)| x[0] * (-x[1] * t).exp() - y).collect())
//!     }
//! }
//! let data: Vec<(f64, f64)> = (0..5).map(|t| f64::from(t)).map(|t| (t, 3.0 * (-0.5 * t).exp())).collect();
//! let (fit, report) = LevenbergMarquardt::new().minimize(LeastSquares::new(Decay(&data), [1.0, 1.0]));
//! assert!(report.termination.was_successful());
//! assert!((fit.parameters()[0] - 3.0).abs() < 1e-12 && (fit.parameters()[1] - 0.5).abs() < 1e-12);
//! ```
#![deny(missing_docs)]

use holograd::Real64;
use holograd::matrix::jacobian;
use levenberg_marquardt::LeastSquaresProblem;
use nalgebra::{DMatrix, DVector, Dyn, Owned};

/// Residuals whose sum of squares is to be minimised.
pub trait Residuals {
    /// The residuals at x, at least as many as parameters; `None` where the function is not defined, which ends the search.
    fn residuals<T: Real64>(&self, x: &[T]) -> Option<Vec<T>>;
}

/// A residual function at some parameters, with its Jacobian.
#[derive(Clone, Debug)]
pub struct LeastSquares<F> {
    function: F,
    parameters: DVector<f64>,
}

impl<F: Residuals> LeastSquares<F> {
    /// The problem of this function, with the parameters to begin with.
    pub fn new(function: F, start: impl Into<Vec<f64>>) -> Self {
        Self { function, parameters: DVector::from_vec(start.into()) }
    }

    /// The parameters: those to begin with, and of the problem that `minimize` gives back the solution.
    #[must_use]
    pub fn parameters(&self) -> &[f64] {
        self.parameters.as_slice()
    }

    /// The covariance of the parameters, (JᵀJ)⁻¹, where every residual has the standard deviation 1.
    ///
    /// `None` where the function is not defined, and where the residuals do not determine the parameters.
    #[must_use]
    pub fn covariance(&self) -> Option<DMatrix<f64>> {
        let triangle = self.jacobian()?.qr().r();
        let inverse =
            triangle.solve_upper_triangular(&DMatrix::identity(triangle.nrows(), triangle.ncols()))?;
        Some(&inverse * inverse.transpose())
    }
}

impl<F: Residuals> LeastSquaresProblem<f64, Dyn, Dyn> for LeastSquares<F> {
    type ResidualStorage = Owned<f64, Dyn>;
    type JacobianStorage = Owned<f64, Dyn, Dyn>;
    type ParameterStorage = Owned<f64, Dyn>;

    fn set_params(&mut self, x: &DVector<f64>) {
        self.parameters.copy_from(x);
    }

    fn params(&self) -> DVector<f64> {
        self.parameters.clone()
    }

    fn residuals(&self) -> Option<DVector<f64>> {
        self.function.residuals(self.parameters.as_slice()).map(DVector::from_vec)
    }

    fn jacobian(&self) -> Option<DMatrix<f64>> {
        jacobian(
            |x: DVector<_>| self.function.residuals(x.as_slice()).map(DVector::from_vec),
            &self.parameters,
        )
    }
}
