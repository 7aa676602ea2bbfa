//! Foreign traits of our numbers, one file a crate: pure forwarding.

#[cfg(feature = "nalgebra")]
pub(crate) mod approx;
#[cfg(feature = "nalgebra")]
pub(crate) mod nalgebra;
pub(crate) mod num_traits;
#[cfg(feature = "serde")]
mod serde;
#[cfg(feature = "nalgebra")]
pub(crate) mod simba;
