//! Foreign traits of our numbers, one file a crate: pure forwarding.

#[cfg(feature = "nalgebra")]
mod approx;
#[cfg(feature = "nalgebra")]
pub(crate) mod nalgebra;
mod num_traits;
#[cfg(feature = "serde")]
mod serde;
#[cfg(feature = "nalgebra")]
mod simba;

#[cfg(feature = "nalgebra")]
pub(crate) use approx::Approximate;

/// What the feature `nalgebra` asks of the machine's real numbers: nothing without it.
#[cfg(not(feature = "nalgebra"))]
pub trait Approximate {}
#[cfg(not(feature = "nalgebra"))]
impl<L> Approximate for L {}
