// a struct given to `impl_tree!` has a number type without bounds
use holograd::{Real, impl_tree};
#[derive(Clone, PartialEq, Debug)]
struct P<T: Real> { a: T }
impl_tree!(P { a });
fn main() {}
