// expected `&[_]`, found `Vec<Var<{float}>>`
use holograd::{Real, grad};
fn f<T: Real>(x: &[T]) -> T { x[0] }
fn main() { grad(f, &vec![1.0]); }
