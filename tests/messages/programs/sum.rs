// consider specifying the generic argument
use holograd::grad;
fn main() { grad(|x| x.iter().map(|x| x * x).sum(), &vec![1.0, 2.0]); }
