//! Elementary functions of the machine's complex numbers (placeholder).
#![allow(missing_docs)]
use crate::scalar::float::{self, Leaf};
use num_complex::Complex;

macro_rules! fwd { ($($f:ident)*) => {$( pub(crate) fn $f<L: Leaf>(z: Complex<L>) -> Complex<L> { z.$f() } )*}; }
fwd! { sqrt exp exp2 ln log2 log10 sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh }
fn l<L: Leaf>(x: f64) -> L {
    L::from_f64(x)
}
fn one<L: Leaf>() -> Complex<L> {
    Complex::new(L::one(), L::zero())
}
pub(crate) fn recip<L: Leaf>(z: Complex<L>) -> Complex<L> {
    z.finv()
}
pub(crate) fn cbrt<L: Leaf>(z: Complex<L>) -> Complex<L> {
    z.cbrt()
}
pub(crate) fn exp_m1<L: Leaf>(z: Complex<L>) -> Complex<L> {
    z.exp() - one()
}
pub(crate) fn ln_1p<L: Leaf>(z: Complex<L>) -> Complex<L> {
    (z + one()).ln()
}
pub(crate) fn log<L: Leaf>(z: Complex<L>, b: f64) -> Complex<L> {
    z.ln() / l::<L>(num_traits::Float::ln(b))
}
pub(crate) fn powi<L: Leaf>(z: Complex<L>, n: i32) -> Complex<L> {
    z.powi(n)
}
pub(crate) fn powf<L: Leaf>(z: Complex<L>, p: f64) -> Complex<L> {
    z.powf(l(p))
}
pub(crate) fn sinc<L: Leaf>(z: Complex<L>) -> Complex<L> {
    if z == Complex::new(L::zero(), L::zero()) { one() } else { z.sin() / z }
}
pub(crate) fn sigmoid<L: Leaf>(z: Complex<L>) -> Complex<L> {
    (one::<L>() + (-z).exp()).finv()
}
pub(crate) fn softplus<L: Leaf>(z: Complex<L>) -> Complex<L> {
    (one::<L>() + z.exp()).ln()
}
pub(crate) fn pow<L: Leaf>(z: Complex<L>, w: Complex<L>) -> Complex<L> {
    z.powc(w)
}
pub(crate) fn log_add_exp<L: Leaf>(z: Complex<L>, w: Complex<L>) -> Complex<L> {
    (z.exp() + w.exp()).ln()
}
pub(crate) fn xlogy<L: Leaf>(z: Complex<L>, w: Complex<L>) -> Complex<L> {
    if z.re.is_zero() && z.im.is_zero() { z } else { z * w.ln() }
}
pub(crate) fn product<L: Leaf>(z: Complex<L>, w: Complex<L>) -> Complex<L> {
    z * w
}
pub(crate) fn share<L: Leaf>(z: Complex<L>, w: Complex<L>) -> Complex<L> {
    sigmoid(z - w)
}
pub(crate) fn quotient<L: Leaf>(z: Complex<L>, w: Complex<L>) -> Complex<L> {
    z / w
}
pub(crate) fn cbrt_slope<L: Leaf>(z: Complex<L>) -> Complex<L> {
    let r = z.cbrt().finv();
    r * r / l::<L>(3.0)
}
pub(crate) fn asin_slope<L: Leaf>(z: Complex<L>) -> Complex<L> {
    ((one::<L>() - z).sqrt() * (one::<L>() + z).sqrt()).finv()
}
pub(crate) fn asinh_slope<L: Leaf>(z: Complex<L>) -> Complex<L> {
    (one::<L>() + z * z).sqrt().finv()
}
pub(crate) fn acosh_slope<L: Leaf>(z: Complex<L>) -> Complex<L> {
    ((z - one()).sqrt() * (one::<L>() + z).sqrt()).finv()
}
pub(crate) fn atan_slope<L: Leaf>(z: Complex<L>) -> Complex<L> {
    (one::<L>() + z * z).finv()
}
pub(crate) fn atanh_slope<L: Leaf>(z: Complex<L>) -> Complex<L> {
    (one::<L>() - z * z).finv()
}
pub(crate) fn sec_squared<L: Leaf>(z: Complex<L>) -> Complex<L> {
    let s = z.cos().finv();
    s * s
}
pub(crate) fn sech_squared<L: Leaf>(z: Complex<L>) -> Complex<L> {
    let s = z.cosh().finv();
    s * s
}
pub(crate) fn power_term<L: Leaf>(z: Complex<L>, c: f64, p: f64, k: i32) -> Complex<L> {
    if c == 0.0 {
        return Complex::new(L::zero(), L::zero());
    }
    z.powf(l(p - f64::from(k))) * l::<L>(c)
}
pub(crate) fn pow_partial<L: Leaf>(z: Complex<L>, w: Complex<L>, [k, m]: [i32; 2]) -> Complex<L> {
    let ln = if m == 0 { one() } else { z.ln() };
    z.powc(w - Complex::new(l::<L>(f64::from(k)), L::zero())) * float::pow_coefficient(ln, w, k, m)
}
pub(crate) fn sin_cos<L: Leaf>(z: Complex<L>) -> (Complex<L>, Complex<L>) {
    (z.sin(), z.cos())
}
