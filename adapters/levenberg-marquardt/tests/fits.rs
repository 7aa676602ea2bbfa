//! Fits, end to end.

use holograd::Real64;
use holograd_levenberg_marquardt::{LeastSquares, Residuals};
use levenberg_marquardt::{
    LeastSquaresProblem, LevenbergMarquardt, TerminationReason, differentiate_numerically,
};

/// y = a e^(−b t) + c.
struct Decay(Vec<(f64, f64)>);

impl Residuals for Decay {
    fn residuals<T: Real64>(&self, x: &[T]) -> Option<Vec<T>> {
        Some(self.0.iter().map(|(t, y)| x[0] * (-x[1] * t).exp() + x[2] - y).collect())
    }
}

fn measured(off: impl Fn(usize) -> f64) -> Decay {
    let point = |i: usize| {
        let t = i as f64 * 0.25;
        (t, 3.0 * (-0.5 * t).exp() + 1.0 + off(i))
    };
    Decay((0..20).map(point).collect())
}

#[test]
fn exact_data_give_the_parameters_that_they_were_made_with() {
    let (fit, report) =
        LevenbergMarquardt::new().minimize(LeastSquares::new(measured(|_| 0.0), [1.0, 1.0, 0.0]));
    assert!(report.termination.was_successful(), "{report:?}");
    for (got, exact) in fit.parameters().iter().zip([3.0, 0.5, 1.0]) {
        assert!((got - exact).abs() < 1e-12, "{got} for {exact}");
    }
}

#[test]
fn the_jacobian_is_that_of_finite_differences_and_of_the_closed_form() {
    let mut problem = LeastSquares::new(measured(|_| 0.0), [2.0, 0.7, 0.5]);
    let exact = problem.jacobian().expect("defined here");
    let differences = differentiate_numerically(&mut problem).expect("defined here");
    assert!((&exact - differences).amax() < 1e-7);
    for i in 0..20 {
        let t = i as f64 * 0.25;
        let e = (-0.7 * t).exp();
        for (got, want) in exact.row(i).iter().zip([e, -2.0 * t * e, 1.0]) {
            assert!((got - want).abs() < 1e-15);
        }
    }
}

#[test]
fn the_gradient_is_zero_at_the_fit_of_noisy_data() {
    let noise = |i: usize| 0.05 * ((i as f64 * 0.618_033_988_749_895).fract() - 0.5);
    let (fit, report) =
        LevenbergMarquardt::new().minimize(LeastSquares::new(measured(noise), [1.0, 1.0, 0.0]));
    assert!(report.termination.was_successful());
    let gradient = fit.jacobian().expect("defined").transpose() * fit.residuals().expect("defined");
    assert!(gradient.amax() < 1e-9, "{gradient}");
    // Standard deviations of the parameters from the residuals' spread: all three within three of them.
    let spread = report.objective_function * 2.0 / 17.0;
    let covariance = fit.covariance().expect("determined") * spread;
    for (i, exact) in [3.0, 0.5, 1.0].into_iter().enumerate() {
        let off = (fit.parameters()[i] - exact).abs();
        assert!(off > 0.0 && off < 3.0 * covariance[(i, i)].sqrt(), "{off}");
    }
}

#[test]
fn where_the_function_is_not_defined_the_search_ends() {
    struct Root;
    impl Residuals for Root {
        fn residuals<T: Real64>(&self, x: &[T]) -> Option<Vec<T>> {
            if x[0] >= 0.0 { Some(vec![x[0].sqrt() - 2.0]) } else { None }
        }
    }
    let (fit, report) = LevenbergMarquardt::new().minimize(LeastSquares::new(Root, [1.0]));
    assert!(report.termination.was_successful() && (fit.parameters()[0] - 4.0).abs() < 1e-12);
    let (_, report) = LevenbergMarquardt::new().minimize(LeastSquares::new(Root, [-1.0]));
    assert!(matches!(report.termination, TerminationReason::User(_)), "{report:?}");
}

#[test]
fn parameters_that_the_residuals_do_not_determine_have_no_covariance() {
    struct Sum;
    impl Residuals for Sum {
        fn residuals<T: Real64>(&self, x: &[T]) -> Option<Vec<T>> {
            Some(vec![x[0] + x[1] - 1.0, x[0] * 0.0, x[1] * 0.0])
        }
    }
    assert!(LeastSquares::new(Sum, [0.0, 0.0]).covariance().is_none());
}
