//! Derivatives checked against finite differences.
//!
//! [`gradient`], [`jacobian`] and [`hessian`] run a function in forward and in reverse mode and compare both with central
//! differences, extrapolated to step 0 (Ridders, Advances in Engineering Software 4 (1982) 75–76; Press et al., Numerical
//! Recipes, 3rd ed., § 5.7). What can go wrong in a function generic over [`Scalar`] are its own rules
//! ([`Rule`](crate::Rule)), a [`stop_gradient`](crate::Scalar::stop_gradient) too many, a branch on a value, a table.
//!
//! The function is evaluated at [`Var`] over dual numbers, so that one closure without annotations serves both modes
//! and the differences.

use crate::interop::num_traits::lost_tangents;
use crate::kernel::Engine;
use crate::tape::{Inputs, Recording};
use crate::tree::seed::{flatten, lane, map_numbered};
use crate::tree::{Lanes, Nested, Output, Seed, Tree};
use crate::{Primal, Scalar, Var};
use alloc::vec::Vec;
use core::fmt;

/// How well derivatives and differences agree.
///
/// # Examples
/// ```
/// use holograd::check;
/// # fn main() -> Result<(), check::CheckError<f64>> {
/// let report = check::gradient(|[x, y]| x * y.sin(), &[1.0, 2.0])?;
/// assert_eq!(report.compared, 4); // two derivatives in two modes
/// assert!(report.difference < 1e-10 && report.uncertainty < 1e-10);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Report {
    /// How many derivatives were compared, those of each mode counted.
    pub compared: usize,
    /// The largest difference between a derivative d and its finite difference, over max(1, |d|).
    pub difference: f64,
    /// The largest estimated error of a finite difference, over max(1, |d|). A check is worth what this says.
    pub uncertainty: f64,
    /// How many casts by num-traits (`to_f64`, `NumCast`) lost derivatives while the function ran; counted under the feature
    /// `checked`.
    pub casts: usize,
}

/// A derivative that differs from the finite difference: the worst one.
///
/// # Examples
/// ```
/// use holograd::{Scalar, check};
/// let frozen = |x: [_; 2]| x[0] * Scalar::stop_gradient(x[1]);
/// let error = check::gradient(frozen, &[3.0_f64, 4.0]).unwrap_err();
/// assert_eq!((&error.inputs, error.derivative), (&vec![1], 0.0));
/// assert!((error.difference - 3.0).abs() < 1e-9);
/// // "the derivative of output 0 by input 1 is 0 in forward mode; finite differences give 3.00… ± 6.2e-15"
/// println!("{error}");
/// ```
#[derive(Clone, PartialEq, Debug)]
pub struct CheckError<T = f64> {
    /// The mode of differentiation.
    pub mode: &'static str,
    /// The output's leaf, counted from 0.
    pub output: usize,
    /// The input's leaf; two of them in a Hessian.
    pub inputs: Vec<usize>,
    /// The derivative.
    pub derivative: T,
    /// The finite difference; NaN where the function is not finite on both sides of the point, however near.
    pub difference: T,
    /// Its estimated error.
    pub uncertainty: f64,
}

impl<T: fmt::Display> fmt::Display for CheckError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let CheckError { mode, output, inputs, derivative, difference, uncertainty } = self;
        write!(f, "the derivative of output {output} by input {}", inputs[0])?;
        for input in &inputs[1..] {
            write!(f, " and input {input}")?;
        }
        write!(f, " is {derivative} in {mode} mode; finite differences give {difference} ± {uncertainty:.1e}")
    }
}

impl<T: fmt::Display + fmt::Debug> core::error::Error for CheckError<T> {}

/// Checks the gradient of a function with one number as its result, in forward and reverse mode; see [`jacobian`].
///
/// # Errors
/// The worst entry that differs from the finite difference.
///
/// # Examples
/// ```
/// use holograd::{Real, check};
/// fn rosenbrock<T: Real>([x, y]: [T; 2]) -> T {
///     (-x + T::lit(1.0)).powi(2) + (y - x * x).powi(2) * T::lit(100.0)
/// }
/// assert!(check::gradient(rosenbrock, &[-1.2, 1.0]).is_ok());
/// assert!(check::gradient(|z| z.sqrt().sin(), &num_complex::Complex::new(1.0, 2.0)).is_ok());
/// ```
#[track_caller]
pub fn gradient<T: Primal, X: Tree<T> + ?Sized, Y>(
    f: impl FnMut(X::With<Var<X::Lanes>>) -> Y,
    x: &X,
) -> Y::Lift<Result<Report, CheckError<T>>>
where
    Y: Output<Var<X::Lanes>, Shape = Var<X::Lanes>>,
{
    jacobian(f, x)
}

/// Checks the Jacobian of a function, as forward mode and as reverse mode compute it, against finite differences.
///
/// Complex numbers are moved along their real axis, which is enough where the function is holomorphic.
///
/// A derivative passes within 8 times the estimated error of the difference and 8 roundings of its own. Points where the
/// function is not finite are left out of the differences, also those where it returns `Err` or `None`; if that leaves
/// none, as at the border of the domain, there is nothing to compare with and the check fails. So it does where f(x)
/// or a derivative is not finite. At a kink a central difference is the mean of both slopes.
///
/// A function that returns `Result` or `Option`, and fails at `x`, hands its failure on.
///
/// # Errors
/// The worst entry that differs from the finite difference.
///
/// # Examples
/// ```
/// use holograd::check;
/// assert!(check::jacobian(|[x, y]| [x * y, x.atan2(y)], &[1.0, 2.0]).is_ok());
/// let error = check::jacobian(|x| vec![x, x.sqrt()], &0.0).unwrap_err();
/// assert!(error.to_string().contains("output 1 by input 0 is inf in forward mode"));
/// ```
#[track_caller]
pub fn jacobian<T: Primal, X: Tree<T> + ?Sized, Y: Output<Var<X::Lanes>>>(
    mut f: impl FnMut(X::With<Var<X::Lanes>>) -> Y,
    x: &X,
) -> Y::Lift<Result<Report, CheckError<T>>> {
    let (at, lanes) = (flatten(x), X::Lanes::COUNT);
    let n = at.len();
    let mut check = || {
        let mut evaluate = |at: &[T]| Evaluation::new(&mut f, x, |leaf| X::Lanes::constant(at[leaf]));
        let reverse = evaluate(&at)?.gradients();
        let differences = differences(&at, |at| Some(evaluate(at).ok()?.values()));
        let mut forward = vec![T::zero(); reverse.len()];
        for start in (0..n).step_by(lanes.max(1)) {
            let seed = Seed::new::<T>();
            let number = |leaf: usize| X::Lanes::seed(at[leaf], lane(leaf, start, lanes), seed);
            for (row, y) in Evaluation::new(&mut f, x, number)?.outputs.iter().enumerate() {
                for leaf in start..n.min(start + lanes) {
                    forward[row * n + leaf] = y.value().tangent(leaf - start, seed);
                }
            }
        }
        Ok(compare::<_, 1>(n, &differences, &[("forward", forward), ("reverse", primals(&reverse))]))
    };
    let before = lost_tangents();
    let casts = |report| Report { casts: lost_tangents() - before, ..report };
    Y::lift(check().map(|checked| checked.map(casts)))
}

/// Checks the Hessian of a function, as nested duals and as forward over reverse mode compute it, against finite differences
/// of the gradient, and that against differences of the value; see [`jacobian`].
///
/// # Errors
/// The worst entry that differs from the finite difference.
///
/// # Examples
/// ```
/// use holograd::check;
/// assert!(check::hessian(|[x, y]| x.exp() * y.sin(), &[1.0, 2.0]).is_ok());
/// assert!(check::hessian(|x: Vec<_>| x[0] * x[1] / x[2], &vec![1.0, 2.0, 3.0]).is_ok());
/// ```
#[track_caller]
pub fn hessian<T: Primal, X: Tree<T> + ?Sized, Y: Output<Var<Nested<T, X>>>>(
    mut f: impl FnMut(X::With<Var<Nested<T, X>>>) -> Y,
    x: &X,
) -> Y::Lift<Result<Report, CheckError<T>>> {
    let (at, lanes) = (flatten(x), X::Lanes::COUNT);
    let n = at.len();
    let mut check = || {
        let mut evaluate = |at: &[T]| Evaluation::new(&mut f, x, |leaf| Nested::<T, X>::constant(at[leaf]));
        let gradients = evaluate(&at)?.gradients();
        let of_values = differences(&at, |at| Some(evaluate(at).ok()?.values()));
        let of_gradients = differences(&at, |at| Some(primals(&evaluate(at).ok()?.gradients())));
        let mut nested = vec![T::zero(); gradients.len() * n];
        let mut over_reverse = nested.clone();
        for (a, b) in pairs((0..n).step_by(lanes.max(1))) {
            let (outer, inner) = (Seed::new::<T>(), Seed::new::<T>());
            let number = |leaf: usize| {
                let value = X::Lanes::seed(at[leaf], lane(leaf, b, lanes), inner);
                Nested::<T, X>::seed(value, lane(leaf, a, lanes), outer)
            };
            let seeded = Evaluation::new(&mut f, x, number)?;
            let seeded_gradients = seeded.gradients();
            for (row, y) in seeded.outputs.iter().enumerate() {
                for i in a..n.min(a + lanes) {
                    for j in b..n.min(b + lanes) {
                        let entry = (row * n + j) * n + i;
                        nested[entry] = y.value().tangent(i - a, outer).tangent(j - b, inner);
                        over_reverse[entry] = seeded_gradients[row * n + j].tangent(i - a, outer).re();
                    }
                }
            }
        }
        let first = compare::<_, 1>(n, &of_values, &[("reverse", primals(&gradients))]);
        let modes = [("nested forward", nested), ("forward over reverse", over_reverse)];
        Ok(first.and_then(|first| Ok(first.and(compare::<_, 2>(n, &of_gradients, &modes)?))))
    };
    let before = lost_tangents();
    let casts = |report| Report { casts: lost_tangents() - before, ..report };
    Y::lift(check().map(|checked| checked.map(casts)))
}

fn pairs<I: Iterator + Clone>(i: I) -> impl Iterator<Item = (I::Item, I::Item)>
where
    I::Item: Copy,
{
    i.clone().flat_map(move |a| i.clone().map(move |b| (a, b)))
}

fn primals<S: Scalar>(numbers: &[S]) -> Vec<S::Primal> {
    numbers.iter().map(|number| number.primal()).collect()
}

/// One run of the function on a tape of `S`: forward tangents are in the values and gradients where `S` has them.
struct Evaluation<S: Scalar> {
    recording: Recording<S>,
    outputs: Vec<Var<S>>,
}

impl<S: Scalar> Evaluation<S> {
    #[track_caller]
    fn new<T: Scalar, X: Tree<T> + ?Sized, Y: Output<Var<S>>>(
        f: &mut impl FnMut(X::With<Var<S>>) -> Y,
        x: &X,
        number: impl Fn(usize) -> S,
    ) -> Result<Self, Y::Failure> {
        let mut recording = Recording::new();
        let inputs = |next: &mut Inputs| map_numbered(x, |leaf, _| next.input(number(leaf)));
        let y = recording.record(inputs, f).branch()?;
        Ok(Evaluation { recording, outputs: flatten(&y) })
    }

    fn values(&self) -> Vec<S::Primal> {
        self.outputs.iter().map(|y| y.primal()).collect()
    }

    /// The gradients of all outputs, one after the other.
    fn gradients(&self) -> Vec<S> {
        let mut gradients = Vec::new();
        for y in &self.outputs {
            self.recording.pullback([(*y, [S::one()])], |adjoints| gradients.extend(adjoints.as_flattened()));
        }
        gradients
    }
}

/// For each output of `g`, and for each input, the central difference and its estimated error.
fn differences<T: Primal>(at: &[T], mut g: impl FnMut(&[T]) -> Option<Vec<T>>) -> Vec<(T, f64)> {
    let n = at.len();
    let here = g(at).unwrap_or_default();
    let mut found = vec![(T::lit(f64::NAN), f64::INFINITY); here.len() * n];
    let mut moved = at.to_vec();
    for leaf in 0..n {
        let mut tables = vec![Extrapolation::default(); here.len()];
        for largest in steps(at[leaf].magnitude()) {
            for shrunk in 0..STEPS {
                let h = largest * SHRINK.powi(-shrunk);
                let mut side = |h: f64| {
                    moved[leaf] = at[leaf] + T::lit(h);
                    (moved[leaf], g(&moved).filter(|y| y.len() == here.len()))
                };
                let ((above, up), (below, down)) = (side(h), side(-h));
                let (Some(up), Some(down)) = (up, down) else { continue };
                for (output, table) in tables.iter_mut().enumerate() {
                    let (here, up, down, width) = (here[output], up[output], down[output], above - below);
                    let noise =
                        2.0 * epsilon::<T>() * (up.magnitude() + down.magnitude()) / width.magnitude();
                    // Halved before they are added, as the sum may overflow.
                    let miss = (up / T::lit(2.0) - here) + down / T::lit(2.0);
                    table.push(Entry { step: h, slope: (up - down) / width, miss, noise });
                }
            }
            if tables.iter_mut().all(Extrapolation::finish) {
                break;
            }
        }
        moved[leaf] = at[leaf];
        for (output, table) in tables.iter().enumerate() {
            if let (Some(best), true) = (table.best, here[output].all_finite()) {
                found[output * n + leaf] = best;
            }
        }
    }
    found
}

/// Each step is this many times shorter than the one before …
const SHRINK: f64 = 1.4;
/// … down to a 20th of the largest.
const STEPS: i32 = 10;

/// The largest steps of the runs of steps tried, until one gives a difference that is good enough: that depends on the
/// distance from the next singularity and on how fast the function oscillates, which only trying tells.
fn steps(x: f64) -> impl Iterator<Item = f64> {
    let scale = 0.4 * x.max(1.0);
    let small = (x > 0.0 && x < 1.0).then_some(0.4 * x);
    (0..5).map(move |k| scale / 32f64.powi(k)).chain(small)
}

/// The distance from 1 to the next number.
fn epsilon<T: Primal>() -> f64 {
    if T::lit(1.0 + f64::EPSILON) == T::one() { f64::from(f32::EPSILON) } else { f64::EPSILON }
}

/// Ridders' table of differences, extrapolated to step 0.
#[derive(Clone)]
struct Extrapolation<T> {
    /// The last row: the difference itself, then extrapolations of rising order.
    row: Vec<Entry<T>>,
    /// The slope with the smallest estimated error so far, and that error.
    best: Option<(T, f64)>,
}

#[derive(Clone, Copy)]
struct Entry<T> {
    /// The longest step that went into it.
    step: f64,
    slope: T,
    /// How far the mean of the values on both sides is from the value between, extrapolated as the slope is: that should be 0,
    /// and tells when a pole or a jump lies within the steps, where the slopes may well agree with each other.
    miss: T,
    /// The rounding error that the slope has from the function's values.
    noise: f64,
}

impl<T> Default for Extrapolation<T> {
    fn default() -> Self {
        Extrapolation { row: Vec::new(), best: None }
    }
}

impl<T: Primal> Extrapolation<T> {
    /// The difference for the next shorter step.
    fn push(&mut self, difference: Entry<T>) {
        if !(difference.slope.all_finite() && difference.miss.all_finite()) {
            self.row.clear();
            return;
        }
        let mut row = vec![difference];
        let mut factor = 1.0;
        for &longer in &self.row {
            factor *= SHRINK * SHRINK;
            let shorter = row[row.len() - 1];
            let extrapolate = |short: T, long: T| (short * T::lit(factor) - long) / T::lit(factor - 1.0);
            let entry = Entry {
                step: longer.step,
                slope: extrapolate(shorter.slope, longer.slope),
                miss: extrapolate(shorter.miss, longer.miss),
                noise: (shorter.noise * factor + longer.noise) / (factor - 1.0),
            };
            let change =
                (entry.slope - shorter.slope).magnitude().max((entry.slope - longer.slope).magnitude());
            let error = change.max(entry.miss.magnitude() / entry.step) + entry.noise;
            row.push(entry);
            // Two differences may agree by chance (14/14 and 10/10 on the stairs of `floor`); three hardly do.
            if row.len() > 2 && self.best.is_none_or(|(_, smallest)| error < smallest) {
                self.best = Some((entry.slope, error));
            }
        }
        self.row = row;
    }

    /// Ends a run of steps; whether its result is good enough.
    fn finish(&mut self) -> bool {
        self.row.clear();
        self.best
            .is_some_and(|(value, error)| error < epsilon::<T>().sqrt() * 0.01 * value.magnitude().max(1.0))
    }
}

impl Report {
    fn and(self, other: Self) -> Self {
        Report {
            compared: self.compared + other.compared,
            difference: self.difference.max(other.difference),
            uncertainty: self.uncertainty.max(other.uncertainty),
            casts: self.casts + other.casts,
        }
    }
}

/// Compares derivatives of order `K` by `n` inputs with the differences.
fn compare<T: Primal, const K: usize>(
    n: usize,
    differences: &[(T, f64)],
    modes: &[(&'static str, Vec<T>)],
) -> Result<Report, CheckError<T>> {
    let mut report = Report::default();
    let mut worst: Option<(f64, CheckError<T>)> = None;
    for (mode, derivatives) in modes {
        for (entry, (&derivative, &(difference, uncertainty))) in
            derivatives.iter().zip(differences).enumerate()
        {
            let size = derivative.magnitude();
            let error = (derivative - difference).magnitude();
            let allowed = 8.0 * (uncertainty + epsilon::<T>() * size);
            report = report.and(Report {
                compared: 1,
                difference: error / size.max(1.0),
                uncertainty: uncertainty / size.max(1.0),
                casts: 0,
            });
            // Not `error > allowed`: NaN fails.
            let passes = error <= allowed && size.is_finite();
            let excess = if error.is_nan() { f64::INFINITY } else { error / allowed };
            if !passes && worst.as_ref().is_none_or(|(largest, _)| excess > *largest) {
                let (mut inputs, mut output) = (Vec::new(), entry);
                for _ in 0..K {
                    inputs.push(output % n);
                    output /= n;
                }
                inputs.reverse();
                let error = CheckError { mode, output, inputs, derivative, difference, uncertainty };
                worst = Some((excess, error));
            }
        }
    }
    worst.map_or(Ok(report), |(_, error)| Err(error))
}
