// cannot add `Var<f64>` to `Dual<f64>`
use holograd::{Dual, Var};
fn f(x: Dual<f64>, y: Var<f64>) { let _ = x + y; }
fn g(x: Dual<f64>, y: Dual<Dual<f64>>) { let _ = x * y; }
fn main() {}
