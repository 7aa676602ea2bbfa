//! Analytic functions of general matrices.

use super::adjoint::square;
use super::schur::{C64, Schur, runs, triangular_sylvester};
use super::series::{Linear, constant, dynamic, orders, product, shaped, split};
use super::systems::inverse_dynamic;
use super::{Factor, LinalgError};
use crate::kernel::ComplexEngine;
use crate::{ComplexScalar, Primal, Scalar};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::Range;
use nalgebra::allocator::Allocator;
use nalgebra::{DMatrix, DefaultAllocator, Dim, OMatrix};
use num_complex::Complex;

/// An analytic function of one complex number, to be applied to a matrix; see [`matrix_function`].
///
/// Implemented by hand because a Rust closure cannot be generic over the number.
///
/// # Examples
/// ```
/// use holograd::linalg::{AnalyticFunction, matrix_function};
/// use holograd::Scalar;
/// use nalgebra::matrix;
/// struct Sin;
/// impl AnalyticFunction for Sin {
///     fn at<S: Scalar>(&self, z: S) -> S {
///         z.sin()
///     }
/// }
/// // sin (0 1; 0 0) = (0 1; 0 0)
/// let nilpotent = matrix![0.0, 1.0; 0.0, 0.0];
/// assert!((matrix_function(&nilpotent, &Sin)? - nilpotent).norm() < 1e-15);
/// # Ok::<(), holograd::linalg::LinalgError>(())
/// ```
pub trait AnalyticFunction {
    /// f(z)
    fn at<S: Scalar>(&self, z: S) -> S;
}

/// f(A) of a general square matrix, real or complex, and an analytic function f, which for a real matrix must be real on the real axis.
///
/// The Schur form is reordered so that close eigenvalues stand together, in blocks on each of which Taylor's series of f converges, and
/// brought to block-diagonal form (Davies and Higham 2003; Bavely and Stewart 1979; Higham 2008, chapter 9). The coefficients of
/// the series come from the values of f on a circle. Derivatives are those of the same blocks, with a rest E, as in
/// [`spectral_function`](super::spectral_function): right for coinciding eigenvalues and defective matrices too. Rounding errors
/// grow with the condition number of the transformation between the blocks. For the exponential, roots, logarithms and powers
/// [`expm`](super::expm), [`sqrtm`](super::sqrtm), [`logm`](super::logm) and [`powm`](super::powm) are more accurate.
///
/// It is computed in double precision, whatever the precision of the numbers.
///
/// # Errors
/// [`OutsideDomain`](LinalgError::OutsideDomain) if f is not analytic about an eigenvalue; [`NoConvergence`](LinalgError::NoConvergence).
///
/// # Panics
/// If the matrix is not square.
///
/// # Examples
/// ```
/// use holograd::linalg::{AnalyticFunction, matrix_function};
/// use holograd::{Scalar, derivative};
/// use nalgebra::matrix;
/// struct Cos;
/// impl AnalyticFunction for Cos {
///     fn at<S: Scalar>(&self, z: S) -> S {
///         z.cos()
///     }
/// }
/// // At a rotation's generator J, whose square is −1: cos(t J) = cosh t.
/// let turned = |t: holograd::Dual<f64>| matrix_function(&matrix![t * 0.0, -t; t, t * 0.0], &Cos);
/// let slope = derivative(turned, 1.0)?;
/// assert!((slope - nalgebra::Matrix2::identity() * 1.0_f64.sinh()).norm() < 1e-14);
/// # Ok::<(), holograd::linalg::LinalgError>(())
/// ```
#[track_caller]
pub fn matrix_function<T: ComplexScalar, D: Dim>(
    a: &OMatrix<T, D, D>,
    f: &impl AnalyticFunction,
) -> Result<OMatrix<T, D, D>, LinalgError>
where
    DefaultAllocator: Allocator<D, D>,
{
    let (rows, columns) = a.shape_generic();
    let a = dynamic(a);
    square(&a);
    let mut schur = Schur::new(&a.map(Scalar::primal))?;
    let (blocks, series) = partition(&mut schur, f)?;
    let image = image(schur, blocks, &series, &a.map(parts));
    Ok(shaped(&image.map(|z| T::from_parts(z.re, z.im)), rows, columns))
}

fn parts<T: ComplexScalar>(x: T) -> Complex<T::Real> {
    let (re, im) = x.parts();
    Complex::new(re, im)
}

fn image<C: ComplexScalar>(
    schur: Schur,
    blocks: Vec<Range<usize>>,
    series: &[Series],
    a: &DMatrix<C>,
) -> DMatrix<C> {
    let n = a.nrows();
    let (_, e) = split(a);
    let (x, inverse) = schur.block_diagonalised(&blocks);
    let narrow = |a: &DMatrix<C64>| <C::Primal as Factor>::narrow(a);
    let (basis, back) = (narrow(&(&schur.q * x)), narrow(&(inverse * schur.q.adjoint())));
    let orders = orders(&e);
    let mut within = DMatrix::<C>::zeros(n, n);
    let mut z = within.clone();
    if orders > 0 {
        let g = Linear::sandwich(back.clone(), basis.clone()).at(&e);
        let number: Vec<usize> =
            blocks.iter().enumerate().flat_map(|(i, range)| range.clone().map(move |_| i)).collect();
        let coupling = coupling::<C::Primal>(schur.t.clone(), blocks.clone());
        let only = |x: &DMatrix<C>, same: bool| {
            x.map_with_location(|i, j, x| if (number[i] == number[j]) == same { x } else { C::zero() })
        };
        // (D + G)(I + Z) = (I + Z) B
        for _ in 0..orders {
            let r = &g + product(&g, &z);
            within = only(&r, true);
            z = coupling.at(&only(&(product(&z, &within) - r), false));
        }
    }
    let mut image = DMatrix::<C>::zeros(n, n);
    for (range, series) in blocks.iter().zip(series) {
        let view = |a: &DMatrix<C>| a.view_range(range.clone(), range.clone()).into_owned();
        let diagonal = constant::<C>(&narrow(&schur.t.view_range(range.clone(), range.clone()).into_owned()));
        let of_block = series.at(&(diagonal + view(&within)), orders);
        image.view_range_mut(range.clone(), range.clone()).copy_from(&of_block);
    }
    if orders > 0 {
        let x = DMatrix::<C>::identity(n, n) + &z;
        // The value of what is inverted is the identity.
        let inverse = inverse_dynamic(&x).unwrap_or_else(|_| x.clone());
        image = product(&product(&x, &image), &inverse);
    }
    let (value, rest) = split(&image);
    constant::<C>(&(&basis * value * &back)) + Linear::sandwich(basis, back).at(&rest)
}

/// C ↦ Z of Dᵢ Zᵢⱼ − Zᵢⱼ Dⱼ = Cᵢⱼ for all blocks off the diagonal, where D are the blocks of T.
fn coupling<P: Primal>(t: DMatrix<C64>, blocks: Vec<Range<usize>>) -> Linear<P> {
    let n = t.nrows();
    let solve = move |c: &DMatrix<C64>| {
        let mut z = DMatrix::from_element(n, n, C64::new(0.0, 0.0));
        let diagonal = |range: &Range<usize>| t.view_range(range.clone(), range.clone()).into_owned();
        for (i, row) in blocks.iter().enumerate() {
            for (j, column) in blocks.iter().enumerate() {
                if i != j {
                    let right = c.view_range(row.clone(), column.clone()).into_owned();
                    let block = triangular_sylvester(&diagonal(row), &-diagonal(column), right);
                    z.view_range_mut(row.clone(), column.clone()).copy_from(&block);
                }
            }
        }
        z
    };
    let solve = Arc::new(solve);
    let same = solve.clone();
    // The transpose has Dᵢᵀ V − V Dⱼᵀ = U, which is Dⱼ Vᵀ − Vᵀ Dᵢ = −Uᵀ.
    Linear::new(
        (n, n),
        (n, n),
        move |c| P::narrow(&solve(&P::wide(&c.into_owned()))),
        move |u| -P::narrow(&same(&P::wide(&u.transpose()))).transpose(),
    )
}

/// Taylor's series of a function about a point: Σ cₖ ((z − center)/radius)ᵏ.
struct Series {
    center: C64,
    radius: f64,
    coefficients: Vec<C64>,
}

/// Values on a circle.
const POINTS: usize = 64;

impl Series {
    /// The series for eigenvalues within `spread` of the center. It must have converged on a circle of twice that size, where it must
    /// be no larger than its first terms, so that the coefficients are not lost in rounding errors; that is given up if `lenient`.
    #[inline]
    fn new(f: &impl AnalyticFunction, center: C64, spread: f64, size: f64, lenient: bool) -> Option<Self> {
        let mut radius = 4.0 * size.max(center.norm());
        if radius == 0.0 {
            radius = 1.0;
        }
        let value = f.at(center);
        if !value.norm().is_finite() {
            return None;
        }
        let mut fallback = None;
        for _ in 0..52 {
            if radius < 2.0 * spread {
                break;
            }
            if let Some((series, steady)) = Self::on_circle(f, center, radius, value) {
                if steady {
                    return Some(series);
                }
                if lenient && fallback.is_none() {
                    fallback = Some(series);
                }
            }
            radius *= 0.5;
        }
        fallback
    }

    #[inline]
    fn on_circle(f: &impl AnalyticFunction, center: C64, radius: f64, value: C64) -> Option<(Self, bool)> {
        const FIRST: usize = 5;
        let angle = |k: usize| core::f64::consts::TAU * (k % POINTS) as f64 / POINTS as f64;
        let unit = |k: usize| C64::new(libm::cos(angle(k)), libm::sin(angle(k)));
        let values: Vec<C64> = (0..POINTS).map(|k| f.at(center + unit(k) * radius)).collect();
        let largest = values.iter().map(|y| y.norm()).fold(value.norm(), f64::max);
        if !values.iter().all(|y| y.norm().is_finite()) {
            return None;
        }
        let coefficient = |k: usize| {
            let sum: C64 = values.iter().enumerate().map(|(j, y)| *y * unit(j * k).conj()).sum();
            sum / POINTS as f64
        };
        let mut coefficients: Vec<C64> = (0..POINTS).map(coefficient).collect();
        coefficients[0] = value;
        let tail = coefficients[POINTS * 3 / 4..].iter().map(|c| c.norm()).fold(0.0, f64::max);
        if tail > 4.0 * f64::EPSILON * largest {
            return None;
        }
        coefficients.truncate(POINTS * 3 / 4);
        let first = coefficients[..FIRST].iter().map(|c| c.norm()).fold(0.0, f64::max);
        Some((Series { center, radius, coefficients }, largest <= 16.0 * first))
    }

    /// The series at a block, by Horner's rule; of as many terms as its size and the orders of the nest ask for.
    fn at<C: ComplexScalar>(&self, block: &DMatrix<C>, orders: usize) -> DMatrix<C> {
        let m = block.nrows();
        let number =
            |z: C64| C::constant(<C::Primal as Factor>::narrow(&DMatrix::from_element(1, 1, z))[(0, 0)]);
        let center = number(self.center);
        let mut scaled = block.clone();
        for i in 0..m {
            scaled[(i, i)] -= center;
        }
        scaled.apply(|x| *x *= crate::lit(1.0 / self.radius));
        let norm = super::series::norm_of_values(&scaled);
        // Beyond the first m − 1 + orders the terms fall as the powers of the eigenvalues do.
        let least = (m + orders).min(self.coefficients.len());
        let mut terms = self.coefficients.len();
        let largest = self.coefficients.iter().map(|c| c.norm()).fold(0.0, f64::max);
        while terms > least {
            let last =
                self.coefficients[terms - 1].norm() * libm::pow(norm.max(1e-3), (terms - 1 - orders) as f64);
            if last > 1e-20 * largest {
                break;
            }
            terms -= 1;
        }
        let mut sum = DMatrix::<C>::zeros(m, m);
        for c in self.coefficients[..terms].iter().rev() {
            sum = product(&sum, &scaled);
            let c = number(*c);
            for i in 0..m {
                sum[(i, i)] += c;
            }
        }
        sum
    }
}

/// The blocks, with their series: eigenvalues that are closer than a distance stand together, and of all distances the largest is
/// taken at which each series converges.
#[inline]
fn partition(
    schur: &mut Schur,
    f: &impl AnalyticFunction,
) -> Result<(Vec<Range<usize>>, Vec<Series>), LinalgError> {
    const HALVINGS: i32 = 48;
    let n = schur.size();
    let eigenvalues: Vec<C64> = (0..n).map(|i| schur.eigenvalue(i)).collect();
    let largest = eigenvalues.iter().map(|z| z.norm()).fold(0.0, f64::max);
    let mut outside = C64::new(f64::NAN, f64::NAN);
    for halving in 0..=HALVINGS {
        let distance = libm::ldexp(largest, -halving);
        let lenient = halving > 4;
        let mut numbers = clusters(&eigenvalues, distance);
        let mut ordered = schur.clone();
        ordered.reorder(&mut numbers);
        let blocks = runs(&numbers);
        let series_of = |range: &Range<usize>| {
            let m = range.len();
            let center = range.clone().map(|i| ordered.eigenvalue(i)).sum::<C64>() / m as f64;
            let spread = range.clone().map(|i| (ordered.eigenvalue(i) - center).norm()).fold(0.0, f64::max);
            let mut block = ordered.t.view_range(range.clone(), range.clone()).into_owned();
            for i in 0..m {
                block[(i, i)] -= center;
            }
            Series::new(f, center, spread, block.norm(), lenient).ok_or(center)
        };
        match blocks.iter().map(series_of).collect::<Result<Vec<_>, C64>>() {
            Ok(series) => {
                *schur = ordered;
                return Ok((blocks, series));
            }
            Err(center) => outside = center,
        }
    }
    Err(LinalgError::OutsideDomain { eigenvalue: [outside.re, outside.im] })
}

/// The number of the cluster of each: two are of one cluster if a chain of steps up to the distance leads from one to the other.
#[inline]
fn clusters(z: &[C64], distance: f64) -> Vec<usize> {
    let mut numbers: Vec<usize> = (0..z.len()).collect();
    for i in 0..z.len() {
        for j in 0..i {
            if (z[i] - z[j]).norm() <= distance && numbers[i] != numbers[j] {
                let (keep, merge) = (numbers[i].min(numbers[j]), numbers[i].max(numbers[j]));
                numbers.iter_mut().filter(|x| **x == merge).for_each(|x| *x = keep);
            }
        }
    }
    numbers
}
