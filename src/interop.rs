//! Foreign traits of our numbers, one file a crate: pure forwarding.

#[cfg(feature = "nalgebra")]
pub(crate) mod nalgebra;
mod num_traits;
