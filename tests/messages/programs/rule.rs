// a `Rule<f64>` is for numbers over `f64`: bound the function by `T: Real64`
use holograd::{Rule, Scalar};
struct S;
impl Rule<f64> for S {
    fn value(&self, [x]: [f64; 1]) -> f64 { x }
    fn slopes<T: Scalar<Primal = f64>>(&self, [_x]: [T; 1], _y: T) -> [T; 1] { [T::lit(1.0)] }
}
fn f<T: Scalar>(x: T) -> T { x.apply(&S) }
fn main() { f(1.0); }
