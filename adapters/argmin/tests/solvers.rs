//! argmin's solvers, end to end, on functions with known minima.

use argmin::core::{CostFunction, Error, Executor, Gradient, Hessian, Jacobian, Operator};
use argmin::solver::gaussnewton::GaussNewton;
use argmin::solver::linesearch::MoreThuenteLineSearch;
use argmin::solver::newton::Newton;
use argmin::solver::quasinewton::LBFGS;
use argmin::solver::trustregion::{Dogleg, Steihaug, TrustRegion};
use holograd::Real64;
use holograd_argmin::{Differentiated, Objective, Residuals};
use nalgebra::{DMatrix, DVector, dmatrix, dvector};

/// The minimum is 0, at 1, 1, …
struct Rosenbrock;

impl Objective for Rosenbrock {
    fn cost<T: Real64>(&self, x: &[T]) -> Result<T, Error> {
        if x.len() < 2 {
            return Err(Error::msg("two parameters at least"));
        }
        Ok(x.windows(2).map(|x| (1.0 - x[0]).powi(2) + 100.0 * (x[1] - x[0] * x[0]).powi(2)).sum())
    }
}

impl Residuals for Rosenbrock {
    fn residuals<T: Real64>(&self, x: &[T]) -> Result<Vec<T>, Error> {
        Ok(x.windows(2).flat_map(|x| [1.0 - x[0], 10.0 * (x[1] - x[0] * x[0])].map(|r| -r)).collect())
    }
}

fn by_vector() -> Differentiated<Rosenbrock, DVector<f64>> {
    Differentiated::new(Rosenbrock)
}

fn start(n: usize) -> Vec<f64> {
    (0..n).map(|i| if i % 2 == 0 { -1.2 } else { 1.0 }).collect()
}

fn at_minimum(x: &[f64], within: f64) {
    for x in x {
        assert!((x - 1.0).abs() < within, "{x}");
    }
}

#[test]
fn cost_gradient_and_hessian_are_those_of_the_closed_forms() -> Result<(), Error> {
    let (problem, x) = (by_vector(), dvector![-1.0, 2.0]);
    assert_eq!(problem.cost(&x)?, 104.0);
    assert_eq!(problem.gradient(&x)?, dvector![396.0, 200.0]);
    assert_eq!(problem.hessian(&x)?, dmatrix![402.0, 400.0; 400.0, 200.0]);
    let by_vec: Differentiated<_, Vec<f64>> = Differentiated::new(Rosenbrock);
    assert_eq!(by_vec.gradient(&vec![-1.0, 2.0])?, [396.0, 200.0]);
    assert_eq!(by_vec.hessian(&vec![-1.0, 2.0])?, [[402.0, 400.0], [400.0, 200.0]]);
    Ok(())
}

#[test]
fn residuals_and_jacobian_have_a_row_for_each_residual() -> Result<(), Error> {
    let (problem, x) = (by_vector(), dvector![-1.0, 2.0, 3.0]);
    assert_eq!(problem.apply(&x)?, dvector![-2.0, -10.0, 1.0, 10.0]);
    let exact: DMatrix<f64> = dmatrix![1.0, 0.0, 0.0; -20.0, -10.0, 0.0; 0.0, 1.0, 0.0; 0.0, 40.0, -10.0];
    assert_eq!(problem.jacobian(&x)?, exact);
    Ok(())
}

#[test]
fn an_error_of_the_function_is_that_of_every_derivative() {
    let (problem, x) = (by_vector(), dvector![1.0]);
    for error in
        [problem.cost(&x).unwrap_err(), problem.gradient(&x).unwrap_err(), problem.hessian(&x).unwrap_err()]
    {
        assert_eq!(error.to_string(), "two parameters at least");
    }
}

#[test]
fn newton_ends_at_the_minimum() -> Result<(), Error> {
    let result = Executor::new(by_vector(), Newton::<f64>::new())
        .configure(|state| state.param(start(2).into()).max_iters(10))
        .run()?;
    at_minimum(result.state.param.expect("a solution").as_slice(), 1e-14);
    Ok(())
}

#[test]
fn trust_regions_end_at_the_minimum() -> Result<(), Error> {
    let steihaug = Executor::new(by_vector(), TrustRegion::new(Steihaug::new()))
        .configure(|state| state.param(start(4).into()).max_iters(100))
        .run()?;
    at_minimum(steihaug.state.best_param.expect("a solution").as_slice(), 1e-7);
    let dogleg = Executor::new(by_vector(), TrustRegion::new(Dogleg::new()))
        .configure(|state| state.param(dvector![0.5, 0.3]).max_iters(100))
        .run()?;
    at_minimum(dogleg.state.best_param.expect("a solution").as_slice(), 1e-7);
    Ok(())
}

#[test]
fn a_quasi_newton_method_takes_a_vec() -> Result<(), Error> {
    let problem: Differentiated<_, Vec<f64>> = Differentiated::new(Rosenbrock);
    let solver = LBFGS::new(MoreThuenteLineSearch::new(), 7);
    let result =
        Executor::new(problem, solver).configure(|state| state.param(start(2)).max_iters(200)).run()?;
    at_minimum(&result.state.best_param.expect("a solution"), 1e-6);
    Ok(())
}

#[test]
fn gauss_and_newtons_method_ends_at_the_zero_of_the_residuals() -> Result<(), Error> {
    let result = Executor::new(by_vector(), GaussNewton::<f64>::new())
        .configure(|state| state.param(start(2).into()).max_iters(10))
        .run()?;
    at_minimum(result.state.param.expect("a solution").as_slice(), 1e-12);
    Ok(())
}
