//! Jets against nests of dual numbers, whatever the depth.

use holograd::strategies::Function;
use holograd::{Dual, Jet, Real, Scalar};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

/// A nest of dual numbers.
pub(crate) trait Nest: Real + Scalar<Primal = f64> {
    /// x + v t, to as many orders as the nest has levels.
    fn along(x: f64, v: f64) -> Self;
    /// The derivative of the highest order.
    fn highest(self) -> f64;
    /// Value and derivatives.
    fn all(self) -> Vec<f64>;
}

impl Nest for f64 {
    fn along(x: f64, _v: f64) -> f64 {
        x
    }
    fn highest(self) -> f64 {
        self
    }
    fn all(self) -> Vec<f64> {
        vec![self]
    }
}

impl<T: Nest> Nest for Dual<T> {
    fn along(x: f64, v: f64) -> Self {
        Dual::new(T::along(x, v), [T::lit(v)])
    }
    fn highest(self) -> f64 {
        self.derivative().highest()
    }
    fn all(self) -> Vec<f64> {
        let mut all = self.value().all();
        all.push(self.highest());
        all
    }
}

fn nested<N: Nest>(f: Function, x: &[f64], v: &[f64]) -> Vec<f64> {
    f.at(&x.iter().zip(v).map(|(x, v)| N::along(*x, *v)).collect::<Vec<_>>()).all()
}

fn by_jet<const K: usize>(f: Function, x: &[f64], v: &[f64]) -> Vec<f64> {
    let seed = |(x, v): (&f64, &f64)| Jet::<f64, K>::from(*x) + (Jet::variable(0.0) * *v);
    let y = f.at(&x.iter().zip(v).map(seed).collect::<Vec<_>>());
    std::iter::once(y.value()).chain(y.derivatives()).collect()
}

/// The distance of two numbers in units of the last digit of the larger; 0 for two NaN.
pub(crate) fn units(a: f64, b: f64) -> f64 {
    if a == b || (a.is_nan() && b.is_nan()) {
        0.0
    } else {
        ((a - b) / (f64::EPSILON * a.abs().max(b.abs()))).abs()
    }
}

/// Asserts that coefficients times k! are the derivatives of nested dual numbers, within 64 units of the largest derivative that takes part in them.
pub(crate) fn every_function_as_nested_duals<N: Nest, const K: usize>() {
    let mut runner = TestRunner::deterministic();
    let (mut compared, mut worst) = (0, (0.0, String::new()));
    let mut failures = Vec::new();
    for f in Function::list() {
        let points = f.points();
        for i in 0..48 {
            let x = points.new_tree(&mut runner).expect("points are drawn").current();
            let v: Vec<f64> = (0..x.len()).map(|k| if k == i % 3 { 0.75 } else { 0.5 }).collect();
            let (expected, given) = (nested::<N>(f, &x, &v), by_jet::<K>(f, &x, &v));
            for k in 0..=K {
                let distance = units(expected[k], given[k]);
                // Where the derivative itself is a small difference: in units of its neighbours.
                let size = expected[k.saturating_sub(1)..(k + 2).min(K + 1)]
                    .iter()
                    .fold(0.0, |m: f64, d| m.max(d.abs()));
                let relative = ((expected[k] - given[k]) / (f64::EPSILON * size)).abs();
                let distance = if k > 0 { distance.min(relative) } else { distance };
                // What is small because terms of a larger size cancel: along a line that passes the origin closely √(x² + y²) is
                // nearly linear, and its derivatives are made of terms r/rᵏ; those of eᵘ with u = p ln x are made of powers of the
                // parts of u′ = p′ ln x + p x′/x, which may have opposite signs.
                let natural = match f.name() {
                    "hypot" => expected[0] / expected[0].powi(k as i32),
                    "pow" => {
                        let rate = (v[1] * x[0].ln()).abs() + (x[1] * v[0] / x[0]).abs();
                        expected[0] * rate.powi(k as i32)
                    }
                    _ => 0.0,
                };
                let bound = 64.0 * (natural / size).max(1.0);
                compared += 1;
                if distance > worst.0 {
                    worst = (distance, format!("{f} at {x:?}, order {k}"));
                }
                if !(distance <= bound) {
                    failures.push(format!(
                        "{f} at {x:?}, order {k}: {:e} and {:e}, {distance:.0} units",
                        expected[k], given[k]
                    ));
                }
            }
        }
    }
    println!("{compared} derivatives, the worst {:.1} units: {}", worst.0, worst.1);
    assert!(compared > 5000);
    assert!(
        failures.is_empty(),
        "{} of {compared}:\n{}",
        failures.len(),
        failures[..failures.len().min(60)].join("\n")
    );
}
