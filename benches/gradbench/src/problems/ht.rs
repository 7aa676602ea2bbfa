//! `ht`: hand tracking, the distances between points of a hand's surface and where they were measured.
//!
//! 26 pose parameters θ turn the bones of a hand: parameters 0 to 2 turn it as a whole, 3 to 5 move it, and each finger has
//! two angles for its first joint and one for each of the two others. A vertex of the surface follows the bones by its weights:
//! v = Σ_b w_b T_b v₀, with T_b from the root to the bone the product of base transforms and rotations, and from there back to
//! where the bone was at rest. In the complicated variant a measured point lies in a triangle at u₀, u₁, which are unknowns too.
//!
//! The Jacobian has a row for each error: by u₀ and u₁, all of which are moved alike, and by θ.

use super::{no_function, read};
use crate::{Run, Style};
use holograd::{Real, Scalar, jacfwd};
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Clone, Serialize, Deserialize)]
pub struct Model {
    pub bone_count: usize,
    pub bone_names: Vec<String>,
    pub parents: Vec<i64>,
    pub base_relatives: Vec<Vec<Vec<f64>>>,
    pub inverse_base_absolutes: Vec<Vec<Vec<f64>>>,
    pub base_positions: Vec<Vec<f64>>,
    pub weights: Vec<Vec<f64>>,
    pub triangles: Vec<Vec<usize>>,
    pub is_mirrored: bool,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct Data {
    pub model: Model,
    pub correspondences: Vec<usize>,
    pub points: Vec<Vec<f64>>,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct Input {
    pub theta: Vec<f64>,
    pub data: Data,
    #[serde(default)]
    pub us: Vec<Vec<f64>>,
}

/// The upper three rows of a transform of the space: a matrix and, last, a shift.
type Transform<T> = [[T; 4]; 3];

/// The model, with its transforms as arrays.
pub struct Hand {
    parents: Vec<Option<usize>>,
    base_relatives: Vec<Transform<f64>>,
    inverse_base_absolutes: Vec<Transform<f64>>,
    positions: Vec<[f64; 3]>,
    /// For each bone the weights of all vertices.
    weights: Vec<Vec<f64>>,
    mirrored: bool,
    triangles: Vec<[usize; 3]>,
    correspondences: Vec<usize>,
    points: Vec<[f64; 3]>,
    us: Vec<[f64; 2]>,
}

impl Input {
    /// # Errors
    /// If a list has another length than the problem says.
    fn hand(&self) -> Result<Hand, String> {
        fn array<const N: usize>(list: &[f64]) -> Result<[f64; N], String> {
            let first = list.get(..N).ok_or("ht: a list is too short")?;
            first.try_into().map_err(|_| "ht: a list is too short".into())
        }
        let transform = |rows: &Vec<Vec<f64>>| match rows.as_slice() {
            [a, b, c, _] => Ok([array(a)?, array(b)?, array(c)?]),
            _ => Err(String::from("ht: a transform has not 4 rows")),
        };
        let model = &self.data.model;
        let bones = model.bone_names.len();
        Ok(Hand {
            parents: model.parents.iter().map(|parent| usize::try_from(*parent).ok()).collect(),
            base_relatives: model.base_relatives.iter().map(transform).collect::<Result<_, _>>()?,
            inverse_base_absolutes: model
                .inverse_base_absolutes
                .iter()
                .map(transform)
                .collect::<Result<_, _>>()?,
            positions: model.base_positions.iter().map(|p| array(p)).collect::<Result<_, _>>()?,
            weights: (0..bones).map(|bone| model.weights.iter().map(|w| w[bone]).collect()).collect(),
            mirrored: model.is_mirrored,
            triangles: model.triangles.iter().map(|t| [t[0], t[1], t[2]]).collect(),
            correspondences: self.data.correspondences.clone(),
            points: self.data.points.iter().map(|p| array(p)).collect::<Result<_, _>>()?,
            us: self.us.iter().map(|u| array(u)).collect::<Result<_, _>>()?,
        })
    }
}

/// R_z(p₁) R_y(p₂) R_x(p₀)
fn euler<T: Real>(p: [T; 3]) -> [[T; 3]; 3] {
    let [(sx, cx), (sz, cz), (sy, cy)] = p.map(|angle| angle.sin_cos());
    [
        [cz * cy, cz * sy * sx - sz * cx, cz * sy * cx + sz * sx],
        [sz * cy, sz * sy * sx + cz * cx, sz * sy * cx - cz * sx],
        [-sy, cy * sx, cy * cx],
    ]
}

/// The rotation about r by |r|; the identity below 10⁻⁴.
fn axis_angle<T: Real>(r: [T; 3]) -> [[T; 3]; 3] {
    let (zero, one) = (T::lit(0.0), T::lit(1.0));
    let square = r[0] * r[0] + r[1] * r[1] + r[2] * r[2];
    let angle = square.sqrt();
    if angle < T::lit(1e-4) {
        return [[one, zero, zero], [zero, one, zero], [zero, zero, one]];
    }
    let [x, y, z] = r.map(|r| r / angle);
    let (s, c) = (angle.sin(), angle.cos());
    let d = one - c;
    [
        [x * x + (one - x * x) * c, x * y * d - z * s, x * z * d + y * s],
        [x * y * d + z * s, y * y + (one - y * y) * c, y * z * d - x * s],
        [x * z * d - y * s, y * z * d + x * s, z * z + (one - z * z) * c],
    ]
}

/// a · b, of which the row below the others is (0, 0, 0, 1).
fn product<T: Scalar>(a: &Transform<T>, b: &Transform<T>) -> Transform<T> {
    std::array::from_fn(|i| {
        std::array::from_fn(|j| {
            let sum = a[i][0] * b[0][j] + a[i][1] * b[1][j] + a[i][2] * b[2][j];
            if j == 3 { sum + a[i][3] } else { sum }
        })
    })
}

/// The rotation of each bone.
fn rotations<T: Real>(theta: &[T], bones: usize) -> Vec<[[T; 3]; 3]> {
    // The columns from 3 on belong to bones; the first finger begins at column 5.
    let mut angles = vec![[T::lit(0.0); 3]; bones];
    for finger in 0..5 {
        let (first, theta) = (2 + 4 * finger, &theta[6 + 4 * finger..]);
        (angles[first][0], angles[first][1]) = (theta[0], theta[1]);
        (angles[first + 1][0], angles[first + 2][0]) = (theta[2], theta[3]);
    }
    angles.into_iter().map(euler).collect()
}

/// Where all vertices are.
fn vertices<T: Real>(theta: &[T], hand: &Hand) -> Vec<[T; 3]> {
    let constants = |t: &Transform<f64>| t.map(|row| row.map(T::lit));
    let mut absolutes: Vec<Transform<T>> = Vec::with_capacity(hand.parents.len());
    for (bone, turn) in rotations(theta, hand.parents.len()).iter().enumerate() {
        let zero = T::lit(0.0);
        let turn = std::array::from_fn(|i| [turn[i][0], turn[i][1], turn[i][2], zero]);
        let relative = product(&constants(&hand.base_relatives[bone]), &turn);
        absolutes.push(match hand.parents[bone] {
            Some(parent) => product(&absolutes[parent], &relative),
            None => relative,
        });
    }
    let mut positions = vec![[T::lit(0.0); 3]; hand.positions.len()];
    for (bone, absolute) in absolutes.iter().enumerate() {
        let t = product(absolute, &constants(&hand.inverse_base_absolutes[bone]));
        for ((position, base), weight) in positions.iter_mut().zip(&hand.positions).zip(&hand.weights[bone]) {
            let base = base.map(T::lit);
            for i in 0..3 {
                let moved = t[i][0] * base[0] + t[i][1] * base[1] + t[i][2] * base[2] + t[i][3];
                position[i] += moved * T::lit(*weight);
            }
        }
    }
    let global = axis_angle([theta[0], theta[1], theta[2]]);
    for position in &mut positions {
        let [mut x, y, z] = *position;
        if hand.mirrored {
            x = -x;
        }
        *position =
            std::array::from_fn(|i| global[i][0] * x + global[i][1] * y + global[i][2] * z + theta[3 + i]);
    }
    positions
}

/// The errors, three for each measured point; all u moved by `shift`.
pub fn errors<T: Real>(shift: [T; 2], theta: &[T], hand: &Hand) -> Vec<T> {
    let positions = vertices(theta, hand);
    let mut errors = Vec::with_capacity(3 * hand.points.len());
    for (at, (point, corresponding)) in hand.points.iter().zip(&hand.correspondences).enumerate() {
        for i in 0..3 {
            let on_hand = if hand.us.is_empty() {
                positions[*corresponding][i]
            } else {
                let [a, b, c] = hand.triangles[*corresponding].map(|vertex| positions[vertex][i]);
                let (u, v) = (shift[0] + T::lit(hand.us[at][0]), shift[1] + T::lit(hand.us[at][1]));
                u * a + v * b + (T::lit(1.0) - u - v) * c
            };
            errors.push(T::lit(point[i]) - on_hand);
        }
    }
    errors
}

/// `objective` gives the errors, `jacobian` the Jacobian.
///
/// # Errors
/// If there is no such function, or the input is not the one of this problem.
pub fn call(function: &str, _style: Style, input: &Value) -> Result<Run, String> {
    let input: Input = read(input)?;
    let hand = input.hand()?;
    let theta: [f64; 26] =
        input.theta.try_into().map_err(|_| String::from("ht: theta is not of 26 numbers"))?;
    match function {
        "objective" => Ok(Run::new(move || errors([0.0; 2], &theta, &hand))),
        "jacobian" if hand.us.is_empty() => Ok(Run::new(move || {
            let zero = |x: &[_; 26]| [x[0] * holograd::lit(0.0); 2];
            rows(&jacfwd(|x: [_; 26]| errors(zero(&x), &x, &hand), &theta))
        })),
        "jacobian" => {
            let mut x = [0.0; 28];
            x[2..].copy_from_slice(&theta);
            Ok(Run::new(move || rows(&jacfwd(|x: [_; 28]| errors([x[0], x[1]], &x[2..], &hand), &x))))
        }
        _ => Err(no_function("ht", function)),
    }
}

/// Lists in place of arrays, which serde has only up to 32 numbers.
fn rows<const N: usize>(jacobian: &[[f64; N]]) -> Vec<Vec<f64>> {
    jacobian.iter().map(|row| row.to_vec()).collect()
}
