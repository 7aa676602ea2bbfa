//! A soap film between two rings: argmin's Newton method and its trust region, on the area of a surface of revolution.
//!
//! Two catenoids r = c cosh(x/c) hang on the rings. The wider one has the least area; the narrower one is a saddle, on which no film rests.
//! Newton's method ends at the stationary point that is near its start, whatever it is. The trust region goes downhill, and ends at the film.
//! Checked: necks and areas against the catenoids', and the signs of the smallest eigenvalues of the Hessian.
//!
//! `cargo run --release --example soap_film` in `adapters/argmin`

use argmin::core::{Error, Executor, Hessian, State};
use argmin::solver::newton::Newton;
use argmin::solver::trustregion::{Steihaug, TrustRegion};
use holograd::Real64;
use holograd_argmin::{Differentiated, Objective};
use nalgebra::DVector;
use std::f64::consts::PI;

/// The distance of the rings, whose radius is 1, and the number of conical bands between them.
const LENGTH: f64 = 1.0;
const BANDS: usize = 100;

/// The radii between the bands; the area of a band is 2π (r + s)/2 √(h² + (r − s)²).
struct Film;

impl Objective for Film {
    fn cost<T: Real64>(&self, inner: &[T]) -> Result<T, Error> {
        let h = LENGTH / BANDS as f64;
        let ring = [T::lit(1.0)];
        let radii: Vec<T> = ring.iter().chain(inner).chain(&ring).copied().collect();
        Ok(radii.windows(2).map(|r| PI * (r[0] + r[1]) * (h * h + (r[0] - r[1]).powi(2)).sqrt()).sum())
    }
}

/// The neck c of the catenoid between c₀ and c₁, c cosh(L/2c) = 1, by bisection; and its area, πc (L + c sinh(L/c)).
fn catenoid([mut low, mut high]: [f64; 2]) -> (f64, f64) {
    let excess = |c: f64| c * (0.5 * LENGTH / c).cosh() - 1.0;
    let rises = excess(high) > excess(low);
    for _ in 0..60 {
        let c = 0.5 * (low + high);
        *(if (excess(c) > 0.0) == rises { &mut high } else { &mut low }) = c;
    }
    (low, PI * low * (LENGTH + low * (LENGTH / low).sinh()))
}

/// A parabola with this neck.
fn start(neck: f64) -> DVector<f64> {
    DVector::from_fn(BANDS - 1, |i, _| {
        let x = 2.0 * (i + 1) as f64 / BANDS as f64 - 1.0;
        neck + (1.0 - neck) * x * x
    })
}

fn report(method: &str, neck: f64, found: &DVector<f64>, steps: u64) -> Result<(f64, f64, f64), Error> {
    let problem: Differentiated<_, DVector<f64>> = Differentiated::new(Film);
    let curvature = problem.hessian(found)?.symmetric_eigenvalues().min();
    let (got, area) = (found[BANDS / 2 - 1], Film.cost(found.as_slice())?);
    println!("{method:13} {neck:6.2} {steps:6} {got:9.5} {area:10.6} {curvature:12.5}");
    Ok((got, area, curvature))
}

fn main() -> Result<(), Error> {
    let (film, saddle) = (catenoid([0.5, 1.0]), catenoid([0.1, 0.4]));
    println!("{:13} {:>6} {:>6} {:>9} {:>10} {:>12}", "", "from", "steps", "neck", "area", "curvature");
    println!("{:13} {:>6} {:>6} {:9.5} {:10.6}", "catenoid", "", "", film.0, film.1);
    println!("{:13} {:>6} {:>6} {:9.5} {:10.6}", "the narrower", "", "", saddle.0, saddle.1);
    for (neck, (exact_neck, exact_area), minimum) in [(0.8, film, true), (0.25, saddle, false)] {
        let newton = Executor::new(Differentiated::new(Film), Newton::<f64>::new())
            .configure(|state| state.param(start(neck)).max_iters(12))
            .run()?;
        let found = newton.state.param.as_ref().expect("the last point");
        let (got, area, curvature) = report("Newton", neck, found, newton.state.get_iter())?;
        assert!((got - exact_neck).abs() < 2e-3 && (area / exact_area - 1.0).abs() < 1e-3);
        assert_eq!(curvature > 0.0, minimum);

        let trust = Executor::new(Differentiated::new(Film), TrustRegion::new(Steihaug::new()))
            .configure(|state| state.param(start(neck)).max_iters(60))
            .run()?;
        let found = trust.state.best_param.as_ref().expect("the best point");
        let (got, area, curvature) = report("trust region", neck, found, trust.state.get_last_best_iter())?;
        assert!((got - film.0).abs() < 1e-4 && (area / film.1 - 1.0).abs() < 1e-4);
        assert!(curvature > 0.0);
    }
    Ok(())
}
