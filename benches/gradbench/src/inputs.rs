//! Inputs of the sizes that GradBench uses, from a fixed seed.
//!
//! GradBench makes its inputs with numpy's generator and reads those of `ba` and `ht` from files of ADBench. These here have
//! the same shapes and distributions and other digits; a session of GradBench itself sends its own through the protocol.

use crate::problems::{ba, det, gmm, ht, kmeans, llsq, lse, lstm, ode, particle, saddle};
use serde_json::{Value, json, to_value};

/// SplitMix64 (Steele, Lea and Flood 2014), and numbers between 0 and 1 from its upper bits.
struct Random(u64);

impl Random {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }
    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }
    fn list(&mut self, n: usize) -> Vec<f64> {
        (0..n).map(|_| self.unit()).collect()
    }
    fn lists(&mut self, n: usize, m: usize) -> Vec<Vec<f64>> {
        (0..n).map(|_| self.list(m)).collect()
    }
}

/// An input of a problem by its size: the numbers that GradBench varies, with commas between them.
///
/// # Errors
/// If the problem or the size is unknown.
///
/// # Panics
/// Never: inputs are numbers and lists, which JSON has.
pub fn input(problem: &str, size: &str) -> Result<Value, String> {
    let numbers: Vec<usize> = size.split(',').filter_map(|n| n.parse().ok()).collect();
    let random = &mut Random(31337);
    let value = match (problem, numbers.as_slice()) {
        ("hello", _) => Ok(json!(random.unit())),
        ("gmm", &[d, k, n]) => to_value(gmm(random, d, k, n)),
        ("lse", &[n]) => to_value(lse::Input { x: random.list(n) }),
        ("llsq", &[n, m]) => to_value(llsq::Input { x: random.list(m), n }),
        ("det", &[ell]) => to_value(det::Input { a: random.list(ell * ell), ell }),
        ("ode", &[n, s]) => to_value(ode::Input { x: random.list(n), s }),
        ("lstm", &[l, c, b]) => to_value(lstm(random, l, c, b)),
        ("ba", &[n, m, p]) => to_value(ba(random, n, m, p)),
        ("ht", &[vertices, triangles, points]) => to_value(ht(random, vertices, triangles, points)),
        ("kmeans", &[k, n, d]) => {
            let points = random.lists(n, d);
            let centroids = points[n - k..].to_vec();
            to_value(kmeans::Input { points, centroids })
        }
        ("saddle", _) => to_value(saddle::Input { start: [1.0, 1.0] }),
        ("particle", _) => to_value(particle::Input { w: 0.0 }),
        _ => return Err(format!("`{problem}` has no input of the size `{size}`")),
    };
    Ok(value.expect("inputs are numbers and lists"))
}

fn gmm(random: &mut Random, d: usize, k: usize, n: usize) -> gmm::Input {
    let mut lists = |n, m, low, high| -> Vec<Vec<f64>> {
        (0..n).map(|_| (0..m).map(|_| random.between(low, high)).collect()).collect()
    };
    gmm::Input {
        d,
        k,
        n,
        alpha: lists(1, k, -1.0, 1.0).remove(0),
        mu: lists(k, d, 0.0, 1.0),
        q: lists(k, d, -1.0, 1.0),
        l: lists(k, d * (d - 1) / 2, -1.0, 1.0),
        x: lists(n, d, -1.0, 1.0),
        m: 0,
        gamma: 1.0,
    }
}

fn lstm(random: &mut Random, l: usize, c: usize, b: usize) -> lstm::Input {
    lstm::Input {
        main_params: random.lists(2 * l, 4 * b),
        extra_params: random.lists(3, b),
        state: random.lists(2 * l, b),
        // Characters as bits.
        sequence: (0..c).map(|_| (0..b).map(|_| f64::from(random.unit() < 0.5)).collect()).collect(),
    }
}

fn ba(random: &mut Random, n: usize, m: usize, p: usize) -> ba::Input {
    let mut list = |scale: &[f64]| scale.iter().map(|s| s * random.between(0.5, 1.0)).collect::<Vec<f64>>();
    let cam = list(&[-0.8, -1.1, -0.9, 40.0, 40.0, 60.0, 500.0, 6.0, -9.0, 0.1, 0.003]);
    let (x, feat) = (list(&[7.0, 0.1, 3.0]), list(&[300.0, 900.0]));
    ba::Input { n, m, p, cam, x, w: random.unit(), feat }
}

fn ht(random: &mut Random, vertices: usize, triangles: usize, points: usize) -> ht::Input {
    const BONES: usize = 22;
    let transform = |random: &mut Random| {
        let mut rows: Vec<Vec<f64>> = (0..3)
            .map(|i| {
                let row = (0..4).map(|j| random.between(-0.1, 0.1) + if i == j { 1.0 } else { 0.0 });
                row.collect()
            })
            .collect();
        rows.push(vec![0.0, 0.0, 0.0, 1.0]);
        rows
    };
    let model = ht::Model {
        bone_count: BONES,
        bone_names: (0..BONES).map(|bone| format!("bone{bone}")).collect(),
        // The wrist, five fingers of four bones each, and the forearm.
        parents: (0..BONES as i64)
            .map(|bone| {
                if bone == 0 {
                    -1
                } else if bone % 4 == 1 || bone == 21 {
                    0
                } else {
                    bone - 1
                }
            })
            .collect(),
        base_relatives: (0..BONES).map(|_| transform(random)).collect(),
        inverse_base_absolutes: (0..BONES).map(|_| transform(random)).collect(),
        base_positions: (0..vertices)
            .map(|_| vec![random.unit(), random.unit(), random.unit(), 1.0])
            .collect(),
        weights: (0..vertices)
            .map(|_| {
                // Two bones move a vertex.
                let mut weights = vec![0.0; BONES];
                let share = random.unit();
                weights[random.bits() as usize % BONES] += share;
                weights[random.bits() as usize % BONES] += 1.0 - share;
                weights
            })
            .collect(),
        triangles: (0..triangles)
            .map(|_| (0..3).map(|_| random.bits() as usize % vertices).collect())
            .collect(),
        is_mirrored: false,
    };
    ht::Input {
        theta: (0..26).map(|_| random.between(-0.5, 0.5)).collect(),
        data: ht::Data {
            model,
            correspondences: (0..points).map(|_| random.bits() as usize % triangles).collect(),
            points: random.lists(points, 3),
        },
        us: random.lists(points, 2),
    }
}
