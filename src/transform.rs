//! What users call: functions that take a function and a point and give derivatives, named as in JAX.

pub(crate) mod checkpoint;
pub(crate) mod forward;
#[cfg(feature = "std")]
mod reverse;
pub(crate) mod second;
#[cfg(feature = "std")]
mod sum;
mod taylor;

pub use checkpoint::{Checkpoint, State, checkpoint};
pub use forward::{derivative, jacfwd, jvp, value_and_derivative, value_and_jacfwd};
#[cfg(feature = "std")]
pub use reverse::{
    grad, grad_into, hvp, jacrev, linearize, value_and_grad, value_and_grad_aux, value_and_jacrev, vjp,
};
pub use second::{Second, hessian, second_derivative, value_grad_and_hessian};
#[cfg(feature = "rayon")]
pub use sum::ParallelSum;
#[cfg(feature = "std")]
pub use sum::{DataSum, grad_sum};
pub use taylor::{derivatives, jet, mixed_partial, taylor, taylor_to};
