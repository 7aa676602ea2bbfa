//! The table of special functions, `special.json`, and what the crate gives at its points.
#![allow(dead_code, unreachable_pub)] // the test and the example each use a part

use holograd::special::list::by_name;
use holograd::{Dual, value_grad_and_hessian};
use serde_json::Value;

/// One number of the table beside what the crate gives for it.
#[derive(Clone, Debug)]
pub struct Entry {
    pub function: String,
    pub at: Vec<f64>,
    /// How often it is differentiated by each argument: "01".
    pub partial: String,
    pub order: u32,
    pub want: f64,
    pub got: f64,
    /// The error in units of 2⁻⁵³ of `want`, or of the scale of an oscillating function, which is larger near its zeros.
    pub units: f64,
}

impl Entry {
    /// The functions whose first argument is an order or a shape parameter, and the number of such arguments.
    fn parameters(&self) -> usize {
        match self.function.as_str() {
            "gamma_p" | "gamma_q" | "gamma_p_inv" | "bessel_j" | "bessel_y" | "bessel_i" | "bessel_k" => 1,
            "beta_inc" | "beta_inc_inv" => 2,
            _ => 0,
        }
    }

    /// Whether it is a derivative by an order or a shape parameter.
    pub fn by_parameter(&self) -> bool {
        self.partial.bytes().take(self.parameters()).any(|digit| digit != b'0')
    }

    /// What the number may be off at the most: 64 units for values and first derivatives, 10⁻¹² by parameters.
    pub fn limit(&self) -> f64 {
        if self.by_parameter() && self.want.abs() < 1e-300 {
            // Where the smaller tail is about to underflow its derivative by a parameter is given as 0.
            f64::INFINITY
        } else if self.by_parameter() {
            1e-12 / (f64::EPSILON / 2.0)
        } else if self.order <= 1 {
            64.0
        } else {
            f64::INFINITY
        }
    }
}

fn units(got: f64, want: f64, scale: f64) -> f64 {
    if got == want {
        0.0
    } else if got.is_nan() || want.is_infinite() {
        f64::INFINITY
    } else if want.abs() < f64::MIN_POSITIVE {
        (got - want).abs() / (scale * f64::EPSILON / 2.0).max(5e-324)
    } else {
        (got / 2.0 - want / 2.0).abs() / want.abs().max(scale) * 4.0 / f64::EPSILON
    }
}

fn number(value: &Value) -> f64 {
    value.as_str().and_then(|s| s.parse().ok()).unwrap_or_else(|| panic!("{value} is no number"))
}

/// All partial derivatives of a function of N numbers, by the key of the table.
fn partials<const N: usize>(name: &str, at: [f64; N]) -> Vec<(String, f64)> {
    let (value, gradient, hessian) = value_grad_and_hessian(|x| by_name(name, &x), &at);
    let key = |at: &[usize]| -> String {
        (0..N).map(|i| at.iter().filter(|&&j| j == i).count().to_string()).collect()
    };
    let plain = by_name(name, &at);
    assert!(plain == value || plain.is_nan() && value.is_nan(), "{name} at {at:?}: {plain:e} and {value:e}");
    let mut result = vec![(key(&[]), value)];
    for i in 0..N {
        result.push((key(&[i]), gradient[i]));
        result.extend((0..=i).map(|j| (key(&[i, j]), hessian[i][j])));
    }
    result
}

fn of_one(name: &str, x: f64) -> Vec<(String, f64)> {
    let y = by_name(name, &[Dual::variable(Dual::variable(Dual::<f64>::variable(x)))]);
    let (first, second) = (y.derivative(), y.derivative().derivative());
    let numbers = [y.primal(), first.primal(), second.primal(), second.derivative()];
    numbers.into_iter().enumerate().map(|(k, number)| (k.to_string(), number)).collect()
}

/// The entries of a table of this form.
pub fn entries(path: &str) -> Vec<Entry> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{path}: {e}"));
    let table: Value = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{path}: {e}"));
    let mut result = Vec::new();
    for (function, rows) in table["functions"].as_object().expect("an object of functions") {
        for row in rows.as_array().expect("a list of points") {
            let at: Vec<f64> = row["at"].as_array().expect("a list").iter().map(number).collect();
            let got = match at[..] {
                [x] => of_one(function, x),
                [a, b] => partials(function, [a, b]),
                [a, b, c] => partials(function, [a, b, c]),
                [a, b, c, d] => partials(function, [a, b, c, d]),
                _ => panic!("{function} has {} arguments", at.len()),
            };
            let scale = row.get("scale").map_or(0.0, number);
            for (partial, got) in got {
                let want = number(&row["d"][&partial]);
                let order = partial.bytes().map(|digit| u32::from(digit - b'0')).sum();
                let units = units(got, want, scale);
                result.push(Entry {
                    function: function.clone(),
                    at: at.clone(),
                    partial,
                    order,
                    want,
                    got,
                    units,
                });
            }
        }
    }
    result
}

/// The table of this crate.
pub fn table() -> Vec<Entry> {
    entries(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/special.json"))
}

/// What share of the entries of an order is within so many units.
pub fn share<'a>(of: impl Iterator<Item = &'a Entry>, units: f64) -> f64 {
    let (mut within, mut all) = (0, 0);
    for e in of {
        all += 1;
        within += i32::from(e.units <= units);
    }
    f64::from(within) / f64::from(all)
}
