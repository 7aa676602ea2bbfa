//! What nalgebra computes at the machine's numbers: the only place where its decompositions run.

use alloc::vec::Vec;
use approx::AbsDiffEq;
use nalgebra::{Cholesky, ComplexField, DMatrix, DVector, LU, QR, SVD, Schur, SymmetricEigen};
use num_complex::Complex;

/// nalgebra's factorisations of a matrix of machine numbers, as plain matrices. Not a [`Scalar`](crate::Scalar) and without
/// methods, so that `x.sin()` stays unambiguous.
#[doc(hidden)]
pub trait Factor: Sized {
    /// The distance from 1 to the next number.
    fn epsilon() -> f64;
    /// Aᴴ
    fn adjoint(a: &DMatrix<Self>) -> DMatrix<Self>;
    /// L and U in one matrix, and the rows of A in the order of theirs.
    fn lu(a: DMatrix<Self>) -> (DMatrix<Self>, Vec<usize>);
    /// L of A = L Lᴴ, from the lower triangle.
    fn cholesky(a: DMatrix<Self>) -> Option<DMatrix<Self>>;
    /// Q and R, thin.
    fn qr(a: DMatrix<Self>) -> (DMatrix<Self>, DMatrix<Self>);
    /// Ascending eigenvalues and their eigenvectors, from the lower triangle of a finite matrix.
    fn symmetric_eigen(a: DMatrix<Self>) -> Option<(Vec<Self>, DMatrix<Self>)>;
    /// U, descending singular values and V, thin, of a finite matrix.
    fn svd(a: DMatrix<Self>) -> Option<(DMatrix<Self>, Vec<Self>, DMatrix<Self>)>;
    /// Q and T of A = Q T Qᴴ for a finite A; T is upper triangular if the numbers are complex.
    fn schur(a: DMatrix<Self>) -> Option<(DMatrix<Self>, DMatrix<Self>)>;
    /// In complex numbers of double precision, in which Schur forms of general matrices are worked with.
    fn wide(a: &DMatrix<Self>) -> DMatrix<Complex<f64>>;
    /// The way back; of real numbers the real part.
    fn narrow(a: &DMatrix<Complex<f64>>) -> DMatrix<Self>;
}

/// Iterations that no finite matrix needs.
fn limit(n: usize) -> usize {
    1000 + 100 * n
}

/// Whether the iterations may begin: where an entry is not finite, or its modulus overflows, they panic or end in numbers that
/// have nothing to do with the matrix.
fn finite<P: ComplexField + Copy>(a: &DMatrix<P>) -> bool {
    a.iter().all(|x| x.norm1().is_finite())
}

/// The indices of these numbers in ascending order of the numbers.
fn ascending<R: PartialOrd>(keys: impl Iterator<Item = R>) -> Vec<usize> {
    let keys: Vec<R> = keys.collect();
    let mut order: Vec<usize> = (0..keys.len()).collect();
    order.sort_by(|i, j| keys[*i].partial_cmp(&keys[*j]).unwrap_or(core::cmp::Ordering::Equal));
    order
}

/// U, descending singular values and V of a matrix with no more columns than rows, from a nearly right V: pairs of columns of
/// A V are turned until all are orthogonal (Hestenes 1958).
fn one_sided_jacobi<P: ComplexField + Copy>(
    a: &DMatrix<P>,
    mut v: DMatrix<P>,
) -> (DMatrix<P>, Vec<P>, DMatrix<P>) {
    const SWEEPS: usize = 30;
    let (m, n) = a.shape();
    let size = a.camax();
    let mut w = a.unscale(size.clone()) * &v;
    let rounding = P::RealField::default_epsilon() * nalgebra::convert(m as f64);
    let one: P::RealField = nalgebra::convert(1.0);
    for _ in 0..SWEEPS {
        let mut orthogonal = true;
        for (p, q) in (1..n).flat_map(|q| (0..q).map(move |p| (p, q))) {
            let inner = w.column(p).dotc(&w.column(q));
            let (x, y) = (w.column(p).norm(), w.column(q).norm());
            let modulus = inner.modulus();
            if modulus.clone() <= x.clone() * y.clone() * rounding.clone() {
                continue;
            }
            orthogonal = false;
            // The smaller root of t² + 2ζt = 1, the tangent of the angle.
            let zeta = (y.clone() - x.clone()) * (y + x) / (modulus.clone() + modulus.clone());
            let t = zeta.clone().signum() / (zeta.clone().abs() + (one.clone() + zeta.clone() * zeta).sqrt());
            let cos = one.clone() / (one.clone() + t.clone() * t.clone()).sqrt();
            let sin = inner.unscale(modulus).scale(cos.clone() * t);
            for matrix in [&mut w, &mut v] {
                for i in 0..matrix.nrows() {
                    let (x, y) = (matrix[(i, p)], matrix[(i, q)]);
                    matrix[(i, p)] = x.scale(cos.clone()) - y * sin.conjugate();
                    matrix[(i, q)] = x * sin + y.scale(cos.clone());
                }
            }
        }
        if orthogonal {
            break;
        }
    }
    let order = ascending(w.column_iter().map(|column| -column.norm()));
    // Householder's steps complete what is orthogonal where singular values are zero.
    let (mut u, r) = QR::new(w.select_columns(&order)).unpack();
    let mut values = Vec::with_capacity(n);
    for (i, mut column) in u.column_iter_mut().enumerate() {
        let (modulus, phase) = r[(i, i)].to_exp();
        column.apply(|x| *x *= phase);
        values.push(P::from_real(modulus * size.clone()));
    }
    (u, values, v.select_columns(&order))
}

impl<P: ComplexField + Copy> Factor for P {
    fn epsilon() -> f64 {
        nalgebra::convert_unchecked(P::RealField::default_epsilon())
    }

    fn adjoint(a: &DMatrix<P>) -> DMatrix<P> {
        a.adjoint()
    }

    fn lu(a: DMatrix<P>) -> (DMatrix<P>, Vec<usize>) {
        let lu = LU::new(a);
        let mut rows =
            nalgebra::DVector::from_iterator(lu.lu_internal().nrows(), 0..lu.lu_internal().nrows());
        lu.p().permute_rows(&mut rows);
        (lu.lu_internal().clone(), rows.iter().copied().collect())
    }

    fn cholesky(a: DMatrix<P>) -> Option<DMatrix<P>> {
        let l = Cholesky::new(a)?.unpack();
        // Of complex numbers nalgebra takes the root of a negative pivot, which is imaginary.
        let positive = |x: &P| x.real() > x.imaginary().abs();
        l.diagonal().iter().all(positive).then_some(l)
    }

    fn qr(a: DMatrix<P>) -> (DMatrix<P>, DMatrix<P>) {
        QR::new(a).unpack()
    }

    fn symmetric_eigen(a: DMatrix<P>) -> Option<(Vec<P>, DMatrix<P>)> {
        let n = a.nrows();
        if n == 0 {
            return Some((Vec::new(), a));
        }
        if !finite(&a) {
            return None;
        }
        let eigen = SymmetricEigen::try_new(a, P::RealField::default_epsilon(), limit(n))?;
        let order = ascending(eigen.eigenvalues.iter().cloned());
        let values = order.iter().map(|i| P::from_real(eigen.eigenvalues[*i].clone())).collect();
        Some((values, eigen.eigenvectors.select_columns(&order)))
    }

    fn svd(a: DMatrix<P>) -> Option<(DMatrix<P>, Vec<P>, DMatrix<P>)> {
        let (m, n) = a.shape();
        if m == 0 || n == 0 {
            return Some((DMatrix::zeros(m, 0), Vec::new(), DMatrix::zeros(n, 0)));
        }
        if !finite(&a) {
            return None;
        }
        // What `SVD::new` takes.
        let epsilon = P::RealField::default_epsilon() * nalgebra::convert::<f64, P::RealField>(5.0);
        let svd = SVD::try_new(a.clone(), true, true, epsilon, limit(m.max(n)))?;
        let values: Vec<P> = svd.singular_values.iter().map(|s| P::from_real(s.clone())).collect();
        let (u, v) = (svd.u?, svd.v_t?.adjoint());
        // At nearly singular matrices nalgebra's 2 × 2 step divides by the small singular value: errors of 1e-4 at 1e-14. One
        // vector, no singular vector of any matrix in particular, shows it.
        let rounding = P::RealField::default_epsilon() * nalgebra::convert(8.0 * m.max(n) as f64);
        let x = DVector::from_fn(values.len(), |i, _| nalgebra::convert(libm::cos(i as f64)));
        let stretched = x.zip_map(&values.clone().into(), |x: P, s: P| x * s);
        let residual = &a * (&v * x) - &u * stretched;
        if residual.camax() <= values[0].modulus() * rounding {
            return Some((u, values, v));
        }
        if m >= n {
            return Some(one_sided_jacobi(&a, v));
        }
        let (v, values, u) = one_sided_jacobi(&a.adjoint(), u);
        Some((u, values, v))
    }

    fn schur(a: DMatrix<P>) -> Option<(DMatrix<P>, DMatrix<P>)> {
        let n = a.nrows();
        if n == 0 {
            return Some((a.clone(), a));
        }
        if !finite(&a) {
            return None;
        }
        Schur::try_new(a, P::RealField::default_epsilon(), limit(n)).map(Schur::unpack)
    }

    fn wide(a: &DMatrix<P>) -> DMatrix<Complex<f64>> {
        a.map(|x| {
            Complex::new(nalgebra::convert_unchecked(x.real()), nalgebra::convert_unchecked(x.imaginary()))
        })
    }

    fn narrow(a: &DMatrix<Complex<f64>>) -> DMatrix<P> {
        let real = |x: f64| P::from_real(nalgebra::convert(x));
        // Real numbers have no root of −1, and no need of one.
        let unit = real(-1.0).try_sqrt();
        a.map(|z| unit.map_or_else(|| real(z.re), |unit| real(z.re) + unit * real(z.im)))
    }
}
