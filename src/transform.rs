//! What users call: functions that take a function and a point and give derivatives, named as in JAX.

mod forward;
mod second;

pub use forward::{derivative, jacfwd, jvp, value_and_derivative, value_and_jacfwd};
pub use second::{Second, hessian, second_derivative, value_grad_and_hessian};
