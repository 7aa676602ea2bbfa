#!/usr/bin/env python3
"""Reference values of the linear-algebra grid, `tests/data/linalg.json`: python3 tests/data/gen_linalg.py (pip install mpmath)

For each matrix A and direction D the function of A + tD and its first and second derivative in t at 0, to 60 digits, by
closed formulas that no decomposition at the value enters: derivatives of solve and inverse by their product rules, of
expm by the block matrix (A, D, 0; 0, A, D; 0, 0, A), of det by differences at 110 digits, of spectral functions by divided differences in mpmath's eigenvectors.
"""
import json
import os
import random

import mpmath as mp

mp.mp.dps = 60
random.seed(6)


def rnd():
    return random.uniform(-1, 1)


def dense(n):
    return [[rnd() for _ in range(n)] for _ in range(n)]


def orthogonal(n):
    """Q of a random matrix, rounded to double: exactly orthogonal it need not be."""
    q, _ = mp.qr(mp.matrix(dense(n)))
    return q


def spd(n, values):
    """Q diag(values) Qᵀ, rounded and symmetric."""
    q = orthogonal(n)
    a = q * mp.diag(values) * q.T
    return [[float((a[i, j] + a[j, i]) / 2) for j in range(n)] for i in range(n)]


def kinds():
    for n in (2, 3, 5, 10, 20):
        yield "dense", n, dense(n)
        yield "diagonal", n, [[float(i + 1) if i == j else 0.0 for j in range(n)] for i in range(n)]
        yield "block", n, [[rnd() + 3 * (i == j) if i // 2 == j // 2 else 0.0 for j in range(n)] for i in range(n)]
        yield "triangular", n, [[rnd() + 2 * (i == j) if j >= i else 0.0 for j in range(n)] for i in range(n)]
        yield "identity-plus", n, [[float(i == j) + 1e-3 * rnd() for j in range(n)] for i in range(n)]
        yield "SPD", n, spd(n, [mp.mpf(1) + 3 * mp.mpf(i) / n for i in range(n)])
        for gap in ("1e-3", "1e-6"):
            values = [mp.mpf(1) + mp.mpf(i) / n for i in range(n)]
            values[1] = values[0] + mp.mpf(gap)
            yield f"SPD, gap {gap}", n, spd(n, values)
        if n > 2:
            yield "SPD, equal", n, [[(2.0 if i < 2 else 3.0 + i) if i == j else 0.0 for j in range(n)] for i in range(n)]
            low = dense(n)
            low[n - 1] = [float(x) for x in low[0]]
            yield "rank-deficient", n, low


def second_order(f, a, d):
    """f, f′ and f″ of A + tD for an analytic f of matrices, from f of the block triangular matrix."""
    n = a.rows
    big = mp.zeros(3 * n)
    for k in range(3):
        for i in range(n):
            for j in range(n):
                big[k * n + i, k * n + j] = a[i, j]
                if k < 2:
                    big[k * n + i, k * n + n + j] = d[i, j]
    y = f(big)
    return [mp.matrix(n, n) + y[0:n, k * n : k * n + n] * mp.factorial(k) for k in range(3)]


def divided(f, df, ddf, nodes):
    """f[x, y, z], also where nodes are equal or close: at 60 digits a gap of 1e-6 costs 12."""
    x = sorted(nodes)
    if len(x) == 1:
        return f(x[0])
    if x[-1] - x[0] < mp.mpf(10) ** -40:
        return df(x[0]) if len(x) == 2 else ddf(x[0]) / 2
    return (divided(f, df, ddf, x[1:]) - divided(f, df, ddf, x[:-1])) / (x[-1] - x[0])


def spectral(a, d):
    """tanh A: V (F₁ ∘ C) Vᵀ and 2 V (Σₖ f[λᵢ, λₖ, λⱼ] Cᵢₖ Cₖⱼ) Vᵀ with C = Vᵀ D V (Daleckii and Krein)."""
    n = a.rows
    values, v = mp.eigsy(a)
    c = v.T * d * v
    f, df = mp.tanh, lambda x: mp.sech(x) ** 2
    ddf = lambda x: -2 * mp.tanh(x) * mp.sech(x) ** 2
    one, two, three = {}, {}, {}
    for i in range(n):
        for j in range(i, n):
            two[i, j] = two[j, i] = divided(f, df, ddf, [values[i], values[j]])
            for k in range(j, n):
                three[i, j, k] = divided(f, df, ddf, [values[i], values[j], values[k]])
    value = v * mp.diag([f(x) for x in values]) * v.T
    first = mp.matrix(n, n)
    second = mp.matrix(n, n)
    for i in range(n):
        for j in range(n):
            first[i, j] = two[i, j] * c[i, j]
            second[i, j] = 2 * mp.fsum(three[tuple(sorted((i, k, j)))] * c[i, k] * c[k, j] for k in range(n))
    return [value, v * first * v.T, v * second * v.T]


def determinant(a, d):
    """By differences with the step 1e-20 at 110 digits: right to 40 and, at second order, 40."""
    h = mp.mpf(10) ** -20
    with mp.workdps(110):
        y = [mp.det(a + (k * h) * d) for k in (-1, 0, 1)]
        return [y[1], (y[2] - y[0]) / (2 * h), (y[2] - 2 * y[1] + y[0]) / h**2]


def column(x):
    return [mp.nstr(x[i, j], 20) for j in range(x.cols) for i in range(x.rows)]


def main():
    cases = []
    for kind, n, rows in kinds():
        symmetric = kind.startswith("SPD")
        direction = dense(n)
        if symmetric:
            direction = [[direction[max(i, j)][min(i, j)] for j in range(n)] for i in range(n)]
        a, d = mp.matrix(rows), mp.matrix(direction)
        functions = {"det": [[mp.nstr(y, 20)] for y in determinant(a, d)]}
        sigma = sorted(mp.svd_r(a, compute_uv=False), reverse=True)
        condition = float(sigma[0] / sigma[n - 1]) if kind != "rank-deficient" else None
        if condition:
            inv = a**-1
            e = [inv, -inv * d * inv, 2 * inv * d * inv * d * inv]
            functions["inverse"] = [column(y) for y in e]
            b = mp.matrix([[mp.mpf(i + 1)] for i in range(n)])
            functions["solve"] = [column(y * b) for y in e]
        functions["expm"] = [column(y) for y in second_order(lambda m: mp.expm(m, method="taylor"), a, d)] if n <= 5 else []
        case = {"kind": kind, "n": n, "a": [x for r in zip(*rows) for x in r], "d": [x for r in zip(*direction) for x in r]}
        if symmetric:
            values = sorted(mp.eigsy(a, eigvals_only=True))
            gaps = [y - x for x, y in zip(values, values[1:]) if y - x > mp.mpf(10) ** -30]
            case["relgap"] = float(min(gaps) / max(abs(x) for x in values))
            functions["tanh"] = [column(y) for y in spectral(a, d)]
        case["condition"] = condition
        case["functions"] = {name: y for name, y in functions.items() if y}
        cases.append(case)
        print(kind, n, flush=True)
    path = os.path.join(os.path.dirname(__file__), "linalg.json")
    with open(path, "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")


main()
