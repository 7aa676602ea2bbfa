//! Differentiated linear algebra.

mod error;
mod factor;
mod series;
mod systems;

pub use error::LinalgError;
#[doc(hidden)]
pub use factor::Factor;
pub use systems::{cholesky, det, inverse, log_det, solve};
