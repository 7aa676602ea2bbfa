//! Companion systems: what a function's Taylor coefficients are made of.
//!
//! Each function here has the name of its rule, and gives y = f(x(t)) as a series in t from that of x, and from the value and the
//! partial derivatives at t = 0, which the rule states. It solves a system of differential equations in t, coefficient by
//! coefficient, in O(K²) operations (Griewank and Walther, *Evaluating Derivatives*, 2nd ed. 2008, ch. 13). There are five systems:
//! * y′ = s x′ with a known series s ([`along`]): the integral of a slope;
//! * q y′ = x′ with a known series q ([`over`]): logarithms, the arcus tangent;
//! * q y′ = p q′ y ([`power`]): powers, and with q = 1 ± x² the slopes of arcus and area functions;
//! * y′ = u x′, u = c y ([`exponential`]), and its pair, sine with cosine ([`circular`]);
//! * y′ = u x′, u′ = ±2 y y′ ([`tangent`]): tan with sec², tanh with sech², σ.
//!
//! Series that something is divided by are divided by their first coefficient before, so that nothing over- or underflows that
//! the rules keep in range.

use crate::array::{array, same_length};
use crate::kernel::{Engine, Kernel, Layered, RealEngine};
use crate::{Jet, Lit, Real, Rule, Scalar, VectorRule, lit};
use alloc::vec::Vec;

/// The coefficients that a system's function computes; computed again with 0 · ∞ = 0 if one of them is not finite.
macro_rules! solve {
    ($system:ident($($x:expr),*)) => {{
        let y = $system::<_, _, false>($($x),*);
        let finite = y.as_flattened().iter().fold(true, |all, c| all & c.all_finite());
        if finite { y } else { $system::<_, _, true>($($x),*) }
    }};
}

/// x y, or with 0 · ∞ = 0.
#[inline(always)]
fn multiply<T: Scalar, const MASKED: bool>(x: T, y: T) -> T {
    if !MASKED {
        x * y
    } else if y.is_zero() {
        T::zero()
    } else {
        x.times_slope(y)
    }
}

/// xᵢ y for all i.
#[inline(always)]
fn multiplied<T: Scalar, const N: usize, const MASKED: bool>(x: &[T; N], y: T) -> [T; N] {
    array(|i| multiply::<T, MASKED>(x[i], y))
}

/// c₁ … c_N, after as many zeros: what vectors read that reach beyond the first coefficient.
struct Row<T, const N: usize, const MASKED: bool>([[T; N]; 2]);

impl<T: Scalar, const N: usize, const MASKED: bool> Row<T, N, MASKED> {
    /// Whether coefficients are combined four at a time, whatever their number.
    const BY_FOURS: bool = T::IS_BASE && !T::COMPLEX && N >= 3 && !MASKED;

    #[inline(always)]
    fn new(c: [T; N]) -> Self {
        Row([[T::zero(); N], c])
    }

    /// c₁
    #[inline(always)]
    fn first(&self) -> T {
        self.0[1].first().copied().unwrap_or_else(T::zero)
    }

    /// Adds to the coefficients of x y to order n, above its constant term, those that have yₘ in them, and returns the next of
    /// them, for which nothing then has to wait that was stored.
    #[inline(always)]
    fn push(&mut self, x: &Self, n: usize, m: usize, y: T) -> T {
        if m >= n {
            return T::zero();
        }
        let next = self.0[1][m] + multiply::<T, MASKED>(x.0[1][0], y);
        if Self::BY_FOURS {
            let (_, sums) = self.0.as_flattened_mut()[..N + n].as_rchunks_mut::<4>();
            let (_, x) = x.0.as_flattened()[..N + n - m].as_rchunks::<4>();
            for (sum, x) in sums.iter_mut().rev().zip(x.iter().rev()).take((n - m).div_ceil(4)) {
                add_product(sum, x, y);
            }
        } else {
            self.0[1][m] = next;
            for (sum, x) in self.0[1][m + 1..n].iter_mut().zip(&x.0[1][1..]) {
                *sum += multiply::<T, MASKED>(*x, y);
            }
        }
        next
    }

    /// Adds the coefficients of x y above its constant term to order n that have neither x₀ nor y₀ in them.
    #[inline(always)]
    fn convolve(&mut self, x: &[T; N], y: &[T; N], n: usize) {
        let y = Self::new(*y);
        if Self::BY_FOURS {
            let (_, sums) = self.0.as_flattened_mut()[..N + n].as_rchunks_mut::<4>();
            for (c, sum) in sums.iter_mut().rev().take(n.div_ceil(4)).enumerate() {
                let (_, y) = y.0.as_flattened()[..N + n - 4 * c].split_at(N - 3);
                let mut total = *sum;
                for (x, y) in x[..n - 4 * c].iter().zip(y.windows(4).rev().skip(1)) {
                    add_product(&mut total, &[y[0], y[1], y[2], y[3]], *x);
                }
                *sum = total;
            }
        } else {
            for m in 1..n {
                self.push(&y, n, m, x[m - 1]);
            }
        }
    }
}

/// sum + x y
#[inline(always)]
fn add_product<T: Scalar>(sum: &mut [T; 4], x: &[T; 4], y: T) {
    for l in 0..4 {
        sum[l] += x[l] * y;
    }
}

/// 1c₁, 2c₂, …
#[inline(always)]
fn rates<T: Scalar, const N: usize>(c: &[T; N]) -> [T; N] {
    array(|i| c[i] * order(i + 1))
}

#[inline(always)]
fn order(k: usize) -> Lit {
    Lit(k as f64)
}

/// c/k, where the next coefficient waits for it: 1/k does not.
#[inline(always)]
fn over_order<T: Scalar>(c: T, k: usize) -> T {
    if T::IS_BASE && !T::COMPLEX { c * (T::one() / order(k)) } else { c / order(k) }
}

/// The series without coefficients beyond its order, as a sum with a series of a lower order has them.
#[inline(always)]
pub(crate) fn of_order<T: Scalar, const N: usize>(mut x: Jet<T, N>) -> Jet<T, N> {
    for k in x.order..N {
        x.higher[k] = T::zero();
    }
    x
}

/// Σ slopeᵢ xᵢ with constant slopes.
pub(crate) fn linear<T: Scalar, const N: usize, const M: usize>(
    x: [Jet<T, N>; M],
    value: T,
    slopes: [T; M],
) -> Jet<T, N> {
    let first = x[0].with_series(value, T::lanes_times_slope(&x[0].higher, slopes[0]));
    of_order((1..M).fold(first, |y, m| {
        let term = T::lanes_times_slope(&x[m].higher, slopes[m]);
        y.join(&x[m].with_series(value, term)).with_series(value, T::lanes_sum(&y.higher, &term))
    }))
}

/// x y with a given value.
#[inline]
#[track_caller]
pub(crate) fn times<T: Scalar, const N: usize>(x: Jet<T, N>, y: Jet<T, N>, value: T) -> Jet<T, N> {
    let z = x.join(&y);
    let [coefficients] = solve!(product_of(&x, &y, z.order));
    of_order(z.with_series(value, coefficients))
}

#[inline(always)]
fn product_of<T: Scalar, const N: usize, const MASKED: bool>(
    x: &Jet<T, N>,
    y: &Jet<T, N>,
    n: usize,
) -> [[T; N]; 1] {
    let mut sum = Row::<T, N, MASKED>::new(if MASKED {
        let x_y = multiplied::<T, N, MASKED>(&x.higher, y.re);
        T::lanes_sum(&x_y, &multiplied::<T, N, MASKED>(&y.higher, x.re))
    } else {
        T::lanes_combined(&x.higher, y.re, &y.higher, x.re)
    });
    sum.convolve(&x.higher, &y.higher, n);
    [sum.0[1]]
}

/// x₁ sₖ₋₁ + 2x₂ sₖ₋₂ + … + k xₖ s₀, the coefficient of order k − 1 of s x′.
fn rate_along<T: Scalar, const N: usize>(s: &Jet<T, N>, x: &Jet<T, N>, k: usize) -> T {
    (1..=k)
        .map(|j| {
            let s = if j == k { s.re } else { s.higher[k - j - 1] };
            let rate = x.higher[j - 1] * order(j);
            if s.all_finite() { rate * s } else { multiply::<T, true>(rate, s) }
        })
        .sum()
}

/// y′ = s x′: k yₖ = Σ j xⱼ sₖ₋ⱼ
fn along<T: Scalar, const N: usize>(x: Jet<T, N>, value: T, s: Jet<T, N>) -> Jet<T, N> {
    let (y, d) = (x.join(&s), rates(&x.higher));
    let [coefficients] = solve!(integral(&d, &s, y.order));
    of_order(y.with_series(value, coefficients))
}

fn integral<T: Scalar, const N: usize, const MASKED: bool>(
    d: &[T; N],
    s: &Jet<T, N>,
    n: usize,
) -> [[T; N]; 1] {
    let mut sum = Row::<T, N, MASKED>::new(multiplied::<T, N, MASKED>(d, s.re));
    sum.convolve(&s.higher, d, n);
    [array(|i| sum.0[1][i] / order(i + 1))]
}

/// q y′ = x′ with q = (1 + r)/slope: k yₖ = k slope xₖ − Σ_(0<j<k) j yⱼ rₖ₋ⱼ; `first` is slope x
fn over<T: Scalar, const N: usize>(x: Jet<T, N>, value: T, first: [T; N], r: &[T; N]) -> Jet<T, N> {
    let [rates] = solve!(divided_by(&rates(&first), r, x.order));
    x.with_series(value, array(|i| rates[i] / order(i + 1)))
}

/// (1 + r) y = first: yₖ = firstₖ − Σ_(0<j<k) yⱼ rₖ₋ⱼ
fn divided_by<T: Scalar, const N: usize, const MASKED: bool>(
    first: &[T; N],
    r: &[T; N],
    n: usize,
) -> [[T; N]; 1] {
    let mut sum = Row::<T, N, MASKED>::new(*first);
    let r = Row::new(array(|i| -r[i]));
    let (mut y, mut next) = ([T::zero(); N], sum.first());
    for m in 1..=n {
        y[m - 1] = next;
        next = sum.push(&r, n, m, next);
    }
    [y]
}

/// The coefficients of slope x.
fn sloped<T: Scalar, const N: usize>(x: &Jet<T, N>, slope: T) -> [T; N] {
    T::lanes_times_slope(&x.higher, slope)
}

/// q y′ = p q′ y with q = 1 + r: k yₖ = Σ_(0<j≤k) (p j − (k − j)) rⱼ yₖ₋ⱼ
fn power<T: Scalar, const N: usize>(x: Jet<T, N>, value: T, p: T, r: &[T; N]) -> Jet<T, N> {
    let [coefficients] = solve!(powers(value, p, r, x.order));
    x.with_series(value, coefficients)
}

fn powers<T: Scalar, const N: usize, const MASKED: bool>(
    value: T,
    p: T,
    r: &[T; N],
    n: usize,
) -> [[T; N]; 1] {
    let pr: [T; N] = array(|i| r[i] * order(i + 1) * p);
    let mut sum = Row::<T, N, MASKED>::new(multiplied::<T, N, MASKED>(&pr, value));
    let mut weights = Row::new(pr);
    let (mut y, mut next) = ([T::zero(); N], sum.first());
    for m in 1..=n {
        y[m - 1] = over_order(next, m);
        weights.0[1] = T::lanes_difference(&pr, &T::lanes_scaled(r, order(m)));
        next = sum.push(&weights, n, m, y[m - 1]);
    }
    [y]
}

/// y′ = u x′ with u₀ = slope and uₖ = c yₖ
fn exponential<T: Scalar, const N: usize>(x: Jet<T, N>, value: T, slope: T, c: f64) -> Jet<T, N> {
    let [coefficients] = solve!(growth(&rates(&x.higher), slope, c, x.order));
    x.with_series(value, coefficients)
}

fn growth<T: Scalar, const N: usize, const MASKED: bool>(
    d: &[T; N],
    slope: T,
    c: f64,
    n: usize,
) -> [[T; N]; 1] {
    let mut sum = Row::<T, N, MASKED>::new(multiplied::<T, N, MASKED>(d, slope));
    let d = Row::new(*d);
    let (mut y, mut next) = ([T::zero(); N], sum.first());
    for m in 1..=n {
        y[m - 1] = over_order(next, m);
        let u = if c == 1.0 { y[m - 1] } else { y[m - 1] * Lit(c) };
        next = sum.push(&d, n, m, u);
    }
    [y]
}

/// s′ = c x′, c′ = ±s x′: sine and cosine for −, the hyperbolic ones for +.
pub(crate) fn circular<T: Scalar, const N: usize>(
    x: Jet<T, N>,
    sin: T,
    cos: T,
    sign: f64,
) -> (Jet<T, N>, Jet<T, N>) {
    let [s, c] = solve!(turned(&rates(&x.higher), [sin, cos], sign, x.order));
    (x.with_series(sin, s), x.with_series(cos, c))
}

fn turned<T: Scalar, const N: usize, const MASKED: bool>(
    d: &[T; N],
    [sin, cos]: [T; 2],
    sign: f64,
    n: usize,
) -> [[T; N]; 2] {
    let mut s_sum = Row::<T, N, MASKED>::new(multiplied::<T, N, MASKED>(d, cos));
    let mut c_sum = Row::<T, N, MASKED>::new(multiplied::<T, N, MASKED>(d, sin * Lit(sign)));
    let d = Row::new(*d);
    let mut both = [[T::zero(); N]; 2];
    let mut next = [s_sum.first(), c_sum.first()];
    for m in 1..=n {
        let [s, c] = next.map(|sum| over_order(sum, m));
        (both[0][m - 1], both[1][m - 1]) = (s, c);
        next = [s_sum.push(&d, n, m, c), c_sum.push(&d, n, m, s * Lit(sign))];
    }
    both
}

/// y′ = u x′, u′ = ±2 y y′, from y₀ and u₀: tan with sec² for +, tanh with sech² for −.
fn tangent<T: Scalar, const N: usize>(x: Jet<T, N>, y0: T, u0: T, sign: f64) -> (Jet<T, N>, Jet<T, N>) {
    let [y, u] = solve!(with_square(&rates(&x.higher), [y0, u0], sign, x.order));
    (x.with_series(y0, y), x.with_series(u0, u))
}

fn with_square<T: Scalar, const N: usize, const MASKED: bool>(
    d: &[T; N],
    [y0, u0]: [T; 2],
    sign: f64,
    n: usize,
) -> [[T; N]; 2] {
    let mut sum = Row::<T, N, MASKED>::new(multiplied::<T, N, MASKED>(d, u0));
    let d = Row::new(*d);
    // The terms of ±y² with two of the coefficients that are known.
    let mut square = Row::<T, N, MASKED>::new([T::zero(); N]);
    let mut y = Row::new([T::zero(); N]);
    let (mut u, mut next) = ([T::zero(); N], sum.first());
    for m in 1..=n {
        let new = over_order(next, m);
        let twice = new * Lit(2.0 * sign);
        u[m - 1] = multiply::<T, MASKED>(twice, y0) + square.0[1][m - 1];
        next = sum.push(&d, n, m, u[m - 1]);
        square.push(&y, n, m, twice);
        if 2 * m <= n {
            square.0[1][2 * m - 1] += multiply::<T, MASKED>(new, new * Lit(sign));
        }
        y.0[1][m - 1] = new;
    }
    [y.0[1], u]
}

/// A function with a rule of the user's, one order after the other: k yₖ = Σ j xⱼ slopeₖ₋ⱼ, and `all` has the order and the tag.
pub(crate) fn by_rule<T: Scalar, const N: usize, const M: usize, R: Rule<T::Primal, M>>(
    rule: &R,
    x: [Jet<T, N>; M],
    all: Jet<T, N>,
) -> Jet<T, N> {
    let value = T::apply_rule(rule, array(|m| x[m].re));
    let mut y = all.with_series(value, [T::zero(); N]);
    for k in 1..=all.order {
        let slopes = rule.slopes(array(|m| x[m].truncated(k - 1)), y.truncated(k - 1));
        let sum = (0..M).map(|m| rate_along(&slopes[m], &x[m], k)).sum::<T>();
        y.higher[k - 1] = sum / order(k);
    }
    y
}

/// Functions of many results with a rule of the user's, likewise.
pub(crate) fn by_vector_rule<T: Scalar, const N: usize, R: VectorRule<T::Primal>>(
    rule: &R,
    x: &[Jet<T, N>],
    all: Jet<T, N>,
) -> Vec<Jet<T, N>> {
    let inner: Vec<T> = x.iter().map(|x| x.re).collect();
    let start = |y: T| all.with_series(y, [T::zero(); N]);
    let mut y: Vec<Jet<T, N>> = T::apply_vector_rule(rule, &inner).into_iter().map(start).collect();
    for k in 1..=all.order {
        let known = |x: &Jet<T, N>| x.truncated(k - 1);
        let rates: Vec<Jet<T, N>> = x.iter().map(|x| x.truncated(k).derivative()).collect();
        let (at, of): (Vec<_>, Vec<_>) = (x.iter().map(known).collect(), y.iter().map(known).collect());
        let pushed = rule.pushforward(&at, &of, &rates);
        same_length("VectorRule::pushforward", y.len(), pushed.len());
        for (y, rate) in y.iter_mut().zip(pushed) {
            y.higher[k - 1] = rate.coefficient(k - 1) / order(k);
        }
    }
    y
}

/// Σ aₘ (x − x₀)ᵐ, m ≥ 1, by Horner's rule in O(K³): for points where the companion system is singular.
fn composed<T: Scalar, const N: usize>(x: Jet<T, N>, value: T, a: impl Fn(usize) -> T) -> Jet<T, N> {
    let h = x.with_series(T::zero(), x.higher);
    let y = (1..=x.order).rev().fold(h.with_series(T::zero(), [T::zero(); N]), |y, m| {
        let inner = y.with_series(a(m), y.higher);
        times(inner, h, T::zero())
    });
    y.with_series(value, y.higher)
}

/// c/x with the value y₀: x y = c
pub(crate) fn reciprocal<T: Scalar, const N: usize>(x: Jet<T, N>, value: T) -> Jet<T, N> {
    if is_zero(x.re) {
        return power_of(x, value, 1.0, -1.0, 0);
    }
    let r = relative(&x);
    let [coefficients] = solve!(divided_by(&array(|i| -r[i].times_slope(value)), &r, x.order));
    x.with_series(value, coefficients)
}

/// x/x₀ above the constant term, not by way of 1/x₀, which may be out of range.
fn relative<T: Scalar, const N: usize>(x: &Jet<T, N>) -> [T; N] {
    array(|i| x.higher[i] / x.re)
}

/// Whether the value is known to be zero.
fn is_zero<T: Scalar>(x: T) -> bool {
    <T::Kernel as Kernel<T>>::choose(x.has_value(0.0), T::one, T::zero).is_one()
}

/// c x^(p − j): by products for a small whole exponent, by x y′ = (p − j) x′ y elsewhere, by composition at zero.
fn power_of<T: Scalar, const N: usize>(x: Jet<T, N>, value: T, c: f64, p: f64, j: i32) -> Jet<T, N> {
    let exponent = p - f64::from(j);
    if (0.0..=64.0).contains(&exponent) && exponent == libm::trunc(exponent) {
        let mut rest = exponent as u32;
        let (mut y, mut square) = (Jet::from(T::lit(c)), x);
        while rest > 0 {
            if rest % 2 == 1 {
                y *= square;
            }
            rest /= 2;
            if rest > 0 {
                square = square * square;
            }
        }
        return x.join(&y).with_series(value, y.higher);
    }
    // From a value out of range the recurrence would not come back, and x/x₀ may leave it where x₀ is subnormal.
    if !(value.is_normal() & x.re.is_normal()) {
        return composed(x, value, |m| {
            let binomial = (0..m).fold(c, |b, i| b * (exponent - i as f64) / (i + 1) as f64);
            x.re.power_term(binomial, p, j + m as i32)
        });
    }
    power(x, value, T::lit(exponent), &relative(&x))
}

/// c ln x
fn logarithm<T: Scalar, const N: usize>(x: Jet<T, N>, value: T, c: f64) -> Jet<T, N> {
    if is_zero(x.re) {
        return composed(x, value, |m| {
            let sign = if m % 2 == 1 { c } else { -c };
            x.re.power_term(sign / m as f64, 0.0, m as i32)
        });
    }
    let r = relative(&x);
    over(x, value, array(|i| r[i] * Lit(c)), &r)
}

/// (1 ± x²)^(−½) from its value u: with r = ±(x u)² above the constant term
fn root_slope<T: Scalar, const N: usize>(x: Jet<T, N>, u: T, sign: f64) -> Jet<T, N> {
    let scaled = x.with_series(x.re * u, sloped(&x, u));
    let square = times(scaled, scaled, T::zero()).higher;
    power(x, u, T::lit(-0.5), &array(|i| square[i] * Lit(sign)))
}

/// A function at a corner, whose first derivative is taken for zero: of a series that is not constant it has no further ones.
fn corner<T: Scalar, const N: usize>(x: Jet<T, N>, value: T, constant: bool) -> Jet<T, N> {
    let beyond = |k: usize| if k == 0 || constant { T::zero() } else { T::lit(f64::NAN) };
    of_order(x.with_series(value, array(beyond)))
}

/// √Σ xᵢ² with the value r: y² ′ = q′ with q = Σ (xᵢ/r)²
#[track_caller]
pub(crate) fn distance<T: Real, const N: usize>(x: impl Iterator<Item = Jet<T, N>>, r: T) -> Jet<T, N> {
    let zero = is_zero(r);
    let (mut all, mut squares) = (Jet::from(r), [T::zero(); N]);
    let mut constant = true;
    for x in x {
        constant &= x.is_constant();
        all = Jet { re: x.re, higher: x.higher, ..x.join(&all) };
        if !zero {
            let scaled = x.with_series(x.re / r, array(|i| x.higher[i] / r));
            squares = T::lanes_sum(&squares, &times(scaled, scaled, T::zero()).higher);
        }
    }
    if zero {
        return corner(all, r, constant);
    }
    of_order(power(all, r, T::lit(0.5), &squares))
}

/// A function of the list: `$name(x, …; value, slopes; constants) body`.
macro_rules! systems {
    ($($(#[$doc:meta])* $name:ident([$($x:ident),*], $y:pat, $u:pat $(, $c:ident: $t:ty)*) $body:block)*) => {$(
        $(#[$doc])*
        #[track_caller]
        pub(crate) fn $name<T: Scalar, const N: usize>(
            systems!(@pattern $($x)*): systems!(@array T N $($x)*), $y: T, $u: systems!(@slopes T $($x)*) $(, $c: $t)*
        ) -> Jet<T, N> $body
    )*};
    (@pattern $($x:ident)*) => { [$($x),*] };
    (@array $T:ident $N:ident $a:ident) => { [Jet<$T, $N>; 1] };
    (@array $T:ident $N:ident $a:ident $b:ident) => { [Jet<$T, $N>; 2] };
    (@slopes $T:ident $a:ident) => { [$T; 1] };
    (@slopes $T:ident $a:ident $b:ident) => { [$T; 2] };
}

systems! {
    recip([x], y, _) { reciprocal(x, y) }
    sqrt([x], y, _) { power_of(x, y, 1.0, 0.5, 0) }
    cbrt([x], y, _) { power_of(x, y, 1.0, 1.0 / 3.0, 0) }
    cbrt_slope([x], y, _) { power_of(x, y, 1.0 / 3.0, -2.0 / 3.0, 0) }
    powi([x], y, _, n: i32) { power_of(x, y, 1.0, f64::from(n), 0) }
    powf([x], y, _, p: f64) { power_of(x, y, 1.0, p, 0) }
    power_term([x], y, _, c: f64, p: f64, k: i32) { power_of(x, y, c, p, k) }
    exp([x], y, [u]) { exponential(x, y, u, 1.0) }
    exp2([x], y, [u]) { exponential(x, y, u, core::f64::consts::LN_2) }
    exp_m1([x], y, [u]) { exponential(x, y, u, 1.0) }
    ln([x], y, _) { logarithm(x, y, 1.0) }
    ln_1p([x], y, [u]) { over(x, y, sloped(&x, u), &sloped(&x, u)) }
    log2([x], y, _) { logarithm(x, y, core::f64::consts::LOG2_E) }
    log10([x], y, _) { logarithm(x, y, core::f64::consts::LOG10_E) }
    log([x], y, _, base: f64) { logarithm(x, y, num_traits::Float::ln(base).recip()) }
    sin([x], y, [cos]) { circular(x, y, cos, -1.0).0 }
    cos([x], y, [u]) { circular(x, -u, y, -1.0).1 }
    sinh([x], y, [cosh]) { circular(x, y, cosh, 1.0).0 }
    cosh([x], y, [sinh]) { circular(x, sinh, y, 1.0).1 }
    tan([x], y, [u]) { tangent(x, y, u, 1.0).0 }
    sec_squared([x], u, _) { tangent(x, x.re.tan(), u, 1.0).1 }
    tanh([x], y, [u]) { tangent(x, y, u, -1.0).0 }
    sech_squared([x], u, _) { tangent(x, x.re.tanh(), u, -1.0).1 }
    /// u = (1 − x²)^(−½), y′ = u x′
    asin([x], y, [u]) { along(x, y, root_slope(x, u, -1.0)) }
    acos([x], y, [u]) { along(x, y, -root_slope(x, -u, -1.0)) }
    asin_slope([x], u, _) { root_slope(x, u, -1.0) }
    asinh([x], y, [u]) { along(x, y, root_slope(x, u, 1.0)) }
    asinh_slope([x], u, _) { root_slope(x, u, 1.0) }
    acosh([x], y, [u]) { along(x, y, root_slope(x, u, 1.0)) }
    acosh_slope([x], u, _) { root_slope(x, u, 1.0) }
    /// (1 + x²) y′ = x′; −atan 1/x where x² or the slope may be out of range
    atan([x], y, [u]) {
        let near = || over(x, y, sloped(&x, u), &one_and_square(x, u, 1.0));
        let far = || {
            let w = reciprocal(x, x.re.recip());
            let u = w.re.atan_slope();
            over(-w, y, sloped(&-w, u), &one_and_square(w, u, 1.0))
        };
        <Layered as Kernel<Jet<T, N>>>::choose(x.re.is_within(1e8), near, far)
    }
    atan_slope([x], u, _) { power(x, u, T::lit(-1.0), &one_and_square(x, u, 1.0)) }
    /// (1 − x²) y′ = x′
    atanh([x], y, [u]) { over(x, y, sloped(&x, u), &one_and_square(x, u, -1.0)) }
    atanh_slope([x], u, _) { power(x, u, T::lit(-1.0), &one_and_square(x, u, -1.0)) }
    /// x y = sin x, or the Taylor series at x₀, where that cancels
    sinc([x], y, _) {
        let near = || composed(x, y, |m| sinc_coefficient(x.re, m));
        let far = || {
            let q = Scalar::sin(x).quotient(x);
            q.with_series(y, q.higher)
        };
        <Layered as Kernel<Jet<T, N>>>::choose(x.re.is_within(8.0), near, far)
    }
    /// ½ + ½ tanh x/2
    sigmoid([x], y, [u]) {
        let (tanh, _) = half_tangent(x, x.re, u);
        x.with_series(y, array(|i| tanh.higher[i] * Lit(0.5)))
    }
    sigmoid_slope([x], u, _) {
        let (_, slope) = half_tangent(x, x.re, u);
        x.with_series(u, array(|i| slope.higher[i] * Lit(0.25)))
    }
    /// y′ = σ(x) x′
    softplus([x], y, [u]) { along(x, y, sigmoid([x], u, [x.re.sigmoid_slope()])) }
    /// z′ = s x′ + (1 − s) y′
    log_add_exp([x, y], z, [s, t]) {
        let of_x = share([x, y], s, [s, t]);
        let of_y = (-of_x).with_series(t, (-of_x).higher);
        let (by_x, by_y) = (along(x, z, of_x), along(y, z, of_y));
        by_x.join(&by_y).with_series(z, T::lanes_sum(&by_x.higher, &by_y.higher))
    }
    /// ½ + ½ tanh (x − y)/2
    share([x, y], s, _) {
        let d = x - y;
        let (tanh, _) = half_tangent(d, d.re, s * y.re.share(x.re));
        d.with_series(s, array(|i| tanh.higher[i] * Lit(0.5)))
    }
    /// z′ = ln y x′ + x/y y′, whose terms are in range where those of the product are not
    xlogy([x, y], z, _) {
        let log = Scalar::ln(y);
        if is_zero(y.re) {
            return times(x, log, z);
        }
        let (by_x, by_y) = (along(x, z, log), along(y, z, x.quotient(y)));
        of_order(by_x.join(&by_y).with_series(z, T::lanes_sum(&by_x.higher, &by_y.higher)))
    }
    product([x, y], z, _) { times(x, y, z) }
    /// yₖ = (xₖ − Σ_(0<j≤k) yⱼ qₖ₋ⱼ)/y₀ for q = x/y
    quotient([x, y], q, [slope, by_y]) {
        let z = x.join(&y);
        let [coefficients] = if is_zero(y.re) {
            let first = T::lanes_sum(&sloped(&x, slope), &sloped(&y, by_y));
            solve!(divided_by(&first, &sloped(&y, slope), z.order))
        } else {
            let r = relative(&y);
            let first: [T; N] = array(|i| x.higher[i] / y.re);
            let first = T::lanes_difference(&first, &T::lanes_times_slope(&r, q));
            solve!(divided_by(&first, &r, z.order))
        };
        of_order(z.with_series(q, coefficients))
    }
    /// y′ = y (p ln x)′; x y′ = p x′ y for a constant exponent
    pow([x, p], y, _) {
        let all = x.join(&p);
        if p.is_constant() {
            let x = all.with_series(x.re, x.higher);
            if !(y.is_normal() & x.re.is_normal()) {
                return composed(x, y, |m| x.re.pow_partial(p.re, [m as i32, 0]) / order_factorial(m));
            }
            return of_order(power(x, y, p.re, &relative(&x)));
        }
        if !y.is_normal() {
            return pow_partial([x, p], y, [y, y], [0, 0]);
        }
        let exponent = p * Scalar::ln(x);
        exponential(exponent, y, y, 1.0)
    }
    /// The Taylor series in both variables, by Horner's rule
    pow_partial([x, p], y, _, order: [i32; 2]) {
        let [k, m] = order;
        let all = x.join(&p);
        let partial = |i: usize, j: usize| {
            let d = x.re.pow_partial(p.re, [k + i as i32, m + j as i32]);
            d / order_factorial(i) / order_factorial(j)
        };
        let h = all.with_series(T::zero(), p.higher);
        let x = all.with_series(x.re, x.higher);
        let highest = if p.is_constant() { 0 } else { all.order };
        let z = (0..=highest).rev().fold(all.with_series(T::zero(), [T::zero(); N]), |z, j| {
            let row = composed(x, partial(0, j), |i| partial(i, j));
            let z = times(z, h, T::zero());
            z.with_series(z.re + row.re, T::lanes_sum(&z.higher, &row.higher))
        });
        of_order(z.with_series(y, z.higher))
    }
}

fn order_factorial(k: usize) -> Lit {
    Lit((1..=k).fold(1.0, |f, i| f * i as f64))
}

/// 2 tanh x/2 and sech² x/2, from the value of x and that of σ′(x) = ¼ sech² x/2
fn half_tangent<T: Scalar, const N: usize>(x: Jet<T, N>, value: T, slope: T) -> (Jet<T, N>, Jet<T, N>) {
    let half = x.with_series(x.re, array(|i| x.higher[i] * Lit(0.5)));
    tangent(half, (value * lit(0.5)).tanh(), slope * lit(4.0), -1.0)
}

/// ±x²/(1 ± x²) above the constant term, from u = 1/(1 ± x²) at t = 0
fn one_and_square<T: Scalar, const N: usize>(x: Jet<T, N>, u: T, sign: f64) -> [T; N] {
    let scaled = x.with_series(x.re * u, sloped(&x, u));
    let square = times(scaled, x, T::zero()).higher;
    array(|i| square[i] * Lit(sign))
}

/// cₘ = sinc⁽ᵐ⁾(x)/m!: from x cₘ + cₘ₋₁ = sin⁽ᵐ⁾(x)/m! while m ≤ |x|, which multiplies errors by m/|x|, and from there on by
/// Σ (−1)ⁿ C(2n, m) x²ⁿ⁻ᵐ/(2n + 1)!, 2n ≥ m, with 28 terms to 1e-19 at |x| = 8.
fn sinc_coefficient<T: Scalar>(x: T, m: usize) -> T {
    if m == 0 {
        return x.sinc();
    }
    let upward = || {
        let (sin, cos) = x.sin_cos();
        let turned = [sin, cos, -sin, -cos][m % 4] / order_factorial(m);
        (turned - sinc_coefficient(x, m - 1)) / x
    };
    T::choose(x.is_within(m as f64), || sinc_series(x, m), upward)
}

fn sinc_series<T: Scalar>(x: T, m: usize) -> T {
    let first = m.div_ceil(2);
    let square = x * x;
    let mut sum = T::one();
    for n in (first..first + 28).rev() {
        let (k, m) = ((2 * n) as f64, m as f64);
        let ratio = -(k + 1.0) / ((k + 2.0 - m) * (k + 1.0 - m) * (k + 3.0));
        sum = sum * square * Lit(ratio) + lit(1.0);
    }
    // C(2n, m)/(2n + 1)! at the first n, where 2n is m or m + 1.
    let sign = if first.is_multiple_of(2) { 1.0 } else { -1.0 };
    let scale = (1..=2 * first + 1).fold(sign, |c, i| c / i as f64);
    if m.is_multiple_of(2) { sum * Lit(scale) } else { sum * x * Lit(scale * (m + 1) as f64) }
}

/// The functions of real numbers that are neither linear nor constant between jumps.
pub(crate) mod of_reals {
    use super::*;

    /// r′ = cos θ x′ + sin θ y′, where nothing cancels that does not in the derivatives themselves
    #[track_caller]
    pub(crate) fn hypot<T: Real, const N: usize>([x, y]: [Jet<T, N>; 2], r: T) -> Jet<T, N> {
        let all = x.join(&y);
        if is_zero(r) {
            return corner(all, r, x.is_constant() && y.is_constant());
        }
        let (sin, cos) = circular(atan2([y, x], T::zero()), y.re.direction(x.re), x.re.direction(y.re), -1.0);
        let (by_x, by_y) = (along(x, r, cos), along(y, r, sin));
        of_order(all.with_series(r, T::lanes_sum(&by_x.higher, &by_y.higher)))
    }

    /// θ′ = (x y′ − y x′)/(x² + y²)
    #[track_caller]
    pub(crate) fn atan2<T: Real, const N: usize>([y, x]: [Jet<T, N>; 2], value: T) -> Jet<T, N> {
        let all = x.join(&y);
        let r = x.re.hypot(y.re);
        let scaled = |x: Jet<T, N>| all.with_series(x.re / r, array(|i| x.higher[i] / r));
        let (x, y) = (scaled(x), scaled(y));
        let squares = T::lanes_sum(&times(x, x, T::zero()).higher, &times(y, y, T::zero()).higher);
        let numerator = T::lanes_difference(&along(y, T::zero(), x).higher, &along(x, T::zero(), y).higher);
        of_order(over(all, value, numerator, &squares))
    }

    /// cos θ: c′ = −s θ′, s′ = c θ′
    #[track_caller]
    pub(crate) fn direction<T: Real, const N: usize>([x, y]: [Jet<T, N>; 2], c: T) -> Jet<T, N> {
        if is_zero(x.re) && is_zero(y.re) {
            return corner(x.join(&y), c, x.is_constant() && y.is_constant());
        }
        circular(atan2([y, x], T::zero()), y.re.direction(x.re), c, -1.0).1
    }

    /// (x/r)/(x² + y²)/r
    #[track_caller]
    pub(crate) fn inversion<T: Real, const N: usize>([x, y]: [Jet<T, N>; 2], value: T) -> Jet<T, N> {
        let r = x.re.hypot(y.re);
        let scaled = |x: Jet<T, N>| x.with_series(x.re / r, array(|i| x.higher[i] / r));
        let (u, v) = (scaled(x), scaled(y));
        let q = u.quotient(u * u + v * v);
        q.with_series(value, array(|i| q.higher[i] / r))
    }
}
