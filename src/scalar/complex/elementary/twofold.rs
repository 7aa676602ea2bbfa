//! Exact sums and products, and numbers of twice the precision.

use super::parts::{BIG, C, FUSED, c, size};
use core::f64::consts::{FRAC_PI_2, FRAC_PI_4, LN_2, PI};
use core::ops::{Add, Div, Mul, Neg, Sub};
#[allow(unused_imports)] // in std the inherent methods come first
use num_traits::Float;

/// `a + (x² + y²)`, right to the last place however much it cancels.
pub(super) fn sum_with_squares(a: f64, z: C) -> f64 {
    let (p, q) = (Twofold::product(z.re, z.re), Twofold::product(z.im, z.im));
    let (p, q) = if p.hi < q.hi { (q, p) } else { (p, q) };
    let s = Twofold::sum(a, p.hi);
    let t = Twofold::sum(s.hi, q.hi);
    let e = Twofold::sum(p.lo, q.lo);
    let u = Twofold::sum(s.lo, e.hi);
    let v = Twofold::sum(t.lo, u.hi);
    let w = Twofold::sum(t.hi, v.hi);
    w.hi + (w.lo + (v.lo + (u.lo + e.lo)))
}

/// `⌊log₂ m⌋` of a positive finite number.
pub(super) fn exponent(m: f64) -> i32 {
    #[allow(clippy::cast_possible_truncation)] // 11 bits
    let field = |m: f64| (m.to_bits() >> 52) as i32;
    if m < f64::MIN_POSITIVE { field(m * BIG) - 1523 } else { field(m) - 1023 }
}

/// `2ᵏ`, `k` clamped to the normal numbers.
fn two_to(k: i32) -> f64 {
    #[allow(clippy::cast_sign_loss)] // clamped
    f64::from_bits(((k.clamp(-1022, 1023) + 1023) as u64) << 52)
}

/// `2ᵏ z`, beyond the range of `2ᵏ` in three steps, so that only the last one can round.
#[inline]
pub(super) fn scale(z: C, k: i32) -> C {
    if (-1022..=1023).contains(&k) {
        let unit = two_to(k);
        return c(z.re * unit, z.im * unit);
    }
    let k = k.clamp(-3000, 3000);
    let (a, b) = (two_to(k / 3), two_to(k - k / 3 * 2));
    c(z.re * a * a * b, z.im * a * a * b)
}

/// An unevaluated sum `hi + lo` of two numbers, `|lo| ≤ ½ ulp(hi)`: 106 bits, after Dekker 1971.
#[derive(Clone, Copy)]
pub(super) struct Twofold {
    pub(super) hi: f64,
    pub(super) lo: f64,
}

impl Twofold {
    pub(super) const LN_2: Self = Self { hi: LN_2, lo: 2.319_046_813_846_299_6e-17 };
    pub(super) const PI_2_PARTS: [f64; 3] =
        [FRAC_PI_2, 6.123_233_995_736_766e-17, -1.497_384_904_859_169_8e-33];
    /// 0, π/2, π, π/2.
    pub(super) const HALF_TURNS: [Self; 4] = [
        Self { hi: 0.0, lo: 0.0 },
        Self { hi: FRAC_PI_2, lo: 6.123_233_995_736_766e-17 },
        Self { hi: PI, lo: 1.224_646_799_147_353_2e-16 },
        Self { hi: FRAC_PI_2, lo: 6.123_233_995_736_766e-17 },
    ];
    /// `atan(j/16)`.
    pub(super) const ATAN_SIXTEENTHS: [Self; 17] = [
        Self { hi: 0.0, lo: 0.0 },
        Self { hi: 0.062_418_809_995_957_35, lo: -1.549_075_630_829_504_6e-18 },
        Self { hi: 0.124_354_994_546_761_44, lo: -3.125_324_142_453_938_3e-18 },
        Self { hi: 0.185_347_949_995_694_76, lo: 4.180_692_268_843_079e-18 },
        Self { hi: 0.244_978_663_126_864_14, lo: 1.069_875_561_873_445_1e-17 },
        Self { hi: 0.302_884_868_374_971_4, lo: -1.101_082_790_300_136_9e-17 },
        Self { hi: 0.358_770_670_270_572_25, lo: -2.462_381_558_263_863_5e-17 },
        Self { hi: 0.412_410_441_597_387_3, lo: -1.587_652_227_770_689e-17 },
        Self { hi: 0.463_647_609_000_806_1, lo: 2.269_877_745_296_168_7e-17 },
        Self { hi: 0.512_389_460_310_737_7, lo: -2.546_278_147_285_580_4e-17 },
        Self { hi: 0.558_599_315_343_562_4, lo: -5.455_630_548_591_626_4e-18 },
        Self { hi: 0.602_287_346_134_964_2, lo: 2.950_430_737_228_402e-17 },
        Self { hi: 0.643_501_108_793_284_4, lo: 1.583_478_505_144_428_6e-17 },
        Self { hi: 0.682_316_554_874_748_1, lo: 6.943_223_671_560_008e-18 },
        Self { hi: 0.718_829_999_621_624_5, lo: -2.147_838_844_445_698_3e-17 },
        Self { hi: 0.753_151_280_962_194_4, lo: -2.425_693_465_918_206_8e-17 },
        Self { hi: FRAC_PI_4, lo: 3.061_616_997_868_383e-17 },
    ];
    /// `ln(j/16)` from `j = 11` on.
    pub(super) const LN_SIXTEENTHS: [Self; 13] = [
        Self { hi: -0.374_693_449_441_410_7, lo: 3.924_311_228_863_239_6e-18 },
        Self { hi: -0.287_682_072_451_780_9, lo: -2.607_160_616_442_564e-17 },
        Self { hi: -0.207_639_364_778_244_5, lo: -1.205_324_321_668_612_9e-17 },
        Self { hi: -0.133_531_392_624_522_63, lo: 3.664_457_663_660_085e-18 },
        Self { hi: -0.064_538_521_137_571_18, lo: 6.470_486_661_692_933e-18 },
        Self { hi: 0.0, lo: 0.0 },
        Self { hi: 0.060_624_621_816_434_84, lo: 2.642_402_593_872_693_4e-18 },
        Self { hi: 0.117_783_035_656_383_46, lo: -1.197_168_574_759_367_7e-18 },
        Self { hi: 0.171_850_256_926_659_23, lo: -6.022_453_821_011_370_5e-18 },
        Self { hi: 0.223_143_551_314_209_76, lo: -9.091_270_597_324_799e-18 },
        Self { hi: 0.271_933_715_483_641_76, lo: 7.833_196_376_974_42e-19 },
        Self { hi: 0.318_453_731_118_534_6, lo: 2.711_477_936_732_623_6e-17 },
        Self { hi: 0.362_905_493_689_368_5, lo: -2.149_236_145_531_097_2e-17 },
    ];
    /// `1/(2k + 1)`: `atanh s = s Σ s²ᵏ/(2k + 1)`.
    pub(super) const ODD: [Self; 21] = {
        let mut table = [Self { hi: 1.0, lo: 0.0 }; 21];
        let (mut k, mut n) = (1, 3.0);
        while k < 21 {
            table[k] = Self::inverse(n);
            (k, n) = (k + 1, n + 2.0);
        }
        table
    };
    /// `(−1)ᵏ/(2k + 1)!`.
    pub(super) const SINE: [Self; 14] = {
        let mut table = [Self { hi: 1.0, lo: 0.0 }; 14];
        let (mut k, mut n, mut factorial) = (1, 2.0, 1.0);
        while k < 14 {
            factorial = -factorial * n * (n + 1.0); // exact to 21!, and only the first few are needed as twofold
            table[k] = Self::inverse(factorial);
            (k, n) = (k + 1, n + 2.0);
        }
        table
    };

    pub(super) const fn inverse(n: f64) -> Self {
        let hi = 1.0 / n;
        let p = Self::product_split(hi, n);
        Self { hi, lo: ((1.0 - p.hi) - p.lo) / n }
    }

    pub(super) const fn from(x: f64) -> Self {
        Self { hi: x, lo: 0.0 }
    }

    /// `a + b` exactly, `|a| ≥ |b|`.
    #[inline]
    pub(super) const fn ordered_sum(a: f64, b: f64) -> Self {
        let hi = a + b;
        Self { hi, lo: b - (hi - a) }
    }

    /// `a + b` exactly.
    #[inline]
    pub(super) const fn sum(a: f64, b: f64) -> Self {
        let hi = a + b;
        let t = hi - a;
        Self { hi, lo: (a - (hi - t)) + (b - t) }
    }

    /// `ab` exactly, by halves of 26 bits.
    #[inline]
    pub(super) const fn product_split(a: f64, b: f64) -> Self {
        const SPLIT: f64 = 134_217_729.0; // 2²⁷ + 1
        let (s, t) = (SPLIT * a, SPLIT * b);
        let (ah, bh) = (s - (s - a), t - (t - b));
        let (al, bl) = (a - ah, b - bh);
        let hi = a * b;
        Self { hi, lo: ((ah * bh - hi) + ah * bl + al * bh) + al * bl }
    }

    /// `ab` exactly.
    #[inline]
    pub(super) fn product(a: f64, b: f64) -> Self {
        if FUSED {
            let hi = a * b;
            Self { hi, lo: a.mul_add(b, -hi) }
        } else {
            Self::product_split(a, b)
        }
    }

    /// `self + b` for `|self| ≥ |b|` and for `self = 0`.
    #[inline]
    pub(super) fn ordered_add(self, b: Self) -> Self {
        let s = Self::ordered_sum(self.hi, b.hi);
        Self::ordered_sum(s.hi, s.lo + (self.lo + b.lo))
    }

    /// Both parts times a power of two.
    pub(super) fn times(self, x: f64) -> Self {
        Self { hi: self.hi * x, lo: self.lo * x }
    }

    /// `Σ (±1)ᵏ s²ᵏ⁺¹/(2k + 1)` for `|s| < 0.18`: `atanh s` or, `alternating`, `atan s`.
    pub(super) fn odd_series(self, alternating: bool) -> Self {
        let t = if alternating { -(self * self) } else { self * self };
        self * t.polynomial(&Self::ODD, 12)
    }

    /// This series for `|s| ≤ 1/32` with an error below 2⁻¹⁰⁴ or, `ROUGH`, 2⁻⁶⁸, which needs the first term alone in twofold
    /// precision.
    #[inline]
    pub(super) fn short_odd_series<const ROUGH: bool>(self, alternating: bool) -> Self {
        if !ROUGH {
            let t = if alternating { -(self * self) } else { self * self };
            return self * t.polynomial(&Self::ODD[..12], 6);
        }
        let t = if alternating { -(self.hi * self.hi) } else { self.hi * self.hi };
        let rest = Self::ODD[1..7].iter().rev().fold(0.0, |sum, k| (sum + k.hi) * t);
        Self::ordered_sum(self.hi, self.lo + self.hi * rest)
    }

    /// `Σ cₖ tᵏ` of decreasing terms, those from number `twofold` on in plain precision.
    #[inline]
    pub(super) fn polynomial(self, coefficients: &[Self], twofold: usize) -> Self {
        let (head, tail) = coefficients.split_at(twofold);
        let tail = tail.iter().rev().fold(0.0, |sum, k| sum * self.hi + k.hi);
        head.iter().rev().fold(Self::from(tail), |sum, k| {
            let p = Self::product(sum.hi, self.hi);
            let s = Self::ordered_sum(k.hi, p.hi);
            Self { hi: s.hi, lo: s.lo + (k.lo + (p.lo + (sum.hi * self.lo + sum.lo * self.hi))) }
        })
    }

    /// `sin r`, `|r| ≤ π/4`.
    pub(super) fn sin(self) -> Self {
        self * (self * self).polynomial(&Self::SINE, 11)
    }

    /// `ln(2ᵏ v)`, `v > 0`: `v = 2ʲ n` with `n` in `[√½, √2)`, and `ln n = ln m + 2 atanh((n − m)/(n + m))` with the
    /// sixteenth `m` next to `n`.
    #[inline]
    pub(super) fn ln<const ROUGH: bool>(self, k: f64) -> Self {
        let j = exponent(self.hi);
        let j = if self.hi * two_to(-j) > core::f64::consts::SQRT_2 { j + 1 } else { j };
        let n = self.times(two_to(-j));
        let (m, sixteenths) = nearest_sixteenth(n.hi);
        // The first difference is exact.
        let (difference, sum) = (Self::ordered_sum(n.hi - m, n.lo), Self::sum(n.hi, m));
        let s = difference / Self { hi: sum.hi, lo: sum.lo + n.lo };
        let rest = s.short_odd_series::<ROUGH>(false).times(2.0);
        let ln_n = Self::LN_SIXTEENTHS[sixteenths - 11].ordered_add(rest);
        (Self::LN_2 * Self::from(f64::from(j) + k)).ordered_add(ln_n)
    }
}

impl Add for Twofold {
    type Output = Self;
    #[inline]
    fn add(self, b: Self) -> Self {
        let (s, t) = (Self::sum(self.hi, b.hi), Self::sum(self.lo, b.lo));
        let s = Self::ordered_sum(s.hi, s.lo + t.hi);
        Self::ordered_sum(s.hi, s.lo + t.lo)
    }
}

impl Neg for Twofold {
    type Output = Self;
    #[inline]
    fn neg(self) -> Self {
        Self { hi: -self.hi, lo: -self.lo }
    }
}

impl Sub for Twofold {
    type Output = Self;
    #[inline]
    fn sub(self, b: Self) -> Self {
        self + -b
    }
}

impl Mul for Twofold {
    type Output = Self;
    #[inline]
    fn mul(self, b: Self) -> Self {
        let p = Self::product(self.hi, b.hi);
        Self::ordered_sum(p.hi, p.lo + (self.hi * b.lo + self.lo * b.hi))
    }
}

impl Div for Twofold {
    type Output = Self;
    #[inline]
    fn div(self, b: Self) -> Self {
        let q = self.hi / b.hi;
        let p = Self::product(q, b.hi);
        // The first difference is exact.
        let rest = ((self.hi - p.hi) - p.lo) + (self.lo - q * b.lo);
        Self::ordered_sum(q, rest / b.hi)
    }
}

/// `cos φ + i sin φ`.
#[inline]
pub(super) fn cis(phi: Twofold) -> C {
    let (s, c) = phi.hi.sin_cos();
    let (ds, dc) = if phi.lo.abs() < 1e-9 { (phi.lo, 1.0) } else { phi.lo.sin_cos() };
    self::c(c * dc - s * ds, s * dc + c * ds)
}

/// The sixteenth next to a number between 0 and 2, and how many of them it is.
#[inline]
fn nearest_sixteenth(x: f64) -> (f64, usize) {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 ..= 32
    let sixteenths = (16.0 * x + 0.5) as i32;
    (f64::from(sixteenths) / 16.0, sixteenths as usize)
}

/// `(ln |z|, arg z)` in twofold precision, `z` finite and not 0; `ROUGH`, with an error of 2⁻⁶⁸.
///
/// `arg`: folded into `0 ≤ y ≤ x`, turned by the nearest `16 + ji`, whose angle is known, and the rest from the series.
#[inline]
pub(super) fn ln_twofold<const ROUGH: bool>(z: C) -> (Twofold, Twofold) {
    let k = exponent(size(z));
    let w = scale(z, -k);
    let (x, y) = (w.re.abs(), w.im.abs());
    let (long, short) = (x.max(y), x.min(y));
    let n = Twofold::product(long, long).ordered_add(Twofold::product(short, short));
    let modulus = n.ln::<ROUGH>(f64::from(2 * k)).times(0.5);

    let (j, sixteenths) = nearest_sixteenth(short / long);
    let along = Twofold::from(long).ordered_add(Twofold::product(j, short));
    let across = Twofold::from(short) - Twofold::product(j, long);
    let rest = (across / along).short_odd_series::<ROUGH>(true);
    let angle = Twofold::ATAN_SIXTEENTHS[sixteenths].ordered_add(rest);
    // Unfolded by a table, as the branches are taken at random.
    let octant = usize::from(y > x) + 2 * usize::from(z.re.is_sign_negative());
    let angle = Twofold::HALF_TURNS[octant].ordered_add(angle.times([1.0, -1.0, -1.0, 1.0][octant]));
    (modulus, angle.times(1.0_f64.copysign(z.im)))
}

/// A complex number in twofold precision with its exponent of two kept apart.
#[derive(Clone, Copy)]
pub(super) struct Scaled {
    pub(super) re: Twofold,
    pub(super) im: Twofold,
    pub(super) exponent: i64,
}

impl Scaled {
    pub(super) fn new(z: C) -> Self {
        let e = exponent(size(z));
        let z = scale(z, -e);
        Self { re: Twofold::from(z.re), im: Twofold::from(z.im), exponent: i64::from(e) }
    }
}

impl Mul for Scaled {
    type Output = Self;
    fn mul(self, b: Self) -> Self {
        let (re, im) = (self.re * b.re - self.im * b.im, self.re * b.im + self.im * b.re);
        let e = exponent(re.hi.abs().max(im.hi.abs()));
        let unit = two_to(-e);
        Self { re: re.times(unit), im: im.times(unit), exponent: self.exponent + b.exponent + i64::from(e) }
    }
}
