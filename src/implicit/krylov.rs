//! Systems of so many unknowns that their Jacobian is not formed: only its products with vectors.

use super::{ImplicitError, length};
use crate::kernel::Engine;
use crate::{Dual, Scalar, Var, VectorRule, grad, jvp, vjp};
use alloc::vec::Vec;

/// The equations F(x, p) = 0 of [`root_krylov`], generic over the number, as a Rust closure cannot be.
///
/// # Examples
/// The steady state of diffusion with a source p on a ring:
/// ```
/// use holograd::implicit::Equations;
/// use holograd::{Scalar, lit};
/// #[derive(Clone)]
/// struct Ring;
/// impl Equations for Ring {
///     fn residual<S: Scalar<Primal = f64>>(&self, x: &[S], p: &[S]) -> Vec<S> {
///         let n = x.len();
///         (0..n).map(|i| x[i] * lit(2.5) - x[(i + 1) % n] - x[(i + n - 1) % n] - p[0]).collect()
///     }
/// }
/// assert_eq!(Ring.residual(&[2.0; 4], &[1.0]), [0.0; 4]);
/// ```
pub trait Equations: Clone + Send + 'static {
    /// F(x, p): as many numbers as x has.
    fn residual<S: Scalar<Primal = f64>>(&self, x: &[S], p: &[S]) -> Vec<S>;
}

/// How [`root_krylov`] solves its linear systems.
///
/// # Examples
/// ```
/// use holograd::implicit::{Krylov, KrylovMethod};
/// let method = Krylov { method: KrylovMethod::ConjugateGradient, ..Krylov::default() };
/// assert_eq!(method.tolerance, 1e-13);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Krylov {
    /// The method.
    pub method: KrylovMethod,
    /// The residual of a linear system at which it ends, over the norm of the right-hand side. It is the relative error of the
    /// derivatives, times the condition number.
    pub tolerance: f64,
    /// The largest number of products with the Jacobian for one system.
    pub products: usize,
}

impl Default for Krylov {
    /// GMRES of 50 vectors, a tolerance of 1e-13 and at most 10 000 products.
    #[inline]
    fn default() -> Self {
        Krylov { method: KrylovMethod::Gmres { restart: 50 }, tolerance: 1e-13, products: 10_000 }
    }
}

/// A method for linear systems that needs only products with the matrix.
///
/// # Examples
/// ```
/// use holograd::implicit::KrylovMethod;
/// assert_ne!(KrylovMethod::ConjugateGradient, KrylovMethod::Gmres { restart: 30 });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KrylovMethod {
    /// Conjugate gradients, for a symmetric positive definite Jacobian (Hestenes and Stiefel 1952).
    ConjugateGradient,
    /// Generalised minimal residuals, for any regular Jacobian (Saad and Schultz 1986).
    Gmres {
        /// As many vectors are kept.
        restart: usize,
    },
}

/// The solution x of F(x, p) = 0 near `guess` with its derivatives in p, for 10⁵ unknowns and more: no Jacobian is formed.
///
/// Newton steps whose linear systems are solved by [`Krylov`]'s methods. They need products with the Jacobian, which are `jvp`s of F,
/// and in reverse mode products with its transpose, which are `vjp`s. A derivative in forward mode costs one linear system for each
/// parameter, a gradient one for all of them. Derivatives of every order in every mode.
///
/// # Errors
/// [`NoConvergence`](ImplicitError::NoConvergence) if Newton's iteration or a linear system of it does not converge. Where only the
/// linear system of a derivative fails, that derivative is NaN.
///
/// # Panics
/// If F has not as many results as x has numbers.
///
/// # Examples
/// ```
/// use holograd::implicit::{Equations, Krylov, root_krylov};
/// use holograd::{Scalar, Var, grad, lit};
/// /// x³ + 2.5 x − (its neighbours) = p on a ring
/// #[derive(Clone)]
/// struct Ring;
/// impl Equations for Ring {
///     fn residual<S: Scalar<Primal = f64>>(&self, x: &[S], p: &[S]) -> Vec<S> {
///         let n = x.len();
///         let at = |i: usize| x[i] * x[i] * x[i] + x[i] * lit(2.5) - x[(i + 1) % n] - x[(i + n - 1) % n];
///         (0..n).map(|i| at(i) - p[0]).collect()
///     }
/// }
/// // All are equal: x³ + ½x = p, dx/dp = 1/(3x² + ½), 1000 of them.
/// let sum = |p: [Var<f64>; 1]| root_krylov(&Ring, &[0.5; 1000], &p, &Krylov::default()).map(|x| Var::sum_of(&x));
/// assert!((grad(sum, &[1.5])?[0] - 1000.0 / 3.5).abs() < 1e-9);
/// # Ok::<(), holograd::implicit::ImplicitError>(())
/// ```
#[track_caller]
pub fn root_krylov<T: Scalar<Primal = f64>>(
    equations: &impl Equations,
    guess: &[f64],
    p: &[T],
    krylov: &Krylov,
) -> Result<Vec<T>, ImplicitError> {
    let parameters: Vec<f64> = p.iter().map(|p| p.primal()).collect();
    let rule = LinearSolve {
        equations: equations.clone(),
        krylov: *krylov,
        unknowns: guess.len(),
        transposed: false,
    };
    let found = search(&rule, guess.to_vec(), &parameters)?;
    let mut x: Vec<T> = found.iter().map(|x| T::constant(*x)).collect();
    // Each step with the parameters live doubles the orders that are exact.
    for _ in 0..usize::BITS - T::ORDER.leading_zeros() {
        let residual = equations.residual(&x, p);
        let step = rule.at_slice(&[x.as_slice(), p, &residual].concat());
        for (x, step) in x.iter_mut().zip(&step) {
            *x -= *step;
        }
    }
    Ok(x)
}

/// Newton's iteration at the machine's numbers.
#[track_caller]
fn search<E: Equations>(
    rule: &LinearSolve<E>,
    mut x: Vec<f64>,
    p: &[f64],
) -> Result<Vec<f64>, ImplicitError> {
    const STEPS: usize = 100;
    const HALVINGS: i32 = 40;
    let norm = |x: &[f64]| length(x.iter().copied());
    let mut residual = rule.equations.residual(&x, p);
    super::same_size(x.len(), residual.len());
    let mut scale = norm(&x);
    for steps in 0..STEPS {
        let size = norm(&residual);
        if size == 0.0 {
            return Ok(x);
        }
        let failed = ImplicitError::NoConvergence { residual: size, steps };
        let step = rule.solve(&x, p, &residual).ok_or(failed)?;
        let better = (0..HALVINGS).find_map(|k| {
            let factor = libm::ldexp(1.0, -k);
            let next: Vec<f64> = x.iter().zip(&step).map(|(x, step)| x - step * factor).collect();
            let there = rule.equations.residual(&next, p);
            (norm(&there) < size).then_some((next, there))
        });
        let moved = norm(&step);
        let Some((next, there)) = better else {
            // Where the residual does not fall it is rounding errors, if the step is.
            return if moved <= f64::EPSILON.sqrt() * scale.max(1.0) { Ok(x) } else { Err(failed) };
        };
        (x, residual) = (next, there);
        scale = scale.max(norm(&x));
        if moved <= f64::EPSILON * scale {
            return Ok(x);
        }
    }
    Err(ImplicitError::NoConvergence { residual: norm(&residual), steps: STEPS })
}

/// (x, p, r) ↦ y with Fₓ(x, p) y = r, or Fₓᵀ.
#[derive(Clone)]
struct LinearSolve<E> {
    equations: E,
    krylov: Krylov,
    unknowns: usize,
    transposed: bool,
}

impl<E: Equations> LinearSolve<E> {
    fn parts<'a, S>(&self, input: &'a [S]) -> [&'a [S]; 3] {
        let (x, others) = input.split_at(self.unknowns);
        let (p, r) = others.split_at(others.len() - self.unknowns);
        [x, p, r]
    }

    /// Fₓ(x, p) v
    fn product<S: Scalar<Primal = f64>>(&self, x: &[S], p: &[S], v: &[S]) -> Vec<S> {
        let p: Vec<Dual<S>> = p.iter().map(|p| Dual::from(*p)).collect();
        jvp(|x: Vec<Dual<S>>| self.equations.residual(&x, &p), x, v).1
    }

    /// v ↦ Fₓ(x, p)ᵀ v, with F on a tape of its own.
    fn transposed_product<S: Scalar<Primal = f64>>(&self, x: &[S], p: &[S]) -> impl Fn(&[S]) -> Vec<S> {
        let p = p.to_vec();
        let equations = self.equations.clone();
        let (_, pull) = vjp(
            move |x: Vec<Var<S>>| {
                let p: Vec<Var<S>> = p.iter().map(|p| Var::from(*p)).collect();
                equations.residual(&x, &p)
            },
            x,
        );
        move |v: &[S]| pull(&v.to_vec())
    }

    fn solve(&self, x: &[f64], p: &[f64], r: &[f64]) -> Option<Vec<f64>> {
        if self.transposed {
            let product = self.transposed_product(x, p);
            self.krylov.solve(product, r)
        } else {
            self.krylov.solve(|v| self.product(x, p, v), r)
        }
    }
}

impl<E: Equations> VectorRule<f64> for LinearSolve<E> {
    fn values(&self, input: &[f64]) -> Vec<f64> {
        let [x, p, r] = self.parts(input);
        self.solve(x, p, r).unwrap_or_else(|| alloc::vec![f64::NAN; self.unknowns])
    }

    /// ẏ = Fₓ⁻¹(ṙ − (Fₓ)˙ y)
    fn pushforward<S: Scalar<Primal = f64>>(&self, input: &[S], y: &[S], v: &[S]) -> Vec<S> {
        let ([x, p, _], [dx, dp, dr]) = (self.parts(input), self.parts(v));
        let y: Vec<Dual<S>> = y.iter().map(|y| Dual::from(*y)).collect();
        let along = |(x, p): (Vec<Dual<S>>, Vec<Dual<S>>)| {
            if self.transposed { self.transposed_product(&x, &p)(&y) } else { self.product(&x, &p, &y) }
        };
        let change = jvp(along, &(x.to_vec(), p.to_vec()), &(dx.to_vec(), dp.to_vec())).1;
        let r: Vec<S> = dr.iter().zip(change).map(|(r, change)| *r - change).collect();
        self.at_slice(&[x, p, &r].concat())
    }

    /// r̄ = Fₓ⁻ᵀ ȳ; the adjoints of x and p are the gradient of −r̄ᵀ Fₓ(x, p) y.
    fn pullback<S: Scalar<Primal = f64>>(&self, input: &[S], y: &[S], u: &[S]) -> Vec<S> {
        let [x, p, _] = self.parts(input);
        let adjoint = LinearSolve { transposed: !self.transposed, ..self.clone() };
        let r = adjoint.at_slice(&[x, p, u].concat());
        let (left, right) = if self.transposed { (y, r.as_slice()) } else { (r.as_slice(), y) };
        let constants = |v: &[S]| -> Vec<Var<S>> { v.iter().map(|v| Var::from(*v)).collect() };
        let form = |(x, p): (Vec<Var<S>>, Vec<Var<S>>)| {
            Var::dot(&constants(left), &self.product(&x, &p, &constants(right)))
        };
        let (by_x, by_p) = grad(form, &(x.to_vec(), p.to_vec()));
        by_x.into_iter().chain(by_p).map(|x| -x).chain(r.iter().copied()).collect()
    }
}

impl Krylov {
    /// y of A y = r, if it is found.
    #[inline]
    fn solve(&self, product: impl Fn(&[f64]) -> Vec<f64>, r: &[f64]) -> Option<Vec<f64>> {
        let size = length(r.iter().copied());
        if size == 0.0 {
            return Some(alloc::vec![0.0; r.len()]);
        }
        if !size.is_finite() {
            return None;
        }
        let target = self.tolerance * size;
        match self.method {
            KrylovMethod::ConjugateGradient => conjugate_gradient(product, r, target, self.products),
            KrylovMethod::Gmres { restart } => gmres(product, r, target, self.products, restart.max(1)),
        }
    }
}

#[inline]
fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(x, y)| x * y).sum()
}

#[inline]
fn add(x: &mut [f64], factor: f64, y: &[f64]) {
    x.iter_mut().zip(y).for_each(|(x, y)| *x += factor * y);
}

#[inline]
fn conjugate_gradient(
    product: impl Fn(&[f64]) -> Vec<f64>,
    r: &[f64],
    target: f64,
    products: usize,
) -> Option<Vec<f64>> {
    let mut y = alloc::vec![0.0; r.len()];
    let mut rest = r.to_vec();
    let mut direction = rest.clone();
    let mut square = dot(&rest, &rest);
    for _ in 0..products {
        if square.sqrt() <= target {
            return Some(y);
        }
        let image = product(&direction);
        let curvature = dot(&direction, &image);
        // Not positive definite, or NaN.
        if !(curvature > 0.0) {
            return None;
        }
        let step = square / curvature;
        add(&mut y, step, &direction);
        add(&mut rest, -step, &image);
        let next = dot(&rest, &rest);
        let ratio = next / square;
        direction.iter_mut().zip(&rest).for_each(|(d, r)| *d = r + ratio * *d);
        square = next;
    }
    (square.sqrt() <= target).then_some(y)
}

#[inline]
fn gmres(
    product: impl Fn(&[f64]) -> Vec<f64>,
    r: &[f64],
    target: f64,
    products: usize,
    restart: usize,
) -> Option<Vec<f64>> {
    let mut y = alloc::vec![0.0; r.len()];
    let mut used = 0;
    let mut rest = r.to_vec();
    let mut before = f64::INFINITY;
    loop {
        let size = length(rest.iter().copied());
        if size <= target {
            return Some(y);
        }
        // The last digits of the residual are those of its own rounding.
        if !(size < before) {
            return (size <= 1e3 * target).then_some(y);
        }
        if used >= products {
            return None;
        }
        before = size;
        let mut basis: Vec<Vec<f64>> = alloc::vec![rest.iter().map(|x| x / size).collect()];
        // The columns of the triangle that rotations make of Hessenberg's matrix, the rotations, and the right-hand side.
        let mut columns: Vec<Vec<f64>> = Vec::new();
        let mut rotations: Vec<[f64; 2]> = Vec::new();
        let mut right = alloc::vec![size];
        while columns.len() < restart && used < products {
            let k = columns.len();
            let mut w = product(&basis[k]);
            used += 1;
            let mut column = alloc::vec![0.0; k + 2];
            // Twice, against the loss of orthogonality.
            for _ in 0..2 {
                for (i, v) in basis.iter().enumerate() {
                    let inner = dot(&w, v);
                    column[i] += inner;
                    add(&mut w, -inner, v);
                }
            }
            let height = length(w.iter().copied());
            column[k + 1] = height;
            for (i, [cos, sin]) in rotations.iter().enumerate() {
                let (a, b) = (column[i], column[i + 1]);
                (column[i], column[i + 1]) = (cos * a + sin * b, cos * b - sin * a);
            }
            let pivot = libm::hypot(column[k], column[k + 1]);
            if !(pivot > 0.0) {
                break;
            }
            let [cos, sin] = [column[k] / pivot, column[k + 1] / pivot];
            rotations.push([cos, sin]);
            column[k] = pivot;
            column.truncate(k + 1);
            columns.push(column);
            let last = right[k];
            right[k] = cos * last;
            right.push(-sin * last);
            if (sin * last).abs() <= 0.5 * target || height == 0.0 {
                break;
            }
            basis.push(w.iter().map(|x| x / height).collect());
        }
        let m = columns.len();
        let mut coefficients = alloc::vec![0.0; m];
        for i in (0..m).rev() {
            let known: f64 = (i + 1..m).map(|j| columns[j][i] * coefficients[j]).sum();
            coefficients[i] = (right[i] - known) / columns[i][i];
        }
        for (c, v) in coefficients.iter().zip(&basis) {
            add(&mut y, *c, v);
        }
        let image = product(&y);
        used += 1;
        rest = r.iter().zip(&image).map(|(r, image)| r - image).collect();
        if m == 0 {
            return None;
        }
    }
}
