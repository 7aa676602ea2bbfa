//! Orbit determination: the orbit of a minor planet from 22 nights of directions, by the crate levenberg-marquardt.
//!
//! As in the winter of 1801, when Ceres was lost after 41 nights, and found again a year later where Gauss had computed it to be. Kepler's equation is
//! solved as an implicit function, and the Jacobian goes through it. Checked: directions without errors give the orbit that they were
//! made with; with errors of 5″ the elements, and the place a year later, are within three of the standard deviations that the fit states.
//!
//! `cargo run --release --example orbit` in `adapters/levenberg-marquardt`

use holograd::implicit::root;
use holograd::{Real64, jacfwd};
use holograd_levenberg_marquardt::{LeastSquares, Residuals};
use levenberg_marquardt::LevenbergMarquardt;

/// Gauss's constant squared: astronomical units and days.
const MU: f64 = 0.017_202_098_95 * 0.017_202_098_95;
const ARCSECOND: f64 = std::f64::consts::PI / 648_000.0;

/// The position after dt days on an ellipse, by Lagrange's f and g (Battin, An Introduction to the Mathematics and Methods of Astrodynamics,
/// 1987, § 4.3): the difference E of the eccentric anomalies solves Kepler's equation between two positions.
fn position<T: Real64>(orbit: &[T], dt: f64) -> Option<[T; 3]> {
    let (r, v) = ([orbit[0], orbit[1], orbit[2]], [orbit[3], orbit[4], orbit[5]]);
    let radius = T::dot(&r, &r).sqrt();
    let axis = Some((2.0 / radius - T::dot(&v, &v) / MU).recip()).filter(|axis| *axis > 0.0)?;
    let motion = (MU / axis.powi(3)).sqrt();
    let p = [motion * dt, radius / axis, T::dot(&r, &v) / (MU * axis).sqrt()];
    let e = root(|e, [mean, q, s]: [_; 3]| e - (1.0 - q) * e.sin() + s * (1.0 - e.cos()) - mean, &p[0], &p)
        .ok()?;
    let f = 1.0 - axis / radius * (1.0 - e.cos());
    let g = dt - (e - e.sin()) / motion;
    Some(std::array::from_fn(|i| f * r[i] + g * v[i]))
}

/// From the earth, on a circle, to the planet.
fn line_of_sight<T: Real64>(orbit: &[T], t: f64) -> Option<[T; 3]> {
    let (sin, cos) = (1.75 + MU.sqrt() * t).sin_cos();
    position(orbit, t).map(|[x, y, z]| [x - cos, y - sin, z])
}

/// Longitude and latitude.
fn angles<T: Real64>([x, y, z]: [T; 3]) -> [T; 2] {
    [y.atan2(x), z.atan2(x.hypot(y))]
}

/// Times, and longitudes and latitudes.
struct Observations(Vec<(f64, [f64; 2])>);

impl Residuals for Observations {
    /// How far each direction is from the observed one, to the east and to the north, in units of 5″.
    fn residuals<T: Real64>(&self, orbit: &[T]) -> Option<Vec<T>> {
        let mut residuals = Vec::new();
        for (t, [longitude, latitude]) in &self.0 {
            let sight = line_of_sight(orbit, *t)?;
            let unit = (5.0 * ARCSECOND * T::dot(&sight, &sight).sqrt()).recip();
            let ((s, c), (sin, cos)) = (longitude.sin_cos(), latitude.sin_cos());
            residuals.push((c * sight[1] - s * sight[0]) * unit);
            residuals.push((cos * sight[2] - sin * (c * sight[0] + s * sight[1])) * unit);
        }
        Some(residuals)
    }
}

/// The axis, the eccentricity, the inclination in degrees, and longitude and latitude a year after the first night.
fn elements<T: Real64>(orbit: &[T]) -> Option<Vec<T>> {
    let (r, v) = ([orbit[0], orbit[1], orbit[2]], [orbit[3], orbit[4], orbit[5]]);
    let axis = (2.0 / T::dot(&r, &r).sqrt() - T::dot(&v, &v) / MU).recip();
    let cross = |i: usize, j: usize| r[i] * v[j] - r[j] * v[i];
    let momentum = [cross(1, 2), cross(2, 0), cross(0, 1)];
    let eccentricity = (1.0 - T::dot(&momentum, &momentum) / (MU * axis)).sqrt();
    let inclination = momentum[0].hypot(momentum[1]).atan2(momentum[2]);
    let [longitude, latitude] = angles(line_of_sight(orbit, 344.5)?);
    let degrees = 1.0_f64.to_degrees();
    Some(vec![axis, eccentricity, inclination * degrees, longitude * degrees, latitude * degrees])
}

fn main() {
    let truth = [1.5, 2.05, -0.2, -0.0088, 0.0066, 0.0018];
    // Noise without a generator: sums of twelve numbers that fill (0, 1) evenly, of variance 1.
    let uniform = |k: u32| (f64::from(k) * 0.618_033_988_749_895).fract() - 0.5;
    let scatter = |k: u32| (0..12).map(|i| uniform(12 * k * k + 7 * i * i + 5 * i * k)).sum::<f64>();
    let nights = |error: f64| {
        let night = |k: u32| {
            let t = -20.5 + 41.0 / 21.0 * f64::from(k);
            let exact = angles(line_of_sight(&truth, t).expect("an ellipse"));
            (t, [0, 1].map(|i| exact[i as usize] + error * ARCSECOND * scatter(2 * k + i)))
        };
        Observations((0..22).map(night).collect())
    };
    // To begin with, a circle at the distance 2.2 in the ecliptic.
    let speed = (MU / 2.2).sqrt();
    let (sin, cos) = 0.9_f64.sin_cos();
    let start = [2.2 * cos, 2.2 * sin, 0.0, -speed * sin, speed * cos, 0.0];

    let fit = |error: f64| {
        let (fit, report) = LevenbergMarquardt::new().minimize(LeastSquares::new(nights(error), start));
        assert!(report.termination.was_successful());
        let (evaluations, cost) = (report.number_of_evaluations, report.objective_function);
        println!("errors of {error}″: {evaluations} evaluations, ½|r|² = {cost:.2e}");
        fit
    };
    for (got, exact) in fit(0.0).parameters().iter().zip(truth) {
        assert!((got - exact).abs() < 1e-8, "{got} for {exact}");
    }
    let fit = fit(5.0);
    let covariance = fit.covariance().expect("44 numbers determine six");
    let exact = elements(&truth).expect("an ellipse");
    let found = elements(fit.parameters()).expect("an ellipse");
    let by_orbit = jacfwd(|x| elements(&x), fit.parameters()).expect("an ellipse");
    println!("{:16} {:>10} {:>10} {:>12}", "", "truth", "found", "deviation");
    let names = ["axis (au)", "eccentricity", "inclination (°)", "longitude, later", "latitude, later"];
    for (i, name) in names.into_iter().enumerate() {
        let g = nalgebra::DVector::from_column_slice(&by_orbit[i]);
        let deviation = g.dot(&(&covariance * &g)).sqrt();
        println!("{name:16} {:10.5} {:10.5} {deviation:12.5}", exact[i], found[i]);
        assert!((found[i] - exact[i]).abs() < 3.0 * deviation, "{name}");
    }
}
