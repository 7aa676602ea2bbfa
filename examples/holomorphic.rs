//! The notebook's third exercise: complex functions with complex derivatives, as JAX has with `holomorphic=True`.
//!
//! `cargo run --release --example holomorphic`
//!
//! A function generic over `Scalar` alone is holomorphic, away from its branches and cuts: `Scalar` has no `re`, `conj` or
//! `abs`, so the type proves it. At complex points every transform then gives complex derivatives: slopes multiply as they
//! are and nothing is conjugated. Each result is compared with its closed form and must agree to 1e-14 · max(1, |exact|),
//! else the example exits with a failure.

use holograd::{Scalar, derivative, grad, hvp, jacfwd, jacrev, jvp, lit, value_and_grad, vjp};
use num_complex::Complex64;
use std::f64::consts::TAU;
use std::process::ExitCode;

const fn c(re: f64, im: f64) -> Complex64 {
    Complex64::new(re, im)
}

/// A point in each quadrant, one on each half-axis, and one near a zero of sin.
const POINTS: [Complex64; 9] = [
    c(3.0, 4.0),
    c(-0.5, 1.25),
    c(-1.0, -2.0),
    c(0.75, -0.5),
    c(2.0, 0.0),
    c(-2.5, 0.0),
    c(0.0, 1.5),
    c(0.0, -0.25),
    c(3.125, 1e-3),
];

/// Products and quotients of two numbers, and a function of both
fn three<T: Scalar>([z, w]: [T; 2]) -> [T; 3] {
    [z * w, z / w, (z * w).sin()]
}

/// The solution of x³ = a near `start`, by Newton's iteration
fn cube_root_near<T: Scalar>(a: T, start: T) -> T {
    (0..60).fold(start, |x, _| x - (x * x * x - a) / (x * x * lit(3.0)))
}

/// z⁵ + 3 z² + 1/2: two zeros in the unit disc, as 3 |z|² > |z|⁵ + 1/2 on its rim
fn polynomial<T: Scalar>(z: T) -> T {
    z.powi(5) + z * z * lit(3.0) + lit(0.5)
}

/// (1/2πi) ∮ f′(z)/f(z) dz around the unit circle: the number of zeros of `f` inside, by the argument principle
fn zeros_in_the_unit_disc(points: u32) -> Complex64 {
    let term = |k: u32| {
        let z = Complex64::cis(TAU * f64::from(k) / f64::from(points));
        let (value, slope) = value_and_grad(polynomial, &z);
        slope / value * z
    };
    (0..points).map(term).sum::<Complex64>() / f64::from(points)
}

fn main() -> ExitCode {
    let mut tally = Tally::default();

    println!("── The gradient of a holomorphic function is its complex derivative ──");
    println!("grad(sin, 3 + 4i) = {}", grad(|z| z.sin(), &POINTS[0]));
    for z in POINTS {
        tally.check("sin", &[grad(|z| z.sin(), &z)], &[z.cos()]);
        tally.check("exp", &[grad(|z| z.exp(), &z)], &[z.exp()]);
        tally.check("ln", &[grad(|z| z.ln(), &z)], &[z.inv()]);
        tally.check("sqrt", &[grad(|z| z.sqrt(), &z)], &[0.5 / z.sqrt()]);
        tally.check("atan", &[grad(|z| z.atan(), &z)], &[(1.0 + z * z).inv()]);
        tally.check("1/z", &[grad(|z| z.recip(), &z)], &[-(z * z).inv()]);
        tally.check("i z³", &[grad(|z| z.powi(3) * Complex64::I, &z)], &[3.0 * Complex64::I * z * z]);
        // Reverse over reverse, and either mode over the other: sin‴ = −cos.
        let third = grad(|z| derivative(|z| grad(|z| z.sin(), &z), z), &z);
        tally.check("sin, three times", &[third], &[-z.cos()]);
    }

    println!("\n── The Jacobian of (z w, z/w, sin z w) ──");
    let at @ [z, w] = [c(1.5, -0.5), c(0.25, 2.0)];
    let cos = (z * w).cos();
    let exact = [[w, z], [w.inv(), -z / (w * w)], [w * cos, z * cos]];
    let jacobian = jacrev(three, &at);
    for row in jacobian {
        println!("{:>40.16} {:>40.16}", row[0], row[1]);
    }
    tally.check("jacrev", jacobian.as_flattened(), exact.as_flattened());
    tally.check("jacfwd", jacfwd(three, &at).as_flattened(), exact.as_flattened());

    println!("\n── Products with it: nothing is conjugated ──");
    let (u, v) = ([c(1.0, 1.0), c(0.0, -2.0), c(0.5, 0.0)], [c(0.5, -1.0), c(2.0, 0.25)]);
    let (_, vjp_fun) = vjp(three, &at);
    let pulled = [0, 1].map(|k| (0..3).map(|row| u[row] * exact[row][k]).sum::<Complex64>());
    let [by_z, by_w] = vjp_fun(&u);
    println!("vjp_fun(&u) = ({by_z:.12}, {by_w:.12})");
    tally.check("vjp", &[by_z, by_w], &pulled);
    let pushed = exact.map(|row| row[0] * v[0] + row[1] * v[1]);
    let along = jvp(three, &at, &v).1;
    println!("jvp(f, &x, &v).1 = ({:.12}, {:.12}, {:.12})", along[0], along[1], along[2]);
    tally.check("jvp", &along, &pushed);
    // ∂²(sin zw): (−w² s, cos − z w s; the same, −z² s)
    let sin = (z * w).sin();
    let mixed = cos - z * w * sin;
    let hessian = [[-w * w * sin, mixed], [mixed, -z * z * sin]];
    let by_modes = jacfwd(|x| jacrev(|x| three(x)[2], &x), &at);
    tally.check("jacfwd of jacrev", by_modes.as_flattened(), hessian.as_flattened());
    let product = hessian.map(|row| row[0] * v[0] + row[1] * v[1]);
    let curved = hvp(|x| three(x)[2], &at, &v);
    println!("hvp(sin z w, &x, &v) = ({:.12}, {:.12})", curved[0], curved[1]);
    tally.check("hvp", &curved, &product);

    println!("\n── Through an iteration: the three cube roots of a, and their slopes 1/(3x²) ──");
    let a = c(-2.0, 11.0);
    for start in [c(3.0, 1.0), c(-2.5, 2.0), c(0.0, -3.0)] {
        let (root, slope) = value_and_grad(|a| cube_root_near(a, Scalar::constant(start)), &a);
        println!("x = {root:.15}, dx/da = {slope:.15}");
        tally.check("x³", &[root * root * root], &[a]);
        tally.check("the root's slope", &[slope], &[(3.0 * root * root).inv()]);
    }

    println!("\n── The argument principle: zeros of z⁵ + 3 z² + 1/2 in the unit disc ──");
    let zeros = zeros_in_the_unit_disc(256);
    println!("(1/2πi) ∮ f′/f dz = {zeros:.15}");
    tally.check("zeros", &[zeros], &[c(2.0, 0.0)]);

    tally.close()
}

/// What was compared.
#[derive(Default)]
struct Tally {
    numbers: usize,
    failures: usize,
    worst: f64,
}

impl Tally {
    fn check(&mut self, what: &str, got: &[Complex64], want: &[Complex64]) {
        assert_eq!(got.len(), want.len(), "{what}");
        for (got, want) in got.iter().zip(want) {
            let deviation = (got - want).norm() / want.norm().max(1.0);
            let good = deviation <= 1e-14;
            if !good {
                println!("✗ FAILED {what}: {got} instead of {want}");
            }
            self.numbers += 1;
            self.failures += usize::from(!good);
            self.worst = self.worst.max(deviation);
        }
    }

    fn close(self) -> ExitCode {
        let Tally { numbers, failures, worst } = self;
        println!("\n{numbers} numbers compared, {failures} failures, worst deviation {worst:.1e}.");
        if failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}
