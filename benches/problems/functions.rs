//! The functions that are differentiated, each written once for all libraries.

use super::number::Number;
use std::array::from_fn;
use std::ops::{Mul, Sub};

/// Numbers between −1 and 1 without a pattern that an optimiser could see.
#[allow(clippy::cast_precision_loss)]
pub fn spread(i: usize) -> f64 {
    (i as f64 * 0.618_033_988_749_895).fract() * 2.0 - 1.0
}

/// Σ 100 (xᵢ₊₁ − xᵢ²)² + (xᵢ − 1)²
#[inline]
pub fn rosenbrock<T: Number>(x: &[T]) -> T {
    T::sum(x.windows(2).map(|x| rosenbrock_term([x[0], x[1]])))
}

#[inline]
pub fn rosenbrock_term<T: Number>([x, y]: [T; 2]) -> T {
    let (valley, slope) = (y - x * x, x.plus(-1.0));
    (valley * valley).times(100.0) + slope * slope
}

/// sin x e^(−x²/2) + ln(1 + x²) tanh x
#[inline]
pub fn mixed<T: Number>(x: T) -> T {
    let square = x * x;
    x.sin() * square.times(-0.5).exp() + square.plus(1.0).ln() * x.tanh()
}

/// ln Σ e^(xᵢ), of exp, sum and ln
#[inline]
pub fn log_sum_exp<T: Number>(x: &[T]) -> T {
    T::sum(x.iter().map(|x| x.exp())).ln()
}

/// Σ sin(xᵢ xᵢ₊₁)
#[inline]
pub fn wide<T: Number>(x: &[T]) -> T {
    T::sum(x.windows(2).map(|x| (x[0] * x[1]).sin()))
}

pub const TALL: usize = 1000;

/// How fast the i-th output of [`tall`] turns.
#[inline]
#[allow(clippy::cast_precision_loss)]
pub fn frequency(i: usize) -> f64 {
    (i + 1) as f64 / 100.0
}

/// sin(ωᵢ x) for 1000 frequencies
#[inline]
pub fn tall<T: Number>(x: T) -> Vec<T> {
    (0..TALL).map(|i| x.times(frequency(i)).sin()).collect()
}

/// z³ − 1
#[inline]
pub fn cubic<T: Copy + Mul<Output = T> + Sub<Output = T>>(z: T, one: T) -> T {
    z * z * z - one
}

/// The six minors of the upper and of the lower two rows of a 4×4 matrix.
#[inline]
pub fn minors<T: Number>(a: &[T; 16]) -> ([T; 6], [T; 6]) {
    let upper = |i: usize, j: usize| a[i] * a[4 + j] - a[j] * a[4 + i];
    let lower = |i: usize, j: usize| a[8 + i] * a[12 + j] - a[8 + j] * a[12 + i];
    (
        [upper(0, 1), upper(0, 2), upper(0, 3), upper(1, 2), upper(1, 3), upper(2, 3)],
        [lower(0, 1), lower(0, 2), lower(0, 3), lower(1, 2), lower(1, 3), lower(2, 3)],
    )
}

#[inline]
fn det_of_minors<T: Number>(s: &[T; 6], c: &[T; 6]) -> T {
    s[0] * c[5] - s[1] * c[4] + s[2] * c[3] + s[3] * c[2] - s[4] * c[1] + s[5] * c[0]
}

/// The determinant of a 4×4 matrix, row by row
#[inline]
pub fn det<T: Number>(a: &[T; 16]) -> T {
    let (s, c) = minors(a);
    det_of_minors(&s, &c)
}

/// The transposed matrix of cofactors of a 4×4 matrix
#[inline]
pub fn adjugate<T: Number>(a: &[T; 16], s: &[T; 6], c: &[T; 6]) -> [T; 16] {
    [
        a[5] * c[5] - a[6] * c[4] + a[7] * c[3],
        -a[1] * c[5] + a[2] * c[4] - a[3] * c[3],
        a[13] * s[5] - a[14] * s[4] + a[15] * s[3],
        -a[9] * s[5] + a[10] * s[4] - a[11] * s[3],
        -a[4] * c[5] + a[6] * c[2] - a[7] * c[1],
        a[0] * c[5] - a[2] * c[2] + a[3] * c[1],
        -a[12] * s[5] + a[14] * s[2] - a[15] * s[1],
        a[8] * s[5] - a[10] * s[2] + a[11] * s[1],
        a[4] * c[4] - a[5] * c[2] + a[7] * c[0],
        -a[0] * c[4] + a[1] * c[2] - a[3] * c[0],
        a[12] * s[4] - a[13] * s[2] + a[15] * s[0],
        -a[8] * s[4] + a[9] * s[2] - a[11] * s[0],
        -a[4] * c[3] + a[5] * c[1] - a[6] * c[0],
        a[0] * c[3] - a[1] * c[1] + a[2] * c[0],
        -a[12] * s[3] + a[13] * s[1] - a[14] * s[0],
        a[8] * s[3] - a[9] * s[1] + a[10] * s[0],
    ]
}

/// The inverse of a 4×4 matrix, by cofactors: one division
#[inline]
pub fn inverse<T: Number>(a: &[T; 16]) -> [T; 16] {
    let (s, c) = minors(a);
    let det = det_of_minors(&s, &c);
    let reciprocal = det.recip();
    adjugate(a, &s, &c).map(|entry| entry * reciprocal)
}

/// Where the camera saw the point of [`reprojection`].
pub const FEATURE: [f64; 2] = [0.3, -0.2];

/// One observation of ADBench's bundle adjustment: the weighted distance, in the picture, between a projected point
/// and where it was seen. The 15 parameters are the camera's rotation vector (3), centre (3), focal length, principal
/// point (2) and radial distortion (2), the point (3) and the weight.
#[inline]
pub fn reprojection<T: Number>(p: &[T; 15]) -> [T; 2] {
    let x: [T; 3] = from_fn(|i| p[11 + i] - p[3 + i]);
    let x = rotate([p[0], p[1], p[2]], x);
    let [u, v] = [x[0] / x[2], x[1] / x[2]];
    let square = u * u + v * v;
    let distortion = (p[9] * square + p[10] * (square * square)).plus(1.0);
    let residual = |u: T, centre: T, seen: f64| (u * distortion * p[6] + centre).plus(-seen) * p[14];
    [residual(u, p[7], FEATURE[0]), residual(v, p[8], FEATURE[1])]
}

/// Rodrigues' formula: x rotated about `r` by the angle |r|
#[inline]
fn rotate<T: Number>(r: [T; 3], x: [T; 3]) -> [T; 3] {
    let square = r[0] * r[0] + r[1] * r[1] + r[2] * r[2];
    if square.is_zero() {
        let turned = cross(r, x);
        return from_fn(|i| x[i] + turned[i]);
    }
    let angle = square.sqrt();
    let (cos, sin) = (angle.cos(), angle.sin());
    let axis = r.map(|r| r / angle);
    let turned = cross(axis, x);
    let along = (axis[0] * x[0] + axis[1] * x[1] + axis[2] * x[2]) * (-cos).plus(1.0);
    from_fn(|i| x[i] * cos + turned[i] * sin + axis[i] * along)
}

#[inline]
pub fn cross<T: Number>(a: [T; 3], b: [T; 3]) -> [T; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

/// ADBench's Gaussian mixture: dimensions, components, points.
pub mod gmm {
    use super::Number;

    pub const D: usize = 10;
    pub const K: usize = 25;
    pub const N: usize = 1000;
    /// The numbers below the diagonal of a factor.
    pub const LOWER: usize = D * (D - 1) / 2;
    /// For each component a weight, a mean and the factor of its inverse covariance.
    pub const PARAMETERS: usize = K * (1 + D + D + LOWER);

    pub type Point = [f64; D];

    /// The parameters by their meaning; the diagonals of the factors as logarithms.
    pub struct Parts<'a, T> {
        pub weights: &'a [T],
        pub means: &'a [T],
        pub diagonals: &'a [T],
        pub lower: &'a [T],
    }

    pub fn parts<T>(p: &[T]) -> Parts<'_, T> {
        let (weights, p) = p.split_at(K);
        let (means, p) = p.split_at(K * D);
        let (diagonals, lower) = p.split_at(K * D);
        Parts { weights, means, diagonals, lower }
    }

    /// ln of the likelihood of the points with the Wishart prior of ADBench (γ = 1, m = 0), without constants
    pub fn log_likelihood<T: Number>(p: &[T], points: &[Point]) -> T {
        let prepared = prepare(p);
        T::sum(points.iter().map(|x| of_point(&prepared, x))) + rest(p, &prepared)
    }

    /// What all points share: ln weight + ln det of the factor for each component, the means, e^diagonals, the rest of
    /// the factors.
    pub fn prepare<T: Number>(p: &[T]) -> Vec<T> {
        let Parts { weights, means, diagonals, lower } = parts(p);
        let heights = weights.iter().zip(diagonals.chunks(D)).map(|(w, q)| *w + T::sum(q.iter().copied()));
        let mut prepared = Vec::with_capacity(PARAMETERS);
        prepared.extend(heights);
        prepared.extend(means);
        prepared.extend(diagonals.iter().map(|q| q.exp()));
        prepared.extend(lower);
        prepared
    }

    /// ln Σₖ e^(heightₖ − ½ |Qₖ (x − meanₖ)|²)
    pub fn of_point<T: Number>(prepared: &[T], x: &Point) -> T {
        let Parts { weights: heights, means, diagonals, lower } = parts(prepared);
        let exponents: [T; K] = std::array::from_fn(|k| {
            let centred: [T; D] = std::array::from_fn(|i| (-means[k * D + i]).plus(x[i]));
            let row = |i: usize| {
                let diagonal = diagonals[k * D + i] * centred[i];
                let lower = &lower[k * LOWER + (i * i - i) / 2..][..i];
                if i == 0 { diagonal } else { diagonal + T::dot(lower, &centred[..i]) }
            };
            let scaled: [T; D] = std::array::from_fn(row);
            heights[k] + T::dot(&scaled, &scaled).times(-0.5)
        });
        log_sum_exp_shifted(&exponents)
    }

    /// What does not depend on the points
    pub fn rest<T: Number>(p: &[T], prepared: &[T]) -> T {
        let Parts { diagonals, lower, .. } = parts(prepared);
        let normalisation = log_sum_exp_shifted(parts(p).weights).times(-(N as f64));
        normalisation + (T::dot(diagonals, diagonals) + T::dot(lower, lower)).times(0.5)
    }

    /// ln Σ e^(xᵢ) without overflow
    fn log_sum_exp_shifted<T: Number>(x: &[T]) -> T {
        let shift = x.iter().fold(f64::NEG_INFINITY, |shift, x| shift.max(x.value()));
        T::sum(x.iter().map(|x| x.plus(-shift).exp())).ln().plus(shift)
    }
}

/// The classifier of JAX's autodiff cookbook, with the numbers printed there.
pub mod notebook {
    use super::Number;
    use std::array::from_fn;

    pub type Weights<T> = [[T; 2]; 3];
    pub type Parameters<T> = (Weights<T>, T);

    pub const PARAMETERS: Parameters<f64> = (
        [[-1.8231415, -0.472_540_99], [0.418_498_34, -1.598_711], [1.107_332_8, 1.028_033]],
        -1.222_654_223_442_077_6,
    );
    pub const INPUTS: [[f64; 3]; 5] = [
        [0.52, 1.12, 0.77],
        [0.88, -1.08, 0.15],
        [0.52, 0.06, -1.30],
        [0.74, -2.49, 1.39],
        [0.76, -0.89, -1.01],
    ];
    pub const TARGETS: [usize; 5] = [1, 1, 0, 1, 0];

    /// The parameters one after the other.
    pub fn listed() -> [f64; 7] {
        let ([[a, b], [c, d], [e, f]], bias) = PARAMETERS;
        [a, b, c, d, e, f, bias]
    }

    /// … and back, for libraries whose variables are a list.
    #[inline]
    pub fn as_parameters<T: Copy>(p: &[T]) -> Parameters<T> {
        (as_weights(p), p[6])
    }

    #[inline]
    pub fn as_weights<T: Copy>(p: &[T]) -> Weights<T> {
        [[p[0], p[1]], [p[2], p[3]], [p[4], p[5]]]
    }

    /// X W, without the bias
    #[inline]
    fn scores<T: Number>(w: &Weights<T>) -> [[T; 2]; 5] {
        INPUTS.map(|x| from_fn(|class| T::sum((0..3).map(|i| w[i][class].times(x[i])))))
    }

    /// −ln of the probability that softmax gives to the right class, summed over the inputs
    #[inline]
    pub fn loss<T: Number>((w, b): &Parameters<T>) -> T {
        T::sum(scores(w).iter().zip(TARGETS).map(|(row, target)| {
            let row = [row[0] + *b, row[1] + *b];
            row[0].log_add_exp(row[1]) - row[target]
        }))
    }

    /// The sigmoid of every score, as a function of the weights
    #[inline]
    pub fn sigmoid<T: Number>(w: &Weights<T>) -> [[T; 2]; 5] {
        scores(w).map(|row| row.map(|score| score.plus(PARAMETERS.1).sigmoid()))
    }
}
