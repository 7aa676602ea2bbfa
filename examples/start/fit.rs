//! A struct as the input: an exponential decay fitted to data by gradient descent with momentum. The gradient is a struct too.

use holograd::{Real64, Shape, impl_tree, value_and_grad};

#[derive(Clone, PartialEq, Debug)]
struct Decay<T> {
    amplitude: T,
    rate: T,
    offset: T,
}
impl_tree!(Decay { amplitude, rate, offset });

fn misfit<T: Real64>(model: &Decay<T>, data: &[(f64, f64)]) -> T {
    let error = |(t, y): &(f64, f64)| model.amplitude * (-model.rate * *t).exp() + model.offset - *y;
    data.iter().map(|point| error(point).powi(2)).sum::<T>() / data.len() as f64
}

fn main() {
    // Exact data of 3 e^(−0.7 t) + 0.5.
    let data: Vec<(f64, f64)> =
        (0..40).map(|i| f64::from(i) * 0.2).map(|t| (t, 3.0 * (-0.7 * t).exp() + 0.5)).collect();
    let mut model = Decay { amplitude: 1.0, rate: 1.0, offset: 0.0 };
    let mut velocity = model.map_leaves(&mut |_: f64| 0.0);
    for step in 0..=4000 {
        let (value, gradient) = value_and_grad(|m: Decay<_>| misfit(&m, &data), &model);
        if step % 1000 == 0 {
            println!("{step:4}: {value:.3e}  {model:?}");
        }
        velocity = velocity.zip_leaves(&gradient, &mut |v: f64, g| 0.9 * v - 0.1 * g);
        model = model.zip_leaves(&velocity, &mut |x: f64, v| x + v);
    }
    let error = [model.amplitude - 3.0, model.rate - 0.7, model.offset - 0.5];
    assert!(error.iter().all(|e| e.abs() < 1e-6), "{model:?}");
}
