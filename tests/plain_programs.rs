//! Programs as a new user writes them: generic over `Real64`, with plain literals, and parameters by `partial`.

use holograd::{
    Dual, Real64, derivative, grad, hessian, impl_tree, jacfwd, lift, partial, second_derivative,
};

/// Peng and Robinson's equation of state (Industrial & Engineering Chemistry Fundamentals 15, 59, 1976) of a mixture.
mod equation_of_state {
    use super::*;

    const R: f64 = 8.314462618;

    /// Critical temperature, critical pressure and acentric factor of each component, and the interaction of each pair.
    #[derive(Clone, PartialEq, Debug)]
    pub(super) struct Mixture<T> {
        pub(super) critical: Vec<[T; 3]>,
        pub(super) interaction: Vec<Vec<T>>,
    }
    impl_tree!(Mixture { critical, interaction });

    /// Methane and n-butane.
    pub(super) fn natural_gas() -> Mixture<f64> {
        Mixture {
            critical: vec![[190.56, 4.599e6, 0.0115], [425.12, 3.796e6, 0.2002]],
            interaction: vec![vec![0.0, 0.0133], vec![0.0133, 0.0]],
        }
    }

    /// The residual Helmholtz energy of moles n in a volume at a temperature.
    pub(super) fn residual<T: Real64>([t, v, n1, n2]: [T; 4], mixture: &Mixture<T>) -> T {
        let moles = [n1, n2];
        let n: T = moles.iter().sum();
        let mut a = T::lit(0.0);
        let mut b = T::lit(0.0);
        let attraction = |[tc, pc, omega]: [T; 3]| {
            let kappa = 0.37464 + 1.54226 * omega - 0.26992 * omega * omega;
            let alpha = (1.0 + kappa * (1.0 - (t / tc).sqrt())).powi(2);
            0.45724 * (R * tc).powi(2) / pc * alpha
        };
        for (i, &[tc, pc, omega]) in mixture.critical.iter().enumerate() {
            b += 0.0778 * R * moles[i] * tc / pc;
            for (j, other) in mixture.critical.iter().enumerate() {
                let pair = (attraction([tc, pc, omega]) * attraction(*other)).sqrt();
                a += moles[i] * moles[j] * pair * (1.0 - mixture.interaction[i][j]);
            }
        }
        let sqrt_2 = std::f64::consts::SQRT_2;
        let logarithm = ((v + (1.0 + sqrt_2) * b) / (v + (1.0 - sqrt_2) * b)).ln();
        -n * R * t * (1.0 - b / v).ln() - a / (2.0 * sqrt_2 * b) * logarithm
    }

    pub(super) fn pressure<T: Real64>(x: [T; 4], mixture: &Mixture<T>) -> T {
        let [t, v, n1, n2] = x;
        let ideal = (n1 + n2) * R * t / v;
        ideal - derivative(|v| residual([lift(t), v, lift(n1), lift(n2)], &raised(mixture)), v)
    }

    /// The mixture as constants one level up.
    fn raised<T: Real64>(mixture: &Mixture<T>) -> Mixture<Dual<T>> {
        holograd::Shape::map_leaves(mixture, &mut |x: T| lift(x))
    }
}

#[test]
fn equation_of_state_with_the_parameters_of_a_mixture() {
    use equation_of_state::*;
    let (mixture, x) = (natural_gas(), [350.0, 2.0e-3, 0.6, 0.4]);
    let p = pressure(x, &mixture);
    let z = p * x[1] / (8.314462618 * x[0]);
    assert!((0.5..1.0).contains(&z), "compressibility {z}");
    // p = −∂A/∂V also through the gradient, and dp/dV < 0: the mixture is stable here.
    let gradient = grad(partial(residual, &mixture), &x);
    assert!((8.314462618 * x[0] / x[1] - gradient[1] - p).abs() < 1e-9 * p);
    let [_, by_v, ..] = jacfwd(partial(pressure, &mixture), &x);
    assert!(by_v < 0.0);
    // Euler: A is of degree 1 in (V, n).
    let euler: f64 = (1..4).map(|i| x[i] * gradient[i]).sum();
    assert!((euler - residual(x, &mixture)).abs() < 1e-9 * euler.abs());
    // By the parameters of the mixture, at constant state, in both modes and against differences.
    let sensitivities = grad(|m: Mixture<_>| residual(x.map(lift), &m), &mixture);
    assert!(sensitivities.interaction[0][1] > 0.0);
    let forward = jacfwd(|m: Mixture<_>| residual(x.map(lift), &m), &mixture);
    let agree = holograd::Shape::zip_leaves(&forward, &sensitivities, &mut |a: f64, b| {
        (a - b).abs() <= 1e-12 * a.abs()
    });
    assert!(agree.critical.iter().flatten().chain(agree.interaction.iter().flatten()).all(|agree| *agree));
    // A derivative by the point of a derivative by the parameters.
    let mixed = hessian(partial(residual, &mixture), &x);
    assert!((mixed[1][1] + by_v + 8.314462618 * x[0] / (x[1] * x[1])).abs() < 1e-6 * by_v.abs());
}

/// A ballistic body seen by a radar: state [height, speed, drag], measured distance.
mod kalman {
    use super::*;

    #[allow(clippy::trivially_copy_pass_by_ref)] // as `partial` hands a parameter on
    pub(super) fn step<T: Real64>([h, v, c]: [T; 3], dt: &f64) -> [T; 3] {
        let acceleration = 9.81 - c * (-h / 8000.0).exp() * v * v;
        [h - dt * v, v + dt * acceleration, c]
    }
    pub(super) fn distance<T: Real64>([h, ..]: [T; 3]) -> T {
        h.hypot(3000.0)
    }
    /// One prediction and one update, with the Jacobians of the model.
    pub(super) fn update(x: [f64; 3], p: [[f64; 3]; 3], measured: f64, dt: f64) -> ([f64; 3], [[f64; 3]; 3]) {
        let f = jacfwd(|x| step(x, &dt), &x);
        let x = step(x, &dt);
        let fp: [[f64; 3]; 3] =
            std::array::from_fn(|i| std::array::from_fn(|j| (0..3).map(|k| f[i][k] * p[k][j]).sum()));
        let p: [[f64; 3]; 3] =
            std::array::from_fn(|i| std::array::from_fn(|j| (0..3).map(|k| fp[i][k] * f[j][k]).sum()));
        let h = jacfwd(distance, &x);
        let ph: [f64; 3] = std::array::from_fn(|i| (0..3).map(|k| p[i][k] * h[k]).sum());
        let variance = 100.0 + (0..3).map(|i| h[i] * ph[i]).sum::<f64>();
        let error = measured - distance(x);
        let x = std::array::from_fn(|i| x[i] + ph[i] / variance * error);
        (x, std::array::from_fn(|i| std::array::from_fn(|j| p[i][j] - ph[i] * ph[j] / variance)))
    }
}

#[test]
fn extended_kalman_filter_finds_the_drag() {
    let mut truth = [20000.0, 300.0, 2e-4];
    let (mut x, mut p) = ([20100.0, 320.0, 5e-4], [[1e4, 0.0, 0.0], [0.0, 1e3, 0.0], [0.0, 0.0, 1e-6]]);
    for _ in 0..600 {
        truth = kalman::step(truth, &0.1);
        (x, p) = kalman::update(x, p, kalman::distance(truth), 0.1);
    }
    assert!((x[0] - truth[0]).abs() < 20.0 && (x[1] - truth[1]).abs() < 5.0, "{x:?}, not {truth:?}");
    assert!((x[2] - truth[2]).abs() < 2e-5, "{x:?}, not {truth:?}");
}

/// Black and Scholes (Journal of Political Economy 81, 637, 1973).
mod option_price {
    use super::*;

    /// Φ by Hastings' formula 26.2.17 of Abramowitz and Stegun, within 7.5e-8.
    pub(super) fn normal<T: Real64>(x: T) -> T {
        let t = 1.0 / (1.0 + 0.2316419 * x.abs());
        let poly = [1.330274429, -1.821255978, 1.781477937, -0.356563782, 0.319381530];
        let tail = t * poly.iter().fold(T::lit(0.0), |sum, c| sum * t + c);
        let density = (-0.5 * x * x).exp() / std::f64::consts::TAU.sqrt();
        if x > 0.0 { 1.0 - density * tail } else { density * tail }
    }
    pub(super) fn call<T: Real64>([spot, volatility, rate, time]: [T; 4], strike: &T) -> T {
        let deviation = volatility * time.sqrt();
        let d1 = ((spot / strike).ln() + (rate + 0.5 * volatility * volatility) * time) / deviation;
        spot * normal(d1) - strike * (-rate * time).exp() * normal(d1 - deviation)
    }
}

#[test]
fn black_scholes_with_its_greeks() {
    use option_price::*;
    let x = [100.0, 0.2, 0.05, 1.0];
    assert!((call(x, &100.0) - 10.4506).abs() < 1e-3);
    let greeks = grad(partial(call, &100.0), &x);
    for (greek, expected) in greeks.iter().zip([0.63683, 37.524, 53.2325, 6.4140]) {
        assert!((greek - expected).abs() < 2e-3 * expected, "{greek}, not {expected}");
    }
    // Gamma, and the derivative by the strike, −e^(−rT) Φ(d₂).
    let gamma = hessian(partial(call, &100.0), &x)[0][0];
    assert!((gamma - 0.018762).abs() < 1e-4);
    let by_strike = derivative(|k| call(x.map(lift), &k), 100.0);
    assert!((by_strike + 0.53232).abs() < 1e-3);
    // The strike as the variable of an outer derivative, the spot as that of an inner one.
    let by_spot = |k: Dual<f64>| {
        let rest = [0.2, 0.05, 1.0].map(lift);
        derivative(|s| call([s, rest[0], rest[1], rest[2]], &lift(k)), Dual::from(100.0))
    };
    let cross = derivative(by_spot, 100.0);
    let symmetric =
        second_derivative(|t| call([100.0 + t, lift(0.2), lift(0.05), lift(1.0)], &(100.0 + t)), 0.0);
    assert!(
        (symmetric - 2.0 * cross - gamma - derivative(|k| derivative(|k| call(x.map(lift), &k), k), 100.0))
            .abs()
            < 1e-9
    );
}

/// A perceptron of one hidden layer with plain loops.
mod network {
    use super::*;

    #[derive(Clone, PartialEq, Debug)]
    pub(super) struct Layers<T> {
        pub(super) hidden: Vec<[T; 3]>,
        pub(super) output: Vec<T>,
        pub(super) offset: T,
    }
    impl_tree!(Layers { hidden, output, offset });

    pub(super) fn predict<T: Real64>(net: &Layers<T>, [a, b]: [f64; 2]) -> T {
        let hidden = net.hidden.iter().map(|[u, v, w]| (u * a + v * b + w).tanh());
        net.output.iter().zip(hidden).map(|(w, h)| w * h).sum::<T>() + net.offset
    }
    pub(super) fn loss<T: Real64>(net: Layers<T>, penalty: &T) -> T {
        let data = [([0.0, 0.0], 0.0), ([0.0, 1.0], 1.0), ([1.0, 0.0], 1.0), ([1.0, 1.0], 0.0)];
        let misfit: T = data.iter().map(|(x, y)| (predict(&net, *x) - y).powi(2)).sum();
        let size: T = net.output.iter().map(|w| w * w).sum();
        0.5 * misfit + penalty * size.max(0.0)
    }
}

#[test]
fn neural_network_learns_exclusive_or() {
    use network::*;
    let mut net = Layers {
        hidden: vec![[0.9, -0.7, 0.1], [-0.6, 0.8, 0.2], [0.3, 0.4, -0.5]],
        output: vec![0.5, 0.6, -0.3],
        offset: 0.1,
    };
    let penalty = 1e-4;
    for _ in 0..2000 {
        let gradient = grad(partial(loss, &penalty), &net);
        net = holograd::Shape::zip_leaves(&net, &gradient, &mut |w: f64, g| w - 0.2 * g);
    }
    assert!(loss(net.clone(), &penalty) < 0.01, "{}", loss(net.clone(), &penalty));
    // By the penalty: the size of the output layer.
    let size: f64 = net.output.iter().map(|w| w * w).sum();
    let by_penalty =
        derivative(|p| loss(holograd::Shape::map_leaves(&net, &mut |w: f64| lift(w)), &p), penalty);
    assert!((by_penalty - size).abs() < 1e-12);
}
