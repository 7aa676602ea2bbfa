//! Factorisations at base numbers: the only place where nalgebra's decompositions run.

use crate::{ComplexScalar, Primal};
use alloc::vec::Vec;
use approx::AbsDiffEq;
use nalgebra::{Cholesky, ComplexField, DMatrix, DVector, LU, QR, SVD, Schur, SymmetricEigen};
use num_complex::Complex;

/// A factorisation, by its name: each number runs it in its own way, and a program compiles only those that it calls.
pub trait Factorisation {
    /// The argument of the factorisation: a matrix of `P`, but for `Narrow` one of complex numbers in double precision.
    type Of<P: Primal>;
    /// The factors.
    type Factors<P: Primal>;
    /// nalgebra's algorithm, for the machine's numbers.
    fn by_nalgebra<P: Primal + ComplexField>(a: Self::Of<P>) -> Self::Factors<P>;
    /// In a finite number of the number's own operations; of what takes an iteration (eigenvalues, singular values) nothing.
    fn by_elimination<P: Primal + ComplexScalar>(a: Self::Of<P>) -> Self::Factors<P>;
}

/// Defines a type for each factorisation, and a function of [`Factor`] for each.
macro_rules! factorisations {
    ($($(#[$doc:meta])* $name:ident $f:ident($of:ty) -> $factors:ty, $nalgebra:expr, $elimination:expr;)*) => {
        $(
            $(#[$doc])*
            #[derive(Debug)]
            pub(crate) struct $name;
            impl Factorisation for $name {
                type Of<P: Primal> = $of;
                type Factors<P: Primal> = $factors;
                fn by_nalgebra<P: Primal + ComplexField>(a: $of) -> $factors {
                    $nalgebra(a)
                }
                fn by_elimination<P: Primal + ComplexScalar>(a: $of) -> $factors {
                    $elimination(a)
                }
            }
        )*

        /// Factorisations of a matrix of base numbers, as plain matrices. Not a [`Scalar`](crate::Scalar) and without methods, so
        /// that `x.sin()` stays unambiguous.
        pub(crate) trait Factor: Primal {
            /// The distance from 1 to the next number.
            fn epsilon() -> f64 {
                Self::precision()
            }
            /// Aᴴ
            fn adjoint(a: &DMatrix<Self>) -> DMatrix<Self> {
                Self::adjoint_of(a.clone())
            }
            /// See [`Wide`].
            fn wide(a: &DMatrix<Self>) -> DMatrix<Complex<f64>> {
                Self::wide_of(a.clone())
            }
            /// See [`Narrow`].
            fn narrow(a: &DMatrix<Complex<f64>>) -> DMatrix<Self> {
                Self::narrow_of(a.clone())
            }
            $(
                $(#[$doc])*
                fn $f(a: <$name as Factorisation>::Of<Self>) -> <$name as Factorisation>::Factors<Self> {
                    Self::factorise::<$name>(a)
                }
            )*
        }
        impl<P: Primal> Factor for P {}
    };
}

factorisations! {
    /// Aᴴ
    Adjoint adjoint_of(DMatrix<P>) -> DMatrix<P>, |a: DMatrix<P>| a.adjoint(), elimination::adjoint;
    /// L and U in one matrix, and the rows of A in the order of theirs.
    Lu lu(DMatrix<P>) -> (DMatrix<P>, Vec<usize>), self::lu, elimination::lu;
    /// L of A = L Lᴴ, from the lower triangle.
    Triangle cholesky(DMatrix<P>) -> Option<DMatrix<P>>, self::cholesky, elimination::cholesky;
    /// Q and R, thin.
    Orthogonal qr(DMatrix<P>) -> (DMatrix<P>, DMatrix<P>), |a| QR::new(a).unpack(), elimination::qr;
    /// Ascending eigenvalues and their eigenvectors, from the lower triangle of a finite matrix.
    Eigen symmetric_eigen(DMatrix<P>) -> Option<(Vec<P>, DMatrix<P>)>, self::symmetric_eigen, |_| None;
    /// U, descending singular values and V, thin, of a finite matrix.
    Singular svd(DMatrix<P>) -> Option<(DMatrix<P>, Vec<P>, DMatrix<P>)>, self::svd, |_| None;
    /// Q and T of A = Q T Qᴴ for a finite A; T is upper triangular if the numbers are complex.
    Triangular schur(DMatrix<P>) -> Option<(DMatrix<P>, DMatrix<P>)>, self::schur, |_| None;
    /// In complex numbers of double precision, in which Schur forms of general matrices are worked with; NaN of a number that has
    /// no factorisations by iteration.
    Wide wide_of(DMatrix<P>) -> DMatrix<Complex<f64>>, self::wide,
        |a: DMatrix<P>| a.map(|_| Complex::new(f64::NAN, f64::NAN));
    /// The way back; of real numbers the real part.
    Narrow narrow_of(DMatrix<Complex<f64>>) -> DMatrix<P>, self::narrow,
        |a: DMatrix<Complex<f64>>| a.map(|z| P::lit(z.re));
}

/// Factorisations in the arithmetic of any number (Golub and Van Loan, Matrix Computations, 4th ed., §§ 3.4, 4.2 and 5.2).
mod elimination {
    use crate::kernel::Engine;
    use crate::{ComplexScalar, Primal};
    use alloc::vec::Vec;
    use nalgebra::DMatrix;

    pub(super) fn adjoint<P: ComplexScalar>(a: DMatrix<P>) -> DMatrix<P> {
        DMatrix::from_fn(a.ncols(), a.nrows(), |i, j| a[(j, i)].conj())
    }

    /// Gaussian elimination with partial pivoting.
    pub(super) fn lu<P: Primal + ComplexScalar>(mut a: DMatrix<P>) -> (DMatrix<P>, Vec<usize>) {
        let (m, n) = a.shape();
        let mut rows: Vec<usize> = (0..m).collect();
        for k in 0..m.min(n) {
            let size = |i: &usize| a[(*i, k)].magnitude();
            let pivot = (k..m).max_by(|i, j| size(i).total_cmp(&size(j))).unwrap_or(k);
            a.swap_rows(k, pivot);
            rows.swap(k, pivot);
            if a[(k, k)].is_zero() {
                continue;
            }
            for i in k + 1..m {
                let factor = a[(i, k)].quotient(a[(k, k)]);
                a[(i, k)] = factor;
                for j in k + 1..n {
                    let known = factor * a[(k, j)];
                    a[(i, j)] -= known;
                }
            }
        }
        (a, rows)
    }

    pub(super) fn cholesky<P: Primal + ComplexScalar>(a: DMatrix<P>) -> Option<DMatrix<P>> {
        let n = a.nrows();
        let mut l = DMatrix::from_element(n, n, P::zero());
        for j in 0..n {
            for i in j..n {
                let known: P = (0..j).map(|k| l[(i, k)] * l[(j, k)].conj()).sum();
                let rest = a[(i, j)] - known;
                l[(i, j)] = if i > j {
                    rest.quotient(l[(j, j)])
                } else if rest.log_magnitude() > 0.0 {
                    rest.sqrt()
                } else {
                    return None;
                };
            }
        }
        Some(l)
    }

    /// The method of Gram and Schmidt, each column twice.
    pub(super) fn qr<P: Primal + ComplexScalar>(a: DMatrix<P>) -> (DMatrix<P>, DMatrix<P>) {
        let (m, n) = a.shape();
        let size = m.min(n);
        let mut q = DMatrix::from_element(m, size, P::zero());
        let mut r = DMatrix::from_element(size, n, P::zero());
        for j in 0..n {
            let mut x: Vec<P> = a.column(j).iter().copied().collect();
            for _ in 0..2 {
                for k in 0..j.min(size) {
                    let along: P = (0..m).map(|i| q[(i, k)].conj() * x[i]).sum();
                    r[(k, j)] += along;
                    for i in 0..m {
                        x[i] -= q[(i, k)] * along;
                    }
                }
            }
            if j < size {
                let square: P = x.iter().map(|x| x.conj() * *x).sum();
                let length = square.sqrt();
                r[(j, j)] = length;
                if !length.is_zero() {
                    for i in 0..m {
                        q[(i, j)] = x[i].quotient(length);
                    }
                }
            }
        }
        (q, r)
    }
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

fn lu<P: ComplexField + Copy>(a: DMatrix<P>) -> (DMatrix<P>, Vec<usize>) {
    let lu = LU::new(a);
    let mut rows = nalgebra::DVector::from_iterator(lu.lu_internal().nrows(), 0..lu.lu_internal().nrows());
    lu.p().permute_rows(&mut rows);
    (lu.lu_internal().clone(), rows.iter().copied().collect())
}

fn cholesky<P: ComplexField + Copy>(a: DMatrix<P>) -> Option<DMatrix<P>> {
    let l = Cholesky::new(a)?.unpack();
    // Of complex numbers nalgebra takes the root of a negative pivot, which is imaginary.
    let positive = |x: &P| x.real() > x.imaginary().abs();
    l.diagonal().iter().all(positive).then_some(l)
}

fn symmetric_eigen<P: ComplexField + Copy>(a: DMatrix<P>) -> Option<(Vec<P>, DMatrix<P>)> {
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

fn svd<P: ComplexField + Copy>(a: DMatrix<P>) -> Option<(DMatrix<P>, Vec<P>, DMatrix<P>)> {
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

fn schur<P: ComplexField + Copy>(a: DMatrix<P>) -> Option<(DMatrix<P>, DMatrix<P>)> {
    let n = a.nrows();
    if n == 0 {
        return Some((a.clone(), a));
    }
    if !finite(&a) {
        return None;
    }
    Schur::try_new(a, P::RealField::default_epsilon(), limit(n)).map(Schur::unpack)
}

fn wide<P: ComplexField + Copy>(a: DMatrix<P>) -> DMatrix<Complex<f64>> {
    a.map(|x| Complex::new(nalgebra::convert_unchecked(x.real()), nalgebra::convert_unchecked(x.imaginary())))
}

fn narrow<P: ComplexField + Copy>(a: DMatrix<Complex<f64>>) -> DMatrix<P> {
    let real = |x: f64| P::from_real(nalgebra::convert(x));
    // Real numbers have no root of −1, and no need of one.
    let unit = real(-1.0).try_sqrt();
    a.map(|z| unit.map_or_else(|| real(z.re), |unit| real(z.re) + unit * real(z.im)))
}
