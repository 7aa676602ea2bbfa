"""Writes special.json beside this file: special functions and composites with their first and second derivatives (and the
third, of functions of one number), by mpmath at 40 digits or more, each number a string of 17 significant digits.

    pip install mpmath gmpy2; python gen_special.py

`gen_special.py constants` and `gen_special.py nodes` write constants.rs and nodes.rs of src/elementary/special (then `cargo fmt`).
"""
import json
import os
import random
import sys
from mpmath import *

mp.dps = 40


def number(x):
    x = mpf(x)
    if x != 0 and abs(x) < mpf(2) ** -1022:
        return repr(float(nint(x * mpf(2) ** 1074) * mpf(2) ** -1074))
    return "%.16e" % float(x)


def partials(f, at, order):
    """All derivatives up to the order, by multi-index."""
    n = len(at)
    at = [mpf(x) for x in at]
    result = {}

    def visit(index, left):
        if len(index) == n:
            if sum(index) == 0:
                value = f(*at)
            else:
                value = diff(f, tuple(at) if n > 1 else at[0], tuple(index) if n > 1 else index[0],
                             h=mpf(2) ** -150 * (min([abs(x) for x in at if x]) if any(at) else 1))
            result["".join(map(str, index))] = value.real if isinstance(value, mpc) else value
            return
        for k in range(left + 1):
            visit(index + [k], left - k)

    visit([], order)
    return result


R = random.Random(19)
U = R.uniform


def log10(a, b):
    return 10 ** U(a, b)


def sign():
    return R.choice([-1.0, 1.0])


def many(n, *samplers):
    return [s() for _ in range(n) for s in samplers]


def normal_cdf(x):
    return erfc(-x / sqrt(mpf(2))) / 2


def normal_ln_cdf(x):
    return log(normal_cdf(x)) if x < 0 else log1p(-erfc(x / sqrt(mpf(2))) / 2)


def inverse(f, guess):
    return findroot(f, guess)


def erf_inverse(x):
    return erfinv(x)


def erfc_inverse(q):
    g = sqrt(-log(q)) if q < mpf("0.2") else erfinv(1 - q)
    for _ in range(80):
        step = (log(erfc(g)) - log(q)) * erfc(g) * sqrt(pi) / (2 * exp(-g * g))
        g += step
        if abs(step) < mpf(10) ** (-mp.dps + 5) * max(abs(g), mpf(10) ** -10):
            break
    return g


def gamma_p(a, x):
    return gammainc(a, 0, x, regularized=True)


def gamma_q(a, x):
    if x < a / 4 and a > 10:
        raise ValueError("1 but for a tail of P")
    return gammainc(a, x, inf, regularized=True)


def beta_inc(a, b, x):
    return betainc(a, b, 0, x, regularized=True)


def by_newton(f, density, x):
    for _ in range(60):
        step = f(x) / density(x)
        x -= step
        if abs(step) < mpf(10) ** (-mp.dps + 8) * abs(x):
            break
    return x


def gamma_p_inv(a, p):
    lo, hi = mpf(10) ** -30, 20 * a + 200
    for _ in range(60):
        mid = sqrt(lo * hi)
        with workdps(15):
            small = gamma_p(a, mid) < p
        lo, hi = (mid, hi) if small else (lo, mid)
    return by_newton(lambda x: gamma_p(a, x) - p, lambda x: exp((a - 1) * log(x) - x) / gamma(a), lo)


def beta_inc_inv(a, b, p):
    lo, hi = mpf(0), mpf(1)
    for _ in range(50):
        mid = (lo + hi) / 2
        with workdps(15):
            small = beta_inc(a, b, mid) < p
        lo, hi = (mid, hi) if small else (lo, mid)
    return by_newton(lambda x: beta_inc(a, b, x) - p, lambda x: exp((a - 1) * log(x) + (b - 1) * log(1 - x)) / beta(a, b), lo)


def spherical(f, n):
    return lambda x: sqrt(pi / (2 * x)) * f(n + mpf(1) / 2, x)


def oscillation(*x):
    """Errors near zeros are relative to this: the amplitude in the region of oscillation, at most."""
    return 1 / sqrt(max(abs(mpf(x[-1])), mpf(1)))


def airy_scale(x):
    return 0 if x > -1 else mpf(-x) ** -0.25 / sqrt(pi)


def scaled(f, up):
    return lambda x: exp(up * x) * f(x)


def exprel(x):
    return mpf(1) if x == 0 else expm1(x) / x


def box_cox(x, l):
    return log(x) * exprel(l * log(x))


def box_cox_inv(y, l):
    z = l * y
    return exp(y * (log1p(z) / z if z else mpf(1)))


positive = lambda: log10(-5, 5)
wide = lambda: sign() * log10(-8, 1)
FUNCTIONS = {
    "erf": (erf, many(16, lambda: (wide(),), lambda: (U(-6, 6),)) + [(0.0,), (-0.0,)]),
    "erfc": (erfc, many(16, lambda: (wide(),), lambda: (U(-6, 27),)) + [(26.55,), (27.0,)]),
    "erfcx": (lambda x: exp(x * x) * erfc(x), many(12, lambda: (U(-25, 5),), lambda: (U(0, 26),), lambda: (log10(-6, 1),))),
    "erf_inv": (erf_inverse, many(12, lambda: (U(-1, 1),), lambda: (sign() * log10(-8, 0),), lambda: (1 - log10(-12, 0),))),
    "erfc_inv": (erfc_inverse, many(12, lambda: (U(0.05, 1.9),), lambda: (log10(-280, 0),), lambda: (log10(-5, 0),))),
    "normal_pdf": (lambda x: exp(-x * x / 2) / sqrt(2 * pi), many(16, lambda: (U(-38, 38),), lambda: (wide(),))),
    "normal_cdf": (normal_cdf, many(16, lambda: (U(-37, 8),), lambda: (wide(),))),
    "normal_ln_cdf": (normal_ln_cdf, many(12, lambda: (U(-40, 8),), lambda: (-log10(0, 4),), lambda: (U(-3, 3),)) + [(-30.0,), (-1e4,)]),
    "normal_quantile": (lambda p: -sqrt(mpf(2)) * erfc_inverse(2 * p), many(12, lambda: (log10(-280, 0),), lambda: (U(0.01, 0.99),), lambda: (1 - log10(-10, -1),))),
    "gamma": (gamma, many(12, lambda: (U(-100, 170),), lambda: (U(-5, 5),), lambda: (log10(-30, 2),)) + [(-170.5,), (1.4616321449683622,)]),
    "rgamma": (rgamma, many(12, lambda: (U(-100, 160),), lambda: (U(-5, 5),), lambda: (-R.randint(0, 20) + sign() * log10(-10, -3),)) + [(0.0,), (-1.0,), (-2.0,), (-7.0,)]),
    "ln_gamma": (lambda x: log(abs(gamma(x))) if x < 0 else loggamma(x).real, many(10, lambda: (U(-50, 170),), lambda: (U(-5, 5),), lambda: (log10(-20, 20),), lambda: (R.choice([1, 2]) + sign() * log10(-14, -2),))),
    "digamma": (digamma, many(10, lambda: (U(-50, 170),), lambda: (U(-5, 5),), lambda: (log10(-20, 20),), lambda: (1.4616321449683622 + sign() * log10(-15, -2),))),
    "trigamma": (lambda x: polygamma(1, x), many(12, lambda: (U(-50, 170),), lambda: (U(-5, 5),), lambda: (log10(-20, 20),))),
    "polygamma_3": (lambda x: polygamma(3, x), many(12, lambda: (U(-20, 170),), lambda: (U(-5, 5),), lambda: (log10(-10, 10),))),
    "beta": (beta, many(16, lambda: (log10(-3, 2), log10(-3, 2)), lambda: (U(0.1, 5), U(0.1, 5)))),
    "ln_beta": (lambda a, b: (loggamma(a) + loggamma(b) - loggamma(a + b)).real, many(16, lambda: (log10(-10, 10), log10(-3, 3)), lambda: (U(0.1, 5), U(0.1, 50)))),
    "gamma_p": (gamma_p, many(10, lambda: (log10(-1, 2), log10(-2, 2)), lambda: (U(0.2, 10), U(0, 15)), lambda: (R.choice([5.0, 50.0, 200.0]), U(3, 60)))),
    "gamma_q": (gamma_q, many(10, lambda: (log10(-1, 2), log10(-2, 2)), lambda: (U(0.2, 10), U(0, 15)), lambda: (R.choice([0.01, 5.0, 50.0]), U(3, 200))) + [(2.0, 3.0), (50.0, 60.0)]),
    "gamma_p_inv": (gamma_p_inv, many(16, lambda: (U(0.3, 20), U(0.01, 0.9)), lambda: (U(0.5, 5), log10(-10, -1)))),
    "beta_inc": (beta_inc, many(10, lambda: (U(0.2, 10), U(0.2, 10), U(0.01, 0.99)), lambda: (log10(-1, 2), log10(-1, 2), U(0.05, 0.95)), lambda: (U(1, 60), U(1, 60), U(0.2, 0.8)))),
    "beta_inc_inv": (beta_inc_inv, many(30, lambda: (U(0.5, 8), U(0.5, 8), U(0.02, 0.98)))),
    "bessel_j0": (lambda x: besselj(0, x), many(12, lambda: (U(-30, 30),), lambda: (U(30, 200),), lambda: (log10(-8, 4),)) + [(2.404825557695773,), (5.520078110286311,), (0.0,)], oscillation),
    "bessel_j1": (lambda x: besselj(1, x), many(12, lambda: (U(-30, 30),), lambda: (U(30, 200),), lambda: (log10(-8, 4),)) + [(3.8317059702075125,), (0.0,)], oscillation),
    "bessel_y0": (lambda x: bessely(0, x), many(12, lambda: (U(0, 30),), lambda: (U(30, 200),), lambda: (log10(-8, 4),)) + [(0.8935769662791675,)], oscillation),
    "bessel_y1": (lambda x: bessely(1, x), many(12, lambda: (U(0, 30),), lambda: (U(30, 200),), lambda: (log10(-8, 4),)), oscillation),
    "bessel_i0": (lambda x: besseli(0, x), many(12, lambda: (U(-30, 30),), lambda: (U(30, 700),), lambda: (log10(-8, 2),)) + [(0.0,)]),
    "bessel_i1": (lambda x: besseli(1, x), many(12, lambda: (U(-30, 30),), lambda: (U(30, 700),), lambda: (log10(-8, 2),))),
    "bessel_k0": (lambda x: besselk(0, x), many(12, lambda: (U(0, 30),), lambda: (U(30, 700),), lambda: (log10(-8, 2),))),
    "bessel_k1": (lambda x: besselk(1, x), many(12, lambda: (U(0, 30),), lambda: (U(30, 700),), lambda: (log10(-8, 2),))),
    "bessel_jn_5": (lambda x: besselj(5, x), many(16, lambda: (U(0, 60),), lambda: (log10(-3, 3),)), oscillation),
    "bessel_yn_5": (lambda x: bessely(5, x), many(16, lambda: (U(0, 60),), lambda: (log10(-3, 3),)), oscillation),
    "bessel_in_scaled_2": (scaled(lambda x: besseli(2, x), -1), many(16, lambda: (U(0, 60),), lambda: (log10(-3, 3),))),
    "bessel_kn_scaled_2": (scaled(lambda x: besselk(2, x), 1), many(16, lambda: (U(0, 60),), lambda: (log10(-3, 3),))),
    "spherical_jn_3": (spherical(besselj, 3), many(16, lambda: (U(0, 60),), lambda: (log10(-3, 3),)), lambda x: 1 / max(abs(mpf(x)), mpf(1))),
    "spherical_yn_3": (spherical(bessely, 3), many(16, lambda: (U(0, 60),), lambda: (log10(-3, 3),)), lambda x: 1 / max(abs(mpf(x)), mpf(1))),
    "bessel_j": (besselj, many(10, lambda: (U(0, 20), U(0.1, 60)), lambda: (float(R.randint(0, 6)), U(0.1, 30)), lambda: (U(-6, 0), U(0.5, 40))), oscillation),
    "bessel_y": (bessely, many(10, lambda: (U(0, 20), U(0.1, 60)), lambda: (float(R.randint(0, 6)), U(0.1, 30)), lambda: (U(-6, 0), U(0.5, 40))), oscillation),
    "bessel_i": (besseli, many(15, lambda: (U(0, 20), U(0.1, 60)), lambda: (float(R.randint(0, 6)), U(0.1, 30)))),
    "bessel_k": (besselk, many(15, lambda: (U(0, 20), U(0.1, 60)), lambda: (float(R.randint(1, 6)), U(0.1, 30)))),
    "airy_ai": (airyai, many(12, lambda: (U(-30, 30),), lambda: (U(-5, 5),), lambda: (-log10(0, 3),)), airy_scale),
    "airy_bi": (airybi, many(12, lambda: (U(-30, 30),), lambda: (U(-5, 5),), lambda: (-log10(0, 3),)), airy_scale),
    "expint_e1": (lambda x: e1(x), many(16, lambda: (U(0, 20),), lambda: (log10(-20, 2.8),))),
    "expint_ei": (lambda x: ei(x), many(16, lambda: (U(-20, 60),), lambda: (log10(-20, 2.8),)) + [(0.37250741078136663,)]),
    "lambert_w0": (lambda x: lambertw(x).real, many(10, lambda: (U(-0.367, 5),), lambda: (-exp(-1).__float__() + log10(-12, -1),), lambda: (log10(-20, 200),), lambda: (-log10(-20, -1),))),
    "lambert_wm1": (lambda x: lambertw(x, -1).real, many(12, lambda: (U(-0.367, -0.001),), lambda: (-exp(-1).__float__() + log10(-12, -1),), lambda: (-log10(-200, -1),))),
    "elliptic_k": (ellipk, many(12, lambda: (U(-1, 1),), lambda: (1 - log10(-12, 0),), lambda: (-log10(-5, 8),)) + [(0.0,)]),
    "elliptic_e": (ellipe, many(12, lambda: (U(-1, 1),), lambda: (1 - log10(-12, 0),), lambda: (-log10(-5, 8),)) + [(0.0,)]),
    "carlson_rc": (elliprc, many(16, lambda: (positive(), positive()), lambda: (1.0, 1.0 + sign() * log10(-9, -1)))),
    "carlson_rf": (elliprf, many(12, lambda: (positive(), positive(), positive()), lambda: (1.0, 1.0 + sign() * log10(-9, -1), 2.0), lambda: (U(1, 2), U(1, 2), U(1, 2)))),
    "carlson_rd": (elliprd, many(12, lambda: (positive(), positive(), positive()), lambda: (1.0, 1.0 + sign() * log10(-9, -1), 2.0), lambda: (U(1, 2), U(1, 2), U(1, 2)))),
    "carlson_rj": (elliprj, many(30, lambda: (U(0.1, 3), U(0.1, 3), U(0.1, 3), U(0.1, 3)))),
    "zeta": (lambda s: zeta(s), many(10, lambda: (U(-20, 30),), lambda: (1 + sign() * log10(-6, 0),), lambda: (U(-100, 0),)) + [(0.0,), (-2.0,), (-4.0,)]),
    "exprel": (exprel, many(16, lambda: (sign() * log10(-10, 2),), lambda: (U(-40, 40),)) + [(0.0,)]),
    "ln_1p_minus_x": (lambda x: log1p(x) - x, many(16, lambda: (sign() * log10(-15, -0.1),), lambda: (U(-0.9, 10),))),
    "log1m_exp": (lambda x: log1p(-exp(x)) if x < -1 else log(-expm1(x)), many(30, lambda: (-log10(-12, 2.5),))),
    "log_sigmoid": (lambda x: -log1p(exp(-x)), many(30, lambda: (U(-40, 40),))),
    "logit": (lambda p: log(p / (1 - p)), many(16, lambda: (U(0.001, 0.999),), lambda: (0.5 + sign() * log10(-10, -1),)) + [(1e-300,)]),
    "cosm1": (lambda x: -2 * sin(x / 2) ** 2, many(16, lambda: (log10(-12, 0.4),), lambda: (U(-3, 3),))),
    "box_cox": (box_cox, many(16, lambda: (log10(-2, 2), U(-3, 3)), lambda: (log10(-1, 1), sign() * log10(-12, -1)))),
    "box_cox_inv": (box_cox_inv, many(16, lambda: (U(0, 5), U(0.1, 2)), lambda: (U(-2, 2), sign() * log10(-12, -1)))),
}


ABOUT = ("Special functions and composites of holograd::special, by gen_special.py with mpmath at 40 digits: derivatives by "
         "differences at hundreds of digits. d holds the partial derivatives by their orders in each argument; scale is the "
         "size that errors are relative to where the number itself is smaller (near zeros of oscillating functions).")


def write():
    table = {}
    names = sys.argv[1:] or FUNCTIONS
    for name in names:
        f, points, *scale = FUNCTIONS[name]
        rows = []
        for at in points:
            try:
                d = partials(f, at, 3 if len(at) == 1 else 2)
            except (ValueError, ZeroDivisionError, TypeError, mp.NoConvergence, OverflowError) as e:
                print(name, at, repr(e)[:80], file=sys.stderr)
                continue
            row = {"at": [repr(float(x)) for x in at], "d": {k: number(v) for k, v in d.items()}}
            if scale:
                row["scale"] = number(scale[0](*at))
            rows.append(row)
        table[name] = rows
        print(name, len(rows), file=sys.stderr, flush=True)
        save(table)


def save(table):
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.environ.get("OUT", "special.json"))
    with open(path, "w") as out:
        out.write('{\n"about": %s,\n"functions": {\n' % json.dumps(ABOUT))
        out.write(",\n".join('%s: [\n%s\n]' % (json.dumps(n), ",\n".join(json.dumps(r, separators=(",", ":")) for r in rows)) for n, rows in table.items()))
        out.write("\n}\n}\n")

def constants():
    mp.dps = 80

    def dd(x):
        hi = float(x)
        return f"d({hi!r}, {float(x - mpf(hi))!r})"

    def td(x):
        a = float(x)
        b = float(x - mpf(a))
        return f"[{a!r}, {b!r}, {float(x - mpf(a) - mpf(b))!r}]"

    out = []
    w=out.append
    w('''//! Constants in double-double precision, written by `tests/data/gen_special.py constants`.
    
    use super::dd::Dd;
    
    const fn d(hi: f64, lo: f64) -> Dd {
        Dd::from_parts(hi, lo)
    }
    ''')
    def one(name,doc,x): w(f"/// {doc}\npub(super) const {name}: Dd = {dd(x)};")
    one("PI","π",pi); one("LN_2","ln 2",log(2)); one("LN_SQRT_2_PI","½ ln 2π",log(2*pi)/2)
    one("EULER","Euler's constant γ",euler); one("SQRT_PI","√π",sqrt(pi)); one("E_RECIP","1/e",exp(-1)); one("E","e",e)
    one("AIRY_0","Ai(0)",airyai(0)); one("AIRY_PRIME_0","−Ai′(0)",-airyai(0,derivative=1))
    w(f"/// π/2 in three parts\npub(super) const HALF_PI: [f64; 3] = {td(pi/2)};")
    def tab(name,doc,xs):
        w(f"/// {doc}\npub(super) static {name}: [Dd; {len(xs)}] = [")
        for x in xs: w(f"    {dd(x)},")
        w("];")
    tab("STIRLING","B₂ₖ/(2k (2k − 1)), k = 1, 2, …: the tail of ln Γ (DLMF 5.11.1)",[bernoulli(2*k)/(2*k*(2*k-1)) for k in range(1,19)])
    tab("BERNOULLI","B₂ₖ/(2k)!, k = 1, 2, …: the Euler–Maclaurin formula (DLMF 2.10.1)",[bernoulli(2*k)/factorial(2*k) for k in range(1,19)])
    tab("ZETA_TAIL","(−1)ᵏ (ζ(k) − 1)/k, k = 2, 3, …: ln Γ(2 + a) (DLMF 5.7.3)",[(-1)**k*(zeta(k)-1)/k for k in range(2,62)])
    cs=taylor(lambda a: rgamma(1+a),0,34)
    tab("RGAMMA","coefficients of 1/Γ(1 + a) (DLMF 5.7.1)",cs)
    tab("INVERSE_FACTORIAL","1/k!",[1/factorial(k) for k in range(0,29)])
    return ("\n".join(out) + "\n")


def nodes():
    out=['''//! Nodes and weights of double-exponential quadrature, written by `tests/data/gen_special.py nodes`.
    
    ''']
    h=mpf(1)/12
    rows=[]
    for k in range(-48,66):
        t=k*h; s=exp(t-exp(-t)); w=s*(1+exp(-t))*h
        rows.append((float(s),float(w)))
    out.append("/// s = exp(τ − e^−τ) and h ds/dτ for τ = kh, h = 1/12: integrals over (0, ∞) of what decays like e^−s.\npub(super) static HALF_LINE: [(f64, f64); %d] = [\n"%len(rows)+"".join(f"    ({a!r}, {b!r}),\n" for a,b in rows)+"];\n")
    h=mpf(1)/16
    rows=[]
    for k in range(-51,52):
        t=k*h; u=pi*sinh(t); r=1/(1+exp(-u)); w=pi*cosh(t)*r/(1+exp(u))*h
        rows.append((float(r),float(w)))
    out.append("/// r = 1/(1 + exp(−π sinh τ)) and h dr/dτ for τ = kh, h = 1/16: integrals over (0, 1).\npub(super) static INTERVAL: [(f64, f64); %d] = [\n"%len(rows)+"".join(f"    ({a!r}, {b!r}),\n" for a,b in rows)+"];\n")
    return ("".join(out))


if __name__ == "__main__":
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../src/elementary/special")
    made = {"constants": constants, "nodes": nodes}.get(" ".join(sys.argv[1:]))
    if made:
        with open(os.path.join(source, sys.argv[1] + ".rs"), "w") as out:
            out.write(made())
    else:
        write()
