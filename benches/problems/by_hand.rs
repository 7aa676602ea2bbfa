//! The derivatives of `functions.rs` as somebody would write them who has the time: by formulas, sharing what can be
//! shared, with values beside derivatives.

use super::functions::{FEATURE, TALL, adjugate, cross, det, frequency, gmm, minors, notebook};
use num_complex::Complex;
use std::array::from_fn;

/// Value and gradient, into storage of any kind that starts as zeros.
pub fn rosenbrock<G: AsMut<[f64]>>(x: &[f64], mut gradient: G) -> (f64, G) {
    let (g, mut value) = (gradient.as_mut(), 0.0);
    for i in 0..x.len() - 1 {
        let (valley, slope) = (x[i + 1] - x[i] * x[i], x[i] - 1.0);
        value += 100.0 * valley * valley + slope * slope;
        g[i] += 2.0 * slope - 400.0 * x[i] * valley;
        g[i + 1] = 200.0 * valley;
    }
    (value, gradient)
}

pub fn rosenbrock_hessian<const N: usize>(x: &[f64; N]) -> (f64, [f64; N], [[f64; N]; N]) {
    let (value, gradient) = rosenbrock(x, [0.0; N]);
    let mut h = [[0.0; N]; N];
    for i in 0..N - 1 {
        h[i][i] += 1200.0 * x[i] * x[i] - 400.0 * x[i + 1] + 2.0;
        h[i][i + 1] = -400.0 * x[i];
        h[i + 1][i] = -400.0 * x[i];
        h[i + 1][i + 1] = 200.0;
    }
    (value, gradient, h)
}

pub fn rosenbrock_hvp(x: &[f64], v: &[f64]) -> Vec<f64> {
    let n = x.len();
    // What each term of the sum gives to its first variable, and to its second.
    let first = |i: usize| (1200.0 * x[i] * x[i] - 400.0 * x[i + 1] + 2.0) * v[i] - 400.0 * x[i] * v[i + 1];
    let second = |i: usize| 200.0 * v[i + 1] - 400.0 * x[i] * v[i];
    let mut h = Vec::with_capacity(n);
    h.push(first(0));
    h.extend((1..n - 1).map(|i| first(i) + second(i - 1)));
    h.push(second(n - 2));
    h
}

pub fn mixed(x: f64) -> (f64, f64) {
    let ((sin, cos), square) = (x.sin_cos(), x * x);
    let (bell, log, tanh) = ((-0.5 * square).exp(), (1.0 + square).ln(), x.tanh());
    let slope = (cos - x * sin) * bell + 2.0 * x / (1.0 + square) * tanh + log * (1.0 - tanh * tanh);
    (sin * bell + log * tanh, slope)
}

/// The value and the derivatives to order K of the mixed function, by recurrences of its Taylor coefficients.
pub fn mixed_series<const K: usize>(x: f64) -> (f64, [f64; K]) {
    let (sin, cos) = x.sin_cos();
    let square = [x * x, 2.0 * x, 1.0];
    let of_square = |k: usize| square.get(k).copied().unwrap_or(0.0);
    // Coefficients of order 0 in front.
    let [mut s, mut c, mut bell, mut log, mut tanh, mut sech] = [(); 6].map(|()| vec![0.0; K + 1]);
    (s[0], c[0]) = (sin, cos);
    (bell[0], log[0], tanh[0]) = ((-0.5 * square[0]).exp(), square[0].ln_1p(), x.tanh());
    sech[0] = 1.0 - tanh[0] * tanh[0];
    let q = 1.0 + square[0];
    for k in 1..=K {
        let n = k as f64;
        (s[k], c[k]) = (c[k - 1] / n, -s[k - 1] / n);
        // y′ = −x y
        bell[k] = -(x * bell[k - 1] + if k > 1 { bell[k - 2] } else { 0.0 }) / n;
        // (1 + x²) y′ = (x²)′
        let known: f64 = (1..k).map(|j| j as f64 * log[j] * of_square(k - j)).sum();
        log[k] = (of_square(k) - known / n) / q;
        // y′ = 1 − y²
        tanh[k] = sech[k - 1] / n;
        sech[k] = -(0..=k).map(|j| tanh[j] * tanh[k - j]).sum::<f64>();
    }
    let coefficient = |k: usize| -> f64 { (0..=k).map(|j| s[j] * bell[k - j] + log[j] * tanh[k - j]).sum() };
    let mut factorial = 1.0;
    let derivatives = std::array::from_fn(|k| {
        factorial *= (k + 1) as f64;
        factorial * coefficient(k + 1)
    });
    (coefficient(0), derivatives)
}

pub fn log_sum_exp(x: &[f64]) -> (f64, Vec<f64>) {
    let mut terms: Vec<f64> = x.iter().map(|x| x.exp()).collect();
    let total: f64 = terms.iter().sum();
    let scale = 1.0 / total;
    for term in &mut terms {
        *term *= scale;
    }
    (total.ln(), terms)
}

pub fn wide(x: &[f64]) -> (f64, Vec<f64>) {
    let (mut value, mut g) = (0.0, vec![0.0; x.len()]);
    for i in 0..x.len() - 1 {
        let (sin, cos) = (x[i] * x[i + 1]).sin_cos();
        value += sin;
        g[i] += cos * x[i + 1];
        g[i + 1] = cos * x[i];
    }
    (value, g)
}

pub fn tall_and_slopes(x: f64) -> (Vec<f64>, Vec<f64>) {
    let slope_and_value = |i| {
        let (sin, cos) = (frequency(i) * x).sin_cos();
        (sin, frequency(i) * cos)
    };
    (0..TALL).map(slope_and_value).unzip()
}

/// f and f′ of z³ − 1
pub fn cubic(z: Complex<f64>) -> (Complex<f64>, Complex<f64>) {
    let square = z * z;
    (square * z - 1.0, square * 3.0)
}

/// The determinant, and by its entries the transposed adjugate.
pub fn det_and_slopes(a: &[f64; 16]) -> (f64, [f64; 16]) {
    let (s, c) = minors(a);
    let adjugate = adjugate(a, &s, &c);
    (det(a), from_fn(|i| adjugate[i % 4 * 4 + i / 4]))
}

/// ∂B/∂aₖₗ = −B eₖ eₗᵀ B for the inverse B
pub fn inverse_and_slopes(a: &[f64; 16]) -> ([f64; 16], [[f64; 16]; 16]) {
    let b = super::functions::inverse(a);
    let mut slopes = [[0.0; 16]; 16];
    for (row, slopes) in slopes.iter_mut().enumerate() {
        for (by, slope) in slopes.iter_mut().enumerate() {
            *slope = -b[row / 4 * 4 + by / 4] * b[by % 4 * 4 + row % 4];
        }
    }
    (b, slopes)
}

/// The residuals and their 2×15 Jacobian, through the rotated point and the picture.
pub fn reprojection(p: &[f64; 15]) -> ([f64; 2], [[f64; 15]; 2]) {
    let x: [f64; 3] = from_fn(|i| p[11 + i] - p[3 + i]);
    let angle = (p[0] * p[0] + p[1] * p[1] + p[2] * p[2]).sqrt();
    let (sin, cos) = angle.sin_cos();
    let axis: [f64; 3] = from_fn(|i| p[i] / angle);
    let turned = cross(axis, x);
    let along = axis[0] * x[0] + axis[1] * x[1] + axis[2] * x[2];
    let rotated: [f64; 3] = from_fn(|i| x[i] * cos + turned[i] * sin + axis[i] * along * (1.0 - cos));

    // By the point: the matrix of the rotation.
    let skew = [[0.0, -axis[2], axis[1]], [axis[2], 0.0, -axis[0]], [-axis[1], axis[0], 0.0]];
    let rotation: [[f64; 3]; 3] = from_fn(|i| {
        from_fn(|j| {
            let identity = if i == j { cos } else { 0.0 };
            identity + skew[i][j] * sin + axis[i] * axis[j] * (1.0 - cos)
        })
    });
    // By the rotation vector: the angle grows by axisⱼ, and the axis turns.
    let by_rotation: [[f64; 3]; 3] = from_fn(|j| {
        let axis_slope: [f64; 3] = from_fn(|i| (if i == j { 1.0 } else { 0.0 } - axis[i] * axis[j]) / angle);
        let turned_slope = cross(axis_slope, x);
        let along_slope = axis_slope[0] * x[0] + axis_slope[1] * x[1] + axis_slope[2] * x[2];
        from_fn(|i| {
            axis[j] * (turned[i] * cos - x[i] * sin + axis[i] * along * sin)
                + turned_slope[i] * sin
                + (axis_slope[i] * along + axis[i] * along_slope) * (1.0 - cos)
        })
    });

    let [focal, near, far, weight] = [p[6], p[9], p[10], p[14]];
    let depth = 1.0 / rotated[2];
    let picture = [rotated[0] * depth, rotated[1] * depth];
    let square = picture[0] * picture[0] + picture[1] * picture[1];
    let distortion = 1.0 + near * square + far * square * square;
    let distortion_slope = 2.0 * (near + 2.0 * far * square);
    let seen: [f64; 2] = from_fn(|i| picture[i] * distortion * focal + p[7 + i] - FEATURE[i]);
    let jacobian = from_fn(|i| {
        // By the picture, then by the rotated point.
        let scale = weight * focal;
        let by_picture: [f64; 2] = from_fn(|j| {
            scale * (picture[i] * distortion_slope * picture[j] + if i == j { distortion } else { 0.0 })
        });
        let by_point = [
            by_picture[0] * depth,
            by_picture[1] * depth,
            -(by_picture[0] * picture[0] + by_picture[1] * picture[1]) * depth,
        ];
        let mut row = [0.0; 15];
        for j in 0..3 {
            row[j] = (0..3).map(|m| by_point[m] * by_rotation[j][m]).sum();
            row[11 + j] = (0..3).map(|m| by_point[m] * rotation[m][j]).sum();
            row[3 + j] = -row[11 + j];
        }
        row[6] = weight * distortion * picture[i];
        row[7 + i] = weight;
        row[9] = scale * picture[i] * square;
        row[10] = row[9] * square;
        row[14] = seen[i];
        row
    });
    (seen.map(|seen| seen * weight), jacobian)
}

/// Value and gradient of [`gmm::log_likelihood`].
pub fn gmm_gradient(p: &[f64], points: &[gmm::Point]) -> (f64, Vec<f64>) {
    use gmm::{D, K, LOWER, PARAMETERS, parts};
    let prepared = gmm::prepare(p);
    let (q, mut value) = (parts(&prepared), gmm::rest(p, &prepared));
    let mut g = vec![0.0; PARAMETERS];
    let (weights, rest) = g.split_at_mut(K);
    let (means, rest) = rest.split_at_mut(K * D);
    let (diagonals, lower) = rest.split_at_mut(K * D);
    let (mut centred, mut scaled, mut shares) = ([[0.0; D]; K], [[0.0; D]; K], [0.0; K]);
    for x in points {
        for k in 0..K {
            let factor = &q.lower[k * LOWER..][..LOWER];
            let mut square = 0.0;
            for i in 0..D {
                centred[k][i] = x[i] - q.means[k * D + i];
                let below = &factor[(i * i - i) / 2..][..i];
                let below: f64 = below.iter().zip(&centred[k]).map(|(l, c)| l * c).sum();
                scaled[k][i] = q.diagonals[k * D + i] * centred[k][i] + below;
                square += scaled[k][i] * scaled[k][i];
            }
            shares[k] = q.weights[k] - 0.5 * square;
        }
        value += to_shares(&mut shares);
        for k in 0..K {
            let (factor, share) = (&q.lower[k * LOWER..][..LOWER], shares[k]);
            weights[k] += share;
            let means = &mut means[k * D..][..D];
            let lower = &mut lower[k * LOWER..][..LOWER];
            for i in 0..D {
                let slope = -share * scaled[k][i];
                let start = (i * i - i) / 2;
                let row = start..start + i;
                for ((lower, mean), (factor, centred)) in
                    lower[row.clone()].iter_mut().zip(&mut *means).zip(factor[row].iter().zip(&centred[k]))
                {
                    *lower += slope * centred;
                    *mean -= slope * factor;
                }
                let diagonal = q.diagonals[k * D + i];
                diagonals[k * D + i] += slope * centred[k][i] * diagonal;
                means[i] -= slope * diagonal;
            }
        }
    }
    // The logarithms on the diagonals add to the height; then what does not depend on the points.
    shares.copy_from_slice(parts(p).weights);
    to_shares(&mut shares);
    for k in 0..K {
        for i in k * D..(k + 1) * D {
            diagonals[i] += weights[k] + q.diagonals[i] * q.diagonals[i];
        }
        weights[k] -= shares[k] * points.len() as f64;
    }
    for (slope, l) in lower.iter_mut().zip(q.lower) {
        *slope += l;
    }
    (value, g)
}

/// ln Σ e^(xᵢ), and in place of the x their shares e^(xᵢ)/Σ.
fn to_shares(x: &mut [f64]) -> f64 {
    let shift = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut total = 0.0;
    for x in x.iter_mut() {
        *x = (*x - shift).exp();
        total += *x;
    }
    for x in x.iter_mut() {
        *x /= total;
    }
    total.ln() + shift
}

/// Of each input the probabilities minus the target, times the input.
pub fn notebook_gradient((w, b): &notebook::Parameters<f64>) -> (f64, notebook::Parameters<f64>) {
    let (mut value, mut gradient) = (0.0, [[0.0; 2]; 3]);
    for (x, target) in notebook::INPUTS.iter().zip(notebook::TARGETS) {
        let mut shares: [f64; 2] = from_fn(|class| (0..3).map(|i| x[i] * w[i][class]).sum::<f64>() + b);
        let score = shares[target];
        value += to_shares(&mut shares) - score;
        shares[target] -= 1.0;
        for (gradient, x) in gradient.iter_mut().zip(x) {
            for (slope, share) in gradient.iter_mut().zip(shares) {
                *slope += x * share;
            }
        }
    }
    // The bias moves both scores alike.
    (value, (gradient, 0.0))
}

/// The Jacobian of every score's sigmoid s by the weights: s (1 − s) xᵢ in its own class.
pub fn notebook_jacobian(w: &notebook::Weights<f64>) -> [[notebook::Weights<f64>; 2]; 5] {
    let s = notebook::sigmoid(w);
    from_fn(|n| {
        from_fn(|class| {
            let slope = s[n][class] * (1.0 - s[n][class]);
            notebook::INPUTS[n].map(|x| from_fn(|c| if c == class { slope * x } else { 0.0 }))
        })
    })
}

/// The second derivatives: s (1 − s) (1 − 2s) xᵢ xⱼ in its own class.
pub fn notebook_hessian(w: &notebook::Weights<f64>) -> [[notebook::Weights<notebook::Weights<f64>>; 2]; 5] {
    let s = notebook::sigmoid(w);
    from_fn(|n| {
        from_fn(|class| {
            let slope = s[n][class] * (1.0 - s[n][class]) * (1.0 - 2.0 * s[n][class]);
            let at = |c: usize, d: usize| if c == class && d == class { slope } else { 0.0 };
            let x = notebook::INPUTS[n];
            from_fn(|i| from_fn(|c| from_fn(|j| from_fn(|d| at(c, d) * x[i] * x[j]))))
        })
    })
}
