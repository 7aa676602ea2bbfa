//! Training in reverse mode: the notebook's classifier and a small multilayer perceptron learn to tell two moons apart.
//!
//! `cargo run --release --example train`
//!
//! The parameters are structs of nalgebra matrices, fixed and dynamic, and `DataSum` gives the gradient of a sum over samples as
//! such a struct. The loss curves and the decision regions are drawn to `target/pictures/train.svg`. The example exits with a failure
//! if a model stays below its stated accuracy on points that it has not seen.

#![allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)] // counts and pixels are small
#![allow(clippy::cast_possible_wrap, clippy::cast_sign_loss)]

use holograd::{DataSum, Element, Scalar, Shape, Tree, Var, grad, impl_tree, jacfwd, lit};
use indicatif::{ProgressBar, ProgressStyle};
use nalgebra::{DMatrix, DVector, SMatrix};
use plotters::coord::Shift;
use plotters::prelude::*;
use rand::seq::SliceRandom;
use rand::{Rng, RngExt, SeedableRng, rngs::StdRng};
use std::error::Error;
use std::f64::consts::{PI, TAU};
use std::process::ExitCode;
use std::time::Instant;

const POINTS: usize = 1000;
const NOISE: f64 = 0.12;
const BATCH: usize = 25;
const EPOCHS: usize = 60;

/// A point of the plane and its moon, 0 or 1.
type Sample = ([f64; 2], usize);

// ── Models ──

/// Parameters, and the scores of both moons for many points: one column a point.
trait Model: Tree<f64> + Shape<f64, With<f64> = Self> + Element {
    const NAME: &str;
    /// The accuracy that it must reach on new points.
    const STATED: f64;
    fn scores<T: Scalar>(params: &<Self as Shape<f64>>::With<T>, points: &DMatrix<f64>) -> DMatrix<T>;
}

/// The notebook's classifier, Wᵀ x + b for inputs x of three numbers: here the two coordinates and 1.
#[derive(Clone, PartialEq, Debug)]
struct Linear<T> {
    w: SMatrix<T, 3, 2>,
    b: T,
}
impl_tree!(Linear { w, b });

impl Linear<f64> {
    fn new(random: &mut impl Rng) -> Self {
        Linear { w: SMatrix::from_fn(|_, _| random.random_range(-1.0..1.0)), b: 0.0 }
    }
}

impl Model for Linear<f64> {
    const NAME: &str = "the notebook's classifier";
    const STATED: f64 = 0.85;
    fn scores<T: Scalar>(params: &Linear<T>, points: &DMatrix<f64>) -> DMatrix<T> {
        let inputs = points.clone().insert_row(2, 1.0).map(T::lit);
        let scores = params.w.transpose() * inputs;
        DMatrix::from_iterator(2, points.ncols(), scores.iter().map(|score| *score + params.b))
    }
}

#[derive(Clone, PartialEq, Debug)]
struct Layer<T> {
    w: DMatrix<T>,
    b: DVector<T>,
}
impl_tree!(Layer { w, b });

/// Layers W x + b with tanh between them.
#[derive(Clone, PartialEq, Debug)]
struct Perceptron<T> {
    layers: Vec<Layer<T>>,
}
impl_tree!(Perceptron { layers });

impl Perceptron<f64> {
    fn new(widths: &[usize], random: &mut impl Rng) -> Self {
        let mut layer = |inputs: usize, outputs| {
            let reach = (3.0 / inputs as f64).sqrt();
            Layer {
                w: DMatrix::from_fn(outputs, inputs, |_, _| random.random_range(-reach..reach)),
                b: DVector::zeros(outputs),
            }
        };
        Perceptron { layers: widths.windows(2).map(|pair| layer(pair[0], pair[1])).collect() }
    }
}

impl Model for Perceptron<f64> {
    const NAME: &str = "multilayer perceptron";
    const STATED: f64 = 0.98;
    fn scores<T: Scalar>(params: &Perceptron<T>, points: &DMatrix<f64>) -> DMatrix<T> {
        let mut x = points.map(T::lit);
        for (k, layer) in params.layers.iter().enumerate() {
            x = &layer.w * x;
            x.column_iter_mut().for_each(|mut column| column += &layer.b);
            if k + 1 < params.layers.len() {
                x.apply(|x| *x = x.tanh());
            }
        }
        x
    }
}

/// −ln of the probability that softmax gives to the right moon, the mean over the samples
fn loss<M: Model, T: Scalar>(params: &M::With<T>, samples: &[Sample]) -> T {
    let scores = M::scores(params, &matrix(samples));
    let surprise = |(score, (_, moon)): (nalgebra::DVectorView<'_, T>, &Sample)| {
        score[0].log_add_exp(score[1]) - score[*moon]
    };
    scores.column_iter().zip(samples).map(surprise).sum::<T>() / lit(samples.len() as f64)
}

fn matrix(samples: &[Sample]) -> DMatrix<f64> {
    DMatrix::from_fn(2, samples.len(), |i, k| samples[k].0[i])
}

fn accuracy<M: Model>(params: &M, samples: &[Sample]) -> f64 {
    let scores = M::scores::<f64>(params, &matrix(samples));
    let right =
        |(score, (_, moon)): &(nalgebra::DVectorView<'_, f64>, &Sample)| score[*moon] > score[1 - moon];
    scores.column_iter().zip(samples).filter(right).count() as f64 / samples.len() as f64
}

// ── Data ──

/// Two half circles, each reaching into the other, with noise.
fn two_moons(n: usize, random: &mut impl Rng) -> Vec<Sample> {
    (0..n)
        .map(|k| {
            let t = random.random_range(0.0..PI);
            let [x, y] = if k % 2 == 0 { [t.cos(), t.sin()] } else { [1.0 - t.cos(), 0.5 - t.sin()] };
            // Box and Muller's normal numbers
            let (u, v): (f64, f64) = (random.random(), random.random());
            let (radius, angle) = (NOISE * (-2.0 * (1.0 - u).ln()).sqrt(), TAU * v);
            ([x + radius * angle.cos(), y + radius * angle.sin()], k % 2)
        })
        .collect()
}

// ── Training ──

/// A trained model, and how it got there.
struct Run<M> {
    params: M,
    losses: Vec<f64>,
    accuracy: f64,
}

/// Minibatches and Adam (Kingma and Ba 2015, algorithm 1), its rate falling to zero.
fn train<M: Model>(mut params: M, samples: &[Sample], unseen: &[Sample], random: &mut impl Rng) -> Run<M> {
    const RATE: f64 = 0.01;
    const KEEP: [f64; 2] = [0.9, 0.999];
    agrees_with_forward_mode(&params, &samples[..BATCH]);

    let bar = ProgressBar::new(EPOCHS as u64).with_prefix(M::NAME).with_style(
        ProgressStyle::with_template("{prefix:>25} {bar:40} {pos}/{len} epochs, loss {msg}")
            .expect("a template"),
    );
    let (start, mut samples) = (Instant::now(), samples.to_vec());
    let zeros: M = params.map_leaves(&mut |_| 0.0);
    let (mut mean, mut square) = (zeros.clone(), zeros);
    let (mut losses, mut step) = (Vec::new(), 0);
    for epoch in 0..EPOCHS {
        let rate = RATE * (1.0 - epoch as f64 / EPOCHS as f64);
        samples.shuffle(random);
        let mut total = 0.0;
        for batch in samples.chunks(BATCH) {
            let surprise = |p: &_, sample| loss::<M, Var<f64>>(p, std::slice::from_ref(sample));
            let (value, gradient) = DataSum::over(batch).value_and_grad(surprise, &params);
            total += value;
            let gradient: M = gradient.map_leaves(&mut |g| g / batch.len() as f64);
            step += 1;
            mean = mean.zip_leaves(&gradient, &mut |m, g| KEEP[0] * m + (1.0 - KEEP[0]) * g);
            square = square.zip_leaves(&gradient, &mut |s, g| KEEP[1] * s + (1.0 - KEEP[1]) * g * g);
            let unbiased = KEEP.map(|keep| 1.0 - keep.powi(step));
            let change = mean
                .zip_leaves(&square, &mut |m, s| rate * m / unbiased[0] / ((s / unbiased[1]).sqrt() + 1e-8));
            params = params.zip_leaves(&change, &mut |p, change| p - change);
        }
        losses.push(total / samples.len() as f64);
        bar.set_message(format!("{:.4}", total / samples.len() as f64));
        bar.inc(1);
    }
    bar.finish();
    let accuracy = accuracy(&params, unseen);
    println!(
        "{}: {} parameters, {step} gradients in {:.2} s, loss {:.4} → {:.4}, {:.1} % of {} new points right ({:.0} % stated)",
        M::NAME,
        params.leaves(),
        start.elapsed().as_secs_f64(),
        losses[0],
        losses[EPOCHS - 1],
        100.0 * accuracy,
        unseen.len(),
        100.0 * M::STATED,
    );
    Run { params, losses, accuracy }
}

/// The known answer: both modes give the same gradient before anything is trained.
fn agrees_with_forward_mode<M: Model>(params: &M, samples: &[Sample]) {
    let reverse = grad(|p| loss::<M, Var<f64>>(&p, samples), params);
    let forward = jacfwd(|p| loss::<M, M::Lanes>(&p, samples), params);
    let mut worst = 0.0;
    reverse.zip_leaves(&forward, &mut |a, b| {
        let deviation = (a - b).abs();
        worst = if deviation > worst || deviation.is_nan() { deviation } else { worst };
    });
    assert!(worst < 1e-14, "{}: the gradients of both modes differ by {worst:e}", M::NAME);
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let mut random = StdRng::seed_from_u64(1);
    let (samples, unseen) = (two_moons(POINTS, &mut random), two_moons(4 * POINTS, &mut random));
    let linear = train(Linear::new(&mut random), &samples, &unseen, &mut random);
    let perceptron = Perceptron::new(&[2, 16, 16, 2], &mut random);
    let perceptron = train(perceptron, &samples, &unseen, &mut random);

    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/target/pictures");
    std::fs::create_dir_all(folder)?;
    draw(&format!("{folder}/train.svg"), &samples, &linear, &perceptron)?;
    println!("The regions and the loss curves are in {folder}/train.svg");
    let good = linear.accuracy >= Linear::STATED && perceptron.accuracy >= Perceptron::STATED;
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

// ── The picture ──

const INK: RGBColor = RGBColor(0x26, 0x2b, 0x33);
const FAINT: RGBColor = RGBColor(0xe4, 0xe7, 0xec);
const MOONS: [RGBColor; 2] = [RGBColor(0x00, 0x62, 0xa8), RGBColor(0xd5, 0x5e, 0x00)];
const CURVES: [RGBColor; 2] = [RGBColor(0x6b, 0x72, 0x80), RGBColor(0x00, 0x7a, 0x5e)];

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

fn text(size: u32, color: RGBColor) -> TextStyle<'static> {
    ("DejaVu Sans, Helvetica, Arial, sans-serif", size).into_font().color(&color)
}

fn draw(
    path: &str,
    samples: &[Sample],
    linear: &Run<Linear<f64>>,
    perceptron: &Run<Perceptron<f64>>,
) -> Result<(), Box<dyn Error>> {
    let root = SVGBackend::new(path, (1200, 780)).into_drawing_area();
    root.fill(&WHITE)?;
    let (top, bottom) = root.split_vertically(450);
    let (left, right) = top.split_horizontally(600);
    regions(&left, samples, linear)?;
    regions(&right, samples, perceptron)?;

    let longest = linear.losses.iter().chain(&perceptron.losses).copied().fold(0.0, f64::max);
    let shortest = linear.losses.iter().chain(&perceptron.losses).copied().fold(f64::MAX, f64::min);
    bottom.draw_text("mean loss of each epoch", &text(17, INK), (24, 8))?;
    let mut chart = ChartBuilder::on(&bottom)
        .margin(10)
        .margin_top(36)
        .margin_right(230)
        .x_label_area_size(46)
        .y_label_area_size(64)
        .build_cartesian_2d(1.0..EPOCHS as f64, (0.8 * shortest..1.2 * longest).log_scale())?;
    chart
        .configure_mesh()
        .axis_style(FAINT)
        .max_light_lines(0)
        .bold_line_style(FAINT)
        .label_style(text(16, INK))
        .axis_desc_style(text(16, INK))
        .x_desc("epoch")
        .x_label_formatter(&|epoch| format!("{epoch}"))
        .y_label_formatter(&|loss| format!("{loss}"))
        .y_labels(4)
        .draw()?;
    let curves = [(Linear::NAME, &linear.losses), (Perceptron::NAME, &perceptron.losses)];
    for ((name, losses), color) in curves.into_iter().zip(CURVES) {
        let points: Vec<_> = losses.iter().enumerate().map(|(k, loss)| ((k + 1) as f64, *loss)).collect();
        let end = points[EPOCHS - 1];
        chart.draw_series([PathElement::new(points, color.stroke_width(3))])?;
        chart.plotting_area().draw(&(EmptyElement::at(end) + Text::new(name, (10, -8), text(15, color))))?;
    }
    root.present()?;
    Ok(())
}

/// The probability of the second moon in bands of colour, and the samples.
fn regions<M: Model>(area: &Area<'_>, samples: &[Sample], run: &Run<M>) -> Result<(), Box<dyn Error>> {
    const CELL: usize = 4;
    const BANDS: f64 = 12.0;
    let title = format!("{}: {:.1} % of new points right", M::NAME, 100.0 * run.accuracy);
    area.draw_text(&title, &text(17, INK), (24, 18))?;
    let area = area.margin(50, 10, 20, 20);
    let (width, height) = area.dim_in_pixel();
    let (columns, rows) = (width as usize / CELL, height as usize / CELL);
    // One scale for both directions, around the middle of the moons.
    let scale = 3.7 / columns as f64;
    let place = |column: f64, row: f64| {
        [0.5 + (column - columns as f64 / 2.0) * scale, 0.25 - (row - rows as f64 / 2.0) * scale]
    };
    let pixel = |[x, y]: [f64; 2]| {
        let (column, row) =
            ((x - 0.5) / scale + columns as f64 / 2.0, (0.25 - y) / scale + rows as f64 / 2.0);
        ((column * CELL as f64).round() as i32, (row * CELL as f64).round() as i32)
    };
    for row in 0..rows {
        let centres = DMatrix::from_fn(2, columns, |i, k| place(k as f64 + 0.5, row as f64 + 0.5)[i]);
        let scores = M::scores::<f64>(&run.params, &centres);
        let bands: Vec<f64> = scores
            .column_iter()
            .map(|score| ((score[1] - score[0]).sigmoid() * BANDS).floor().min(BANDS - 1.0))
            .collect();
        let mut start = 0;
        for run in bands.chunk_by(|a, b| a.total_cmp(b).is_eq()) {
            let end = start + run.len();
            let corner = |column: usize, row: usize| ((column * CELL) as i32, (row * CELL) as i32);
            let color = shade((run[0] + 0.5) / BANDS);
            area.draw(&Rectangle::new([corner(start, row), corner(end, row + 1)], color.filled()))?;
            start = end;
        }
    }
    for (point, moon) in samples {
        area.draw(&Circle::new(pixel(*point), 4, WHITE.filled()))?;
        area.draw(&Circle::new(pixel(*point), 3, MOONS[*moon].filled()))?;
    }
    Ok(())
}

/// From the first moon's colour through white to the second's, all of them light.
fn shade(probability: f64) -> RGBColor {
    let color = MOONS[usize::from(probability > 0.5)];
    let weight = 0.9 * (probability - 0.5).abs();
    let mix = |channel: u8| (255.0 + (f64::from(channel) - 255.0) * weight) as u8;
    RGBColor(mix(color.0), mix(color.1), mix(color.2))
}
