#!/usr/bin/env python3
"""Writes jets.json: Taylor coefficients to order 20 at points, with 60 digits by mpmath (1.3).

    python3 tests/data/gen_jets.py > tests/data/jets.json
"""
import json
import mpmath as mp

mp.mp.dps = 60
ORDER = 20

sigmoid = lambda x: 1 / (1 + mp.exp(-x))
FUNCTIONS = {
    "recip": (lambda x: 1 / x, [0.75, -2.5, 40.0]),
    "sqrt": (mp.sqrt, [0.75, 2.5, 40.0]),
    "cbrt": (mp.cbrt, [0.75, 2.5, 40.0]),
    "exp": (mp.exp, [-3.0, 0.5, 20.0]),
    "exp2": (lambda x: mp.mpf(2) ** x, [-3.0, 0.5, 20.0]),
    "exp_m1": (mp.expm1, [-3.0, 1e-9, 20.0]),
    "ln": (mp.log, [0.5, 1.0, 40.0]),
    "ln_1p": (mp.log1p, [-0.5, 1e-9, 40.0]),
    "log2": (lambda x: mp.log(x) / mp.log(2), [0.5, 40.0]),
    "log10": (mp.log10, [0.5, 40.0]),
    "sin": (mp.sin, [0.0, 0.75, -20.0]),
    "cos": (mp.cos, [0.0, 0.75, -20.0]),
    "tan": (mp.tan, [0.0, 0.75, -1.25]),
    "asin": (mp.asin, [0.0, 0.5, -0.75]),
    "acos": (mp.acos, [0.0, 0.5, -0.75]),
    "atan": (mp.atan, [0.0, 0.5, -3.0]),
    "sinh": (mp.sinh, [0.0, 0.75, -6.0]),
    "cosh": (mp.cosh, [0.0, 0.75, -6.0]),
    "tanh": (mp.tanh, [0.0, 0.75, -6.0]),
    "asinh": (mp.asinh, [0.0, 0.75, -6.0]),
    "acosh": (mp.acosh, [1.25, 2.0, 6.0]),
    "atanh": (mp.atanh, [0.0, 0.5, -0.75]),
    "sinc": (lambda x: mp.sin(x) / x if x else mp.mpf(1), [0.75, 1.75, 2.5, -20.0]),
    "sigmoid": (sigmoid, [-20.0, 0.0, 2.5]),
    "softplus": (lambda x: mp.log(1 + mp.exp(x)), [-20.0, 0.0, 2.5]),
    "composite": (lambda x: mp.sin(x * x) * mp.exp(-x) + mp.log(x * x + 1) * mp.tanh(x), [0.5, 1.25]),
}


def coefficients(f, x):
    """By Cauchy's integral on a circle on which f is holomorphic: 512 points, error (r/R)^512."""
    radius = mp.mpf(abs(x) if x else 1) / 4
    if abs(x) < 1e-6:
        radius = mp.mpf(1) / 4
    if abs(x) < 1 and abs(x) > 0.5:
        radius = (1 - mp.mpf(abs(x))) * mp.mpf("0.6")
    radius = min(radius, mp.mpf("0.3"))
    if x == 1.25:
        radius = mp.mpf("0.12")
    n = 512
    values = [f(x + radius * mp.expjpi(mp.mpf(2 * i) / n)) for i in range(n)]
    return [
        float((sum(v * mp.expjpi(-mp.mpf(2 * i * k) / n) for i, v in enumerate(values)) / n / radius**k).real)
        for k in range(ORDER + 1)
    ]


rows = [
    {"function": name, "x": x, "coefficients": coefficients(f, x)}
    for name, (f, points) in FUNCTIONS.items()
    for x in points
]
print("[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]")
