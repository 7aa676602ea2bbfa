// in the closure a plain number is a constant: write it `Var::from(c)`
use holograd::grad;
fn main() { grad(|_: [_; 2]| 1.0, &[1.0, 2.0]); }
