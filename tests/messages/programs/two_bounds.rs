// multiple applicable items in scope
use holograd::Real64;
use nalgebra::RealField;
fn f<T: Real64 + RealField>(x: T) -> T { x.sin() }
fn main() { f(1.0); }
