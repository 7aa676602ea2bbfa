//! nalgebra's matrices: ridge regression by its gradient and its Hessian, against the normal equations.

use holograd::Real64;
use holograd::linalg::{LinalgError, solve};
use holograd::matrix::{gradient, hessian};
use nalgebra::{DMatrix, DVector, dmatrix, dvector};

/// ½ ‖X w − y‖² + ½ λ ‖w‖²
fn cost<T: Real64>(w: &DVector<T>, x: &DMatrix<f64>, y: &DVector<f64>) -> T {
    let residual = x.map(T::lit) * w - y.map(T::lit);
    0.5 * (residual.dot(&residual) + 0.1 * w.dot(w))
}

fn main() -> Result<(), LinalgError> {
    let x = dmatrix![1.0, 0.0; 1.0, 1.0; 1.0, 2.0; 1.0, 3.0];
    let y = dvector![0.9, 3.1, 5.2, 6.8];
    // The cost is quadratic: one Newton step from 0 is the minimum.
    let zero = dvector![0.0, 0.0];
    let (g, h) = (gradient(|w| cost(&w, &x, &y), &zero), hessian(|w| cost(&w, &x, &y), &zero));
    let w = -solve(&h, &g)?;
    println!("gradient{g}Hessian{h}weights{w}");

    let normal = x.transpose() * &x + DMatrix::identity(2, 2) * 0.1;
    let exact = solve(&normal, &(x.transpose() * &y))?;
    assert!((&w - exact).norm() < 1e-14);
    assert!(gradient(|w| cost(&w, &x, &y), &w).norm() < 1e-13);
    Ok(())
}
