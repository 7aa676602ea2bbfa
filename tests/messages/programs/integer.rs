// numbers are written `1.0`, not `1`
use holograd::{derivative, grad};
fn main() { derivative(|x| x * x, 2); grad(|[x, y]| x * y, &[1, 2]); derivative(|x| x * 2, 2.0); }
