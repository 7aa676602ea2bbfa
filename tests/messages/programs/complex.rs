// `Complex<{float}>` is not a real number
use holograd::{Real, derivative, num_complex::Complex};
fn f<T: Real>(x: T) -> T { x * x }
fn main() { derivative(f, Complex::new(1.0, 2.0)); }
