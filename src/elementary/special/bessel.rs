//! Bessel functions of real order with their derivatives by the order, which are coefficients of a power series in it.
//!
//! J, Y and I for small x by power series (DLMF 10.2.2, 10.25.2) and by Temme's series (J. Comput. Phys. 19, 1975; 21, 1976),
//! beyond by Hankel's asymptotic expansions (DLMF 10.17.3, 10.40.1) and recurrence in the stable direction, in double-double
//! precision, which outlasts what the series cancel. K by quadrature of its integral (DLMF 10.32.9), which is positive.
//! Near their zeros J and Y have an error relative to the amplitude √(J² + Y²), of 2⁻⁵³ or much less.
#![allow(clippy::large_types_passed_by_value)] // series of two numbers a term, computed with as with numbers

use super::constants::{PI, RGAMMA};
use super::dd::Dd;
use super::gamma::ln_gamma_series;
use super::quadrature::{Sum, decay, exp_m1_less, half_line, interval, ln_1p_less, reach};
use super::series::{MOST, Series};

/// Up to here power series are summed: they cancel eˣ ≈ 10¹³, of the 10³² that there are.
const SERIES_TO: f64 = 30.0;

/// Which of the functions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    /// J, of the first kind.
    J,
    /// Y, of the second kind.
    Y,
    /// I, modified.
    I,
    /// K, modified.
    K,
    /// eˣ K
    ScaledK,
}

/// Σ (∓x²/4)ᵏ/(k! (ν + 1)ₖ), and how many times 2⁵¹² was taken out of it.
fn power_series(nu: Series, x: f64, sign: f64) -> (Series, i32) {
    let quarter = Dd::new(x * 0.5).square() * sign;
    let (mut term, mut sum) = (nu.like(1.0), nu.like(1.0));
    let mut scale = 0;
    for k in 1..10_000_000_u32 {
        let k = f64::from(k);
        term = term.scale(quarter / k) / (nu + k);
        sum = sum + term;
        if term.magnitude() > 1e150 {
            term = term.times_two_to(-512);
            sum = sum.times_two_to(-512);
            scale += 1;
        }
        if k > x * 0.5 && term.is_negligible_beside(&sum, 1e-26) {
            break;
        }
        // Beside a zero of the sum the terms end by themselves.
        if term.magnitude() < 1e-45 && k > x {
            break;
        }
    }
    (sum, scale)
}

/// (x/2)^ν/Γ(ν + 1) e^extra times the power series, for ν > −1.
fn by_power_series(nu: Series, x: f64, sign: f64, extra: Dd) -> Series {
    let (sum, scale) = power_series(nu, x, sign);
    let ln = nu.scale(Dd::new(x * 0.5).ln()) - ln_gamma_series(nu + 1.0)
        + (extra + super::constants::LN_2 * (512.0 * f64::from(scale)));
    if !(ln.value().hi < 709.0) {
        return ln.like(if ln.value().hi.is_nan() { f64::NAN } else { f64::INFINITY });
    }
    ln.exp() * sum
}

/// cosh σ and sinh σ/σ
fn cosh_and_sinhc(sigma: Series) -> (Series, Series) {
    if sigma.value().hi.abs() > 1.0 {
        let (e, r) = (sigma.exp(), (-sigma).exp());
        return ((e + r).scale(0.5), (e - r).scale(0.5) / sigma);
    }
    let square = sigma.square();
    let (mut cosh, mut sinhc) = (sigma.like(0.0), sigma.like(0.0));
    for k in (1..=24).rev() {
        let k = f64::from(k);
        cosh = (cosh + 1.0) * square * Dd::new((2.0 * k - 1.0) * (2.0 * k)).recip();
        sinhc = (sinhc + 1.0) * square * Dd::new((2.0 * k + 1.0) * (2.0 * k)).recip();
    }
    (cosh + 1.0, sinhc + 1.0)
}

/// Y_μ(x) and Y_μ₊₁(x) for |μ| ≤ ½ and x up to 30, by Temme's series.
fn temme(mu: Series, x: f64) -> (Series, Series) {
    let ln = (Dd::new(2.0) / x).ln();
    let (cosh, sinhc) = cosh_and_sinhc(mu.scale(ln));
    // Of 1/Γ(1 + μ) = Σ cₖ μᵏ: Γ₁ = −Σ c₂ₖ₊₁ μ²ᵏ, Γ₂ = Σ c₂ₖ μ²ᵏ.
    let square = mu.square();
    let (mut odd, mut even) = (mu.like(0.0), mu.like(0.0));
    for pair in RGAMMA.chunks(2).rev() {
        even = even * square + pair[0];
        odd = odd * square + pair.get(1).copied().unwrap_or(Dd::ZERO);
    }
    let (minus, plus) = (even - mu * odd, even + mu * odd);
    // μπ/sin μπ = Γ(1 + μ) Γ(1 − μ)
    let reflection = (minus * plus).recip();
    let half_square = square.scale(0.25);
    let (mut h_odd, mut h_even) = (mu.like(0.0), mu.like(0.0));
    for pair in RGAMMA.chunks(2).rev() {
        h_even = h_even * half_square + pair[0];
        h_odd = h_odd * half_square + pair.get(1).copied().unwrap_or(Dd::ZERO);
    }
    let half = mu.scale(0.5);
    // sin(πμ/2)/(πμ/2)
    let sinc = (h_even - half * h_odd) * (h_even + half * h_odd);
    let r = mu * sinc.square() * (PI.square() * 0.5);
    let mut f = (reflection * (-(cosh * odd) + sinhc * even.scale(ln))).scale(PI.recip() * 2.0);
    let power = mu.scale(ln).exp();
    let mut p = (power / plus).scale(PI.recip());
    let mut q = (power.recip() / minus).scale(PI.recip());
    let quarter = -Dd::new(x * 0.5).square();
    let (mut c, mut sum, mut sum1) = (Dd::ONE, f + r * q, p);
    for k in 1..500_u32 {
        let k = f64::from(k);
        f = (f.scale(k) + p + q) / (-square + k * k);
        c = c * quarter / k;
        p = p / (-mu + k);
        q = q / (mu + k);
        let g = (f + r * q).scale(c);
        sum = sum + g;
        sum1 = sum1 + p.scale(c) - g.scale(k);
        if k > x * 0.5
            && g.scale(k).is_negligible_beside(&sum, 1e-30)
            && g.magnitude() * k < 1e-30 * sum1.magnitude()
        {
            break;
        }
    }
    (-sum, -sum1.scale(Dd::new(2.0) / x))
}

/// The sums of Hankel's expansion: Σ (±1)ᵏ a₂ₖ/x²ᵏ and Σ (±1)ᵏ a₂ₖ₊₁/x²ᵏ⁺¹, aₖ = (4ν² − 1)(4ν² − 9) … /(k! 8ᵏ).
fn hankel_sums(nu: Series, x: Dd, sign: f64) -> (Series, Series) {
    let mu = nu.square().scale(4.0);
    let (mut p, mut q) = (nu.like(1.0), nu.like(0.0));
    let mut a = nu.like(1.0);
    let (mut s, mut last) = (1.0, f64::INFINITY);
    for k in 1..4000_u32 {
        let k = f64::from(k);
        let odd = 2.0 * k - 1.0;
        a = a * (mu + -odd * odd) * (x * (8.0 * k)).recip();
        let size = a.magnitude();
        if size > last && k > nu.value().hi {
            break;
        }
        last = size;
        if k % 2.0 == 1.0 {
            q = q + a.scale(s);
        } else {
            s *= sign;
            p = p + a.scale(s);
        }
        if size < 1e-33 || (k > nu.value().hi && a.is_negligible_beside(&p, 1e-33)) {
            break;
        }
    }
    (p, q)
}

/// Whether Hankel's expansion is precise: its terms grow to e^(ν²/2x) before they fall.
fn hankel_holds(nu: f64, x: f64) -> bool {
    x > SERIES_TO && nu * nu < 12.0 * x
}

/// J and Y by Hankel's expansion: √(2/πx) (P cos χ − Q sin χ), χ = x − (ν/2 + ¼) π.
fn hankel(nu: Series, x: f64) -> (Series, Series) {
    let (p, q) = hankel_sums(nu, Dd::new(x), -1.0);
    let amplitude = (Dd::new(2.0) / (PI * x)).sqrt();
    let (sx, cx) = Dd::new(x).sin_cos();
    let (st, ct) = (nu.scale(0.5) + 0.25).sin_cos_pi();
    let sin = ct.scale(sx) - st.scale(cx);
    let cos = ct.scale(cx) + st.scale(sx);
    ((p * cos - q * sin).scale(amplitude), (p * sin + q * cos).scale(amplitude))
}

/// J_ν and Y_ν for ν ≥ 0 and x > 0 as series in the order; `with` says which is asked for.
fn j_and_y(nu: f64, x: f64, n: usize, with: Kind) -> Series {
    let order = Series::variable(nu, n);
    if hankel_holds(nu, x) {
        let (j, y) = hankel(order, x);
        return if with == Kind::J { j } else { y };
    }
    if x <= SERIES_TO && with == Kind::J {
        return by_power_series(order, x, -1.0, Dd::ZERO);
    }
    // Up from the order in [−½, ½] beside an integer: stable for Y, and for J as long as ν < x.
    let steps = libm::rint(nu);
    let base = order + -steps;
    let (mut y0, mut y1, mut j0, mut j1);
    if x <= SERIES_TO {
        (y0, y1) = temme(base, x);
        (j0, j1) = (y0.like(0.0), y0.like(0.0));
    } else {
        (j0, y0) = hankel(base, x);
        (j1, y1) = hankel(base + 1.0, x);
    }
    let two_over_x = Dd::new(2.0) / x;
    let mut mu = base;
    for _ in 0..steps as u64 {
        let factor = (mu + 1.0).scale(two_over_x);
        (y0, y1) = (y1, factor * y1 - y0);
        if nu < x {
            (j0, j1) = (j1, factor * j1 - j0);
        }
        mu = mu + 1.0;
        if y0.value().hi.is_infinite() || !y0.is_finite() {
            let mut overflow = y0.like(0.0);
            if with == Kind::Y {
                (0..n).for_each(|k| overflow.set(k, Dd::new(f64::NEG_INFINITY)));
            }
            return overflow;
        }
    }
    if with == Kind::Y {
        return y0;
    }
    if nu < x {
        return j0;
    }
    // Beyond x only the way down is stable: r = J_ν₊₁/J_ν, and J_ν₊₁ Y_ν − J_ν Y_ν₊₁ = 2/(πx).
    let from = libm::ceil(15.0 * libm::cbrt(x)) + 45.0;
    let mut r = order.like(0.0);
    for k in (1..=from as u32).rev() {
        r = ((order + f64::from(k)).scale(two_over_x) - r).recip();
    }
    if !y1.is_finite() {
        return y0.like(0.0);
    }
    (r * y0 - y1).recip().scale((PI * x).recip() * 2.0)
}

/// e^(exponent) I_ν for ν ≥ 0 and x > 0 as a series in the order; the exponent is 0 or −x.
fn modified_i(nu: f64, x: f64, n: usize, exponent: f64) -> Series {
    let order = Series::variable(nu, n);
    if hankel_holds(nu, x) {
        let (p, q) = hankel_sums(order, Dd::new(x), 1.0);
        // eˣ/√(2πx) may be a number where eˣ is not.
        let ln = Dd::sum(x, exponent) - (PI * x * 2.0).ln() * 0.5;
        let i = (p - q).scale(ln.exp());
        if n == 1 {
            return i;
        }
        // The exponentially small part (DLMF 10.40.5), which is all of the derivative by the order at 0.
        let (sin, _) = order.sin_cos_pi();
        return i - sin * modified_k(nu, x, n, exponent).scale(PI.recip());
    }
    by_power_series(order, x, 1.0, Dd::new(exponent))
}

/// The integrals ∫₀^∞ uᵐ e^(−x cosh u) {cosh, sinh}(νu) du/m!, m even or odd, m < n: K_ν as a series in ν, for ν ≥ 0, times
/// e^(exponent), which is 0 or x.
fn modified_k(nu: f64, x: f64, n: usize, exponent: f64) -> Series {
    weighted_k(nu, x, n, exponent, 0)
}

/// The integrals of [`modified_k`] with (cosh u − 1)ᵏ more.
fn weighted_k(nu: f64, x: f64, n: usize, exponent: f64, k: u32) -> Series {
    let mut sums = [Sum::ZERO; MOST];
    let mut add = |u: f64, e: f64| {
        let (even, odd) = (1.0 + libm::exp(-2.0 * nu * u), -libm::expm1(-2.0 * nu * u));
        let half = libm::sinh(0.5 * u);
        let mut p = (0..k).fold(e, |p, _| p * 2.0 * half * half);
        for (m, sum) in sums[..n.min(MOST)].iter_mut().enumerate() {
            sum.add(p * if m % 2 == 0 { even } else { odd });
            p *= u;
        }
    };
    // From the peak x sinh u = ν, or from the end of the plateau: the exponent ν s − X (eˢ − 1) − Y (e⁻ˢ − 1) there, with
    // X = x eᶜ/2, Y = x e⁻ᶜ/2.
    let ratio = nu.max(1.0) / x;
    // Where x is large the scale 1/√x is narrow enough for c = 0 to be the middle.
    let c = if nu < 1.0 && x > 1.0 { 0.0 } else { libm::asinh(ratio) };
    let half = Dd::new(x * 0.5);
    let (up, down) = (half * Dd::new(c).exp(), half * (-Dd::new(c)).exp());
    let slope = (Dd::new(nu) - up + down).to_f64();
    let (up, down) = (up.to_f64(), down.to_f64());
    let g = |s: f64| slope * s - up * exp_m1_less(s) - down * exp_m1_less(-s);
    if c > 0.0 {
        let near = reach(c, &g);
        interval(-near, 0.0, &mut |s, w| add((c + s).max(0.0), w * libm::exp(g(s))));
    }
    // The other side in eˢ − 1 = v, so that it falls like e^−v.
    let beyond = |v: f64| {
        // ν ln(1 + v) − X v + Y v/(1 + v), of which the linear part is `slope`.
        if v < 0.1 {
            slope * v + nu * ln_1p_less(v) - down * v * v / (1.0 + v)
        } else {
            nu * libm::log1p(v) - up * v + down * v / (1.0 + v)
        }
    };
    half_line(decay(-slope.min(0.0), nu + 2.0 * down, &beyond), &mut |v, w| {
        add(c + libm::log1p(v), w * libm::exp(beyond(v)) / (1.0 + v));
    });
    // e^(νc − x cosh c) ½, where x (cosh c − 1) = X + Y − x loses nothing in double-double precision for small c.
    let (e, r) = (Dd::new(c).exp_m1(), (-Dd::new(c)).exp_m1());
    let height = (Dd::new(c) * nu - half * (e + r) + (exponent - x)).exp() * 0.5;
    let mut series = Series::constant(0.0, n);
    let mut factorial = 1.0;
    for m in 0..n.min(MOST) {
        if m > 1 {
            factorial *= m as f64;
        }
        series.set(m, height * sums[m].value() / factorial);
    }
    series
}

/// Flips the sign of the variable.
fn reversed(series: Series, n: usize) -> Series {
    let mut result = series;
    for k in (1..n.min(MOST)).step_by(2) {
        result.set(k, -series.coefficient(k));
    }
    result
}

/// The derivative of order m by the order ν of J, Y, I or K, or of their scaled forms; for any real ν and x > 0, and for negative x where ν is an
/// integer and the function has a value.
pub(crate) fn by_order(kind: Kind, m: u32, nu: f64, x: f64) -> f64 {
    let n = m as usize + 1;
    if n > MOST || !nu.is_finite() || x.is_nan() {
        return f64::NAN;
    }
    if x < 0.0 {
        // For integers the functions J and I are even or odd; their derivatives by the order are not real.
        let integer = libm::rint(nu) == nu;
        if m > 0 || !integer || matches!(kind, Kind::Y | Kind::K | Kind::ScaledK) {
            return f64::NAN;
        }
        let odd = libm::rint(nu * 0.5) != nu * 0.5;
        let y = by_order(kind, 0, nu, -x);
        return if odd { -y } else { y };
    }
    if x == 0.0 {
        return at_zero(kind, m, nu);
    }
    if x.is_infinite() {
        return if kind == Kind::I && m == 0 { x } else { 0.0 };
    }
    let mu = nu.abs();
    if m == 0 && x > 1e5 && kind == Kind::I && mu < 100.0 {
        return f64::INFINITY;
    }
    if m == 0 && x < 1e-290 && nu >= 0.0 && (kind == Kind::Y || kind == Kind::K || kind == Kind::ScaledK) {
        return of_second_kind_at_zero(kind, nu, x);
    }
    // Only the integer order itself is its own reflection; without derivatives it needs no other function.
    let integer = libm::rint(nu) == nu;
    let sign = if libm::rint(nu * 0.5) == nu * 0.5 { 1.0 } else { -1.0 };
    let below = nu < 0.0;
    if below && integer && m == 0 {
        let y = by_order(kind, 0, mu, x);
        return if kind == Kind::J || kind == Kind::Y { sign * y } else { y };
    }
    let order = Series::variable(mu, n);
    let result = match kind {
        Kind::K => modified_k(mu, x, n, 0.0),
        Kind::ScaledK => modified_k(mu, x, n, x),
        Kind::I => {
            let i = modified_i(mu, x, n, 0.0);
            if below {
                // I_−μ = I_μ + (2/π) sin μπ K_μ
                let (sin, _) = order.sin_cos_pi();
                let k = modified_k(mu, x, n, 0.0).scale(PI.recip() * 2.0);
                if k.value().hi.is_infinite() { sin.scale(k.value()) } else { i + sin * k }
            } else {
                i
            }
        }
        Kind::J | Kind::Y if below => {
            let (sin, cos) = order.sin_cos_pi();
            let (j, y) = (j_and_y(mu, x, n, Kind::J), j_and_y(mu, x, n, Kind::Y));
            let product = |a: Series, b: Series| {
                if a.magnitude() == 0.0 {
                    a
                } else if b.value().hi.is_infinite() {
                    // Its sign, whatever the derivatives.
                    a.scale(b.value())
                } else {
                    a * b
                }
            };
            if kind == Kind::J {
                product(cos, j) - product(sin, y)
            } else {
                product(sin, j) + product(cos, y)
            }
        }
        _ => j_and_y(mu, x, n, kind),
    };
    let result = if below { reversed(result, n) } else { result };
    result.derivative(m as usize)
}

/// Y, K or eˣ K for x so small that the first term has all digits (DLMF 10.8.2, 10.31.2, 10.7.4, 10.30.2).
fn of_second_kind_at_zero(kind: Kind, nu: f64, x: f64) -> f64 {
    const EULER: f64 = 0.577_215_664_901_532_9;
    let k = if nu == 0.0 {
        core::f64::consts::LN_2 - libm::log(x) - EULER
    } else {
        // ½ Γ(ν) (2/x)^ν
        0.5 * libm::exp(super::gamma::ln_gamma(nu) + nu * (core::f64::consts::LN_2 - libm::log(x)))
    };
    if kind == Kind::Y { -k * core::f64::consts::FRAC_2_PI } else { k }
}

/// The limits for x → +0.
fn at_zero(kind: Kind, m: u32, nu: f64) -> f64 {
    let first = matches!(kind, Kind::J | Kind::I);
    let integer = libm::rint(nu) == nu;
    match (first, m) {
        (true, 0) if nu == 0.0 => 1.0,
        (true, 0) if nu > 0.0 || integer => 0.0,
        (true, _) if nu > 0.0 => 0.0,
        (true, 1) if nu == 0.0 => f64::NEG_INFINITY,
        // 1/Γ(ν + 1) has the sign of the infinity.
        (true, 0) => f64::INFINITY.copysign(super::gamma::rgamma(nu + 1.0)),
        (false, 0) if kind != Kind::Y => f64::INFINITY,
        (false, 0) if nu >= 0.0 => f64::NEG_INFINITY,
        _ => f64::NAN,
    }
}

/// √(π/2x) J_ν(x) or Y, for ν = n + ½: spherical Bessel functions, j_n and y_n.
pub(crate) fn spherical(kind: Kind, n: i32, x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    if n < 0 {
        // j_−n = (−1)ⁿ y_n−1, y_−n = (−1)ⁿ⁻¹ j_n−1
        let sign = if n % 2 == 0 { 1.0 } else { -1.0 };
        return if kind == Kind::J {
            sign * spherical(Kind::Y, -n - 1, x)
        } else {
            -sign * spherical(Kind::J, -n - 1, x)
        };
    }
    if x < 0.0 {
        let sign = if (n % 2 == 0) == (kind == Kind::J) { 1.0 } else { -1.0 };
        return sign * spherical(kind, n, -x);
    }
    if x == 0.0 {
        return match kind {
            Kind::J if n == 0 => 1.0,
            Kind::J => 0.0,
            _ => f64::NEG_INFINITY,
        };
    }
    if x.is_infinite() {
        return 0.0;
    }
    let nu = f64::from(n) + 0.5;
    if kind == Kind::J && x <= SERIES_TO {
        let extra = ((PI * 0.5).ln() - Dd::new(x).ln()) * 0.5;
        return by_power_series(Series::constant(nu, 1), x, -1.0, extra).value().to_f64();
    }
    if kind == Kind::Y {
        // y₀ = −cos x/x, y₁ = −cos x/x² − sin x/x, and up.
        let (sin, cos) = Dd::new(x).sin_cos();
        let mut y0 = -cos / x;
        if n == 0 {
            return y0.to_f64();
        }
        let mut y1 = (y0 - sin) / x;
        for k in 1..n {
            (y0, y1) = (y1, y1 * f64::from(2 * k + 1) / x - y0);
            if !y1.hi.is_finite() {
                return f64::NEG_INFINITY;
            }
        }
        return y1.to_f64();
    }
    let amplitude = (PI / (Dd::new(x) * 2.0)).sqrt();
    (j_and_y(nu, x, 1, kind).value() * amplitude).to_f64()
}

/// The derivative of order k of eˣ K_n(x): (−1)ᵏ times an integral of what is positive.
pub(crate) fn scaled_k(n: i32, k: u32, x: f64) -> f64 {
    if !(x >= 0.0) {
        return f64::NAN;
    }
    let sign = if k.is_multiple_of(2) { 1.0 } else { -1.0 };
    if x == 0.0 {
        return sign * f64::INFINITY;
    }
    if x.is_infinite() {
        return 0.0 * sign;
    }
    sign * weighted_k(f64::from(n).abs(), x, 1, x, k).value().to_f64()
}

/// The derivative of order k of e^−|x| I_n(x).
pub(crate) fn scaled_i(n: i32, k: u32, x: f64) -> f64 {
    let nu = f64::from(n.unsigned_abs());
    if x < 0.0 {
        let sign = if (n.unsigned_abs() + k).is_multiple_of(2) { 1.0 } else { -1.0 };
        return sign * scaled_i(n, k, -x);
    }
    if !x.is_finite() {
        return if x > 0.0 { 0.0 } else { x };
    }
    if x > SERIES_TO && nu * nu < x {
        // Hankel's expansion, as a power series in x.
        if k as usize >= MOST {
            return f64::NAN;
        }
        let variable = Series::variable(x, k as usize + 1);
        let mu = Dd::new(4.0 * nu * nu);
        let (mut a, mut sum) = (variable.like(1.0), variable.like(1.0));
        for j in 1..200_u32 {
            let j = f64::from(j);
            let odd = 2.0 * j - 1.0;
            let next = a.scale(-(mu - odd * odd) / (8.0 * j)) / variable;
            if next.magnitude() > a.magnitude() && odd > 2.0 * nu {
                break;
            }
            a = next;
            sum = sum + a;
            if a.magnitude() == 0.0 {
                break;
            }
        }
        let root = (variable.ln().scale(-0.5)).exp().scale((PI * 2.0).sqrt().recip());
        return (sum * root).derivative(k as usize);
    }
    // Σ C(k, j) (−1)ᵏ⁻ʲ I⁽ʲ⁾ with I⁽ʲ⁾ = 2⁻ʲ Σ C(j, i) I_(n−j+2i), in double-double precision.
    let value = |m: i32| -> Dd {
        let m = f64::from(m.unsigned_abs());
        if x == 0.0 {
            return if m == 0.0 { Dd::ONE } else { Dd::ZERO };
        }
        modified_i(m, x, 1, -x).value()
    };
    let mut total = Dd::ZERO;
    let mut outer = if k.is_multiple_of(2) { 1.0 } else { -1.0 };
    for j in 0..=k {
        let (mut part, mut inner) = (Dd::ZERO, 1.0);
        for i in 0..=j {
            part = part + value(n - j as i32 + 2 * i as i32) * inner;
            inner = inner * f64::from(j - i) / f64::from(i + 1);
        }
        total = total + part * outer * libm::ldexp(1.0, -(j as i32));
        outer = -outer * f64::from(k - j) / f64::from(j + 1);
    }
    total.to_f64()
}
