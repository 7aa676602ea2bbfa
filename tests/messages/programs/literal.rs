// cannot multiply `{float}` by `T`
use holograd::Real;
fn f<T: Real>(x: T) -> T { 2.0 * x }
fn main() { f(1.0); }
