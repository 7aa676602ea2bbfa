//! The problems. Each module has `call`, which makes a [`Run`] of one of its functions from GradBench's input.

pub mod ba;
pub mod det;
pub mod gmm;
pub mod hello;
pub mod ht;
pub mod kmeans;
pub mod llsq;
pub mod lse;
pub mod lstm;
pub mod ode;
pub mod particle;
pub mod saddle;

pub mod descent;

use crate::{Run, Style};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// GradBench's names of the problems.
pub const NAMES: [&str; 12] =
    ["hello", "gmm", "lse", "llsq", "det", "ode", "lstm", "ba", "ht", "kmeans", "saddle", "particle"];

/// The function of this problem at this input.
///
/// # Errors
/// If there is no such function, or the input is not what it takes.
pub fn call(module: &str, function: &str, style: Style, input: &Value) -> Result<Run, String> {
    let call = match module {
        "hello" => hello::call,
        "gmm" => gmm::call,
        "lse" => lse::call,
        "llsq" => llsq::call,
        "det" => det::call,
        "ode" => ode::call,
        "lstm" => lstm::call,
        "ba" => ba::call,
        "ht" => ht::call,
        "kmeans" => kmeans::call,
        "saddle" => saddle::call,
        "particle" => particle::call,
        _ => return Err(format!("there is no module `{module}`")),
    };
    call(function, style, input)
}

/// GradBench's name for the derivative of a problem, and for the function itself.
#[must_use]
pub fn functions(module: &str) -> [&'static str; 2] {
    match module {
        "hello" => ["square", "double"],
        "gmm" | "lstm" | "ba" | "ht" => ["objective", "jacobian"],
        "kmeans" => ["cost", "dir"],
        _ => ["primal", "gradient"],
    }
}

fn read<T: DeserializeOwned>(input: &Value) -> Result<T, String> {
    T::deserialize(input).map_err(|error| format!("the input cannot be read: {error}"))
}

fn no_function(module: &str, function: &str) -> String {
    format!("the module `{module}` has no function `{function}`")
}
