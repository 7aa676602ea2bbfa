//! Orbits by Taylor series of order 20: Kepler's ellipse for a hundred revolutions, and the figure eight of three bodies.
//!
//! Checked, for the ellipse: its energy, to 1e-14; a thousand positions between the steps by Kepler's equation; the times of perihelion
//! and aphelion, which are events; and the derivative of the period by the initial speed, which is that of an event. For the eight, which
//! Chenciner and Montgomery (*Annals of Mathematics* 152, 2000) proved to exist: from the eight digits that they print (by C. Simó), Gauss and
//! Newton's method with the derivatives of the flow finds the orbit that closes; that the three bodies chase each other on one curve, a third of the
//! period apart; energy and angular momentum.
//!
//! `cargo run --release --example problems_orbit` draws `target/pictures/orbit.svg`.

use holograd::{Dual, Real64, derivative, ode, value_and_jacfwd};
use nalgebra::{SMatrix, SVector};
use plotters::prelude::*;
use std::error::Error;
use std::f64::consts::{PI, TAU};

const ORDER: usize = 20;
const TOLERANCE: f64 = 1e-16;
const ECCENTRICITY: f64 = 0.6;
const REVOLUTIONS: usize = 100;

/// x″ = −x/|x|³, for (x, y, x′, y′).
fn kepler<T: Real64>([x, y, u, v]: [T; 4]) -> [T; 4] {
    let cube = (x * x + y * y).powf(-1.5);
    [u, v, -x * cube, -y * cube]
}

/// Perihelion of an ellipse with the half axis 1.
fn perihelion() -> [f64; 4] {
    [1.0 - ECCENTRICITY, 0.0, 0.0, ((1.0 + ECCENTRICITY) / (1.0 - ECCENTRICITY)).sqrt()]
}

fn energy([x, y, u, v]: [f64; 4]) -> f64 {
    0.5 * (u * u + v * v) - 1.0 / x.hypot(y)
}

/// The position on the ellipse, by Kepler's equation t = E − e sin E.
fn on_the_ellipse(t: f64) -> [f64; 2] {
    let mean = t.rem_euclid(TAU);
    let newton = |a: f64, _| a - (a - ECCENTRICITY * a.sin() - mean) / (1.0 - ECCENTRICITY * a.cos());
    let anomaly = (0..20).fold(if mean < PI { mean + ECCENTRICITY } else { mean - ECCENTRICITY }, newton);
    [anomaly.cos() - ECCENTRICITY, (1.0 - ECCENTRICITY * ECCENTRICITY).sqrt() * anomaly.sin()]
}

/// r r′, which is zero at perihelion and aphelion.
fn approach<T: Real64>([x, y, u, v]: [T; 4]) -> T {
    x * u + y * v
}

/// The time of a revolution that starts at perihelion with this speed.
fn period(speed: Dual<f64>) -> Result<Dual<f64>, ode::Stuck> {
    let start = [perihelion()[0].into(), 0.0.into(), 0.0.into(), speed];
    let mut passages = Vec::new();
    for step in ode::steps::<ORDER, Dual<f64>, _, _>(|_, x| kepler(x), 0.0, &start, 10.0, TOLERANCE) {
        passages.extend(step?.events(|_, x| approach(x)));
    }
    Ok(passages[1])
}

/// Three bodies of mass 1: their positions, then their velocities.
type Bodies<T> = [[T; 2]; 6];

fn three_bodies<T: Real64>(x: Bodies<T>) -> Bodies<T> {
    let pull = |i: usize, j: usize| {
        let d = [x[j][0] - x[i][0], x[j][1] - x[i][1]];
        let cube = (d[0] * d[0] + d[1] * d[1]).powf(-1.5);
        d.map(|d| d * cube)
    };
    let (a, b, c) = (pull(0, 1), pull(1, 2), pull(2, 0));
    let minus = |p: [T; 2], q: [T; 2]| [p[0] - q[0], p[1] - q[1]];
    [x[3], x[4], x[5], minus(a, c), minus(b, a), minus(c, b)]
}

/// Energy and angular momentum.
fn invariants(x: Bodies<f64>) -> [f64; 2] {
    let distance = |i: usize, j: usize| (x[i][0] - x[j][0]).hypot(x[i][1] - x[j][1]);
    let kinetic: f64 = x[3..].iter().map(|v| 0.5 * (v[0] * v[0] + v[1] * v[1])).sum();
    let momentum = (0..3).map(|i| x[i][0] * x[3 + i][1] - x[i][1] * x[3 + i][0]).sum();
    [kinetic - 1.0 / distance(0, 1) - 1.0 / distance(1, 2) - 1.0 / distance(2, 0), momentum]
}

/// The figure eight's period and the height of its first body, as printed; both are kept, which fixes the scale and the angle of the orbit.
const PERIOD: f64 = 6.325_913_98;
const HEIGHT: f64 = -0.243_087_53;

/// One body in the middle, the others on both sides of it, and the momenta in balance.
fn eight<T: Real64>([a, c, d]: [T; 3]) -> Bodies<T> {
    let (b, zero) = (T::lit(HEIGHT), T::lit(0.0));
    let half = [-0.5 * c, -0.5 * d];
    [[a, b], [-a, -b], [zero, zero], half, half, [c, d]]
}

/// The difference of the bodies after a period and at its start.
fn gap(p: [Dual<f64, 3>; 3]) -> Result<[Dual<f64, 3>; 12], ode::Stuck> {
    let start = eight(p);
    let end = ode::solve::<ORDER, _, _>(|_, x| three_bodies(x), 0.0, &start, PERIOD, TOLERANCE)?;
    Ok(std::array::from_fn(|i| end[i / 2][i % 2] - start[i / 2][i % 2]))
}

fn main() -> Result<(), Box<dyn Error>> {
    let ellipse = ellipse()?;
    let eight = figure_eight()?;
    draw(&ellipse, &eight)
}

/// What is drawn of the ellipse: the ends of the steps of one revolution, and the energy's error after each revolution.
struct Ellipse {
    steps: Vec<[f64; 2]>,
    errors: Vec<f64>,
}

fn ellipse() -> Result<Ellipse, Box<dyn Error>> {
    let end = TAU * REVOLUTIONS as f64;
    let start = perihelion();
    let (mut taken, mut apart, mut late, mut passages) = (0, 0.0_f64, 0.0_f64, 0);
    let mut drawn = Ellipse { steps: vec![[start[0], start[1]]], errors: vec![0.0; REVOLUTIONS + 1] };
    for step in ode::steps::<ORDER, f64, _, _>(|_, x| kepler(x), 0.0, &start, end, TOLERANCE) {
        let step = step?;
        taken += 1;
        let x = step.at(step.end());
        if step.end() <= TAU {
            drawn.steps.push([x[0], x[1]]);
        }
        let revolution = (step.end() / TAU).ceil() as usize;
        let error = (energy(x) / energy(start) - 1.0).abs();
        drawn.errors[revolution] = drawn.errors[revolution].max(error);
        // In the middle of the step, where no state was stored.
        let middle = 0.5 * (step.start() + step.end());
        let ([x, y, ..], [kepler_x, kepler_y]) = (step.at(middle), on_the_ellipse(middle));
        apart = apart.max((x - kepler_x).hypot(y - kepler_y));
        for time in step.events(|_, x| approach(x)) {
            passages += 1;
            late = late.max((time - PI * f64::from(passages)).abs());
        }
    }
    let worst = drawn.errors.iter().fold(0.0_f64, |worst, e| worst.max(*e));
    println!(
        "Kepler's ellipse, e = {ECCENTRICITY}, {REVOLUTIONS} revolutions in {taken} steps of order {ORDER}:"
    );
    println!("  energy, relative error      {worst:.1e}");
    println!("  position, between the steps {apart:.1e}");
    println!("  {passages} times of apsides       {late:.1e}");
    assert!(worst < 1e-14 && apart < 1e-10 && late < 1e-10);
    assert!(passages == 2 * REVOLUTIONS as i32 || passages == 2 * REVOLUTIONS as i32 - 1);

    // T = 2π a^(3/2) with 1/a = 2/r − v²
    let speed = start[3];
    let (got, exact) = (derivative(period, speed)?, 6.0 * PI * speed);
    println!("  dT/dv = {got:.12}, by Kepler's third law {exact:.12}");
    assert!((got / exact - 1.0).abs() < 1e-12);
    Ok(drawn)
}

/// The curve, with the bodies at the start.
struct Eight {
    curve: Vec<[f64; 2]>,
    bodies: [[f64; 2]; 3],
}

fn figure_eight() -> Result<Eight, Box<dyn Error>> {
    let mut p = SVector::from([0.970_004_36, -0.932_407_37, -0.864_731_46]);
    println!("the figure eight, from eight digits:");
    let mut gaps = Vec::new();
    for round in 0..4 {
        let p_dual: [f64; 3] = p.into();
        let (value, jacobian) = value_and_jacfwd(gap, &p_dual)?;
        let value = SVector::<f64, 12>::from(value);
        let jacobian = SMatrix::<f64, 12, 3>::from_fn(|i, j| jacobian[i][j]);
        println!("  after {round} corrections it closes to {:.1e}", value.amax());
        gaps.push(value.amax());
        let normal = (jacobian.transpose() * jacobian).cholesky().ok_or("the derivatives are dependent")?;
        p -= normal.solve(&(jacobian.transpose() * value));
    }
    assert!(gaps[0] > 1e-9 && gaps[3] < 1e-13);

    let start = eight(<[f64; 3]>::from(p));
    let solution: Vec<ode::Step<Bodies<f64>, f64, ORDER>> =
        ode::steps(|_, x| three_bodies(x), 0.0, &start, PERIOD, TOLERANCE).collect::<Result<_, _>>()?;
    let at = |t: f64| {
        let step = solution.iter().find(|step| t <= step.end()).expect("a time of the solution");
        step.at(t)
    };
    let [energy, momentum] = invariants(start);
    let (mut chase, mut drift, mut turn) = (0.0_f64, 0.0_f64, 0.0_f64);
    let mut curve = Vec::new();
    for i in 0..=300 {
        let t = PERIOD * f64::from(i) / 300.0;
        let (x, later) = (at(t), at((t + PERIOD / 3.0) % PERIOD));
        // Where each is, another one is a third of the period later.
        let next = (0..3)
            .map(|j| (later[j][0] - x[2][0]).hypot(later[j][1] - x[2][1]))
            .fold(f64::INFINITY, f64::min);
        chase = chase.max(next);
        let [now, angular] = invariants(x);
        drift = drift.max((now / energy - 1.0).abs());
        turn = turn.max((angular - momentum).abs());
        curve.push(x[2]);
    }
    println!("  {} steps; one curve for all three to {chase:.1e}", solution.len());
    println!("  energy {energy:.12} to {drift:.1e}, angular momentum {momentum:.1e} to {turn:.1e}");
    assert!(chase < 1e-12 && drift < 1e-14 && momentum.abs() < 1e-15 && turn < 1e-14);
    Ok(Eight { curve, bodies: [start[0], start[1], start[2]] })
}

const INK: RGBColor = RGBColor(0x26, 0x2b, 0x33);
const FAINT: RGBColor = RGBColor(0xe4, 0xe7, 0xec);
const BLUE: RGBColor = RGBColor(0x00, 0x62, 0xa8);
const ORANGE: RGBColor = RGBColor(0xd5, 0x5e, 0x00);
const FAMILY: &str = "DejaVu Sans, Helvetica, Arial, sans-serif";

type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

fn draw(ellipse: &Ellipse, eight: &Eight) -> Result<(), Box<dyn Error>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/target/pictures");
    std::fs::create_dir_all(folder)?;
    let path = format!("{folder}/orbit.svg");
    let root = SVGBackend::new(&path, (1200, 800)).into_drawing_area();
    root.fill(&WHITE)?;
    let font = (FAMILY, 24).into_font().color(&INK);
    root.draw_text("Orbits by Taylor series of order 20", &font, (70, 22))?;
    let (above, below) = root.margin(62, 10, 10, 20).split_vertically(440);
    let (left, right) = above.split_horizontally(590);

    let along: Vec<[f64; 2]> = (0..=400).map(|i| on_the_ellipse(TAU * f64::from(i) / 400.0)).collect();
    let title = format!("Kepler's ellipse: the {} steps of a revolution", ellipse.steps.len() - 1);
    orbit(&left, &title, [-1.9, 0.7, -1.0, 1.0], &along, &ellipse.steps)?;
    orbit(&right, "Three bodies on one curve", [-1.3, 1.3, -1.0, 1.0], &eight.curve, &eight.bodies)?;
    energies(&below, &ellipse.errors)?;
    root.present()?;
    println!("{path}");
    Ok(())
}

fn text(size: u32) -> TextStyle<'static> {
    (FAMILY, size).into_font().color(&INK)
}

fn orbit(
    area: &Area<'_>,
    title: &str,
    [left, right, bottom, top]: [f64; 4],
    curve: &[[f64; 2]],
    dots: &[[f64; 2]],
) -> Result<(), Box<dyn Error>> {
    let mut chart = ChartBuilder::on(area)
        .caption(title, text(18))
        .margin_right(24)
        .x_label_area_size(34)
        .y_label_area_size(62)
        .build_cartesian_2d(left..right, bottom..top)?;
    chart
        .configure_mesh()
        .axis_style(FAINT)
        .max_light_lines(0)
        .bold_line_style(FAINT)
        .label_style(text(16))
        .x_labels(6)
        .y_labels(5)
        .draw()?;
    let pair = |x: &[f64; 2]| (x[0], x[1]);
    chart
        .draw_series([PathElement::new(curve.iter().map(pair).collect::<Vec<_>>(), BLUE.stroke_width(2))])?;
    chart.draw_series(dots.iter().map(|x| Circle::new(pair(x), 6, ORANGE.filled())))?;
    Ok(())
}

fn energies(area: &Area<'_>, errors: &[f64]) -> Result<(), Box<dyn Error>> {
    let mut chart = ChartBuilder::on(area)
        .caption("Relative error of the energy, the worst of each revolution", text(18))
        .margin_right(24)
        .x_label_area_size(48)
        .y_label_area_size(62)
        .build_cartesian_2d(0.0..REVOLUTIONS as f64, 0.0..10.0)?;
    chart
        .configure_mesh()
        .axis_style(FAINT)
        .max_light_lines(0)
        .bold_line_style(FAINT)
        .label_style(text(16))
        .axis_desc_style(text(16))
        .x_desc("revolution")
        .y_desc("10⁻¹⁵")
        .y_labels(6)
        .draw()?;
    let points: Vec<(f64, f64)> =
        errors.iter().enumerate().skip(1).map(|(i, error)| (i as f64, error * 1e15)).collect();
    chart.draw_series([PathElement::new(points, BLUE.stroke_width(2))])?;
    Ok(())
}
