//! The critical points of mixtures of methane and n-butane by the equation of state of Peng and Robinson.
//!
//! Everything comes from one function, the Helmholtz energy A(T, V, n): the pressure is −∂A/∂V, and at a critical point the matrix
//! ∂²A/∂nᵢ∂nⱼ is singular, and the third derivative of A along its null vector is zero (Heidemann and Khalil, AIChE Journal 26, 769, 1980).
//! Temperature and volume are solved for as implicit functions of the composition, so that the slope of the critical line is exact too.
//!
//! Checked: a mixture of a substance with itself has the critical point of the substance; and in the variables T, p and x, where nothing of
//! the above is used, the second and the third derivative of the Gibbs energy by x vanish at every point found.
//!
//! `cargo run --release --example problems_critical_point`

use holograd::implicit::{ImplicitError, differentiate_root, root};
use holograd::{Dual, Real64, Shape, derivative, hessian, partial, second_derivative};

const R: f64 = 8.314_462_618;
const OMEGA_A: f64 = 0.457_235_528_921_382_2;
const OMEGA_B: f64 = 0.077_796_073_903_888_46;

/// Critical temperature (K) and pressure (Pa), and acentric factor of both components.
type Pair<T> = [[T; 3]; 2];
const METHANE: [f64; 3] = [190.56, 4.599e6, 0.0115];
const BUTANE: [f64; 3] = [425.12, 3.796e6, 0.2002];

/// A of n moles at a temperature in 100 K and in a volume in 10⁻⁴ m³, in J.
fn helmholtz<T: Real64>(n: [T; 2], &([t, v], pair): &([T; 2], Pair<T>)) -> T {
    let (t, v, total) = (100.0 * t, 1e-4 * v, n[0] + n[1]);
    let interaction = if pair[0] == pair[1] { 0.0 } else { 0.0133 };
    let [root, size] = [0, 1].map(|part| {
        std::array::from_fn::<T, 2, _>(|i| {
            let [tc, pc, omega] = pair[i];
            let kappa = 0.37464 + 1.54226 * omega - 0.26992 * omega * omega;
            let alpha = 1.0 + kappa * (1.0 - (t / tc).sqrt());
            if part == 0 { (OMEGA_A / pc).sqrt() * R * tc * alpha } else { OMEGA_B * R * tc / pc }
        })
    });
    let (x, y, b) = (n[0] * root[0], n[1] * root[1], n[0] * size[0] + n[1] * size[1]);
    let a = x * x + y * y + 2.0 * (1.0 - interaction) * x * y;
    let ideal = n[0] * ((n[0] / v).ln() - 1.0) + n[1] * ((n[1] / v).ln() - 1.0);
    let sqrt_2 = std::f64::consts::SQRT_2;
    let attraction = a / (2.0 * sqrt_2 * b) * ((v + (1.0 + sqrt_2) * b) / (v + (1.0 - sqrt_2) * b)).ln();
    R * t * (ideal - total * (1.0 - b / v).ln()) - attraction
}

fn by_volume<T: Real64>(v: T, &(n, t, pair): &([T; 2], T, Pair<T>)) -> T {
    helmholtz(n, &([t, v], pair))
}

/// −∂A/∂V in Pa.
fn pressure<T: Real64>(n: [T; 2], [t, v]: [T; 2], pair: Pair<T>) -> T {
    -1e4 * derivative(partial(by_volume, &(n, t, pair)), v)
}

fn along<T: Real64>(s: T, &(n, direction, at): &([T; 2], [T; 2], ([T; 2], Pair<T>))) -> T {
    helmholtz([n[0] + s * direction[0], n[1] + s * direction[1]], &at)
}

/// Both conditions of a critical point, over R T.
fn critical<T: Real64>(at: [T; 2], (x, pair): (T, Pair<T>)) -> [T; 2] {
    let (n, scale) = ([x, 1.0 - x], 100.0 * R * at[0]);
    let [[a, b], [_, c]] = hessian(partial(helmholtz, &(at, pair)), &n);
    let length = a.hypot(b);
    let null = [-b / length, a / length]; // of a matrix with determinant 0
    let line = (n, null, (at, pair)).map_leaves(&mut |x: T| Dual::from(x));
    let third = derivative(|s| second_derivative(partial(along, &line), s), T::lit(0.0));
    [(a * c - b * b) / (scale * scale), third / scale]
}

/// Temperature and volume at the critical point.
fn critical_point<T: Real64>(x: T, pair: Pair<f64>) -> Result<[T; 2], ImplicitError> {
    let pair = pair.map(|substance| substance.map(T::lit));
    let [first, second] = pair.map(|[tc, pc, _]| [0.013 * tc, 3.5e4 * OMEGA_B * R * tc / pc]);
    let guess = std::array::from_fn(|i| x * first[i] + (1.0 - x) * second[i]);
    root(critical, &guess, &(x, pair))
}

/// The Gibbs energy over R T at a temperature and a pressure, where a volume is given that solves p(V) = p as a value.
fn gibbs<T: Real64>(x: T, &([t, v], p, pair): &([T; 2], T, Pair<T>)) -> T {
    let residual = |v, (x, t, p, pair)| pressure([x, 1.0 - x], [t, v], pair) - p;
    let v = differentiate_root(residual, &v, &(x, t, p, pair)).expect("the pressure falls with the volume");
    (helmholtz([x, 1.0 - x], &([t, v], pair)) + 1e-4 * p * v) / (100.0 * R * t)
}

fn main() -> Result<(), ImplicitError> {
    let [t, v] = critical_point(0.3, [BUTANE, BUTANE])?;
    let p: f64 = pressure([0.3, 0.7], [t, v], [BUTANE, BUTANE]);
    println!("butane with butane: {:.6} K, {:.6} MPa", 100.0 * t, p / 1e6);
    assert!((100.0 * t / BUTANE[0] - 1.0).abs() < 1e-9 && (p / BUTANE[1] - 1.0).abs() < 1e-9);

    println!("{:>8} {:>9} {:>8} {:>10}", "methane", "T (K)", "p (MPa)", "dT/dx (K)");
    let pair = [METHANE, BUTANE];
    for x in [0.1, 0.3, 0.5, 0.6, 0.7] {
        let [t, v]: [f64; 2] = critical_point(x, pair)?;
        let p = pressure([x, 1.0 - x], [t, v], pair);
        let slope = derivative(|x: Dual<f64>| critical_point(x, pair), x)?;
        println!("{x:8} {:9.4} {:8.4} {:10.4}", 100.0 * t, p / 1e6, 100.0 * slope[0]);

        let state = ([t, v], p, pair);
        let second = second_derivative(partial(gibbs, &state), x);
        let lifted = state.map_leaves(&mut |x: f64| Dual::from(x));
        let third = derivative(|x| second_derivative(partial(gibbs, &lifted), x), x);
        assert!(second.abs() < 1e-9 && third.abs() < 1e-6, "G″ = {second:e}, G‴ = {third:e} at x = {x}");
    }
    Ok(())
}
