//! When does reverse mode pay? `jacfwd` against `jacrev` on wide and on tall Jacobians, sizes 1 to 10,000.
//!
//! `cargo run --release --example wide_tall`
//!
//! Forward mode makes one pass for every eight inputs, reverse mode one sweep for every eight outputs. A wide Jacobian (many
//! inputs, few outputs) so is for `jacrev`, a tall one for `jacfwd`, and the wrong choice costs a factor that grows with the
//! size. Every Jacobian is compared with its closed form before it is timed. The curves are drawn to
//! `target/pictures/wide_tall.svg`.

#![allow(clippy::cast_precision_loss)] // sizes are small

use holograd::{Real64, jacfwd, jacrev};
use plotters::prelude::*;
use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// The side that does not grow.
const FEW: usize = 4;
const SIZES: [usize; 13] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];

/// The outputs sin(ωₖ s) for ωₖ = 1 + k/m and s = Σ xᵢ²: as many operations as there are numbers, going in and coming out
fn f<T: Real64>(x: &[T], m: usize) -> Vec<T> {
    let s: T = x.iter().map(|x| x * x).sum();
    (0..m).map(|k| (frequency(k, m) * s).sin()).collect()
}

fn frequency(k: usize, m: usize) -> f64 {
    1.0 + k as f64 / m as f64
}

/// n inputs with s = 1, no two of them equal
fn point(n: usize) -> Vec<f64> {
    let x: Vec<f64> = (1..=n).map(|i| 1.0 + i as f64 / n as f64).collect();
    let norm = x.iter().map(|x| x * x).sum::<f64>().sqrt();
    x.iter().map(|x| x / norm).collect()
}

/// The largest deviation from ∂yₖ/∂xᵢ = 2 ωₖ xᵢ cos(ωₖ s)
fn deviation(jacobian: &[Vec<f64>], x: &[f64], m: usize) -> f64 {
    assert_eq!((jacobian.len(), jacobian[0].len()), (m, x.len()));
    let s: f64 = x.iter().map(|x| x * x).sum();
    let mut worst = 0.0_f64;
    for (k, row) in jacobian.iter().enumerate() {
        let slope = 2.0 * frequency(k, m) * (frequency(k, m) * s).cos();
        for (entry, x) in row.iter().zip(x) {
            let deviation = (entry - slope * x).abs();
            // `f64::max` would pass over a NaN.
            worst = if deviation > worst || deviation.is_nan() { deviation } else { worst };
        }
    }
    worst
}

/// Seconds a call: the fastest of several batches, each long enough for the clock. Other programs only make it longer.
fn time<R>(call: impl Fn() -> R) -> f64 {
    const BATCH: Duration = Duration::from_millis(4);
    let batch = |calls: u32| {
        let start = Instant::now();
        for _ in 0..calls {
            black_box(call());
        }
        start.elapsed()
    };
    let mut calls = 1;
    while batch(calls) < BATCH {
        calls *= 2;
    }
    (0..9).map(|_| batch(calls).as_secs_f64() / f64::from(calls)).fold(f64::MAX, f64::min)
}

/// A size and the seconds that either mode took.
struct Row {
    size: usize,
    forward: f64,
    reverse: f64,
}

/// Checks and times both modes for every size, where `shape` gives the numbers of inputs and outputs.
fn measure(title: &str, shape: impl Fn(usize) -> (usize, usize)) -> Vec<Row> {
    println!("\n{title}\n{:>7} {:>7} {:>12} {:>12}  faster", "inputs", "outputs", "jacfwd", "jacrev");
    SIZES
        .map(|size| {
            let (n, m) = shape(size);
            let x = point(n);
            let forward = |x: &[f64]| jacfwd(|x| f(&x, m), x);
            let reverse = |x: &[f64]| jacrev(|x| f(&x, m), x);
            for (mode, jacobian) in [("jacfwd", forward(&x)), ("jacrev", reverse(&x))] {
                let deviation = deviation(&jacobian, &x, m);
                assert!(deviation <= 1e-14, "{mode}, {n} inputs, {m} outputs: off by {deviation:e}");
            }
            let row = Row {
                size,
                forward: time(|| forward(black_box(&x))),
                reverse: time(|| reverse(black_box(&x))),
            };
            let (faster, times) = if row.forward < row.reverse {
                ("jacfwd", row.reverse / row.forward)
            } else {
                ("jacrev", row.forward / row.reverse)
            };
            let [forward, reverse] = [row.forward, row.reverse].map(duration);
            println!("{n:>7} {m:>7} {forward:>12} {reverse:>12}  {faster}, {times:.1} times");
            row
        })
        .into()
}

/// Three digits and a unit
fn duration(seconds: f64) -> String {
    let (unit, scale) = match seconds {
        s if s < 1e-6 => ("ns", 1e9),
        s if s < 1e-3 => ("µs", 1e6),
        s if s < 1.0 => ("ms", 1e3),
        _ => ("s", 1.0),
    };
    let number = seconds * scale;
    let digits = if number < 9.995 { 2 } else { usize::from(number < 99.95) };
    format!("{number:.digits$} {unit}")
}

/// From which size on something holds.
fn range(rows: &[Row], holds: impl Fn(&Row) -> bool) -> String {
    match rows.iter().rposition(|row| !holds(row)) {
        None => "at every size".to_owned(),
        Some(last) if last + 1 < rows.len() => format!("from size {} on", rows[last + 1].size),
        Some(_) => "not even at the largest".to_owned(),
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    println!("∂ sin(ωₖ Σ xᵢ²)/∂xᵢ; every Jacobian agrees with its closed form to 1e-14, or this stops.");
    let wide = measure("Wide: many inputs", |size| (size, FEW));
    let tall = measure("Tall: many outputs", |size| (FEW, size));
    println!(
        "\nWith {FEW} outputs jacrev is the faster one {}; with {FEW} inputs jacfwd is {}.",
        range(&wide, |row| row.reverse < row.forward),
        range(&tall, |row| row.forward < row.reverse)
    );

    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/target/pictures");
    std::fs::create_dir_all(folder)?;
    draw(&format!("{folder}/wide_tall.svg"), &wide, &tall)?;
    println!("The curves are in {folder}/wide_tall.svg");
    Ok(())
}

const INK: RGBColor = RGBColor(0x26, 0x2b, 0x33);
const FAINT: RGBColor = RGBColor(0xe4, 0xe7, 0xec);
const FORWARD: RGBColor = RGBColor(0xd5, 0x5e, 0x00);
const REVERSE: RGBColor = RGBColor(0x00, 0x62, 0xa8);

fn draw(path: &str, wide: &[Row], tall: &[Row]) -> Result<(), Box<dyn Error>> {
    let root = SVGBackend::new(path, (1200, 600)).into_drawing_area();
    root.fill(&WHITE)?;
    let font = ("DejaVu Sans, Helvetica, Arial, sans-serif", 24).into_font().color(&INK);
    root.draw_text("Forward or reverse? The time of one Jacobian", &font, (70, 22))?;
    let (left, right) = root.margin(62, 6, 10, 20).split_horizontally(595);
    let all = wide.iter().chain(tall).flat_map(|row| [row.forward, row.reverse]);
    let (shortest, longest) = all.fold((f64::MAX, 0.0_f64), |(a, b), t| (a.min(t), b.max(t)));
    let seconds = 10_f64.powf(shortest.log10().floor())..10_f64.powf(longest.log10().ceil());
    panel(&left, ["wide: 4 outputs", "number of inputs"], seconds.clone(), wide)?;
    panel(&right, ["tall: 4 inputs", "number of outputs"], seconds, tall)?;
    root.present()?;
    Ok(())
}

fn panel(
    area: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>,
    [title, sizes]: [&str; 2],
    seconds: std::ops::Range<f64>,
    rows: &[Row],
) -> Result<(), Box<dyn Error>> {
    const FAMILY: &str = "DejaVu Sans, Helvetica, Arial, sans-serif";
    let text = |size: u32, color: &RGBColor| (FAMILY, size).into_font().color(color);
    let mut chart = ChartBuilder::on(area)
        .caption(title, text(18, &INK))
        .margin_right(92)
        .x_label_area_size(52)
        .y_label_area_size(78)
        .build_cartesian_2d((1.0..1e4).log_scale(), seconds.clone().log_scale())?;
    chart
        .configure_mesh()
        .axis_style(FAINT)
        .max_light_lines(0)
        .bold_line_style(FAINT)
        .label_style(text(16, &INK))
        .axis_desc_style(text(16, &INK))
        .x_desc(sizes)
        .x_label_formatter(&|n| if *n < 1e4 { format!("{n}") } else { "10 000".to_owned() })
        .y_label_formatter(&|s| duration(*s).replace(".00", "").replace(".0", ""))
        .draw()?;
    let curves: [(&str, RGBColor, fn(&Row) -> f64); 2] =
        [("jacfwd", FORWARD, |row| row.forward), ("jacrev", REVERSE, |row| row.reverse)];
    for (name, color, of) in curves {
        let points: Vec<(f64, f64)> = rows.iter().map(|row| (row.size as f64, of(row))).collect();
        chart.draw_series([PathElement::new(points.clone(), color.stroke_width(3))])?;
        chart.draw_series(points.iter().map(|point| Circle::new(*point, 4, color.filled())))?;
        let end = *points.last().ok_or("no sizes")?;
        let label = EmptyElement::at(end) + Text::new(name, (12, -9), text(17, &color));
        chart.plotting_area().draw(&label)?;
    }
    Ok(())
}
