//! The one list of what this module offers, which the tests, the strategies and the accuracy command iterate over.

use super::*;

/// A function of the list: its name, and for each argument an interval that lies in its domain.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Listed {
    pub name: &'static str,
    pub domain: &'static [[f64; 2]],
}

macro_rules! list {
    ($($name:ident($($x:ident in $low:literal ..= $high:literal),*) => $call:expr;)*) => {
        /// Every function of numbers, those that take an integer at one of its values.
        #[doc(hidden)]
        pub static LIST: &[Listed] =
            &[$(Listed { name: stringify!($name), domain: &[$([$low, $high]),*] }),*];

        /// A function of the list by its name.
        ///
        /// # Panics
        /// If there is no such function, or not as many numbers as it takes.
        #[doc(hidden)]
        #[must_use]
        #[track_caller]
        pub fn by_name<T: Real<Primal: SpecialFunctions>>(name: &str, x: &[T]) -> T {
            match (name, x) {
                $((stringify!($name), &[$($x),*]) => $call,)*
                _ => panic!("no function {name} of {} numbers", x.len()),
            }
        }
    };
}

list! {
    erf(x in -6.0..=6.0) => erf(x);
    erfc(x in -6.0..=26.0) => erfc(x);
    erfcx(x in -5.0..=100.0) => erfcx(x);
    erf_inv(x in -1.0..=1.0) => erf_inv(x);
    erfc_inv(x in 0.0..=2.0) => erfc_inv(x);
    normal_pdf(x in -30.0..=30.0) => normal_pdf(x);
    normal_cdf(x in -30.0..=8.0) => normal_cdf(x);
    normal_ln_cdf(x in -100.0..=8.0) => normal_ln_cdf(x);
    normal_quantile(p in 0.0..=1.0) => normal_quantile(p);
    gamma(x in -10.0..=100.0) => gamma(x);
    rgamma(x in -10.0..=100.0) => rgamma(x);
    ln_gamma(x in -10.0..=1000.0) => ln_gamma(x);
    digamma(x in -10.0..=1000.0) => digamma(x);
    trigamma(x in -10.0..=1000.0) => trigamma(x);
    polygamma_3(x in -10.0..=1000.0) => polygamma(3, x);
    beta(a in 0.1..=20.0, b in 0.1..=20.0) => beta(a, b);
    ln_beta(a in 0.1..=1000.0, b in 0.1..=1000.0) => ln_beta(a, b);
    gamma_p(a in 0.1..=50.0, x in 0.0..=80.0) => gamma_p(a, x);
    gamma_q(a in 0.1..=50.0, x in 0.0..=80.0) => gamma_q(a, x);
    gamma_p_inv(a in 0.2..=50.0, p in 0.01..=0.99) => gamma_p_inv(a, p);
    gamma_q_inv(a in 0.2..=50.0, q in 0.01..=0.99) => gamma_q_inv(a, q);
    beta_inc(a in 0.1..=20.0, b in 0.1..=20.0, x in 0.0..=1.0) => beta_inc(a, b, x);
    beta_inc_inv(a in 0.2..=20.0, b in 0.2..=20.0, p in 0.01..=0.99) => beta_inc_inv(a, b, p);
    bessel_j0(x in -50.0..=50.0) => bessel_j0(x);
    bessel_j1(x in -50.0..=50.0) => bessel_j1(x);
    bessel_y0(x in 0.0..=50.0) => bessel_y0(x);
    bessel_y1(x in 0.0..=50.0) => bessel_y1(x);
    bessel_i0(x in -50.0..=50.0) => bessel_i0(x);
    bessel_i1(x in -50.0..=50.0) => bessel_i1(x);
    bessel_k0(x in 0.0..=50.0) => bessel_k0(x);
    bessel_k1(x in 0.0..=50.0) => bessel_k1(x);
    bessel_jn_5(x in -50.0..=50.0) => bessel_jn(5, x);
    bessel_yn_5(x in 0.0..=50.0) => bessel_yn(5, x);
    bessel_in_5(x in -50.0..=50.0) => bessel_in(5, x);
    bessel_kn_5(x in 0.0..=50.0) => bessel_kn(5, x);
    bessel_in_scaled_2(x in 0.0..=100.0) => bessel_in_scaled(2, x);
    bessel_kn_scaled_2(x in 0.0..=100.0) => bessel_kn_scaled(2, x);
    spherical_jn_3(x in -50.0..=50.0) => spherical_jn(3, x);
    spherical_yn_3(x in 0.0..=50.0) => spherical_yn(3, x);
    bessel_j(order in -5.0..=20.0, x in 0.0..=50.0) => bessel_j(order, x);
    bessel_y(order in -5.0..=20.0, x in 0.0..=50.0) => bessel_y(order, x);
    bessel_i(order in 0.0..=20.0, x in 0.0..=50.0) => bessel_i(order, x);
    bessel_k(order in -20.0..=20.0, x in 0.0..=50.0) => bessel_k(order, x);
    airy_ai(x in -20.0..=20.0) => airy_ai(x);
    airy_ai_prime(x in -20.0..=20.0) => airy_ai_prime(x);
    airy_bi(x in -20.0..=20.0) => airy_bi(x);
    airy_bi_prime(x in -20.0..=20.0) => airy_bi_prime(x);
    expint_e1(x in 0.0..=100.0) => expint_e1(x);
    expint_ei(x in -50.0..=100.0) => expint_ei(x);
    lambert_w0(x in -0.3678..=100.0) => lambert_w0(x);
    lambert_wm1(x in -0.3678..=0.0) => lambert_wm1(x);
    elliptic_k(m in -10.0..=1.0) => elliptic_k(m);
    elliptic_e(m in -10.0..=1.0) => elliptic_e(m);
    carlson_rc(x in 0.0..=10.0, y in 0.0..=10.0) => carlson_rc(x, y);
    carlson_rf(x in 0.0..=10.0, y in 0.0..=10.0, z in 0.0..=10.0) => carlson_rf(x, y, z);
    carlson_rd(x in 0.0..=10.0, y in 0.0..=10.0, z in 0.0..=10.0) => carlson_rd(x, y, z);
    carlson_rj(x in 0.0..=10.0, y in 0.0..=10.0, z in 0.0..=10.0, p in 0.0..=10.0) => carlson_rj(x, y, z, p);
    zeta(s in -20.0..=40.0) => zeta(s);
    log_sigmoid(x in -50.0..=50.0) => log_sigmoid(x);
    log1m_exp(x in -50.0..=0.0) => log1m_exp(x);
    exprel(x in -50.0..=50.0) => exprel(x);
    cosm1(x in -10.0..=10.0) => cosm1(x);
    ln_1p_minus_x(x in -1.0..=10.0) => ln_1p_minus_x(x);
    box_cox(x in 0.01..=10.0, lambda in -3.0..=3.0) => box_cox(x, lambda);
    box_cox_inv(y in 0.0..=5.0, lambda in 0.0..=3.0) => box_cox_inv(y, lambda);
    logit(p in 0.0..=1.0) => logit(p);
    huber(x in -3.0..=3.0) => huber(x, 1.0);
    log_sub_exp(x in 0.0..=10.0, y in -10.0..=0.0) => log_sub_exp(x, y);
    smooth_max(x in -5.0..=5.0, y in -5.0..=5.0) => smooth_max(&[x, y], 3.0);
    norm(x in -5.0..=5.0, y in -5.0..=5.0) => norm(&[x, y]);
    cross_entropy(x in -5.0..=5.0, y in -5.0..=5.0, z in -5.0..=5.0) => softmax_cross_entropy(&[x, y, z], 1);
}
