//! `hello`: the square of a number and its derivative.

use super::{no_function, read};
use crate::{Run, Style};
use holograd::{Scalar, grad};
use serde_json::Value;

/// x²
pub fn square<T: Scalar>(x: T) -> T {
    x * x
}

/// `square` gives x², `double` its derivative 2x.
///
/// # Errors
/// If there is no such function, or the input is no number.
pub fn call(function: &str, _style: Style, input: &Value) -> Result<Run, String> {
    let x: f64 = read(input)?;
    match function {
        "square" => Ok(Run::new(move || square(x))),
        "double" => Ok(Run::new(move || grad(square, &x))),
        _ => Err(no_function("hello", function)),
    }
}
