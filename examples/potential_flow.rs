//! Air around a wing, by one complex function: a Joukowski aerofoil, its streamlines, its pressure and its lift.
//!
//! `cargo run --release --example potential_flow`
//!
//! A plane flow without friction and vortices has a complex potential W(z) = φ + iψ, a holomorphic function: its imaginary part
//! is constant along streamlines, and its derivative is the velocity, dW/dz = u − iv. The flow around a circle is known
//! in closed form, and the map z = ζ + 1/ζ bends a circle through ζ = 1 into an aerofoil with a sharp trailing
//! edge. So the flow around the wing is W(ζ) with
//!
//! ```text
//! dW/dz = W′(ζ) / z′(ζ)
//! ```
//!
//! and both derivatives come from `derivative` at a complex point: nobody differentiates by hand. The trailing edge, where z′ = 0, would
//! have infinite speed; the circulation Γ = 4π U R sin(α + β) is the one that makes W′ vanish there too (Kutta).
//!
//! Checked, else the example exits with a failure: the force by summing the pressure over the surface is the one of Kutta and
//! Joukowski, ρUΓ across the stream, to 1e-12, and nothing along it (d'Alembert's paradox); the flow is tangential at the surface;
//! Bernoulli's stagnation points have c_p = 1. Drawn to `target/pictures/potential_flow.svg`: colour is the pressure, blue
//! for suction, lines are streamlines.

#![allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)] // pixels and counts

mod picture;

use holograd::{Scalar, derivative, lit};
use num_complex::Complex64;
use picture::{Frame, Rgb, RgbImage, Sheet};
use std::error::Error;
use std::f64::consts::{PI, TAU};

const fn c(re: f64, im: f64) -> Complex64 {
    Complex64::new(re, im)
}

/// The circle in the plane of ζ, and the stream: speed 1, angle of attack α.
struct Wing {
    centre: Complex64,
    radius: f64,
    attack: f64,
    circulation: f64,
}

impl Wing {
    fn new(centre: Complex64, attack: f64) -> Self {
        let radius = (1.0 - centre).norm();
        let beta = (centre.im / radius).asin();
        Wing { centre, radius, attack, circulation: 4.0 * PI * radius * (attack + beta).sin() }
    }

    /// W(ζ) = e^(−iα) t + R² e^(iα)/t + iΓ/2π ln t, t = ζ − centre
    fn potential<T: Scalar<Primal = Complex64>>(&self, zeta: T) -> T {
        let constant = |c: Complex64| T::constant(c);
        let stream = Complex64::cis(-self.attack);
        let t = zeta - constant(self.centre);
        t * constant(stream)
            + constant(self.radius * self.radius * stream.conj()) / t
            + t.ln() * constant(c(0.0, self.circulation / TAU))
    }

    /// dW/dz at the image of ζ, where neither is the trailing edge
    fn velocity(&self, zeta: Complex64) -> Complex64 {
        derivative(|zeta| self.potential(zeta), zeta) / derivative(joukowski, zeta)
    }

    /// The point outside the circle that maps to z, if z is outside the wing: of the two solutions, whose product is 1, the
    /// one farther out.
    fn outside(&self, z: Complex64) -> Option<Complex64> {
        let root = Scalar::sqrt(z - 2.0) * Scalar::sqrt(z + 2.0);
        let solutions = [(z + root) / 2.0, (z - root) / 2.0];
        let zeta = solutions
            .into_iter()
            .max_by(|a, b| (a - self.centre).norm().total_cmp(&(b - self.centre).norm()))?;
        ((zeta - self.centre).norm() > self.radius).then_some(zeta)
    }

    fn surface(&self, angle: f64) -> Complex64 {
        self.centre + Complex64::from_polar(self.radius, angle)
    }
}

/// z = ζ + 1/ζ
fn joukowski<T: Scalar>(zeta: T) -> T {
    zeta + lit(1.0) / zeta
}

/// Bernoulli: (p − p∞)/(½ρU²) = 1 − |v|²
fn pressure(velocity: Complex64) -> f64 {
    1.0 - velocity.norm_sqr()
}

/// F_x + iF_y per ½ρU² by the pressure on n pieces of the surface, −∮ p n ds with n ds = −i dz.
fn force(wing: &Wing, n: u32) -> Complex64 {
    let trailing = (c(1.0, 0.0) - wing.centre).arg();
    let piece = |k: u32| {
        // Symmetric about the trailing edge, and never on it.
        let angle = trailing + TAU * (f64::from(k) + 0.5) / f64::from(n);
        let zeta = wing.surface(angle);
        let dzeta = Complex64::i() * (zeta - wing.centre) * (TAU / f64::from(n));
        let dz = derivative(joukowski, zeta) * dzeta;
        Complex64::i() * dz * pressure(wing.velocity(zeta))
    };
    (0..n).map(piece).sum()
}

/// The larger one, or NaN, which `f64::max` would pass over.
fn larger(a: f64, b: f64) -> f64 {
    if a.is_nan() || b <= a { a } else { b }
}

fn check(what: &str, error: f64, bound: f64) -> Result<(), String> {
    println!("{what}: {error:.1e}");
    if error <= bound { Ok(()) } else { Err(format!("{what}: {error:e} is above {bound:e}")) }
}

/// Blue for suction, white for the pressure of the stream, red at rest.
fn colour(cp: f64) -> [f64; 3] {
    const BLUE: [f64; 3] = [0.06, 0.24, 0.55];
    const LIGHT: [f64; 3] = [0.96, 0.97, 0.98];
    const RED: [f64; 3] = [0.80, 0.16, 0.20];
    let (towards, t) = if cp < 0.0 { (BLUE, 1.0 - (cp / 1.1).exp()) } else { (RED, cp) };
    [0, 1, 2].map(|i| LIGHT[i] + (towards[i] - LIGHT[i]) * t)
}

fn draw(wing: &Wing) -> RgbImage {
    const WIDTH: u32 = 1400;
    const HEIGHT: u32 = 800;
    const SAMPLES: u32 = 2;
    let scale = 6.4 / f64::from(WIDTH);
    let ink = |z: Complex64| {
        let Some(zeta) = wing.outside(z) else { return [0.16, 0.18, 0.22] };
        let velocity = wing.velocity(zeta);
        // The distance to the next streamline is the difference of ψ over its slope, |dW/dz|: lines of one width.
        let spacing = 0.16;
        let level = wing.potential(zeta).im / spacing;
        let distance = (level - level.round()).abs() * spacing / velocity.norm().max(1e-9);
        let line = (1.2 - distance / scale).clamp(0.0, 1.0) * 0.55;
        colour(pressure(velocity)).map(|c| c * (1.0 - line))
    };
    RgbImage::from_fn(WIDTH, HEIGHT, |x, y| {
        let mut sum = [0.0; 3];
        for (i, j) in (0..SAMPLES).flat_map(|i| (0..SAMPLES).map(move |j| (i, j))) {
            let offset = |k: u32| (f64::from(k) + 0.5) / f64::from(SAMPLES);
            let re = (f64::from(x) + offset(i) - f64::from(WIDTH) / 2.0) * scale;
            let im = (f64::from(HEIGHT) / 2.0 - f64::from(y) - offset(j)) * scale;
            for (sum, c) in sum.iter_mut().zip(ink(c(re, im))) {
                *sum += c / f64::from(SAMPLES * SAMPLES);
            }
        }
        Rgb(sum.map(|c| (255.0 * c) as u8))
    })
}

fn main() -> Result<(), Box<dyn Error>> {
    let wing = Wing::new(c(-0.1, 0.12), 8_f64.to_radians());
    println!(
        "Circle of radius {:.4} around {}, 8° of attack: Γ = {:.6}\n",
        wing.radius, wing.centre, wing.circulation
    );

    println!("── Lift ──");
    // Kutta and Joukowski: ρUΓ a quarter turn from the stream, that is 2Γ per ½ρU².
    let exact = Complex64::i() * Complex64::cis(wing.attack) * 2.0 * wing.circulation;
    for n in [10, 20, 40, 80, 160] {
        println!("pressure on {n:>3} pieces: {:.12}", force(&wing, n));
    }
    println!("Kutta and Joukowski:    {exact:.12}");
    let force = force(&wing, 160);
    check("force, relative error", (force - exact).norm() / exact.norm(), 1e-12)?;
    let along = force * Complex64::cis(-wing.attack);
    check("drag over lift", along.re.abs() / along.im, 1e-12)?;
    println!("lift coefficient, on the chord: {:.4}", along.im / chord(&wing));

    println!("\n── Flow at the surface ──");
    let (mut through, mut stagnation, mut suction) = (0.0_f64, f64::MIN, f64::MAX);
    for k in 0..100_000 {
        let zeta = wing.surface(TAU * f64::from(k) / 1e5 + 1e-7);
        let velocity = wing.velocity(zeta);
        let tangent = derivative(joukowski, zeta) * Complex64::i() * (zeta - wing.centre);
        // (u − iv)(dx + i dy) is dφ + i dψ: its imaginary part is what flows through.
        through = larger(through, (velocity * tangent).im.abs() / tangent.norm());
        stagnation = stagnation.max(pressure(velocity));
        suction = suction.min(pressure(velocity));
    }
    check("largest speed through the surface", through, 1e-9)?;
    check("1 − c_p at the stagnation point", 1.0 - stagnation, 1e-6)?;
    let edge = derivative(|zeta| wing.potential(zeta), c(1.0, 0.0)).norm();
    check("W′ at the trailing edge (Kutta)", edge, 1e-13)?;
    println!("strongest suction: c_p = {suction:.3}");

    let file = sheet(&wing, along.im / chord(&wing), suction)?.save("potential_flow")?;
    println!("\nStreamlines and pressure are in {file}");
    Ok(())
}

/// The flow, a scale of the pressure and what is to be seen.
fn sheet(wing: &Wing, lift: f64, suction: f64) -> Result<Sheet, Box<dyn Error>> {
    let flow = draw(wing);
    let (width, height) = (f64::from(flow.width()), f64::from(flow.height()));
    let frame = Frame {
        x: 80.0,
        y: 50.0,
        width,
        height,
        left: -3.2,
        right: 3.2,
        bottom: -3.2 * height / width,
        top: 3.2 * height / width,
    };
    let title = format!(
        "Flow around a Joukowski aerofoil at 8°: streamlines Im W, pressure by dW/dz, lift coefficient {lift:.3}"
    );
    let mut sheet = Sheet::new(width + 190.0, height + 115.0, &title);
    sheet.pixels(&frame, &flow)?;
    sheet.axes(&frame, (&[-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0], "Re z"), (&[-1.0, 0.0, 1.0], "Im z"));
    let nose = wing.surface(PI);
    let (x, y) = frame.at(joukowski(nose).re, joukowski(nose).im);
    sheet.label((x - 190.0, y + 60.0), "stagnation: c_p = 1");
    sheet.label((x + 40.0, y - 160.0), &format!("suction: c_p down to {suction:.2}").replace('-', "−"));
    let (x, y) = frame.at(2.0, 0.0);
    sheet.label((x + 14.0, y + 32.0), "smooth at the edge: Kutta");

    // The colours of the pressure.
    let bar = Frame {
        x: width + 110.0,
        y: 50.0,
        width: 24.0,
        height,
        left: 0.0,
        right: 1.0,
        bottom: -3.0,
        top: 1.0,
    };
    let shade = RgbImage::from_fn(24, flow.height(), |_, y| {
        Rgb(colour(1.0 - 4.0 * (f64::from(y) + 0.5) / height).map(|c| (255.0 * c) as u8))
    });
    sheet.pixels(&bar, &shade)?;
    for tick in [-3, -2, -1, 0, 1] {
        let (_, y) = bar.at(0.0, f64::from(tick));
        sheet.text((bar.x + 32.0, y + 5.0), 14.0, "start", &tick.to_string().replace('-', "−"));
    }
    sheet.text((bar.x + 12.0, height + 94.0), 16.0, "middle", "c_p");
    Ok(sheet)
}

/// From the nose to the trailing edge.
fn chord(wing: &Wing) -> f64 {
    let nose =
        (0..10_000).map(|k| joukowski(wing.surface(TAU * f64::from(k) / 1e4)).re).fold(f64::MAX, f64::min);
    2.0 - nose
}
