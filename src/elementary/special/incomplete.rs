//! The incomplete gamma and beta functions, regularised, with their derivatives by every parameter, and their inverses.
//!
//! One tail is an integral of a positive, log-concave function, computed by quadrature beside a prefactor in double-double
//! precision; the derivatives by a and b put powers of ln(t/x), which keep their sign on either side of x, under both tails.
//! Nothing cancels (compare Gil, Segura and Temme, SIAM J. Sci. Comput. 34, 2012, § 2, for the integrals).

use super::dd::{Dd, two_product};
use super::gamma::{digamma_dd, ln_beta_dd, ln_gamma, ln_gamma_dd, ln_gamma_series};
use super::quadrature::{Sum, decay, exp_m1_less, half_line, interval, ln_1p_less, reach};
use super::series::Series;

/// How many derivatives by a there are, and one.
const MOST: usize = 16;

/// Which part of an integral: from 0 to x, or from x on.
#[derive(Clone, Copy, PartialEq)]
enum Tail {
    Lower,
    Upper,
}

/// The integrals ∫ |ln(t/x)|ᵏ (t/x)ᵃ e^(x−t) dt/t over a tail, k < n.
fn gamma_tail(tail: Tail, a: f64, x: f64, n: usize) -> [f64; MOST] {
    let mut sums = [Sum::ZERO; MOST];
    let mut add = |u: f64, e: f64| {
        let mut p = e;
        for sum in &mut sums[..n] {
            sum.add(p);
            p *= u;
        }
    };
    // With t = y e^±u the exponent, less that at y, is ±(a − y) u − y (e^±u − 1 ∓ u).
    let sign = if tail == Tail::Lower { -1.0 } else { 1.0 };
    let along = |y: f64, u: f64| sign * (a - y) * u - y * exp_m1_less(sign * u);
    // The peak at t = a, or for the upper tail of a small a the end of the plateau at t = 1, is the middle.
    let peak = if tail == Tail::Lower { a } else { a.max(1.0) };
    let middle = sign * libm::log(peak / x);
    let (middle, y, base) = if middle > 0.0 {
        let y = x * libm::exp(sign * middle);
        let base = along(x, middle);
        let near = reach(middle, &|s| along(y, s));
        interval(middle - near, middle, &mut |u, w| add(u, w * libm::exp(along(x, u))));
        (middle, y, base)
    } else {
        (0.0, x, 0.0)
    };
    let height = libm::exp(base);
    if tail == Tail::Lower {
        let scale = decay(y - a, y, &|s| along(y, s));
        half_line(scale, &mut |s, w| add(middle + s, w * height * libm::exp(along(y, s))));
    } else {
        // In t = y (1 + v) it falls like e^−yv: (a − y) v + a (ln(1 + v) − v).
        let g = |v: f64| (a - y) * v + a * ln_1p_less(v);
        half_line(decay(y - a, a, &g), &mut |v, w| {
            add(middle + libm::log1p(v), w * height * libm::exp(g(v)) / (1.0 + v));
        });
    }
    sums.map(Sum::value)
}

/// ln of xᵃ e^−x/Γ(a)
fn ln_gamma_weight(a: f64, x: f64) -> Dd {
    Dd::new(x).ln() * a - x - ln_gamma_dd(a)
}

/// P and Q for a, x > 0, both with their relative precision.
fn gamma_both(a: f64, x: f64) -> (f64, f64) {
    let weight = ln_gamma_weight(a, x).exp();
    let of = |tail| (weight * gamma_tail(tail, a, x, 1)[0]).to_f64();
    if x < a {
        let p = of(Tail::Lower);
        (p, if p > 0.9 { of(Tail::Upper) } else { 1.0 - p })
    } else {
        let q = of(Tail::Upper);
        (if q > 0.9 { of(Tail::Lower) } else { 1.0 - q }, q)
    }
}

/// P(a, x) and Q(a, x) with the limits at 0 and ∞.
fn gamma_p_q(a: f64, x: f64) -> (f64, f64) {
    if !(a >= 0.0 && x >= 0.0) || (a == 0.0 && x == 0.0) || (a.is_infinite() && x.is_infinite()) {
        (f64::NAN, f64::NAN)
    } else if x == 0.0 || a.is_infinite() {
        (0.0, 1.0)
    } else if a == 0.0 || x.is_infinite() {
        (1.0, 0.0)
    } else {
        gamma_both(a, x)
    }
}

/// P(a, x) = ∫₀ˣ tᵃ⁻¹ e^−t dt/Γ(a)
pub(crate) fn gamma_p(a: f64, x: f64) -> f64 {
    gamma_p_q(a, x).0
}

/// Q(a, x) = 1 − P(a, x)
pub(crate) fn gamma_q(a: f64, x: f64) -> f64 {
    gamma_p_q(a, x).1
}

/// The derivative of order n ≥ 1 of P by a.
pub(crate) fn gamma_p_by_a(n: u32, a: f64, x: f64) -> f64 {
    let n = n as usize;
    if !(a > 0.0 && x >= 0.0) || n >= MOST {
        return f64::NAN;
    }
    if x == 0.0 || x.is_infinite() {
        return 0.0;
    }
    if a < 1.0 {
        return by_small_a(n, a, x);
    }
    let (lower, upper) = (gamma_tail(Tail::Lower, a, x, n + 1), gamma_tail(Tail::Upper, a, x, n + 1));
    if !(lower[0] + upper[0]).is_finite() {
        return 0.0;
    }
    // P = A/(A + C) with A = Σ Aₖ (−δ)ᵏ/k! and C = Σ Cₖ δᵏ/k!, divided as series: P = p + (c A − p C)/(A + C) for the constant
    // p = 1 − c = A₀/(A₀ + C₀), so that the first coefficient is a sum of terms of one sign.
    let (p, c) = gamma_both(a, x);
    let (mut whole, mut q) = ([0.0; MOST], [0.0; MOST]);
    let (mut factorial, mut sign) = (1.0, 1.0);
    for k in 1..=n {
        factorial *= k as f64;
        sign = -sign;
        let (part, rest) = (sign * lower[k] / lower[0] / factorial, upper[k] / upper[0] / factorial);
        whole[k] = p * part + c * rest;
        q[k] = c * p * (part - rest);
        for j in 1..k {
            q[k] -= whole[k - j] * q[j];
        }
    }
    factorial * q[n]
}

/// The derivative of order n of P by a < 1, where the integral's own derivatives grow like a⁻ⁿ and cancel.
fn by_small_a(n: usize, a: f64, x: f64) -> f64 {
    let order = Series::variable(a, n + 1);
    // ln of xᵃ e^−x/Γ(a + 1)
    let weight = order.scale(Dd::new(x).ln()) - ln_gamma_series(order + 1.0) + -x;
    if x <= 30.0 {
        // (DLMF 8.7.1)
        let (mut term, mut sum) = (order.like(1.0), order.like(1.0));
        for k in 1..300_u32 {
            term = term.scale(x) / (order + f64::from(k));
            sum = sum + term;
            if term.magnitude() < 1e-34 * sum.magnitude() {
                break;
            }
        }
        return (weight.exp() * sum).derivative(n);
    }
    // Q = a xᵃ e^−x/Γ(a + 1) ∫
    let upper = gamma_tail(Tail::Upper, a, x, n + 1);
    let mut integral = order.like(upper[0]);
    let mut factorial = 1.0;
    for k in 1..=n {
        factorial *= k as f64;
        integral.set(k, Dd::new(upper[k] / factorial));
    }
    -(order * weight.exp() * integral).derivative(n)
}

/// xᵃ⁻¹ e^−x/Γ(a), the density of the gamma distribution.
pub(crate) fn gamma_density(a: f64, x: f64) -> f64 {
    if !(a > 0.0 && x >= 0.0) {
        return f64::NAN;
    }
    if x == 0.0 {
        return if a > 1.0 {
            0.0
        } else if a == 1.0 {
            1.0
        } else {
            f64::INFINITY
        };
    }
    if x.is_infinite() || a.is_infinite() {
        return 0.0;
    }
    (ln_gamma_weight(a, x) - Dd::new(x).ln()).exp().to_f64()
}

/// ln x − ψ(a)
pub(crate) fn ln_less_digamma(a: f64, x: f64) -> f64 {
    if !(a > 0.0 && x > 0.0) || a.is_infinite() || x.is_infinite() {
        return libm::log(x) - super::gamma::digamma(a);
    }
    (Dd::new(x).ln() - digamma_dd(Dd::new(a))).to_f64()
}

/// The integrals ∫ |ln(t/x)|ⁱ |ln((1−t)/(1−x))|ʲ (t/x)ᵃ ((1−t)/(1−x))ᵇ dt/(t(1−t)) over the part of (0, 1) below x: for
/// i < ni, j < nj, at the index i nj + j. `complement` is 1 − x.
fn beta_tail(a: f64, b: f64, x: f64, complement: f64, ni: usize, nj: usize) -> [f64; 64] {
    let mut sums = [Sum::ZERO; 64];
    // With t = y e^−u, z = y/(1 − y) (1 − e^−u): ln((1−t)/(1−y)) = ln(1 + z).
    let log = |odds: f64, u: f64| libm::log1p(-odds * libm::expm1(-u));
    let along = |odds: f64, slope: f64, u: f64| {
        let z = -odds * libm::expm1(-u);
        if z < 1.0 {
            // For large a and b the linear terms cancel: together they are `slope`.
            slope * u - b * odds * exp_m1_less(-u) + b * ln_1p_less(z)
        } else {
            b * libm::log1p(z) - a * u
        }
    };
    // b y/c − a, without the loss of the difference
    let slope = |y: f64, c: f64, b: f64, a: f64| ((two_product(b, y) - two_product(a, c)) / c).to_f64();
    let odds = x / complement;
    let mut add = |u: f64, l: f64, e: f64| {
        let mut row = e;
        for i in 0..ni {
            let mut term = row;
            for j in 0..nj {
                sums[i * nj + j].add(term);
                term *= l;
            }
            row *= u;
        }
    };
    // The peak, or the end of the plateau.
    let (a1, b1) = (a.max(1.0), b.max(1.0));
    let (peak, peak_c) = (a1 / (a1 + b1), b1 / (a1 + b1));
    let (middle, y, c, base) = if x > peak {
        // Between them ln((1−t)/(1−x)) = l is the variable, in which 1 − t may change by orders of magnitude: with
        // z = (1/x − 1)(1 − eˡ), ln(t/x) = ln(1 + z).
        let slope_l = -slope(complement, x, a, b);
        let z = |l: f64| -libm::expm1(l) / odds;
        let g = |l: f64| slope_l * l - a / odds * exp_m1_less(l) + a * ln_1p_less(z(l).max(-1.0));
        let end = libm::log(peak_c / complement);
        let base = g(end);
        let near = reach(end, &|s| g(end + s) - base);
        interval(end - near, end, &mut |l, w| {
            let z = z(l);
            add(-libm::log1p(z), l, w * libm::exp(g(l)) / (x * (1.0 + z)));
        });
        (libm::log(x / peak), peak, peak_c, base)
    } else {
        (0.0, x, complement, 0.0)
    };
    let (o, s, height) = (y / c, slope(y, c, b, a), libm::exp(base));
    let scale = decay(-s.min(0.0), b * o / c, &|u| along(o, s, u));
    half_line(scale, &mut |u, w| {
        let l = log(o, u);
        let all = if middle == 0.0 { l } else { log(odds, middle + u) };
        add(middle + u, all, w * height * libm::exp(along(o, s, u) - l) / c);
    });
    sums.map(Sum::value)
}

/// ln of xᵃ (1 − x)ᵇ/B(a, b)
fn ln_beta_weight(a: f64, b: f64, x: f64) -> Dd {
    Dd::new(x).ln() * a + Dd::new(-x).ln_1p() * b - ln_beta_dd(a, b)
}

/// I(x) and 1 − I(x) for a, b > 0 and 0 < x < 1, both with their relative precision.
fn beta_both(a: f64, b: f64, x: f64) -> (f64, f64) {
    let weight = ln_beta_weight(a, b, x).exp();
    let lower = || (weight * beta_tail(a, b, x, 1.0 - x, 1, 1)[0]).to_f64();
    let upper = || (weight * beta_tail(b, a, 1.0 - x, x, 1, 1)[0]).to_f64();
    if x < a / (a + b) {
        let p = lower();
        (p, if p > 0.9 { upper() } else { 1.0 - p })
    } else {
        let q = upper();
        (if q > 0.9 { lower() } else { 1.0 - q }, q)
    }
}

/// I(x; a, b) = ∫₀ˣ tᵃ⁻¹ (1 − t)ᵇ⁻¹ dt/B(a, b)
pub(crate) fn beta_inc(a: f64, b: f64, x: f64) -> f64 {
    if !(a >= 0.0 && b >= 0.0 && (0.0..=1.0).contains(&x)) || a + b == 0.0 || (a + b).is_infinite() {
        f64::NAN
    } else if x == 0.0 || b == 0.0 {
        if x == 1.0 || (a == 0.0 && x > 0.0) { 1.0 } else { 0.0 }
    } else if x == 1.0 || a == 0.0 {
        1.0
    } else {
        beta_both(a, b, x).0
    }
}

/// ∂ⁱ⁺ʲ/∂aⁱ∂bʲ I(x; a, b), i + j ≥ 1; NaN where (i + 1)(j + 1) > 64.
pub(crate) fn beta_inc_by(i: u32, j: u32, a: f64, b: f64, x: f64) -> f64 {
    let (ni, nj) = (i as usize + 1, j as usize + 1);
    if !(a > 0.0 && b > 0.0 && (0.0..=1.0).contains(&x)) || ni * nj > 64 || ni > MOST || nj > MOST {
        return f64::NAN;
    }
    if x == 0.0 || x == 1.0 {
        return 0.0;
    }
    let lower = beta_tail(a, b, x, 1.0 - x, ni, nj);
    let upper = beta_tail(b, a, 1.0 - x, x, nj, ni);
    if !(lower[0] + upper[0]).is_finite() {
        return 0.0;
    }
    // I = A/(A + C): the quotient of two power series in (δa, δb). The signs of the logarithms are + for what the variable's
    // own factor gains.
    let (mut part, mut rest, mut q) = ([0.0; 64], [0.0; 64], [0.0; 64]);
    let (mut f, mut last) = (1.0, 1.0);
    for r in 0..ni {
        if r > 1 {
            f *= r as f64;
        }
        let mut g = f;
        for s in 0..nj {
            if s > 1 {
                g *= s as f64;
            }
            let sign = |odd: usize| if odd.is_multiple_of(2) { 1.0 } else { -1.0 };
            part[r * nj + s] = sign(r) * lower[r * nj + s] / g;
            rest[r * nj + s] = sign(s) * upper[s * ni + r] / g;
            last = g;
        }
    }
    let (p, c) = beta_both(a, b, x);
    let (part_0, rest_0) = (part[0], rest[0]);
    for (part, rest) in part.iter_mut().zip(&mut rest) {
        (*part, *rest) = (*part / part_0, *rest / rest_0);
    }
    for r in 0..ni {
        for s in 0..nj {
            if r + s == 0 {
                continue;
            }
            let mut sum = c * p * (part[r * nj + s] - rest[r * nj + s]);
            for u in 0..=r {
                for v in 0..=s {
                    if u + v > 0 && u + v < r + s {
                        let at = (r - u) * nj + s - v;
                        sum -= (p * part[at] + c * rest[at]) * q[u * nj + v];
                    }
                }
            }
            q[r * nj + s] = sum;
        }
    }
    q[ni * nj - 1] * last
}

/// xᵃ⁻¹ (1 − x)ᵇ⁻¹/B(a, b), the density of the beta distribution.
pub(crate) fn beta_density(a: f64, b: f64, x: f64) -> f64 {
    if !(a > 0.0 && b > 0.0 && (0.0..=1.0).contains(&x)) {
        return f64::NAN;
    }
    let end = |a: f64, b: f64| {
        if a > 1.0 {
            0.0
        } else if a == 1.0 {
            b
        } else {
            f64::INFINITY
        }
    };
    if x == 0.0 {
        return end(a, b);
    }
    if x == 1.0 {
        return end(b, a);
    }
    (ln_beta_weight(a, b, x) - Dd::new(x).ln() - Dd::new(-x).ln_1p()).exp().to_f64()
}

/// ln x + ψ(a + b) − ψ(a)
pub(crate) fn ln_and_digammas(a: f64, b: f64, x: f64) -> f64 {
    let difference = super::gamma::polygamma_difference(0, a, b);
    (Dd::new(x).ln() - difference).to_f64()
}

/// ln(1 − x) + ψ(a + b) − ψ(a)
pub(crate) fn ln_1m_and_digammas(a: f64, b: f64, x: f64) -> f64 {
    let difference = super::gamma::polygamma_difference(0, a, b);
    (Dd::new(-x).ln_1p() - difference).to_f64()
}

/// The root of a concave, increasing function by Newton's method, which approaches it from the left; `f` gives (value, slope).
fn concave_root(mut u: f64, f: &dyn Fn(f64) -> (f64, f64)) -> f64 {
    for _ in 0..200 {
        let (value, slope) = f(u);
        let step = -value / slope;
        if !step.is_finite() {
            return u;
        }
        u += step.clamp(-20.0 - 0.5 * u.abs(), 20.0 + 0.5 * u.abs());
        if step.abs() < 1e-9 {
            break;
        }
    }
    // Newton's steps square the error: after one below 1e-9 the relative error of eᵘ is below 1e-18.
    u
}

/// The x with P(a, x) = p, of which `q` = 1 − p.
fn gamma_inverse(a: f64, p: f64, q: f64) -> f64 {
    if !(a > 0.0 && p >= 0.0 && q >= 0.0) || a.is_infinite() {
        return f64::NAN;
    }
    if p == 0.0 || q == 0.0 {
        return if p == 0.0 { 0.0 } else { f64::INFINITY };
    }
    // ln of a tail and its derivative by ln x, weight × integral and 1/integral, neither of which leaves the range.
    let of = |tail: Tail, u: f64| {
        let x = libm::exp(u);
        let integral = gamma_tail(tail, a, x, 1)[0];
        (ln_gamma_weight(a, x).to_f64() + libm::log(integral), integral.recip())
    };
    if p <= q {
        // P ≤ xᵃ/Γ(a + 1): the root is to the right of this.
        let ln_p = libm::log(p);
        let start = (ln_p + ln_gamma(a + 1.0)) / a;
        if start < -745.0 {
            return 0.0;
        }
        let u = concave_root(start, &|u| {
            let (ln, slope) = of(Tail::Lower, u);
            (ln - ln_p, slope)
        });
        polish(libm::exp(u), &|x| (gamma_both(a, x).0 - p) / gamma_density(a, x))
    } else {
        // ln Q is concave too, and falls.
        let ln_q = libm::log(q);
        let u = concave_root(-libm::log(a.max(1.0)), &|u| {
            let (ln, slope) = of(Tail::Upper, -u);
            (ln - ln_q, slope)
        });
        polish(libm::exp(-u), &|x| (q - gamma_both(a, x).1) / gamma_density(a, x))
    }
}

/// One more step of Newton's method, if it is a small one: in x itself, free of the rounding of its logarithm.
fn polish(x: f64, step: &dyn Fn(f64) -> f64) -> f64 {
    let s = step(x);
    if s.abs() < 1e-6 * x { x - s } else { x }
}

/// The x with P(a, x) = p.
pub(crate) fn gamma_p_inv(a: f64, p: f64) -> f64 {
    gamma_inverse(a, p, 1.0 - p)
}

/// The x with Q(a, x) = q.
pub(crate) fn gamma_q_inv(a: f64, q: f64) -> f64 {
    gamma_inverse(a, 1.0 - q, q)
}

/// The x with I(x; a, b) = p.
pub(crate) fn beta_inc_inv(a: f64, b: f64, p: f64) -> f64 {
    if !(a > 0.0 && b > 0.0 && (0.0..=1.0).contains(&p)) || (a + b).is_infinite() {
        return f64::NAN;
    }
    if p == 0.0 || p == 1.0 {
        return p;
    }
    let (q, upper) = (1.0 - p, p > 0.5);
    // ln I is concave in y = ln(x/(1 − x)), and so is the other tail's logarithm, in −y.
    let (a1, b1, ln_target) = if upper { (b, a, libm::log(q)) } else { (a, b, libm::log(p)) };
    let y = concave_root(libm::log(a1 / b1), &|y| {
        let (x, c) = (1.0 / (1.0 + libm::exp(-y)), 1.0 / (1.0 + libm::exp(y)));
        let integral = beta_tail(a1, b1, x, c, 1, 1)[0];
        let ln = Dd::new(x).ln() * a1 + Dd::new(c).ln() * b1 - ln_beta_dd(a1, b1);
        (ln.to_f64() + libm::log(integral) - ln_target, integral.recip())
    });
    let x = if upper { 1.0 / (1.0 + libm::exp(y)) } else { 1.0 / (1.0 + libm::exp(-y)) };
    if x == 0.0 || x == 1.0 {
        return x;
    }
    polish(x, &|x| {
        if x >= 1.0 {
            return f64::NAN;
        }
        let both = beta_both(a, b, x);
        (if upper { q - both.1 } else { both.0 - p }) / beta_density(a, b, x)
    })
}
