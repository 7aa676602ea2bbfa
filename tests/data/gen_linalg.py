#!/usr/bin/env python3
"""Reference values of the linear-algebra grid, `tests/data/linalg.json`: python3 tests/data/gen_linalg.py (pip install mpmath gmpy2)

For each matrix A and direction D and each function f: f(A + tD) and its first and second derivative in t at 0, by central
differences with the step 1e-20 of values to 110 digits, of which 40 are right. So no formula for a derivative enters, and
none of the algorithms that are tested. Matrices are listed down their columns, complex numbers as all real parts and then all
imaginary ones. Of each order the file has a scale, the largest modulus of all results, the sum of yᵢ cos i over the results yᵢ, the sum of
|yᵢ cos i| but at least the scale, and the results with the numbers 0, s, 2s, … for the least s that leaves at most 12.
The scale of a logarithm of a determinant is at least 1, since its error is absolute; that of a determinant which is zero is the
product of the other singular values; that of a second derivative of a determinant is the larger of the two terms whose difference
it is, det A (tr A⁻¹D)² and det A tr (A⁻¹D)².

`growth` says how much rounding errors may grow at each order: the condition number for what solves systems; for what
depends on eigenvalues or singular values 1, 1/relgap and 1/relgap², where relgap is the least distance of two over the largest
of them; for single vectors 1/relgap at order 0 too; for eigenvalues of a general matrix times the condition number of
its eigenvectors; 1 + ‖A‖₁ for e^A.

`anchors` are the rows of the largest entries of eigenvectors and singular vectors, which are real and positive at t = 0. Eigenvalues of general matrices are in the order of Re z + 0.618 Im z.
"""
import functools
import itertools
import json
import multiprocessing
import os
import random
import sys

import mpmath as mp

mp.mp.dps = 110
STEP = mp.mpf(10) ** -20
SAMPLES = 12


def rnd():
    return round(random.uniform(-1, 1), 3)


def dense(n):
    return mp.matrix([[rnd() for _ in range(n)] for _ in range(n)])


def complex_dense(n):
    return dense(n) + mp.mpc(0, 1) * dense(n)


def hermitian(a):
    return (a + a.H) / 2


def rounded(a):
    """To the machine's numbers."""
    return a.apply(lambda x: mp.mpc(complex(x)) if isinstance(x, mp.mpc) else mp.mpf(float(x)))


def with_spectrum(n, values, start):
    q, _ = mp.qr(start(n))
    return rounded(hermitian(q * mp.diag(values) * q.H))


def entries(n, f):
    return mp.matrix([[f(i, j) for j in range(n)] for i in range(n)])


def kinds(n):
    """Kind, matrix and direction."""
    symmetric = lambda: rounded(hermitian(dense(n)))
    spread = lambda gap: [mp.mpf(1) + (mp.mpf(gap) if i == 1 else mp.mpf(2 * i) / n) for i in range(n)]
    yield "dense", dense(n), dense(n)
    yield "diagonal", mp.diag([i + 1 for i in range(n)]), dense(n)
    yield "block", entries(n, lambda i, j: rnd() + (3 + 0.25 * i) * (i == j) if i // 2 == j // 2 else 0), dense(n)
    yield "triangular", entries(n, lambda i, j: rnd() + (2 + i) * (i == j) if j >= i else 0), dense(n)
    yield "identity-plus", entries(n, lambda i, j: float((i == j) + rnd() / 1024)), dense(n)
    yield "SPD", with_spectrum(n, spread(2 / n), dense), symmetric()
    yield "SPD, gap 1e-3", with_spectrum(n, spread("1e-3"), dense), symmetric()
    yield "SPD, gap 1e-6", with_spectrum(n, spread("1e-6"), dense), symmetric()
    direction = rounded(hermitian(complex_dense(n)))
    yield "Hermitian", with_spectrum(n, spread(2 / n), complex_dense), direction
    yield "Hermitian, gap 1e-6", with_spectrum(n, spread("1e-6"), complex_dense), direction
    if n > 2:
        yield "SPD, equal", mp.diag([2 if i < 2 else 3 + i for i in range(n)]), symmetric()
        same = [dense(n), dense(n)]
        for a in same:
            a[n - 1, :] = a[0, :]
        yield "rank-deficient", same[0], dense(n)
        yield "of constant rank", *same


def tall(a):
    return a[:, : a.cols - 1]


def diagonal(values, x):
    """V diag(x) Vᴴ"""
    _, v = values
    return v * mp.diag(x) * v.H


def pseudo_inverse(a):
    return mp.inverse(a.H * a) * a.H


def pseudo_inverse_of_equal_rows(a):
    """Of S B, where B is all rows but the last, which equals the first, and S copies it."""
    n = a.rows
    b = a[: n - 1, :]
    s = entries(n, lambda i, j: i == j)[:, : n - 1]
    s[n - 1, 0] = 1
    return b.H * mp.inverse(b * b.H) * pseudo_inverse(s)


def right_hand_side(n):
    return mp.matrix([i + 1 for i in range(n)])


def scaled(v, factors):
    return v * mp.diag(factors)


def phases(v, anchors):
    return [mp.conj(v[i, j]) / abs(v[i, j]) for j, i in enumerate(anchors)]


def anchors_of(v):
    return [max(range(v.rows), key=lambda i: abs(v[i, j])) for j in range(v.cols)]


def along(v, v0):
    """The factors that make the products of the columns with those of v0 positive."""
    inner = [sum(mp.conj(v0[i, j]) * v[i, j] for i in range(v.rows)) for j in range(v.cols)]
    return [mp.conj(x) / abs(x) for x in inner]


def stacked(u, v):
    return mp.matrix([list(u[i, :]) for i in range(u.rows)] + [list(v[i, :]) for i in range(v.rows)])


def column(x):
    return [x[i, j] for j in range(x.cols) for i in range(x.rows)]


def is_complex(a):
    return any(isinstance(x, mp.mpc) for x in a)


class Path:
    """A + tD at t = kh."""

    def __init__(self, a, d, k):
        self.a = a + (k * STEP) * d

    @functools.cached_property
    def det(self):
        return mp.det(self.a)

    @functools.cached_property
    def inverse(self):
        return mp.inverse(self.a)

    @functools.cached_property
    def eigen(self):
        """Ascending, and the vectors."""
        h = hermitian(self.a)
        values, v = mp.eighe(h) if is_complex(h) else mp.eigsy(h)
        order = sorted(range(len(values)), key=lambda i: mp.re(values[i]))
        return [mp.re(values[i]) for i in order], entries(len(values), lambda i, j: v[i, order[j]])

    @functools.cached_property
    def svd(self):
        a = tall(self.a)
        u, s, vh = mp.svd_c(a) if is_complex(a) else mp.svd_r(a)
        return u, list(s), vh.H

    @functools.cached_property
    def general(self):
        return mp.eig(self.a)

    @functools.cached_property
    def qr(self):
        """With a positive diagonal."""
        q, r = mp.qr(tall(self.a), mode="skinny")
        sign = [r[j, j] / abs(r[j, j]) for j in range(r.cols)]
        return column(scaled(q, sign)) + column(mp.diag([mp.conj(s) for s in sign]) * r)


def least_distance(values):
    values = sorted(values)
    return min((y - x for x, y in zip(values, values[1:]) if y - x > mp.mpf(10) ** -30), default=mp.mpf(1))


def functions(kind, paths):
    """Name, growth, anchors and the three lists of results."""
    base = paths[1]
    a, n = base.a, base.a.rows
    real = not is_complex(a)
    grow = lambda by: [1 / by**order for order in range(3)]
    singular = kind in ("rank-deficient", "of constant rank")
    sigma = sorted((mp.svd_c(a, compute_uv=False) if not real else mp.svd_r(a, compute_uv=False)), reverse=True)
    kappa = [sigma[0] / sigma[n - 2 if singular else n - 1]] * 3
    if kind != "of constant rank":
        yield "det", kappa, None, [[p.det] for p in paths]
    norm = mp.norm(a, 1)
    yield "expm", [1 + norm] * 3, None, [column(mp.expm(p.a, method="taylor")) for p in paths]
    if kind == "rank-deficient":
        return
    if singular:
        inverses = [pseudo_inverse_of_equal_rows(p.a) for p in paths]
        yield "pseudo_inverse", kappa, None, [column(x) for x in inverses]
        yield "lstsq", kappa, None, [column(x * right_hand_side(n)) for x in inverses]
        return
    yield "inverse", kappa, None, [column(p.inverse) for p in paths]
    yield "solve", kappa, None, [column(p.inverse * right_hand_side(n)) for p in paths]
    yield "log_det", kappa, None, [[mp.log(abs(p.det)) if real else mp.log(p.det)] for p in paths]
    if "SPD" in kind or "Hermitian" in kind:
        yield "cholesky", kappa, None, [column(mp.cholesky(hermitian(p.a))) for p in paths]

    values, vectors = base.eigen
    relgap = least_distance(values) / max(abs(x) for x in values)
    yield "spectral_function", grow(relgap), None, [column(diagonal(p.eigen, [mp.tanh(x) for x in p.eigen[0]])) for p in paths]
    equal = kind == "SPD, equal"
    sums = lambda x: [x[0] + x[1]] + x[2:] if equal else x
    yield "cluster_sums", grow(relgap), None, [sums(p.eigen[0]) for p in paths]
    if not equal:
        yield "symmetric_eigenvalues", grow(relgap), None, [p.eigen[0] for p in paths]
        anchors = anchors_of(vectors)
        start = scaled(vectors, phases(vectors, anchors))
        aligned = [column(scaled(p.eigen[1], along(p.eigen[1], start))) for p in paths]
        yield "symmetric_eigen", [1 / relgap, *grow(relgap)[1:]], anchors, aligned
        if real:
            general, right = base.general
            spectrum = mp.svd_c(right, compute_uv=False)
            condition = max(spectrum) / min(spectrum)
            distance = min((abs(x - y) for i, x in enumerate(general) for y in general[:i]), default=mp.mpf(1))
            by = distance / max(abs(x) for x in general)
            in_order = lambda x: sorted(map(mp.mpc, x), key=lambda z: z.real + 0.618 * z.imag)
            lists = [in_order(p.general[0]) for p in paths]
            yield "eigenvalues", [condition * g for g in grow(by)], None, lists

    u, s, v = base.svd
    kappa_tall = [s[0] / s[-1]] * 3
    yield "qr", kappa_tall, None, [p.qr for p in paths]
    inverses = [pseudo_inverse(tall(p.a)) for p in paths]
    yield "pseudo_inverse", kappa_tall, None, [column(x) for x in inverses]
    yield "lstsq", kappa_tall, None, [column(x * right_hand_side(n)) for x in inverses]
    if equal:
        return
    # Zero is one of the values of the Hermitian matrix from which singular vectors come.
    relgap = least_distance([mp.mpf(0), *s]) / s[0]
    yield "singular_values", grow(relgap), None, [p.svd[1] for p in paths]
    anchors = anchors_of(u)
    factors = phases(u, anchors)
    start = stacked(scaled(u, factors), scaled(v, factors))

    def pairs(p):
        u, _, v = p.svd
        factors = along(stacked(u, v), start)
        return column(scaled(u, factors)) + column(scaled(v, factors))

    yield "svd", [1 / relgap, *grow(relgap)[1:]], anchors, [pairs(p) for p in paths]


def spectral(decomposition, f):
    """V f(L) V^-1"""
    values, v = decomposition
    return v * mp.diag([f(x) for x in values]) * mp.inverse(v)


def moved_right(a):
    """With all eigenvalues in the right half-plane."""
    return a + a.rows * mp.eye(a.rows)


def beside(n):
    """The positive definite matrix of the generalised problem."""
    return entries(n, lambda i, j: (2 if i == j else 0) + mp.mpf(1) / (1 + abs(i - j)))


def closest(path):
    """The eigenvalue near the target with the vectors v and w, w^H v = 1."""
    values, v = path.general
    j = min(range(len(values)), key=lambda j: abs(values[j] - TARGET))
    return values[j], v[:, j] / mp.norm(v[:, j]), mp.inverse(v)[j, :] * mp.norm(v[:, j])


TARGET = mp.mpc(1000, 100)


def further_functions(kind, paths):
    """As `functions`, of what was added later: what needs no distinct eigenvalues is asked for where they coincide."""
    base = paths[1]
    a, n = base.a, base.a.rows
    real = not is_complex(a)
    if kind == "rank-deficient":
        return
    values, _ = base.eigen
    constant = kind == "of constant rank"
    equal = kind == "SPD, equal"
    gap = lambda i, x: min(abs(x[i] - y) for j, y in enumerate(x) if j != i) / max(abs(y) for y in x)
    by = gap(n - 1, values)
    vectors = base.eigen[1]
    largest = max(range(n), key=lambda i: abs(vectors[i, n - 1]))

    def top(p):
        v = p.eigen[1][:, n - 1]
        return [p.eigen[0][n - 1]] + column(v * mp.conj(v[largest]))

    yield "symmetric_eigenpairs", [1 / by**k for k in (1, 1, 2)], [largest], [top(p) for p in paths]
    l = mp.cholesky(beside(n))
    low = lambda p: hermitian_values(mp.inverse(l) * hermitian(p.a) * mp.inverse(l).H)
    problem = [low(p) for p in paths]
    by = least_distance(problem[1]) / max(abs(x) for x in problem[1])
    yield "generalized_eigenpairs", [10 / by**k for k in range(3)], None, problem

    u, s, v = base.svd
    if not constant:
        kappa = s[0] / s[-1]
        if not equal:
            first = s[0] / (s[0] - s[1]) if len(s) > 1 else mp.mpf(1)
            triple = lambda p: [p.svd[1][0]] + column(p.svd[0][:, 0] * p.svd[2][:, 0].H)
            yield "singular_triples", [first**k for k in (1, 1, 2)], None, [triple(p) for p in paths]
        yield "nuclear_norm", [1, kappa, kappa**2], None, [[mp.fsum(p.svd[1])] for p in paths]
        of_values = lambda p, f: column(p.svd[0] * mp.diag([f(x) for x in p.svd[1]]) * p.svd[2].H)
        relgap = 1 if equal else least_distance([mp.mpf(0), *s]) / s[0]
        yield "singular_function", [1 / relgap**k for k in range(3)], None, [of_values(p, mp.tanh) for p in paths]
        stretch = lambda p: column(p.svd[2] * mp.diag(p.svd[1]) * p.svd[2].H)
        yield "polar", [kappa, kappa, kappa**2], None, [of_values(p, lambda x: 1) + stretch(p) for p in paths]
        r = len(s) // 2
        if r and not (equal and n < 5):
            by = (s[r - 1] - s[r]) / s[0]
            kept = lambda p: column(p.svd[0][:, :r] * mp.diag(p.svd[1][:r]) * p.svd[2][:, :r].H)
            yield "low_rank", [1 / by**k for k in (1, 1, 2)], None, [kept(p) for p in paths]

    if constant:
        return
    general, right = base.general
    spectrum = mp.svd_c(right, compute_uv=False)
    condition = max(spectrum) / min(spectrum)
    value, v, w = closest(base)
    by = min(abs(x - value) for x in general if x != value) / max(abs(x) for x in general)
    one = mp.norm(v) * mp.norm(w)
    pair = lambda p: (lambda x, v, w: [x] + column(v * mp.fsum(w)))(*closest(p))
    yield "eigenpair", [(one / by) ** k for k in (1, 1, 2)], None, [pair(p) for p in paths]
    if not equal:
        by = min(abs(x - y) for i, x in enumerate(general) for y in general[:i]) / max(abs(x) for x in general)

        def pairs(p):
            values, v = p.general
            inverse = mp.inverse(v)
            order = sorted(range(n), key=lambda j: mp.re(values[j]) + 0.618 * mp.im(values[j]))
            return [values[j] for j in order] + [x * mp.fsum(inverse[j, :]) for j in order for x in v[:, j]]

        yield "eigen", [(condition / by) ** k for k in (1, 1, 2)], None, [pairs(p) for p in paths]

    # Functions of A + n I, whose eigenvalues are in the right half-plane.
    shifted = [(lambda values, v: ([x + n for x in values], v))(*p.general) for p in paths]
    size = mp.norm(moved_right(a), 1)
    real_parts = lambda x: [mp.re(y) for y in x] if real else x
    listed_ = lambda f: [real_parts(column(spectral(x, f))) for x in shifted]
    inverse_size = mp.norm(mp.inverse(moved_right(a)), 1) * size
    for name, f in [("sqrtm", mp.sqrt), ("logm", mp.log), ("powm", lambda x: x ** mp.mpf(0.3))]:
        yield name, [inverse_size ** (k + 1) for k in range(3)], None, listed_(f)
    of_a = [p.general for p in paths]
    yield "matrix_function", [condition * (1 + mp.norm(a, 1)) ** k for k in range(3)], None, [
        real_parts(column(spectral(x, mp.sin))) for x in of_a
    ]
    vector = right_hand_side(n)
    image = lambda x: real_parts(column(spectral(x, mp.exp) * vector))
    yield "expm_multiply", [(1 + mp.norm(a, 1)) ** 2] * 3, None, [image(x) for x in of_a]

    # (A + n I) X + X (A + n I)^H = C, and with n I + A/2 to the right.
    def equation(left, right):
        (x, v), (y, w) = left, right
        c = mp.inverse(v) * entries(n, lambda i, j: mp.cos(i + 2 * j)) * w
        inner = entries(n, lambda i, j: c[i, j] / (x[i] + y[j]))
        return real_parts(column(v * inner * mp.inverse(w)))

    halved = lambda p: (lambda values, v: ([n + x / 2 for x in values], v))(*p.general)
    adjoint = lambda x: ([mp.conj(y) for y in x[0]], mp.inverse(x[1]).H)
    yield "sylvester", [inverse_size ** (k + 1) for k in range(3)], None, [equation(x, halved(p)) for x, p in zip(shifted, paths)]
    yield "lyapunov", [inverse_size ** (k + 1) for k in range(3)], None, [equation(x, adjoint(x)) for x in shifted]


def hermitian_values(h):
    h = hermitian(h)
    values = mp.eighe(h, eigvals_only=True) if is_complex(h) else mp.eigsy(h, eigvals_only=True)
    return sorted(mp.re(x) for x in values)


def orders(lists, in_parts):
    """The value and its derivatives, from the results at −h, 0 and h; of complex functions in parts."""
    if in_parts:
        lists = [[mp.re(x) for x in y] + [mp.im(x) for x in y] for y in lists]
    minus, zero, plus = lists
    first = [(y - x) / (2 * STEP) for x, y in zip(minus, plus)]
    second = [(x - 2 * y + z) / STEP**2 for x, y, z in zip(minus, zero, plus)]
    return [zero, first, second]


def scales(name, base, d):
    """The least scale at each order."""
    if name == "log_det":
        return [1, 0, 0]
    if name == "det" and abs(base.det) > mp.mpf(10) ** -90:
        x = base.inverse * d
        trace = lambda x: sum(x[i, i] for i in range(x.rows))
        return [0, 0, abs(base.det) * max(abs(trace(x) ** 2), abs(trace(x * x)))]
    if name == "det":
        return [mp.fprod(mp.svd_r(base.a, compute_uv=False)[: base.a.rows - 1]), 0, 0]
    return [0, 0, 0]


def stored(y, scale):
    weighted = [x * mp.cos(i) for i, x in enumerate(y)]
    scale = max([scale] + [abs(x) for x in y])
    terms = max(scale, mp.fsum(abs(x) for x in weighted))
    sampled = y[:: -(-len(y) // SAMPLES)]
    return [float(x) for x in [scale, mp.fsum(weighted), terms, *sampled]]


def listed(a):
    """An integer needs no decimal point."""
    numbers = [float(mp.re(x)) for x in column(a)] + ([float(mp.im(x)) for x in column(a)] if is_complex(a) else [])
    return [int(x) if x == int(x) else x for x in numbers]


# Of a real matrix complex numbers too.
COMPLEX_RESULTS = ("eigenvalues", "eigen", "eigenpair")


def case(job, names=()):
    """All functions, or only those of `further_functions` with these names."""
    n, wanted = job
    random.seed(1000 * n + 6)
    kind, a, d = list(kinds(n))[wanted]
    a, d = a.apply(mp.mpmathify), d.apply(mp.mpmathify)
    result = {"kind": kind, "n": n, "complex": is_complex(a), "a": listed(a), "d": listed(d), "functions": {}}
    paths = [Path(a, d, k) for k in (-1, 0, 1)]
    chosen = further_functions(kind, paths)
    for name, growth, anchors, lists in chosen if names else itertools.chain(functions(kind, paths), chosen):
        if names and name not in names:
            continue
        least = scales(name, paths[1], d)
        derivatives = orders(lists, is_complex(a) or name in COMPLEX_RESULTS)
        entry = {"growth": [float(mp.nstr(x, 6)) for x in growth], "orders": [stored(*x) for x in zip(derivatives, least)]}
        if anchors:
            entry["anchors"] = anchors
        result["functions"][name] = entry
    print(kind, n, flush=True)
    return json.dumps(result)


# Rotations


def quaternion_product(a, b):
    (w, *u), (s, *v) = a, b
    cross = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]]
    return [w * s - sum(x * y for x, y in zip(u, v))] + [w * y + s * x + z for x, y, z in zip(u, v, cross)]


def quaternion_exp(w):
    angle = mp.norm(w)
    return [mp.cos(angle / 2)] + [mp.sin(angle / 2) / angle * x for x in w]


def quaternion_log(q):
    if q[0] < 0:
        q = [-x for x in q]
    sine = mp.norm(q[1:])
    return [2 * mp.atan2(sine, q[0]) / sine * x for x in q[1:]]


def conjugate(q):
    return [q[0]] + [-x for x in q[1:]]


def rotate(q, v):
    return quaternion_product(quaternion_product(q, [mp.mpf(0)] + list(v)), conjugate(q))[1:]


def cross_matrix(w):
    return mp.matrix([[0, -w[2], w[1]], [w[2], 0, -w[0]], [-w[1], w[0], 0]])


def space_generator(x):
    """The 4 x 4 matrix of a pose's tangent."""
    m = mp.zeros(4)
    m[:3, :3] = cross_matrix(x[3:])
    for i in range(3):
        m[i, 3] = x[i]
    return m


def plane_generator(x):
    return mp.matrix([[0, -x[2], x[0]], [x[2], 0, x[1]], [0, 0, 0]])


def adjoint_of(x):
    """ad of a pose's tangent, 6 x 6."""
    m = mp.zeros(6)
    w = cross_matrix(x[3:])
    m[:3, :3] = w
    m[3:, 3:] = w
    m[:3, 3:] = cross_matrix(x[:3])
    return m


def adjoint_of_plane(x):
    return mp.matrix([[0, -x[2], x[1]], [x[2], 0, -x[0]], [0, 0, 0]])


def jacobian_series(ad):
    """The sum of ad^k / (k + 1)!, without any closed form."""
    term, total, k = mp.eye(ad.rows), mp.eye(ad.rows), 1
    while mp.norm(term, 1) > mp.mpf(10) ** -105:
        term = term * ad / (k + 1)
        total += term
        k += 1
    return total


def space_pose(x):
    """Real and vector part of the quaternion, then the translation, by the exponential series of the 4 x 4 matrix."""
    m = mp.expm(space_generator(x), method="taylor")
    return quaternion_exp(x[3:]), [m[i, 3] for i in range(3)]


def space_log(pose):
    q, t = pose
    w = quaternion_log(q)
    j = jacobian_series(cross_matrix(w))
    return list(mp.inverse(j) * mp.matrix(t)) + w


def space_product(a, b):
    return quaternion_product(a[0], b[0]), [x + y for x, y in zip(a[1], rotate(a[0], b[1]))]


def plane_pose(x):
    m = mp.expm(plane_generator(x), method="taylor")
    return [m[0, 0], m[1, 0], m[0, 2], m[1, 2]]


def plane_log(pose):
    cos, sin, x, y = pose
    angle = mp.atan2(sin, cos)
    j = jacobian_series(mp.matrix([[0, -angle], [angle, 0]]))
    return list(mp.inverse(j) * mp.matrix([x, y])) + [angle]


def plane_product(a, b):
    cos, sin, x, y = a
    return [cos * b[0] - sin * b[1], sin * b[0] + cos * b[1], x + cos * b[2] - sin * b[3], y + sin * b[2] + cos * b[3]]


def between(a, b):
    """The quaternion of the smallest rotation from a to b."""
    length = mp.norm(a) * mp.norm(b)
    inner = sum(x * y for x, y in zip(a, b))
    cross = [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
    q = [length + inner] + cross
    return [x / mp.norm(q) for x in q]


FIXED = [mp.mpf(1), mp.mpf(2), mp.mpf(-2)]


def rotation_results(x, d, k):
    """Each function at x + k h d, or at x followed by the exponential of k h d."""
    h = k * STEP
    moved = [a + h * b for a, b in zip(x, d)]
    small = [h * b for b in d] if k else [mp.mpf(0)] * 6
    # The exponential of nothing has no axis.
    turn = quaternion_exp(small[3:]) if k else [mp.mpf(1), mp.mpf(0), mp.mpf(0), mp.mpf(0)]
    step = (turn, space_pose(small)[1]) if k else (turn, [mp.mpf(0)] * 3)
    q = quaternion_exp(moved[3:])
    turned = rotate(q, FIXED)
    planar = [moved[0], moved[1], moved[5]]
    plane_step = plane_pose([small[0], small[1], small[5]])
    ad, plane_ad = adjoint_of(moved), adjoint_of_plane(planar)
    w = quaternion_log(q)
    power = quaternion_exp([(mp.mpf(1) / 4 + h) * a for a in w])
    start = quaternion_exp([mp.mpf(1) / 2, mp.mpf(1) / 4, mp.mpf(-1) / 8])
    way = quaternion_log(quaternion_product(conjugate(start), q))
    wedge = between(FIXED, turned)
    space = space_pose(moved)
    return {
        "exp": q,
        "log": quaternion_log(quaternion_product(quaternion_exp(x[3:]), turn)),
        "powf": power,
        "slerp": quaternion_product(start, quaternion_exp([a / 4 for a in way])),
        "rotation_between": wedge,
        "angle": [2 * mp.atan2(mp.norm(wedge[1:]), wedge[0])],
        "left_jacobian, space": column(jacobian_series(ad)),
        "left_jacobian_inverse, space": column(mp.inverse(jacobian_series(ad))),
        "exp, space": space[0] + space[1],
        "log, space": space_log(space_product(space_pose(x), step)),
        "exp, plane": plane_pose(planar),
        "log, plane": plane_log(plane_product(plane_pose([x[0], x[1], x[5]]), plane_step)),
        "left_jacobian, plane": column(jacobian_series(plane_ad)),
        "left_jacobian_inverse, plane": column(mp.inverse(jacobian_series(plane_ad))),
    }


def rotation_case(i):
    random.seed(77 + i)
    # From 1e-12 to pi - 1e-12: half of them in decades from one end, half from the other.
    if i < 20:
        angle = mp.mpf(10) ** (-12 + mp.mpf(12.25) * i / 19)
    else:
        angle = mp.pi - mp.mpf(10) ** (-12 + mp.mpf(12) * (39 - i) / 19)
    axis = [mp.mpf(random.gauss(0, 1)) for _ in range(3)]
    w = [float(angle * a / mp.norm(axis)) for a in axis]
    x = [rnd() * 3 for _ in range(3)] + w
    d = [rnd() for _ in range(6)]
    exact = lambda x: [mp.mpf(a) for a in x]
    lists = [rotation_results(exact(x), exact(d), k) for k in (-1, 0, 1)]
    functions = {}
    for name in lists[1]:
        y = orders([results[name] for results in lists], False)
        functions[name] = [[float(a) for a in order] for order in y]
    return json.dumps({"angle": float(angle), "x": x, "d": d, "functions": functions})


def write(name, cases):
    path = os.path.join(os.path.dirname(__file__), name)
    with open(path, "w") as file:
        file.write("[\n" + ",\n".join(cases) + "\n]\n")


def main(wanted):
    """`grid` and `rotations`: the two files. Nothing means both; other words are names in `further_functions`, which alone
    are computed anew."""
    with multiprocessing.Pool() as pool:
        if not wanted or "rotations" in wanted:
            write("rotations.json", pool.map(rotation_case, range(40), chunksize=1))
        names = set(wanted) - {"grid", "rotations"}
        if not wanted or "grid" in wanted or names:
            jobs = [(n, k) for n in (2, 3, 5, 10, 20) for k in range(len(list(kinds(n))))]
            cases = pool.map(functools.partial(case, names=names), jobs, chunksize=1)
            if names:
                path = os.path.join(os.path.dirname(__file__), "linalg.json")
                with open(path) as file:
                    old = json.load(file)
                cases = [json.dumps(merged(*pair)) for pair in zip(old, map(json.loads, cases))]
            write("linalg.json", cases)


def merged(old, new):
    assert (old["kind"], old["n"], old["a"], old["d"]) == (new["kind"], new["n"], new["a"], new["d"])
    old["functions"].update(new["functions"])
    return old


if __name__ == "__main__":
    main(sys.argv[1:])
