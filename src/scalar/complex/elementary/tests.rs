//! Annex G, exact symmetries, extremes. The tables are in `tests/complex.rs`.

#![allow(clippy::unreadable_literal, clippy::excessive_precision)] // 18 digits as mpmath gave them
#![allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)] // rounding is meant
#![allow(clippy::items_after_statements, clippy::too_many_lines)] // tables

use super::parts::turn;
use super::twofold::{exponent, scale};
use super::*;

type Unary = (&'static str, fn(C) -> C);

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;
const PI: f64 = core::f64::consts::PI;

macro_rules! names { ($($f:ident)*) => { &[$((stringify!($f), $f::<f64>)),*] } }

#[rustfmt::skip]
const UNARY: &[Unary] = names![
    recip sqrt cbrt exp exp2 exp_m1 ln ln_1p log2 log10 sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh sinc sigmoid
    softplus cbrt_slope asin_slope asinh_slope acosh_slope atan_slope atanh_slope sec_squared sech_squared
    sigmoid_slope
];
const ODD: &[Unary] = names![recip sin tan asin atan sinh tanh asinh atanh];

/// Both parts within 16 units of 2⁻⁵³.
#[track_caller]
fn assert_near(got: C, re: f64, im: f64) {
    let units = |got: f64, want: f64| {
        if got == want { 0.0 } else { ((got - want) / want).abs() / f64::EPSILON * 2.0 }
    };
    assert!(units(got.re, re) <= 16.0 && units(got.im, im) <= 16.0, "got {got:e}, want {re:e} + {im:e} i");
}

/// The same up to the sign of NaN; a 9 in `want` is "any sign of zero", an 8 "any sign of infinity".
fn same(got: f64, want: f64) -> bool {
    if want.is_nan() {
        got.is_nan()
    } else if want == 9.0 {
        got == 0.0
    } else if want == 8.0 {
        got.is_infinite()
    } else if want == 0.0 || want.is_infinite() {
        got.to_bits() == want.to_bits()
    } else {
        (got - want).abs() <= want.abs() * 4.5e-16
    }
}

#[test]
#[rustfmt::skip]
fn infinities_and_nan_are_those_of_annex_g() {
    const Q: f64 = PI / 4.0;
    const H: f64 = PI / 2.0;
    let (s2, c2) = 2.0_f64.sin_cos();
    let inf_at = |t: f64| INF.copysign(t);
    type Row = (f64, f64, f64, f64);
    let tables: &[(&str, fn(C) -> C, Vec<Row>)] = &[
        ("acos", acos, vec![
            (0.0, 0.0, H, -0.0), (-0.0, 0.0, H, -0.0), (0.0, NAN, H, NAN), (-0.0, NAN, H, NAN), (1.0, INF, H, -INF), (0.0, INF, H, -INF),
            (1.0, NAN, NAN, NAN), (-INF, 1.0, PI, -INF), (INF, 1.0, 0.0, -INF), (-INF, INF, 3.0 * Q, -INF), (INF, INF, Q, -INF),
            (INF, NAN, NAN, 8.0), (-INF, NAN, NAN, 8.0), (NAN, 1.0, NAN, NAN), (NAN, INF, NAN, -INF), (NAN, NAN, NAN, NAN)]),
        ("acosh", acosh, vec![
            (0.0, 0.0, 0.0, H), (-0.0, 0.0, 0.0, H), (1.0, INF, INF, H), (0.0, NAN, NAN, H), (1.0, NAN, NAN, NAN), (-INF, 1.0, INF, PI),
            (INF, 1.0, INF, 0.0), (-INF, INF, INF, 3.0 * Q), (INF, INF, INF, Q), (INF, NAN, INF, NAN), (-INF, NAN, INF, NAN),
            (NAN, 1.0, NAN, NAN), (NAN, INF, INF, NAN), (NAN, NAN, NAN, NAN)]),
        ("asinh", asinh, vec![
            (0.0, 0.0, 0.0, 0.0), (1.0, INF, INF, H), (1.0, NAN, NAN, NAN), (INF, 1.0, INF, 0.0), (INF, INF, INF, Q), (INF, NAN, INF, NAN),
            (NAN, 0.0, NAN, 0.0), (NAN, 1.0, NAN, NAN), (NAN, INF, 8.0, NAN), (NAN, NAN, NAN, NAN)]),
        ("asin", asin, vec![
            (0.0, 0.0, 0.0, 0.0), (INF, 1.0, H, INF), (NAN, 1.0, NAN, NAN), (1.0, INF, 0.0, INF), (INF, INF, Q, INF), (NAN, INF, NAN, INF),
            (0.0, NAN, 0.0, NAN), (1.0, NAN, NAN, NAN), (INF, NAN, NAN, 8.0), (NAN, NAN, NAN, NAN)]),
        ("atanh", atanh, vec![
            (0.0, 0.0, 0.0, 0.0), (0.0, NAN, 0.0, NAN), (1.0, 0.0, INF, 0.0), (1.0, INF, 0.0, H), (1.0, NAN, NAN, NAN), (INF, 1.0, 0.0, H),
            (INF, INF, 0.0, H), (INF, NAN, 0.0, NAN), (NAN, 1.0, NAN, NAN), (NAN, INF, 9.0, H), (NAN, NAN, NAN, NAN)]),
        ("atan", atan, vec![
            (0.0, 0.0, 0.0, 0.0), (NAN, 0.0, NAN, 0.0), (0.0, 1.0, 0.0, INF), (INF, 1.0, H, 0.0), (NAN, 1.0, NAN, NAN), (1.0, INF, H, 0.0),
            (INF, INF, H, 0.0), (NAN, INF, NAN, 0.0), (1.0, NAN, NAN, NAN), (INF, NAN, H, 9.0), (NAN, NAN, NAN, NAN)]),
        ("cosh", cosh, vec![
            (0.0, 0.0, 1.0, 0.0), (0.0, INF, NAN, 9.0), (0.0, NAN, NAN, 9.0), (1.0, INF, NAN, NAN), (1.0, NAN, NAN, NAN), (INF, 0.0, INF, 0.0),
            (INF, 2.0, inf_at(c2), inf_at(s2)), (INF, INF, 8.0, NAN), (INF, NAN, INF, NAN), (NAN, 0.0, NAN, 9.0), (NAN, 1.0, NAN, NAN), (NAN, NAN, NAN, NAN)]),
        ("sinh", sinh, vec![
            (0.0, 0.0, 0.0, 0.0), (0.0, INF, 9.0, NAN), (0.0, NAN, 9.0, NAN), (1.0, INF, NAN, NAN), (1.0, NAN, NAN, NAN), (INF, 0.0, INF, 0.0),
            (INF, 2.0, inf_at(c2), inf_at(s2)), (INF, INF, 8.0, NAN), (INF, NAN, 8.0, NAN), (NAN, 0.0, NAN, 0.0), (NAN, 1.0, NAN, NAN), (NAN, NAN, NAN, NAN)]),
        ("tanh", tanh, vec![
            (0.0, 0.0, 0.0, 0.0), (0.0, INF, 0.0, NAN), (1.0, INF, NAN, NAN), (0.0, NAN, 0.0, NAN), (1.0, NAN, NAN, NAN), (30.0, INF, NAN, NAN),
            (INF, 2.0, 1.0, -0.0), (INF, 1.0, 1.0, 0.0), (INF, INF, 1.0, 9.0), (INF, NAN, 1.0, 9.0), (NAN, 0.0, NAN, 0.0), (NAN, 1.0, NAN, NAN), (NAN, NAN, NAN, NAN)]),
        ("exp", exp, vec![
            (0.0, 0.0, 1.0, 0.0), (-0.0, 0.0, 1.0, 0.0), (1.0, INF, NAN, NAN), (1.0, NAN, NAN, NAN), (INF, 0.0, INF, 0.0), (-INF, 2.0, -0.0, 0.0),
            (INF, 2.0, inf_at(c2), inf_at(s2)), (-INF, INF, 9.0, 9.0), (INF, INF, 8.0, NAN), (-INF, NAN, 9.0, 9.0), (INF, NAN, 8.0, NAN),
            (NAN, 0.0, NAN, 0.0), (NAN, 1.0, NAN, NAN), (NAN, NAN, NAN, NAN), (1e5, 0.0, INF, 0.0)]),
        ("ln", ln, vec![
            (-0.0, 0.0, -INF, PI), (0.0, 0.0, -INF, 0.0), (1.0, INF, INF, H), (1.0, NAN, NAN, NAN), (-INF, 1.0, INF, PI), (INF, 1.0, INF, 0.0),
            (-INF, INF, INF, 3.0 * Q), (INF, INF, INF, Q), (INF, NAN, INF, NAN), (-INF, NAN, INF, NAN), (NAN, 1.0, NAN, NAN), (NAN, INF, INF, NAN), (NAN, NAN, NAN, NAN)]),
        ("sqrt", sqrt, vec![
            (0.0, 0.0, 0.0, 0.0), (-0.0, 0.0, 0.0, 0.0), (1.0, INF, INF, INF), (NAN, INF, INF, INF), (-INF, INF, INF, INF), (1.0, NAN, NAN, NAN),
            (-INF, 1.0, 0.0, INF), (INF, 1.0, INF, 0.0), (-INF, NAN, NAN, 8.0), (INF, NAN, INF, NAN), (NAN, 1.0, NAN, NAN), (NAN, NAN, NAN, NAN), (0.0, NAN, NAN, NAN)]),
    ];
    let mut wrong = Vec::new();
    for (name, f, rows) in tables {
        for &(x, y, u, v) in rows {
            let up = f(c(x, y));
            let down = f(c(x, -y));
            let flipped = if v == 8.0 || v == 9.0 { v } else { -v };
            if !(same(up.re, u) && same(up.im, v)) {
                wrong.push(format!("{name}({x:?} + {y:?} i) = {up:?}, want {u:?} + {v:?} i"));
            }
            if !(same(down.re, u) && same(down.im, flipped)) {
                wrong.push(format!("{name}({x:?} − {y:?} i) = {down:?}, want {u:?} − {v:?} i"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn division_follows_annex_g() {
    assert!(quotient(c(1.0, 1.0), c(0.0, 0.0)).re.is_infinite());
    assert!(quotient(c(INF, NAN), c(1.0, 1.0)).re.is_infinite());
    assert_eq!(quotient(c(1.0, 1.0), c(INF, NAN)), c(0.0, 0.0));
    assert_eq!(quotient(c(1.0, 2.0), c(INF, 3.0)), c(0.0, 0.0));
    assert!(quotient(c(0.0, 0.0), c(0.0, 0.0)).re.is_nan());
    assert_eq!(quotient(c(1e300, 1e300), c(1e300, 1e300)), c(1.0, 0.0));
    assert_eq!(quotient(c(5e-324, 5e-324), c(5e-324, 5e-324)), c(1.0, 0.0));
    assert_eq!(quotient(c(1e308, 1e308), c(2.0, 2.0)), c(5e307, 0.0));
    assert_near(recip(c(1e300, 1e300)), 5e-301, -5e-301);
    assert_eq!(recip(c(0.0, 0.0)).re, INF);
}

/// A small generator of random points: moduli over the whole range, also on the axes, with both zeros.
struct Points(u64);

impl Points {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / 9_007_199_254_740_992.0
    }

    fn real(&mut self) -> f64 {
        let k = self.uniform();
        let sign = if self.uniform() < 0.5 { -1.0 } else { 1.0 };
        sign * match (k * 20.0) as u32 {
            0 | 1 => 0.0,
            2 => 1.0,
            3 => INF,
            4 => 10.0_f64.powf(632.0 * self.uniform() - 324.0),
            5 => 10.0_f64.powf(40.0 * self.uniform() - 20.0),
            6..=8 => 800.0 * self.uniform(),
            _ => 4.0 * self.uniform(),
        }
    }
}

fn bits(z: C) -> [Option<u64>; 2] {
    [z.re, z.im].map(|x| (!x.is_nan()).then(|| x.to_bits()))
}

/// A function of the rounded number.
fn of_single(z: C, f: fn(Complex<f32>) -> Complex<f32>) -> C {
    wide(f(narrow(z)))
}

/// The quotient of the rounded numbers.
fn quotient_of_single(z: C, w: C) -> C {
    wide(quotient::<f32>(narrow(z), narrow(w)))
}

#[test]
fn conjugation_and_oddness_are_exact() {
    let mut points = Points(7);
    let mut all = UNARY.to_vec();
    let more: &[Unary] = &[
        ("powi 3", |z| powi(z, 3)),
        ("powi 2", |z| powi(z, 2)),
        ("powi −4", |z| powi(z, -4)),
        ("powi 101", |z| powi(z, 101)),
        ("powi −7", |z| powi(z, -7)),
        ("powi of f32", |z| of_single(z, |z| powi(z, 7))),
        ("powf of f32", |z| of_single(z, |z| powf(z, 1.3))),
        ("powf ½", |z| powf(z, 0.5)),
        ("powf −1.3", |z| powf(z, -1.3)),
        ("powf 2.7", |z| powf(z, 2.7)),
        ("power_term", |z| power_term(z, 2.0, 0.1, 1)),
        ("log 3", |z| log(z, 3.0)),
        ("sin of sin_cos", |z| sin_cos(z).0),
        ("cos of sin_cos", |z| sin_cos(z).1),
    ];
    all.extend_from_slice(more);
    let mut wrong = std::collections::BTreeMap::new();
    for _ in 0..200_000 {
        let z = c(points.real(), points.real());
        for (name, f) in &all {
            if bits(f(z.conj())) != bits(f(z).conj()) {
                wrong.entry(*name).or_insert_with(|| format!("conj at {z:?}: {:?}, {:?}", f(z), f(z.conj())));
            }
        }
        for (name, f) in ODD {
            if bits(f(-z)) != bits(-f(z)) {
                wrong.entry(*name).or_insert_with(|| format!("odd at {z:?}: {:?}, {:?}", f(z), f(-z)));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn nothing_overflows_needlessly() {
    assert_near(exp(c(710.0, 0.8)), 1.55643914223131592e308, 1.60256975254375854e308);
    assert_eq!(tanh(c(1e10, 1.0)), c(1.0, 0.0));
    assert_near(sqrt(c(-3e8, 2.0)), 0.0000577350269189625761, 17320.508075688773);
    assert_near(sqrt(c(f64::MAX, f64::MAX)), 1.47309455690556538e154, 6.10175744128270219e153);
    assert_near(sqrt(c(5e-324, 5e-324)), 2.44210972613083026e-162, 1.01155496936663473e-162);
    assert_eq!(sec_squared(c(1.0, 1e5)), c(0.0, 0.0));
    assert!(sech_squared(c(370.0, 1.0)).re.abs() > 0.0);
    assert_eq!(sech_squared(c(1e300, 1.0)), c(0.0, 0.0));
    assert_eq!(sigmoid(c(-1e5, 1.0)), c(0.0, 0.0));
    assert_eq!(sigmoid(c(1e5, 1.0)), c(1.0, 0.0));
    assert_eq!(log_add_exp(c(1000.0, 0.0), c(1000.0, 0.0)), c(1000.0 + 2.0_f64.ln(), 0.0));
    assert_near(log_add_exp(c(-INF, 0.0), c(3.0, 0.5)), 3.0, 0.5);
    assert_eq!(log_add_exp(c(-INF, 0.0), c(-INF, 0.0)).re, -INF);
    assert_eq!(powf(c(0.0, 0.0), 2.5), c(0.0, 0.0));
    assert_eq!(powf(c(0.0, 0.0), -2.5).re, INF);
    assert_eq!(powi(c(0.0, 0.0), 0), c(1.0, 0.0));
    assert_eq!(powi(c(1.0, 1.0), 10), c(0.0, 32.0));
    assert_eq!(xlogy(c(0.0, 0.0), c(0.0, 0.0)), c(0.0, 0.0));
    assert!(xlogy(c(0.0, 0.0), c(NAN, 0.0)).re.is_nan());
}

#[test]
fn single_precision_is_double_precision_rounded_once() {
    let z = Complex::new(-1.2_f32, 0.7);
    let wide = c(f64::from(z.re), f64::from(z.im));
    macro_rules! check { ($($f:ident)*) => { $({
        let (got, want) = ($f(z), $f(wide));
        assert_eq!(got, Complex::new(want.re as f32, want.im as f32), stringify!($f));
    })* } }
    check!(recip sqrt cbrt ln sin tan asin acos atan asinh acosh atanh tanh sinc sigmoid);
}

#[test]
fn exponentials_in_single_precision() {
    let mut points = Points(11);
    for _ in 0..20_000 {
        let [x, y] = [0; 2].map(|_| points.real() as f32);
        let (got, want) = (exp(Complex::new(x, y)), exp(c(f64::from(x), f64::from(y))));
        for (g, v) in [(got.re, want.re), (got.im, want.im)] {
            let close = (f64::from(g) - v).abs() <= 4.0 * 6e-8 * v.abs() + 3e-45;
            let v = v as f32;
            assert!(close || g == v || g.is_nan() && v.is_nan() || v.abs() > 3.4e38, "{x} {y}: {got} {want}");
        }
    }
}

/// How far a quotient is from the one of exact products, in units of the modulus' last place of `1/unit`, and the modulus. NaN
/// where that leaves the range of `f64` or has no meaning.
fn quotient_error(q: C, z: C, w: C, unit: f64) -> (f64, f64) {
    let (i, j) = (exponent(size(z)), exponent(size(w)));
    let (z, w) = (scale(z, -i), scale(w, -j));
    let dot = |a, b, c, d| {
        let (p, q) = (Twofold::product(a, b), Twofold::product(c, d));
        let s = Twofold::sum(p.hi, q.hi);
        s.hi + (s.lo + (p.lo + q.lo))
    };
    let n = dot(w.re, w.re, w.im, w.im);
    let want = c(dot(z.re, w.re, z.im, w.im) / n, dot(z.im, w.re, -z.re, w.im) / n);
    let got = scale(q, j - i);
    (size(c(got.re - want.re, got.im - want.im)) / size(want) * unit, size(scale(want, i - j)))
}

#[test]
fn quotients_are_right_to_units_of_their_modulus() {
    let mut points = Points(11);
    let (mut double, mut single) = (0, 0);
    for _ in 0..200_000 {
        let [a, b, x, y] = [0; 4].map(|_| points.real());
        let (z, w) = (c(a, b), c(x, y));
        if !(size(z) > 0.0 && size(z) < INF && size(w) > 0.0 && size(w) < INF) {
            continue;
        }
        let (error, modulus) = quotient_error(quotient(z, w), z, w, 9_007_199_254_740_992.0);
        if (1e-307..1e308).contains(&modulus) {
            double += 1;
            assert!(error < 6.0, "{z} / {w}: {error} units");
        }
        let [z, w] = [z, w].map(|z| wide(narrow::<f32>(z)));
        if size(z) > 0.0 && size(z) < INF && size(w) > 0.0 && size(w) < INF {
            let (error, modulus) = quotient_error(quotient_of_single(z, w), z, w, 16_777_216.0);
            if (1e-37..3e38).contains(&modulus) {
                single += 1;
                assert!(error < 6.0, "{z} / {w} in single precision: {error} units");
            }
        }
    }
    assert!(double > 100_000 && single > 100_000, "{double} {single}");
}

#[test]
fn quotients_of_gaussian_integers_are_exact() {
    let mut points = Points(5);
    for _ in 0..20_000 {
        let [a, b, x, y] = [0; 4].map(|_| (40.0 * points.uniform() - 20.0).round());
        let (z, w) = (c(a, b), c(x, y));
        if w != c(0.0, 0.0) {
            assert_eq!(quotient(z * w, w), z, "{z} {w}");
            assert_eq!(quotient_of_single(z * w, w), z, "{z} {w} in single precision");
        }
    }
    // Parts that cancel leave the common way.
    assert_eq!(recip(c(1.0, 1.0)), quotient(c(1.0, 0.0), c(1.0, 1.0)));
}

#[test]
fn quotients_of_conjugates_are_conjugates() {
    // Both signs of zero for one: a difference of equal products is +0 on both sides.
    let bits = |q: C| bits(c(q.re + 0.0, q.im + 0.0));
    let mut points = Points(3);
    for k in 0..40_000 {
        let [a, b, x, y, i, j] = [0; 6].map(|_| 2.0 * points.uniform() - 1.0);
        // Every other quotient has parts that are equal, which leave the common way where they are opposite.
        let (b, y) = if k % 2 == 0 { (b, y) } else { (a, 0.0) };
        // Beyond the common range too, but no part can be lost.
        let [i, j] = [i, j].map(|k| 2.0_f64.powi((50.0 * k) as i32));
        let (z, w) = (c(a * i, b * i), c(x * j, y * j));
        for divide in [quotient, quotient_of_single] {
            let q = divide(z, w);
            assert_eq!(bits(divide(z.conj(), w.conj())), bits(q.conj()), "{z} / {w}");
            assert_eq!(bits(divide(turn(z), w)), bits(turn(q)), "i {z} / {w}");
        }
    }
}

#[test]
fn an_overflowing_product_has_infinities_of_the_right_signs() {
    let z = c(-1e160, 3e159);
    assert_eq!(product(z, z), c(INF, -INF));
    assert_eq!(product(c(1e308, 1e308), c(1.5, 1.5)), c(0.0, INF));
    assert_eq!(product(c(1e308, -1e308), c(1.5, 1.5)), c(INF, 0.0));
    // A sum of two products that overflow, which does not.
    assert_eq!(product(c(1.5e308, 1e308), c(1.5, 2.0)).re, 2.5e307);
    let z = Complex::new(-1e30_f32, 3e29);
    assert_eq!(product(z, z), Complex::new(f32::INFINITY, f32::NEG_INFINITY));
}

#[test]
fn powers_of_gaussian_integers_are_exact() {
    for (a, b) in (-9..=9_i64).flat_map(|a| (-9..=9_i64).map(move |b| (a, b))) {
        let (mut re, mut im) = (1, 0);
        for n in 1.. {
            (re, im) = (re * a - im * b, re * b + im * a);
            if n > 40 || re.abs().max(im.abs()) >= 1 << 53 {
                break;
            }
            let want = c(re as f64, im as f64);
            assert_eq!(powi(c(a as f64, b as f64), n), want, "({a} + {b}i)^{n}");
            let single = powi(Complex::new(a as f32, b as f32), n);
            assert_eq!(single, Complex::new(re as f32, im as f32), "({a} + {b}i)^{n}");
        }
    }
}

#[test]
fn products_and_logarithms_lead_to_the_same_powers() {
    let mut points = Points(3);
    for n in [3, 7, 20, 333, 1000, 1025, 5000] {
        for _ in 0..2000 {
            let (x, y) = (points.uniform() - 0.5, points.uniform() * std::f64::consts::TAU);
            let r = (x * 40.0 / f64::from(n)).exp();
            let z = c(r * y.cos(), r * y.sin());
            // A trace of an exponent, so that it is none of the integers.
            let exponent = Twofold { hi: f64::from(n), lo: 1e-40 };
            let (by_ln, by_products) = (super::powers::power(z, exponent, 0.0), powi(z, n));
            let apart = (by_ln - by_products).norm() / by_products.norm();
            assert!(apart < 1e-15, "{z}^{n}: {by_ln}, {by_products}, {apart:e}");
        }
    }
}

#[test]
fn a_part_of_a_power_that_nearly_vanishes_is_right_too() {
    let mut points = Points(5);
    for p in [0.9, 2.3, -3.7, 55.5, 1000.25] {
        for _ in 0..2000 {
            // On the curves where Re zᵖ or Im zᵖ is zero.
            let k = (points.uniform() * f64::abs(p)).floor();
            let (r, angle) =
                (0.5 + points.uniform(), 0.5 * PI / p * (k + 1.0) + 1e-3 * points.uniform().powi(12));
            let z = c(r * angle.cos(), r * angle.sin());
            let (got, want) = (powf(z, p), super::powers::exp_of_ln::<false>(z, Twofold::from(p), 0.0));
            assert_near(got, want.re, want.im);
        }
    }
}

#[test]
fn no_exponent_panics() {
    for n in [i32::MIN, i32::MIN + 1, i32::MAX] {
        for z in [c(1.0, 1e-9), c(0.6, 0.8), c(2.0, 3.0), c(-1.0, 0.0), c(0.0, 0.0), c(INF, NAN)] {
            let (w, v) = (powi(z, n), powi(Complex::new(z.re as f32, z.im as f32), n));
            assert!(w.re.is_nan() || w.norm() >= 0.0, "{v}");
        }
    }
}

#[test]
fn on_the_real_axis_powers_are_those_of_real_numbers() {
    for x in [0.3, 1.7, 2.5e-300, 1e200, f64::MAX] {
        for p in [0.3, -2.7, 7.5, 1e10] {
            assert_eq!(bits(powf(c(x, 0.0), p)), bits(c(x.powf(p), 0.0_f64.copysign(p))));
        }
        for n in [3, -4, 7, -8, 1001] {
            for x in [x, -x] {
                assert_eq!(powi(c(x, 0.0), n).re, crate::scalar::float::powi(x, n));
            }
        }
    }
}
