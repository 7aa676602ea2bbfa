//! Foreign traits of our numbers, one file a crate: pure forwarding.

#[cfg(feature = "nalgebra")]
pub(crate) mod approx;
mod format;
#[cfg(feature = "geo")]
mod geo;
#[cfg(feature = "nalgebra")]
pub(crate) mod nalgebra;
#[cfg(feature = "ndarray")]
mod ndarray;
pub(crate) mod num_traits;
#[cfg(feature = "rand_distr")]
mod rand_distr;
#[cfg(feature = "serde")]
mod serde;
#[cfg(feature = "nalgebra")]
pub(crate) mod simba;
