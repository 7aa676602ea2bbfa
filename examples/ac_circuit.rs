//! A resonant circuit: how its response changes with each of its parts.
//!
//! `cargo run --release --example ac_circuit`
//!
//! A resistor R, a coil L and a capacitor C in a row; the voltage over R is H times that of the source, with
//!
//! ```text
//! H(iω) = R / Z,    Z = R + iωL + 1/(iωC)
//! ```
//!
//! This is a complex function of *real* parameters, and needs nothing special: `jacfwd` at `[R, L, C]` takes a result in
//! `Complex<T>`, and gives the complex derivatives ∂H/∂R, ∂H/∂L, ∂H/∂C; of |H| and arg H, which have no complex derivative, it gives the
//! real ones. At resonance |H| does not feel L and C at all, to first order, and the phase feels nothing else.
//!
//! Checked at 400 frequencies, else the example exits with a failure: all sensitivities against their closed forms to 1e-13; the
//! relative ones of |H|, of which a common factor of impedance does not matter, sum to zero: S_R + S_L − S_C = 0; the
//! group delay −d arg H/dω at resonance is 2L/R. Drawn to `target/pictures/ac_circuit.svg`: the band is where |H| and its
//! phase lie, to first order, if every part is off by up to 5 %.

use holograd::{ComplexScalar, Real, Scalar, derivative, jacfwd, value_and_jacfwd};
use num_complex::{Complex, Complex64};
use plotters::prelude::*;
use std::error::Error;
use std::f64::consts::TAU;

/// Ohm, henry, farad: resonance at 15.9 kHz, quality 5.
const PARTS: [f64; 3] = [20.0, 1e-3, 100e-9];

/// H(iω)
fn response<T: Real>([r, l, c]: [T; 3], omega: T) -> Complex<T> {
    let impedance = Complex::new(r, omega * l - (omega * c).recip());
    Scalar::recip(impedance).scale(r)
}

/// What the parts do to the response at one frequency.
struct Row {
    omega: f64,
    gain: f64,
    phase: f64,
    /// ∂|H|/∂p p/|H| for R, L, C.
    of_gain: [f64; 3],
    /// ∂ arg H/∂p p
    of_phase: [f64; 3],
}

fn row(omega: f64) -> Row {
    let ([gain, phase], [of_gain, of_phase]) = value_and_jacfwd(
        |parts: [_; 3]| {
            let h = response(parts, Scalar::lit(omega));
            [ComplexScalar::abs(h), ComplexScalar::arg(h)]
        },
        &PARTS,
    );
    let relative = |slopes: [f64; 3], by: f64| [0, 1, 2].map(|i| slopes[i] * PARTS[i] / by);
    Row { omega, gain, phase, of_gain: relative(of_gain, gain), of_phase: relative(of_phase, 1.0) }
}

/// The larger one, or NaN, which `f64::max` would pass over.
fn larger(a: f64, b: f64) -> f64 {
    if a.is_nan() || b <= a { a } else { b }
}

/// To one decimal, a zero without its sign.
fn rounded(x: f64) -> f64 {
    (x * 10.0).round() / 10.0 + 0.0
}

/// The largest of the deviations, relative to the largest of the exact values.
fn deviation(got: &[Complex64], exact: &[Complex64]) -> f64 {
    let largest = exact.iter().map(|z| z.norm()).fold(0.0, larger);
    got.iter().zip(exact).map(|(g, e)| (g - e).norm()).fold(0.0, larger) / largest
}

/// The same as [`row`] and ∂H/∂R, ∂H/∂L, ∂H/∂C by the closed forms.
fn closed_forms(omega: f64) -> ([Complex64; 3], [f64; 3], [f64; 3]) {
    let [r, l, c] = PARTS;
    let i = Complex64::i();
    let x = omega * l - 1.0 / (omega * c);
    let (z, z2) = (Complex64::new(r, x), r * r + x * x);
    let of_h = [i * x / (z * z), -i * omega * r / (z * z), r / (i * omega * c * c * z * z)];
    // ∂|H|/∂R · R/|H| and ∂|H|/∂x · (L ∂x/∂L, C ∂x/∂C)/|H|
    let of_gain = [x * x / z2, -x * omega * l / z2, -x / (omega * c) / z2];
    let of_phase = [x * r / z2, -r * omega * l / z2, -r / (omega * c) / z2];
    (of_h, of_gain, of_phase)
}

fn main() -> Result<(), Box<dyn Error>> {
    let [r, l, c] = PARTS;
    let resonance = 1.0 / (l * c).sqrt();
    println!(
        "R = {r} Ω, L = {l:e} H, C = {c:e} F: resonance at {:.1} kHz, quality {:.3}\n",
        resonance / TAU / 1e3,
        resonance * l / r
    );

    let rows: Vec<Row> = (0..400).map(|k| row(resonance * 10_f64.powf(f64::from(k) / 399.0 - 0.5))).collect();
    let mut worst = 0.0_f64;
    for row in &rows {
        let of_h = jacfwd(|parts| response(parts, Scalar::lit(row.omega)), &PARTS);
        // The shape of the output holding that of the input: a complex number of arrays.
        let of_h = [0, 1, 2].map(|k| Complex64::new(of_h.re[k], of_h.im[k]));
        let (exact_h, exact_gain, exact_phase) = closed_forms(row.omega);
        for k in 0..3 {
            worst = larger(worst, deviation(&of_h[k..=k], &exact_h[k..=k]));
        }
        let complex = |x: [f64; 3]| x.map(Complex64::from);
        worst = larger(worst, deviation(&complex(row.of_gain), &complex(exact_gain)));
        worst = larger(worst, deviation(&complex(row.of_phase), &complex(exact_phase)));
        let sum = row.of_gain[0] + row.of_gain[1] - row.of_gain[2];
        worst = larger(worst, sum.abs() / (1.0 + row.of_gain[1].abs()));
    }
    println!("Sensitivities at {} frequencies: off by {worst:.0e} at most", rows.len());
    if worst.is_nan() || worst > 1e-13 {
        return Err("the sensitivities are not those of the closed forms".into());
    }
    let at = row(resonance);
    println!(
        "At resonance: |H| = {}, relative sensitivities {:?}, of the phase {:?}",
        at.gain,
        at.of_gain.map(rounded),
        at.of_phase.map(rounded)
    );
    let delay = -derivative(|omega| ComplexScalar::arg(response(PARTS.map(Scalar::lit), omega)), resonance);
    println!("Group delay there: {:.3} µs; 2L/R is {:.3} µs", delay * 1e6, 2e6 * l / r);
    if (delay * r / (2.0 * l) - 1.0).abs() > 1e-14 {
        return Err("the group delay at resonance is not 2L/R".into());
    }

    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/target/pictures");
    std::fs::create_dir_all(folder)?;
    draw(&format!("{folder}/ac_circuit.svg"), &rows)?;
    println!("\nThe response and its sensitivities are in {folder}/ac_circuit.svg");
    Ok(())
}

const INK: RGBColor = RGBColor(0x26, 0x2b, 0x33);
const FAINT: RGBColor = RGBColor(0xe4, 0xe7, 0xec);
const COLOURS: [(&str, RGBColor); 3] =
    [("R", RGBColor(0x26, 0x2b, 0x33)), ("L", RGBColor(0xd5, 0x5e, 0x00)), ("C", RGBColor(0x00, 0x62, 0xa8))];

/// A curve with a band around it, or curves with names.
enum Curves {
    Band(Vec<(f64, f64, f64)>),
    Named(Vec<(f64, [f64; 3])>),
}

fn draw(path: &str, rows: &[Row]) -> Result<(), Box<dyn Error>> {
    let root = SVGBackend::new(path, (1000, 1050)).into_drawing_area();
    root.fill(&WHITE)?;
    let kilohertz = |row: &Row| row.omega / TAU / 1e3;
    let spread = |slopes: [f64; 3]| 0.05 * slopes.iter().map(|s| s.abs()).sum::<f64>();
    let gain = rows.iter().map(|row| (kilohertz(row), row.gain, row.gain * spread(row.of_gain))).collect();
    let phase = rows
        .iter()
        .map(|row| (kilohertz(row), row.phase.to_degrees(), spread(row.of_phase).to_degrees()))
        .collect();
    let sensitivities = rows.iter().map(|row| (kilohertz(row), row.of_gain)).collect();
    let panels = root.margin(10, 10, 10, 20).split_evenly((3, 1));
    panel(&panels[0], "|H|, and where 5 % parts may bring it", 0.0..1.4, &Curves::Band(gain))?;
    panel(&panels[1], "phase in degrees", -110.0..110.0, &Curves::Band(phase))?;
    panel(
        &panels[2],
        "relative sensitivity of |H|: % for 1 % of R, L, C",
        -4.0..4.0,
        &Curves::Named(sensitivities),
    )?;
    root.present()?;
    Ok(())
}

fn panel(
    area: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>,
    title: &str,
    range: std::ops::Range<f64>,
    curves: &Curves,
) -> Result<(), Box<dyn Error>> {
    const FAMILY: &str = "DejaVu Sans, Helvetica, Arial, sans-serif";
    let text = |size: u32, color: &RGBColor| (FAMILY, size).into_font().color(color);
    let mut chart = ChartBuilder::on(area)
        .caption(title, text(18, &INK))
        .margin(8)
        .margin_right(40)
        .x_label_area_size(44)
        .y_label_area_size(60)
        .build_cartesian_2d((5.03..50.4).log_scale(), range)?;
    chart
        .configure_mesh()
        .axis_style(FAINT)
        .max_light_lines(0)
        .bold_line_style(FAINT)
        .label_style(text(14, &INK))
        .axis_desc_style(text(14, &INK))
        .x_desc("kHz")
        .x_label_formatter(&|f| format!("{f}"))
        .y_label_formatter(&|y| format!("{y:.1}").replace(".0", "").replace('-', "−"))
        .draw()?;
    match curves {
        Curves::Band(points) => {
            let upper = points.iter().map(|(f, y, d)| (*f, y + d));
            let lower = points.iter().rev().map(|(f, y, d)| (*f, y - d));
            let blue = COLOURS[2].1;
            chart.draw_series([Polygon::new(upper.chain(lower).collect::<Vec<_>>(), blue.mix(0.18))])?;
            let line: Vec<(f64, f64)> = points.iter().map(|(f, y, _)| (*f, *y)).collect();
            chart.draw_series([PathElement::new(line, blue.stroke_width(3))])?;
        }
        Curves::Named(points) => {
            for (k, (name, colour)) in COLOURS.into_iter().enumerate() {
                let line: Vec<(f64, f64)> = points.iter().map(|(f, y)| (*f, y[k])).collect();
                let end = *line.last().ok_or("no frequencies")?;
                chart.draw_series([PathElement::new(line, colour.stroke_width(3))])?;
                let label = EmptyElement::at(end) + Text::new(name, (8, -9), text(17, &colour));
                chart.plotting_area().draw(&label)?;
            }
        }
    }
    Ok(())
}
