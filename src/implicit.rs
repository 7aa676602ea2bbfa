//! Derivatives of what an equation defines: roots, fixed points, minima.
//!
//! Where F(x, p) = 0 defines x as a function of p, dx = −Fₓ⁻¹ F_p dp (the implicit function theorem). So the iterations that
//! find x need no derivatives: they run on constants. Then *one Newton step* at the solution, in the full number with p live,
//! x − Fₓ⁻¹ F(x, p), has the first derivatives of the solution exactly; every further step doubles the exact orders. One linear
//! system a step, in every mode, and on the tape one evaluation of F and Fₓ however long the search was.
//!
//! The parameters are an argument of the function, not captured, so that they can be constants during the search. They are any
//! [`Shape`]: a number, an array, a tuple, a matrix.

#[cfg(feature = "std")]
mod krylov;

#[cfg(feature = "std")]
pub use krylov::{Equations, Krylov, KrylovMethod, root_krylov};

use crate::kernel::Engine;
use crate::linalg::{Factor, LinalgError, solve_dynamic};
use crate::scalar::magnitude::largest;
use crate::tree::seed::{flatten, lane, map_numbered};
use crate::tree::{Lanes, Nested, Seed, Shape, Tree};
use crate::{Primal, Real, Scalar};
use alloc::vec::Vec;
use core::fmt;
use nalgebra::DMatrix;

/// Why an equation has no solution here, or one without derivatives.
///
/// # Examples
/// ```
/// use holograd::{Dual, implicit::{ImplicitError, root}};
/// let error = root(|x: Dual<f64>, p| x * x - p, &0.0, &1.0).unwrap_err();
/// assert_eq!(error, ImplicitError::Singular { condition: f64::INFINITY });
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum ImplicitError {
    /// The search found no solution.
    NoConvergence {
        /// ‖F(x, p)‖ where it ended.
        residual: f64,
        /// After so many steps.
        steps: usize,
    },
    /// The equation does not determine its solution: Fₓ, or the Hessian, is singular there.
    Singular {
        /// Its condition number.
        condition: f64,
    },
    /// The function has the same sign at both ends of the interval.
    NoSignChange {
        /// Its values there.
        values: [f64; 2],
    },
    /// The gradient vanishes at a point that is no minimum.
    NoMinimum {
        /// The smallest eigenvalue of the Hessian there.
        curvature: f64,
    },
}

impl fmt::Display for ImplicitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ImplicitError::NoConvergence { residual, steps } => {
                write!(f, "no solution found: after {steps} steps the residual is {residual:.3e}")
            }
            ImplicitError::Singular { condition } => {
                write!(
                    f,
                    "the solution is not determined: the condition number of its Jacobian is about {condition:.3e}"
                )
            }
            ImplicitError::NoSignChange { values: [low, high] } => {
                write!(f, "no root is enclosed: the values at the ends are {low:.3e} and {high:.3e}")
            }
            ImplicitError::NoMinimum { curvature } => {
                write!(
                    f,
                    "no minimum: the smallest eigenvalue of the Hessian where the gradient vanishes is {curvature:.3e}"
                )
            }
        }
    }
}

impl core::error::Error for ImplicitError {}

impl From<LinalgError> for ImplicitError {
    fn from(error: LinalgError) -> Self {
        let condition = if let LinalgError::Singular { condition } = error { condition } else { f64::NAN };
        ImplicitError::Singular { condition }
    }
}

/// The solution x of F(x, p) = 0 near `guess`, by damped Newton steps, with its derivatives in p.
///
/// `x` is a number, an array, a vector, any [`Tree`], and F has as many results. Complex equations must be analytic.
///
/// # Errors
/// [`NoConvergence`](ImplicitError::NoConvergence), [`Singular`](ImplicitError::Singular).
///
/// # Panics
/// If F has not as many results as x has numbers.
///
/// # Examples
/// Kepler's equation E − e sin E = M for the eccentric anomaly E:
/// ```
/// use holograd::{Scalar, grad, implicit::root};
/// fn kepler<T: Scalar>(x: T, [m, e]: [T; 2]) -> T {
///     x - e * x.sin() - m
/// }
/// let x: f64 = root(kepler, &1.0, &[1.0, 0.3])?;
/// let slopes = grad(|p: [_; 2]| root(kepler, &p[0], &p), &[1.0, 0.3])?;
/// let exact = [1.0, x.sin()].map(|s| s / (1.0 - 0.3 * x.cos()));
/// assert!((slopes[0] - exact[0]).abs() < 1e-15 && (slopes[1] - exact[1]).abs() < 1e-15);
/// # Ok::<(), holograd::implicit::ImplicitError>(())
/// ```
#[track_caller]
pub fn root<T: Scalar, X: Tree<T>, Q: Shape<T>, Y: Shape<X::Lanes>>(
    mut f: impl FnMut(X::With<X::Lanes>, Q::With<X::Lanes>) -> Y,
    guess: &X,
    p: &Q,
) -> Result<X::With<T>, ImplicitError> {
    let mut system = |x: &[T], live| linearised(&mut f, guess, x, p, live);
    let x = search(&mut system, constants(guess))?;
    Ok(rebuilt(guess, &refined(&mut system, x)?))
}

/// The solution x of f(x, p) = 0 in an interval at whose ends f has different signs, by Brent's method, with its derivatives in p.
///
/// The ends are constants. Inverse quadratic interpolation with bisection where that does not help (Brent 1973, chapter 4): it always
/// ends, and needs no derivative.
///
/// # Errors
/// [`NoSignChange`](ImplicitError::NoSignChange); [`NoConvergence`](ImplicitError::NoConvergence) if the sign changes at a pole or f
/// is NaN; [`Singular`](ImplicitError::Singular) if the slope at the root is zero.
///
/// # Examples
/// ```
/// use holograd::{Dual, derivative, implicit::root_in};
/// // eˣ = p between 0 and 10
/// let ln = |p: Dual<f64>| root_in(|x, p| x.exp() - p, [0.0, 10.0], &p);
/// assert!((derivative(ln, 4.0)? - 0.25).abs() < 1e-15);
/// # Ok::<(), holograd::implicit::ImplicitError>(())
/// ```
#[track_caller]
pub fn root_in<T: Real, Q: Shape<T>>(
    mut f: impl FnMut(<T as Tree<T>>::Lanes, Q::With<<T as Tree<T>>::Lanes>) -> <T as Tree<T>>::Lanes,
    interval: [f64; 2],
    p: &Q,
) -> Result<T, ImplicitError> {
    let shape = T::zero();
    let mut value = |x: f64| {
        let y: <T as Tree<T>>::Lanes =
            evaluate::<T, T, Q, _>(&mut f, &shape, &[T::lit(x)], p, false, Seed::new::<T>(), None);
        y.re().log_magnitude()
    };
    let x = T::lit(brent(&mut value, interval)?);
    let mut system = |x: &[T], live| linearised(&mut f, &shape, x, p, live);
    Ok(refined(&mut system, alloc::vec![x])?[0])
}

/// A root between two numbers (Brent 1973, chapter 4).
fn brent(f: &mut impl FnMut(f64) -> f64, [low, high]: [f64; 2]) -> Result<f64, ImplicitError> {
    const STEPS: usize = 2000;
    let (mut a, mut b) = (low, high);
    let (mut at_a, mut at_b) = (f(a), f(b));
    let ends = [at_a, at_b];
    if at_a == 0.0 {
        return Ok(a);
    }
    if at_b == 0.0 {
        return Ok(b);
    }
    if (at_a < 0.0) == (at_b < 0.0) || at_a.is_nan() || at_b.is_nan() {
        return Err(ImplicitError::NoSignChange { values: ends });
    }
    // b is the best, c on the other side of the root, a the one before.
    let (mut c, mut at_c) = (a, at_a);
    let mut step = b - a;
    let mut before = step;
    for _ in 0..STEPS {
        if (at_b < 0.0) == (at_c < 0.0) {
            (c, at_c) = (a, at_a);
            step = b - a;
            before = step;
        }
        if at_c.abs() < at_b.abs() {
            (a, b, c) = (b, c, b);
            (at_a, at_b, at_c) = (at_b, at_c, at_b);
        }
        let tolerance = f64::EPSILON * b.abs() + f64::MIN_POSITIVE;
        let half = 0.5 * (c - b);
        if at_b == 0.0 || half.abs() <= tolerance {
            break;
        }
        if at_b.is_nan() {
            return Err(ImplicitError::NoConvergence { residual: at_b, steps: STEPS });
        }
        let mut bisect = true;
        if before.abs() >= tolerance && at_a.abs() > at_b.abs() {
            let s = at_b / at_a;
            let (mut p, mut q) = if a == c {
                (2.0 * half * s, 1.0 - s)
            } else {
                let (q, r) = (at_a / at_c, at_b / at_c);
                (s * (2.0 * half * q * (q - r) - (b - a) * (r - 1.0)), (q - 1.0) * (r - 1.0) * (s - 1.0))
            };
            if p > 0.0 {
                q = -q;
            } else {
                p = -p;
            }
            if 2.0 * p < (3.0 * half * q - (tolerance * q).abs()).min((before * q).abs()) {
                (before, step) = (step, p / q);
                bisect = false;
            }
        }
        if bisect {
            (before, step) = (half, half);
        }
        (a, at_a) = (b, at_b);
        b += if step.abs() > tolerance { step } else { tolerance.copysign(half) };
        at_b = f(b);
    }
    // At a pole the values grow.
    let largest = ends[0].abs().max(ends[1].abs());
    if at_b.abs() <= largest {
        Ok(b)
    } else {
        Err(ImplicitError::NoConvergence { residual: at_b.abs(), steps: STEPS })
    }
}

/// The solution x of F(x, p) = 0 that your own solver finds, with its derivatives in p.
///
/// The solver gets F at the machine's numbers, with p as constants and x as a flat list, and the guess; it returns the solution, as
/// precisely as you want the derivatives, or `None`. It may be called in every mode and is never differentiated.
///
/// # Errors
/// [`NoConvergence`](ImplicitError::NoConvergence) if the solver returns `None`; [`Singular`](ImplicitError::Singular).
///
/// # Panics
/// If F, or the solver, has not as many results as x has numbers.
///
/// # Examples
/// ```
/// use holograd::{Dual, derivative, implicit::root_by};
/// // A fixed-point iteration of your own for x = cos(p x)
/// let x = |p: Dual<f64>| {
///     root_by(|x, p| x - (p * x).cos(), &Dual::from(1.0), &p, |f, guess| {
///         let mut x = guess.to_vec();
///         for _ in 0..200 {
///             x[0] -= 0.5 * f(&x)[0];
///         }
///         Some(x)
///     })
/// };
/// let at = derivative(x, 0.0)?;
/// assert!(at.abs() < 1e-15);
/// # Ok::<(), holograd::implicit::ImplicitError>(())
/// ```
#[track_caller]
pub fn root_by<T: Scalar, X: Tree<T>, Q: Shape<T>, Y: Shape<X::Lanes>>(
    mut f: impl FnMut(X::With<X::Lanes>, Q::With<X::Lanes>) -> Y,
    guess: &X,
    p: &Q,
    solver: impl FnOnce(&mut dyn FnMut(&[T::Primal]) -> Vec<T::Primal>, &[T::Primal]) -> Option<Vec<T::Primal>>,
) -> Result<X::With<T>, ImplicitError> {
    let start: Vec<T::Primal> = constants(guess).iter().map(|x| x.primal()).collect();
    let n = start.len();
    let mut residual = f64::NAN;
    let mut at = |x: &[T::Primal]| -> Vec<T::Primal> {
        let x: Vec<T> = x.iter().map(|x| T::constant(*x)).collect();
        same_size(n, x.len());
        let y = evaluate(&mut f, guess, &x, p, false, Seed::new::<T>(), None);
        let y: Vec<T::Primal> = flatten(&y).iter().map(|y| y.primal()).collect();
        residual = length(y.iter().copied());
        y
    };
    let Some(x) = solver(&mut at, &start) else {
        return Err(ImplicitError::NoConvergence { residual, steps: 0 });
    };
    same_size(n, x.len());
    let mut system = |x: &[T], live| linearised(&mut f, guess, x, p, live);
    let x = x.iter().map(|x| T::constant(*x)).collect();
    Ok(rebuilt(guess, &refined(&mut system, x)?))
}

/// The derivatives of a solution x of F(x, p) = 0 that is known: your solver found it, at constants, as precisely as you want the
/// derivatives.
///
/// # Errors
/// [`Singular`](ImplicitError::Singular)
///
/// # Panics
/// If F has not as many results as x has numbers.
///
/// # Examples
/// ```
/// use holograd::{Dual, derivative, implicit::differentiate_root};
/// let cube_root = |p: Dual<f64>| {
///     let found = Dual::from(p.value().cbrt()); // any solver
///     differentiate_root(|x, p| x * x * x - p, &found, &p)
/// };
/// assert_eq!(derivative(cube_root, 8.0)?, 1.0 / 12.0);
/// # Ok::<(), holograd::implicit::ImplicitError>(())
/// ```
#[track_caller]
pub fn differentiate_root<T: Scalar, X: Tree<T>, Q: Shape<T>, Y: Shape<X::Lanes>>(
    mut f: impl FnMut(X::With<X::Lanes>, Q::With<X::Lanes>) -> Y,
    solution: &X,
    p: &Q,
) -> Result<X::With<T>, ImplicitError> {
    let mut system = |x: &[T], live| linearised(&mut f, solution, x, p, live);
    Ok(rebuilt(solution, &refined(&mut system, constants(solution))?))
}

/// The solution x of x = g(x, p) that the iteration x ← g(x, p) from `start` leads to, with its derivatives in p.
///
/// Once the iteration has half of the digits, Newton steps give the rest.
///
/// # Errors
/// As [`root`]; [`NoConvergence`](ImplicitError::NoConvergence) after 10 000 steps.
///
/// # Panics
/// If g has not as many results as x has numbers.
///
/// # Examples
/// ```
/// use holograd::{derivative, implicit::fixed_point};
/// // x = cos(p x)
/// let x: f64 = fixed_point(|x, p| (p * x).cos(), &1.0, &0.5)?;
/// let slope = derivative(|p| fixed_point(|x, p| (p * x).cos(), &(p * 0.0 + 1.0), &p), 0.5)?;
/// assert!((slope + x * (0.5 * x).sin() / (1.0 + 0.5 * (0.5 * x).sin())).abs() < 1e-15);
/// # Ok::<(), holograd::implicit::ImplicitError>(())
/// ```
#[track_caller]
pub fn fixed_point<T: Scalar, X: Tree<T>, Q: Shape<T>, Y: Shape<X::Lanes>>(
    mut g: impl FnMut(X::With<X::Lanes>, Q::With<X::Lanes>) -> Y,
    start: &X,
    p: &Q,
) -> Result<X::With<T>, ImplicitError> {
    const STEPS: usize = 10_000;
    let mut x = constants(start);
    let mut change = f64::INFINITY;
    // Beside half of the digits of x all digits of the largest x so far: a solution may be zero.
    let mut scale = length(x.iter().copied());
    let mut converged = false;
    for _ in 0..STEPS {
        let seed = Seed::new::<T>();
        let next: Vec<T> =
            flatten(&evaluate(&mut g, start, &x, p, false, seed, None)).iter().map(|y| y.re()).collect();
        same_size(x.len(), next.len());
        change = length(next.iter().zip(&x).map(|(next, x)| *next - *x));
        x = next;
        let size = length(x.iter().copied());
        scale = scale.max(size);
        let epsilon = T::Primal::epsilon();
        converged = change <= (epsilon.sqrt() * size).max(epsilon * scale);
        if converged || change.is_nan() {
            break;
        }
    }
    if !converged {
        return Err(ImplicitError::NoConvergence { residual: change, steps: STEPS });
    }
    let mut system = |x: &[T], live| {
        let Linearised { mut residual, mut jacobian } = linearised(&mut g, start, x, p, live);
        jacobian = DMatrix::identity(x.len(), x.len()) - jacobian;
        residual = DMatrix::from_column_slice(x.len(), 1, x) - residual;
        Linearised { residual, jacobian }
    };
    let x = search(&mut system, x)?;
    Ok(rebuilt(start, &refined(&mut system, x)?))
}

/// A local minimum x of f(x, p) near `guess`, with its derivatives in p.
///
/// By Newton steps downhill, along |λ|⁻¹ in the directions of the eigenvectors of the Hessian, until the gradient vanishes. Its
/// derivatives are those of the root x of the gradient. A minimum that your own solver found is a guess which needs no
/// search.
///
/// # Errors
/// As [`root`], and [`NoMinimum`](ImplicitError::NoMinimum).
///
/// # Examples
/// ```
/// use holograd::{Real, grad, implicit::minimize};
/// /// Its minimum is at (p₀, p₀p₁).
/// fn valley<T: Real>(x: [T; 2], p: [T; 2]) -> T {
///     (x[0] - p[0]).powi(2) + (x[1] - x[0] * p[1]).powi(2)
/// }
/// let slopes: [f64; 2] = grad(|p: [_; 2]| minimize(valley, &p, &p).map(|x| x[1]), &[2.0, 5.0])?;
/// assert!((slopes[0] - 5.0).abs() < 1e-13 && (slopes[1] - 2.0).abs() < 1e-13);
/// # Ok::<(), holograd::implicit::ImplicitError>(())
/// ```
#[track_caller]
pub fn minimize<T: Real, X: Tree<T>, Q: Shape<T>>(
    mut f: impl FnMut(X::With<Nested<T, X>>, Q::With<Nested<T, X>>) -> Nested<T, X>,
    guess: &X,
    p: &Q,
) -> Result<X::With<T>, ImplicitError> {
    let start = downhill(&mut f, guess, p);
    let mut system = |x: &[T], live| curved(&mut f, guess, x, p, live).1;
    let x = search(&mut system, start)?;
    let hessian = system(&x, false).jacobian.map(Scalar::primal);
    let curvature = Factor::symmetric_eigen(hessian).map_or(f64::NAN, |(values, _)| real(values.first()));
    if !(curvature >= 0.0) && !x.is_empty() {
        return Err(ImplicitError::NoMinimum { curvature });
    }
    Ok(rebuilt(guess, &refined(&mut system, x)?))
}

/// F and Fₓ at a point.
struct Linearised<T> {
    residual: DMatrix<T>,
    jacobian: DMatrix<T>,
}

#[track_caller]
fn constants<T: Scalar, X: Shape<T>>(x: &X) -> Vec<T> {
    T::entering("a function of `holograd::implicit`");
    let mut constants = Vec::new();
    x.map_leaves(&mut |x| constants.push(x.stop_gradient()));
    constants
}

/// The numbers in the shape of x.
fn rebuilt<T: Scalar, X: Shape<T>>(shape: &X, x: &[T]) -> X::With<T> {
    let mut next = x.iter();
    shape.map_leaves(&mut |old| next.next().copied().unwrap_or(old))
}

#[track_caller]
fn same_size(expected: usize, given: usize) {
    assert!(
        expected == given,
        "as many equations as unknowns are expected, {expected}, and the function returned {given} numbers"
    );
}

/// ‖x‖ of the values.
fn length<T: Scalar>(x: impl Iterator<Item = T>) -> f64 {
    x.fold(0.0, |sum, x| libm::hypot(sum, x.magnitude()))
}

/// The real part; NaN of nothing.
fn real<P: Primal>(x: Option<&P>) -> f64 {
    x.map_or(f64::NAN, |x| x.log_magnitude())
}

/// The function with the leaves of x from `start` on seeded, and the parameters live or constant.
fn evaluate<T: Scalar, X: Tree<T>, Q: Shape<T>, Y>(
    f: &mut impl FnMut(X::With<X::Lanes>, Q::With<X::Lanes>) -> Y,
    shape: &X,
    x: &[T],
    p: &Q,
    live: bool,
    seed: Seed,
    start: Option<usize>,
) -> Y {
    let seeded = map_numbered(shape, |leaf, _| {
        let lane = start.and_then(|start| lane(leaf, start, X::Lanes::COUNT));
        X::Lanes::seed(x[leaf], lane, seed)
    });
    let p = p.map_leaves(&mut |p| X::Lanes::seed(if live { p } else { p.stop_gradient() }, None, seed));
    f(seeded, p)
}

#[track_caller]
fn linearised<T: Scalar, X: Tree<T>, Q: Shape<T>, Y: Shape<X::Lanes>>(
    f: &mut impl FnMut(X::With<X::Lanes>, Q::With<X::Lanes>) -> Y,
    shape: &X,
    x: &[T],
    p: &Q,
    live: bool,
) -> Linearised<T> {
    let n = x.len();
    let mut residual = DMatrix::zeros(n, 1);
    let mut jacobian = DMatrix::zeros(n, n);
    for start in (0..n).step_by(X::Lanes::COUNT.max(1)) {
        let seed = Seed::new::<T>();
        let y = flatten(&evaluate(f, shape, x, p, live, seed, Some(start)));
        same_size(n, y.len());
        for (i, y) in y.into_iter().enumerate() {
            residual[i] = y.re();
            for j in start..n.min(start + X::Lanes::COUNT) {
                jacobian[(i, j)] = y.tangent(j - start, seed);
            }
        }
    }
    Linearised { residual, jacobian }
}

/// f, and its gradient with the Hessian.
#[track_caller]
fn curved<T: Real, X: Tree<T>, Q: Shape<T>>(
    f: &mut impl FnMut(X::With<Nested<T, X>>, Q::With<Nested<T, X>>) -> Nested<T, X>,
    shape: &X,
    x: &[T],
    p: &Q,
    live: bool,
) -> (T, Linearised<T>) {
    let (n, lanes) = (x.len(), X::Lanes::COUNT);
    let mut value = T::zero();
    let mut residual = DMatrix::zeros(n, 1);
    let mut jacobian = DMatrix::zeros(n, n);
    for a in (0..n).step_by(lanes.max(1)) {
        for b in (0..=a).step_by(lanes.max(1)) {
            let (outer, inner) = (Seed::new::<T>(), Seed::new::<T>());
            let seeded = map_numbered(shape, |i, _| {
                let value = X::Lanes::seed(x[i], lane(i, b, lanes), inner);
                Nested::<T, X>::seed(value, lane(i, a, lanes), outer)
            });
            let p = p.map_leaves(&mut |p| {
                let p = if live { p } else { p.stop_gradient() };
                Nested::<T, X>::seed(X::Lanes::seed(p, None, inner), None, outer)
            });
            let y = f(seeded, p);
            value = y.re().re();
            for i in a..n.min(a + lanes) {
                residual[i] = y.tangent(i - a, outer).re();
                for j in b..n.min(b + lanes) {
                    let entry = y.tangent(i - a, outer).tangent(j - b, inner);
                    jacobian[(i, j)] = entry;
                    jacobian[(j, i)] = entry;
                }
            }
        }
    }
    (value, Linearised { residual, jacobian })
}

/// The root at constants, by Newton steps that are halved until the residual falls.
#[track_caller]
fn search<T: Scalar>(
    system: &mut impl FnMut(&[T], bool) -> Linearised<T>,
    mut x: Vec<T>,
) -> Result<Vec<T>, ImplicitError> {
    const STEPS: usize = 100;
    const HALVINGS: i32 = 40;
    let mut at = system(&x, false);
    // A solution may be zero: of it no digits are asked for that the numbers on the way do not have.
    let mut scale = length(x.iter().copied()).max(1.0);
    for _ in 0..STEPS {
        let residual = length(at.residual.iter().copied());
        if residual == 0.0 {
            return Ok(x);
        }
        let step = solve_dynamic(&at.jacobian, &at.residual)?;
        let moved = length(step.iter().copied());
        let relative = moved / length(x.iter().copied());
        let better = (0..HALVINGS).find_map(|k| {
            let factor = T::lit(libm::ldexp(1.0, -k));
            let next: Vec<T> = x.iter().zip(&step).map(|(x, step)| *x - *step * factor).collect();
            let there = system(&next, false);
            (length(there.residual.iter().copied()) < residual).then_some((next, there))
        });
        // Where the residual does not fall it is rounding errors, if the step is.
        let Some((next, there)) = better else {
            if relative <= T::Primal::epsilon().sqrt() || moved <= 4.0 * T::Primal::epsilon() * scale {
                return Ok(x);
            }
            return Err(ImplicitError::NoConvergence { residual, steps: STEPS });
        };
        (x, at) = (next, there);
        scale = scale.max(length(x.iter().copied()));
        if relative <= T::Primal::epsilon() {
            return Ok(x);
        }
    }
    Err(ImplicitError::NoConvergence { residual: length(at.residual.iter().copied()), steps: STEPS })
}

/// Newton steps with the parameters live: after k of them the derivatives are exact to the order 2ᵏ − 1.
#[track_caller]
fn refined<T: Scalar>(
    system: &mut impl FnMut(&[T], bool) -> Linearised<T>,
    mut x: Vec<T>,
) -> Result<Vec<T>, ImplicitError> {
    let steps = usize::BITS - T::ORDER.leading_zeros();
    for _ in 0..steps {
        let at = system(&x, true);
        let step = solve_dynamic(&at.jacobian, &at.residual)?;
        for (x, step) in x.iter_mut().zip(&step) {
            *x -= *step;
        }
    }
    Ok(x)
}

/// Where descent from the guess ends: close to a minimum, or where f no longer falls.
#[track_caller]
fn downhill<T: Real, X: Tree<T>, Q: Shape<T>>(
    f: &mut impl FnMut(X::With<Nested<T, X>>, Q::With<Nested<T, X>>) -> Nested<T, X>,
    guess: &X,
    p: &Q,
) -> Vec<T> {
    const STEPS: usize = 1000;
    const HALVINGS: i32 = 60;
    let mut x = constants(guess);
    let (mut value, mut at) = curved(f, guess, &x, p, false);
    for _ in 0..STEPS {
        let gradient = at.residual.map(Scalar::primal);
        let Some((curvatures, axes)) = Factor::symmetric_eigen(at.jacobian.map(Scalar::primal)) else {
            return x;
        };
        let floor = (largest(&curvatures) * T::Primal::epsilon()).max(f64::MIN_POSITIVE);
        let mut along = axes.transpose() * &gradient;
        for (along, curvature) in along.iter_mut().zip(&curvatures) {
            *along /= T::Primal::lit(curvature.magnitude().max(floor));
        }
        let step = axes * along;
        if length(step.iter().copied()) <= T::Primal::epsilon().sqrt() * length(x.iter().copied()) {
            return x;
        }
        let fall = step.dot(&gradient).magnitude();
        let better = (0..HALVINGS).find_map(|k| {
            let factor = libm::ldexp(1.0, -k);
            let moved = |(x, step): (&T, &T::Primal)| *x - T::constant(*step) * T::lit(factor);
            let next: Vec<T> = x.iter().zip(&step).map(moved).collect();
            let (lower, there) = curved(f, guess, &next, p, false);
            (lower < value - T::lit(1e-4 * factor * fall)).then_some((next, lower, there))
        });
        let Some(better) = better else { return x };
        (x, value, at) = better;
    }
    x
}
