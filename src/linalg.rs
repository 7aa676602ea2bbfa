//! Differentiated linear algebra.

mod error;
mod exponential;
mod factor;
mod norms;
mod rotation;
mod series;
mod singular;
mod spectral;
mod systems;

pub use error::LinalgError;
pub use exponential::expm;
#[doc(hidden)]
pub use factor::Factor;
pub use norms::{constant, largest_with_tangents, mul, norm, norm_1, norm_inf, primal, real_mul};
pub use rotation::{rotation_from_scaled_axis, scaled_axis_from_rotation};
pub use singular::{Qr, Svd, lstsq, pseudo_inverse, qr, singular_values, spectral_norm, svd};
pub use spectral::{
    Cluster, SpectralFunction, SymmetricEigen, cluster_sums, eigenvalues, spectral_function, symmetric_eigen,
    symmetric_eigenvalues,
};
pub(crate) use systems::solve_dynamic;
pub use systems::{cholesky, det, inverse, log_det, solve};
