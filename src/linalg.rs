//! Differentiated linear algebra: what to call instead of nalgebra's own methods, and why.
//!
//! nalgebra's decompositions accept dual numbers, and answer. At matrices with structural zeros, diagonal and block matrices
//! and permutations among them, some of the derivatives are wrong, silently, in every library whose numbers they run on:
//!
//! | at | asked for | nalgebra's method on dual numbers | right |
//! |---|---|---|---|
//! | diag(1, 2, 4) + tE | derivative of the pseudo-inverse, entry (0, 1) | 1.0 (num-dual) | −0.5 |
//! | diag(1, 2, 4) + tE | second derivatives of the eigenvalues | 0, 0, 0 (num-dual) | −2.167, 1.84, 0.327 |
//! | a diagonal 2 × 2 matrix | gradient through its eigenvectors | 0.6, 0, 0, −0.8 (echidna) | 0.6, 3, 3, −0.8 |
//!
//! (E has the entries 1, ½ and 0.4 above its diagonal.) The cause is in the algorithms: Householder steps leave out columns that
//! are zero *by value*, iterations deflate entries that are small *by value*, and the tangents of what is left out are lost. No
//! dual number can mend that from below. So here the factorisation runs once, at the machine's numbers, by nalgebra: it branches,
//! ends and fails exactly as it does for `f64`. Derivatives of every order come from the equations that the factors satisfy.
//!
//! | instead of nalgebra's | call | for |
//! |---|---|---|
//! | `a.lu().solve(&b)` | [`solve`]`(&a, &b)` | `Scalar` |
//! | `a.try_inverse()`, `a.determinant()` | [`inverse`], [`det`], [`log_det`] | `Scalar` |
//! | `a.exp()` | [`expm`], times a vector [`expm_multiply`] | `Scalar` |
//! | none: roots, logarithms, powers of general matrices | [`sqrtm`], [`logm`], [`powm`] | `Scalar` |
//! | none: analytic functions of general matrices | [`matrix_function`] | `ComplexScalar` |
//! | none: A X + X B = C | [`sylvester`] for `Scalar`, [`lyapunov`] | `ComplexScalar` |
//! | `a.cholesky()`, `a.qr()` | [`cholesky`], [`qr`] | `ComplexScalar` |
//! | `a.symmetric_eigen()` | [`symmetric_eigen`], [`symmetric_eigenvalues`], [`cluster_sums`], [`spectral_function`] | `ComplexScalar` |
//! | some of its eigenvalues, where the rest may coincide; A x = λ B x | [`symmetric_eigenpairs`], [`generalized_eigenpairs`] | `ComplexScalar` |
//! | `a.complex_eigenvalues()`, `a.schur()` | [`eigenvalues`], with the vectors [`eigen`], [`eigenpair`] | `ComplexScalar` |
//! | `a.svd(true, true)`, `a.singular_values()` | [`svd`], [`singular_values`], [`singular_triples`], [`spectral_norm`], [`nuclear_norm`] | `ComplexScalar` |
//! | U f(Σ) Vᴴ, `a.polar()`, truncation, where singular values coincide | [`singular_function`], [`polar`], [`low_rank`] | `ComplexScalar` |
//! | `a.pseudo_inverse(eps)`, `svd.solve(&b, eps)` | [`pseudo_inverse`], [`lstsq`] | `ComplexScalar` |
//! | `Rotation3::new(w)`, `r.scaled_axis()` | [`rotation_from_scaled_axis`], [`scaled_axis_from_rotation`] | `Real` |
//! | `q.ln()`, `q.powf(t)`, `q.slerp(&p, t)`, `u.angle(&v)`, `Isometry3::new(t, w)`, … | the module [`rotation`] | `Real` |
//! | `&a * &b` in reverse mode, `A * x` with `A` of `f64` | [`mul`], [`real_mul`] | `Scalar` |
//! | `a.norm()`, a convergence test | [`norm`], [`norm_1`], [`norm_inf`], [`largest_with_tangents`] | `ComplexScalar` |
//!
//! What has a complex derivative is there for every [`Scalar`](crate::Scalar); what needs a conjugate asks for
//! [`ComplexScalar`](crate::ComplexScalar), which real numbers are too. Matrices are of any fixed or dynamic size. A failure is a
//! [`LinalgError`] with its figures, and where only derivatives fail, at coinciding eigenvalues, a constant matrix still
//! has its values.
//!
//! ```
//! use holograd::linalg::{LinalgError, log_det, solve};
//! use holograd::{Real, grad, lit};
//! use nalgebra::{DMatrix, DVector, dmatrix, dvector};
//!
//! /// The negative log-likelihood of y under a normal distribution with covariance K, but for a constant.
//! fn loss<T: Real>(k: &DMatrix<T>, y: &DVector<T>) -> Result<T, LinalgError> {
//!     Ok((y.dot(&solve(k, y)?) + log_det(k)?) * lit(0.5))
//! }
//! let (k, y) = (dmatrix![2.0, 0.0; 0.0, 4.0], dvector![2.0, 4.0]);
//! // ½(K⁻¹ − K⁻¹y yᵀK⁻¹), K⁻¹y
//! let (by_k, by_y) = grad(|(k, y): (DMatrix<_>, DVector<_>)| loss(&k, &y), &(k, y))?;
//! assert!((by_k - dmatrix![-0.25, -0.5; -0.5, -0.375]).norm() < 1e-15);
//! assert_eq!(by_y, dvector![1.0, 1.0]);
//! # Ok::<(), LinalgError>(())
//! ```
//!
//! # Method
//! A matrix of nested numbers is A₀ + E, a value and a rest whose own value is zero. K levels deep, products of more than K rests
//! vanish, so that an equation written as X = X₀ + L(E, X) is solved *exactly* by K steps from X₀. At first order these steps
//! are the classical formulas: Giles 2008 (*An extended collection of matrix derivative results for forward and reverse mode
//! algorithmic differentiation*), Walter and Lehmann 2010 (*Algorithmic differentiation of linear algebra functions with
//! application in optimum experimental design*), Townsend 2016 (*Differentiating the singular value decomposition*), Al-Mohy
//! and Higham 2009 (*Computing the Fréchet derivative of the matrix exponential*). On the tape each step is a few vector-valued
//! rules, products and linear maps with the factors of A₀; never n³ nodes, never a Jacobian of n⁴ numbers. `solve`, `inverse` and
//! `log_det`, whose formulas contain nothing but the function itself, are one rule each.
//!
//! # Accuracy and cost
//! `HOLOGRAD_GRID=all cargo test --release --test linalg_grid -- --nocapture` compares each function with references of 40 digits at dense, diagonal, block,
//! triangular, nearly equal, deficient, positive definite and Hermitian matrices up to 20 × 20, with gaps between eigenvalues down
//! to 1e-6, and prints the worst errors of values, first and second derivatives, in forward mode and in reverse. `cargo run --release
//! --example linalg_speed` prints what gradients cost.

mod adjoint;
mod cholesky;
mod determinant;
mod eigenpairs;
mod error;
mod exponential;
mod factor;
mod general;
mod lu;
mod matrix_function;
mod norms;
mod powers;
pub mod rotation;
mod schur;
mod series;
mod singular;
mod singular_functions;
mod spectral;
mod sylvester;
mod systems;

pub use cholesky::cholesky;
pub use determinant::{det, log_det};
pub use eigenpairs::{Eigenpairs, generalized_eigenpairs, symmetric_eigenpairs};
pub use error::LinalgError;
pub use exponential::expm;
pub(crate) use factor::Factor;
#[doc(hidden)]
pub use factor::Factorisation;
pub use general::{Eigen, Eigenpair, eigen, eigenpair, eigenvalues};
pub use matrix_function::{AnalyticFunction, matrix_function};
pub use norms::{constant, largest_with_tangents, mul, norm, norm_1, norm_inf, primal, real_mul};
pub use powers::{expm_multiply, logm, powm, sqrtm};
pub use rotation::{rotation_from_scaled_axis, scaled_axis_from_rotation};
pub use singular::{Qr, Svd, lstsq, pseudo_inverse, qr, singular_values, spectral_norm, svd};
pub use singular_functions::{
    Polar, SingularTriples, low_rank, nuclear_norm, polar, singular_function, singular_triples,
};
pub use spectral::{
    Cluster, SpectralFunction, SymmetricEigen, cluster_sums, spectral_function, symmetric_eigen,
    symmetric_eigenvalues,
};
pub use sylvester::{lyapunov, sylvester};
pub(crate) use systems::solve_dynamic;
pub use systems::{inverse, solve};
