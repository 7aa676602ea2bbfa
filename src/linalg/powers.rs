//! Square roots, logarithms and powers of general matrices, and the exponential times a vector.

use super::adjoint::square;
use super::exponential::expm_dynamic;
use super::schur::{C64, Schur};
use super::series::{constant, dynamic, norm_of_values, orders, product, series, shaped, split};
use super::sylvester::sylvester_map;
use super::systems::{inverse_dynamic, solve_dynamic};
use super::{Factor, LinalgError};
use crate::kernel::Engine;
use crate::{Scalar, lit};
use nalgebra::allocator::Allocator;
use nalgebra::{DMatrix, DefaultAllocator, Dim, OMatrix};

/// The principal square root of a general square matrix: X with X X = A and eigenvalues in the right half-plane.
///
/// From the Schur form (Björck and Hammarling 1983; Higham 2008, algorithm 6.3). Its derivatives solve X₀ Y + Y X₀ = E − Y², a
/// Sylvester equation with the Schur form of the value, for a rest E.
///
/// # Errors
/// [`OutsideDomain`](LinalgError::OutsideDomain) if an eigenvalue is zero, or of a real matrix negative;
/// [`NoConvergence`](LinalgError::NoConvergence).
///
/// # Panics
/// If the matrix is not square.
///
/// # Examples
/// ```
/// use holograd::{derivative, linalg::sqrtm};
/// use nalgebra::matrix;
/// // At a defective matrix: √(4 t; 0 4) = (2 t/4; 0 2).
/// let root = |t: holograd::Dual<f64>| sqrtm(&matrix![t * 0.0 + 4.0, t; t * 0.0, t * 0.0 + 4.0]);
/// assert_eq!(derivative(root, 1.0)?, matrix![0.0, 0.25; 0.0, 0.0]);
/// # Ok::<(), holograd::linalg::LinalgError>(())
/// ```
#[track_caller]
pub fn sqrtm<T: Scalar, D: Dim>(a: &OMatrix<T, D, D>) -> Result<OMatrix<T, D, D>, LinalgError>
where
    DefaultAllocator: Allocator<D, D>,
{
    let (rows, columns) = a.shape_generic();
    let a = dynamic(a);
    square(&a);
    let schur = principal(&a)?;
    Ok(shaped(&root(&a, &schur).0, rows, columns))
}

/// The Schur form of a matrix whose eigenvalues have a principal logarithm.
fn principal<T: Scalar>(a: &DMatrix<T>) -> Result<Schur, LinalgError> {
    let schur = Schur::new(&a.map(Scalar::primal))?;
    let rounding = schur.rounding() * (T::Primal::epsilon() / f64::EPSILON);
    for i in 0..schur.size() {
        let z = schur.eigenvalue(i);
        let on_the_cut = !T::COMPLEX && z.re < 0.0 && z.im.abs() <= f64::EPSILON * z.norm();
        if z.norm() <= rounding * f64::EPSILON.sqrt() || on_the_cut {
            return Err(LinalgError::OutsideDomain { eigenvalue: [z.re, z.im] });
        }
    }
    Ok(schur)
}

/// The principal root and its own Schur form.
fn root<T: Scalar>(a: &DMatrix<T>, schur: &Schur) -> (DMatrix<T>, Schur) {
    let of_root = Schur { q: schur.q.clone(), t: schur.root() };
    let x0 = constant::<T>(&T::Primal::narrow(&of_root.back(&of_root.t)));
    let (_, e) = split(a);
    let steps = orders(&e);
    if steps == 0 {
        return (x0, of_root);
    }
    let map = sylvester_map::<T::Primal>(of_root.clone(), of_root.clone());
    let y = series(&DMatrix::zeros(a.nrows(), a.ncols()), steps, |y| map.at(&(&e - product(y, y))));
    (x0 + y, of_root)
}

/// The principal logarithm of a general square matrix: X with e^X = A and the imaginary parts of its eigenvalues in (−π, π).
///
/// By inverse scaling and squaring (Higham 2008, section 11.5): square roots until the matrix is close to the identity, there
/// Gauss and Legendre's quadrature of ∫ M (I + t M)⁻¹ dt, which is a Padé approximant. The algorithm itself is differentiated, as
/// Al-Mohy, Higham and Relton 2013 do for first order.
///
/// # Errors
/// # Panics
/// As [`sqrtm`].
///
/// # Examples
/// ```
/// use holograd::linalg::{expm, logm};
/// use nalgebra::matrix;
/// let a = matrix![1.0, 2.0; -0.5, 0.25];
/// assert!((logm(&expm(&a))? - a).norm() < 1e-14);
/// # Ok::<(), holograd::linalg::LinalgError>(())
/// ```
#[track_caller]
pub fn logm<T: Scalar, D: Dim>(a: &OMatrix<T, D, D>) -> Result<OMatrix<T, D, D>, LinalgError>
where
    DefaultAllocator: Allocator<D, D>,
{
    let (rows, columns) = a.shape_generic();
    Ok(shaped(&logm_dynamic(dynamic(a))?, rows, columns))
}

#[track_caller]
fn logm_dynamic<T: Scalar>(mut a: DMatrix<T>) -> Result<DMatrix<T>, LinalgError> {
    // For this norm 9 points have no error beyond rounding, nor have two derivatives.
    const LARGEST_NORM: f64 = 0.25;
    const ROOTS: i32 = 100;
    square(&a);
    let n = a.nrows();
    let mut schur = principal(&a)?;
    let mut roots = 0;
    let less_one = |a: &DMatrix<T>| a - DMatrix::<T>::identity(n, n);
    while norm_of_values(&less_one(&a)) > LARGEST_NORM && roots < ROOTS {
        (a, schur) = root(&a, &schur);
        roots += 1;
    }
    let m = less_one(&a);
    let mut sum = DMatrix::<T>::zeros(n, n);
    for (node, weight) in GAUSS_LEGENDRE {
        let denominator = DMatrix::<T>::identity(n, n) + m.map(|x| x * lit(node));
        sum += solve_dynamic(&denominator, &m)?.map(|x| x * lit(weight));
    }
    Ok(sum.map(|x| x * lit(libm::ldexp(1.0, roots))))
}

/// The points in (0, 1) and the weights of the rule of order 17.
const GAUSS_LEGENDRE: [(f64, f64); 9] = [
    (0.015919880246186954, 0.040637194180787206),
    (0.0819844463366821, 0.0903240803474287),
    (0.1933142836497048, 0.13030534820146772),
    (0.33787328829809554, 0.15617353852000143),
    (0.5, 0.1651196775006299),
    (0.6621267117019045, 0.15617353852000143),
    (0.8066857163502952, 0.13030534820146772),
    (0.9180155536633179, 0.0903240803474287),
    (0.984080119753813, 0.040637194180787206),
];

/// A^p for a real power p, principal: with p = k + f, k an integer and |f| ≤ ½, it is Aᵏ e^(f ln A).
///
/// p may be differentiated by too.
///
/// # Errors
/// As [`sqrtm`], but for an integer p only [`Singular`](LinalgError::Singular), if p is negative.
///
/// # Panics
/// If the matrix is not square.
///
/// # Examples
/// ```
/// use holograd::linalg::powm;
/// use nalgebra::matrix;
/// let a = matrix![5.0, 1.0; 2.0, 4.0];
/// let root = powm(&a, 1.0 / 3.0)?;
/// assert!((root * root * root - a).norm() < 1e-13);
/// # Ok::<(), holograd::linalg::LinalgError>(())
/// ```
#[track_caller]
pub fn powm<T: Scalar, D: Dim>(a: &OMatrix<T, D, D>, p: T) -> Result<OMatrix<T, D, D>, LinalgError>
where
    DefaultAllocator: Allocator<D, D>,
{
    let (rows, columns) = a.shape_generic();
    let a = dynamic(a);
    square(&a);
    let whole = libm::round(real_part(p));
    let fraction = p - lit(whole);
    let mut base = if whole < 0.0 { inverse_dynamic(&a)? } else { a.clone() };
    let mut power: Option<DMatrix<T>> = None;
    let mut k = whole.abs() as u64;
    while k > 0 {
        if k % 2 == 1 {
            power = Some(power.map_or_else(|| base.clone(), |power| product(&power, &base)));
        }
        k /= 2;
        if k > 0 {
            base = product(&base, &base);
        }
    }
    // A fraction of zero that is differentiated by is not zero.
    if !num_traits::Zero::is_zero(&fraction) {
        let small = expm_dynamic(&logm_dynamic(a)?.map(|x| x * fraction));
        power = Some(power.map_or_else(|| small.clone(), |power| product(&power, &small)));
    }
    Ok(shaped(&power.unwrap_or_else(|| DMatrix::identity(rows.value(), rows.value())), rows, columns))
}

fn real_part<T: Scalar>(x: T) -> f64 {
    let value: DMatrix<C64> = T::Primal::wide(&DMatrix::from_element(1, 1, x.primal()));
    value[(0, 0)].re
}

/// e^A B without e^A: Taylor's polynomial of A/s times B, s times. For an n × n matrix A and an n × k matrix B.
///
/// A is shifted by its mean eigenvalue first, and s is its norm over 2 (Al-Mohy and Higham 2011). It takes about 14 ‖A‖₁ products of
/// A with B, so that it pays for a few columns and norms that are not large.
///
/// # Panics
/// If the matrix is not square, or B has not as many rows.
///
/// # Examples
/// ```
/// use holograd::{derivative, linalg::expm_multiply};
/// use nalgebra::{matrix, vector};
/// // A rotation of (1, 0) by t.
/// let turned = |t: holograd::Dual<f64>| expm_multiply(&matrix![t * 0.0, -t; t, t * 0.0], &vector![t * 0.0 + 1.0, t * 0.0]);
/// let (sin, cos) = 3.0_f64.sin_cos();
/// assert!((derivative(turned, 3.0) - vector![-sin, cos]).norm() < 1e-14);
/// ```
#[must_use]
#[track_caller]
pub fn expm_multiply<T: Scalar, D: Dim, C: Dim>(
    a: &OMatrix<T, D, D>,
    b: &OMatrix<T, D, C>,
) -> OMatrix<T, D, C>
where
    DefaultAllocator: Allocator<D, D> + Allocator<D, C>,
{
    assert!(
        b.nrows() == a.nrows(),
        "expm_multiply: a factor of {} rows is expected, as the matrix has, not of {}",
        a.nrows(),
        b.nrows()
    );
    let (rows, columns) = b.shape_generic();
    let (mut a, mut b) = (dynamic(a), dynamic(b));
    square(&a);
    let n = a.nrows();
    if n == 0 {
        return shaped(&b, rows, columns);
    }
    let shift = T::sum_of(a.diagonal().as_slice()) * lit(1.0 / n as f64);
    for i in 0..n {
        a[(i, i)] -= shift;
    }
    let steps = libm::ceil(norm_of_values(&a) / 2.0).max(1.0);
    // 2ᵐ/m! is below the rounding unit, and so are the first derivatives of the remainder.
    let degree = 26 + 2 * T::ORDER as u32;
    let a = a.map(|x| x * lit(1.0 / steps));
    let factor = (shift * lit(1.0 / steps)).exp();
    // Beyond this the result is NaN or takes days: infinite entries.
    let steps = if steps.is_finite() { steps as u64 } else { 1 };
    for _ in 0..steps {
        let mut term = b.clone();
        for k in 1..=degree {
            term = product(&a, &term).map(|x| x * lit(1.0 / f64::from(k)));
            b += &term;
        }
        b.apply(|x| *x *= factor);
    }
    shaped(&b, rows, columns)
}
