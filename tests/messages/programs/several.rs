// a gradient is that of a function with one number as its result, and this one gives `[Var<{float}>; 2]`
use holograd::grad;
fn main() { grad(|[x, y]| [x * y, x], &[1.0, 2.0]); }
