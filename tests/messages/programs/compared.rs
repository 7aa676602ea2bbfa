// can't compare `{float}` with `T`
use holograd::Real64;
fn f<T: Real64>(x: T) -> T { if 0.0 < x { x } else { -x } }
fn main() { f(1.0); }
