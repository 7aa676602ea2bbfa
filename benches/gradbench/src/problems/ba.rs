//! `ba`: bundle adjustment, the error of where cameras saw points, and its sparse Jacobian.
//!
//! A camera is its rotation vector r, centre C, focal length f, principal point u₀ and radial distortion κ. A point X is seen at
//! u₀ + f L (y₀, y₁)/y₂ with y = R(r)(X − C), s = (y₀² + y₁²)/y₂² and L = 1 + κ₁ s + κ₂ s². The error of an observation
//! with the weight w is w times the distance to where it was seen, and the weights have the errors 1 − w².
//!
//! GradBench gives one camera, one point, one weight and one observation, of which there are n, m, p and p copies; observation i
//! is of camera i mod n and point i mod m. Of the results it wants the first ones and the last.

use super::{no_function, read};
use crate::{Run, Style};
use holograd::{Real, Scalar, derivative, impl_tree, jacfwd};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::rc::Rc;

#[derive(Clone, Serialize, Deserialize)]
pub struct Input {
    pub n: usize,
    pub m: usize,
    pub p: usize,
    pub cam: Vec<f64>,
    pub x: Vec<f64>,
    pub w: f64,
    pub feat: Vec<f64>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Camera<T> {
    pub rotation: [T; 3],
    pub centre: [T; 3],
    pub focal: T,
    pub principal: [T; 2],
    pub radial: [T; 2],
}
impl_tree!(Camera { rotation, centre, focal, principal, radial }, lanes = 11);

impl<T: Copy> Camera<T> {
    #[must_use]
    pub fn new(c: &[T]) -> Self {
        Camera {
            rotation: [c[0], c[1], c[2]],
            centre: [c[3], c[4], c[5]],
            focal: c[6],
            principal: [c[7], c[8]],
            radial: [c[9], c[10]],
        }
    }
}

/// All that an observation depends on.
#[derive(Clone, PartialEq, Debug)]
pub struct Observation<T> {
    pub camera: Camera<T>,
    pub point: [T; 3],
    pub weight: T,
}
impl_tree!(Observation { camera, point, weight }, lanes = 15);

/// All cameras, points, weights and observations.
pub struct Scene {
    cameras: Vec<Camera<f64>>,
    points: Vec<[f64; 3]>,
    weights: Vec<f64>,
    /// For each observation the camera, the point and where it was seen.
    seen: Vec<(usize, usize, [f64; 2])>,
}

impl Input {
    /// # Errors
    /// If a list has another length than the problem says.
    fn scene(&self) -> Result<Scene, String> {
        let [x0, x1, x2] = self.x[..] else { return Err("ba: x is not of 3 numbers".into()) };
        let [u, v] = self.feat[..] else { return Err("ba: feat is not of 2 numbers".into()) };
        if self.cam.len() != 11 || self.n == 0 || self.m == 0 || self.p == 0 {
            return Err("ba: cam is not of 11 numbers, or there is nothing".into());
        }
        Ok(Scene {
            cameras: vec![Camera::new(&self.cam); self.n],
            points: vec![[x0, x1, x2]; self.m],
            weights: vec![self.w; self.p],
            seen: (0..self.p).map(|i| (i % self.n, i % self.m, [u, v])).collect(),
        })
    }
}

fn cross<T: Scalar>(a: [T; 3], b: [T; 3]) -> [T; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

/// Rodrigues' formula: x turned about r by the angle |r|.
fn rotate<T: Real>(r: [T; 3], x: [T; 3]) -> [T; 3] {
    let square = r[0] * r[0] + r[1] * r[1] + r[2] * r[2];
    if square == T::lit(0.0) {
        let turned = cross(r, x);
        return std::array::from_fn(|i| x[i] + turned[i]);
    }
    let angle = square.sqrt();
    let (sin, cos) = (angle.sin(), angle.cos());
    let axis = r.map(|r| r / angle);
    let turned = cross(axis, x);
    let along = (axis[0] * x[0] + axis[1] * x[1] + axis[2] * x[2]) * (T::lit(1.0) - cos);
    std::array::from_fn(|i| x[i] * cos + turned[i] * sin + axis[i] * along)
}

/// The two errors of an observation.
pub fn reprojection<T: Real>(camera: &Camera<T>, point: &[T; 3], weight: T, seen: [f64; 2]) -> [T; 2] {
    let y = rotate(camera.rotation, std::array::from_fn(|i| point[i] - camera.centre[i]));
    let picture = [y[0] / y[2], y[1] / y[2]];
    let square = picture[0] * picture[0] + picture[1] * picture[1];
    let distortion = T::lit(1.0) + camera.radial[0] * square + camera.radial[1] * square * square;
    std::array::from_fn(|i| {
        weight * (picture[i] * distortion * camera.focal + camera.principal[i] - T::lit(seen[i]))
    })
}

/// The error of a weight.
pub fn of_weight<T: Real>(w: T) -> T {
    T::lit(1.0) - w * w
}

/// The errors of all observations and of all weights.
fn objective(scene: &Scene) -> (Vec<[f64; 2]>, Vec<f64>) {
    let errors = scene.seen.iter().zip(&scene.weights).map(|((camera, point, seen), weight)| {
        reprojection(&scene.cameras[*camera], &scene.points[*point], *weight, *seen)
    });
    (errors.collect(), scene.weights.iter().map(|w| of_weight(*w)).collect())
}

/// A sparse matrix by compressed rows: entries rows[i] to rows[i + 1] are those of row i.
#[derive(Default)]
pub struct Sparse {
    rows: Vec<u32>,
    cols: Vec<u32>,
    vals: Vec<f64>,
}

/// The Jacobian, into the memory of one that is there, as a solver that asks for it again and again has it.
fn jacobian(scene: &Scene, Sparse { rows, cols, vals }: &mut Sparse) {
    let (n, m, p) = (scene.cameras.len(), scene.points.len(), scene.weights.len());
    rows.clear();
    cols.clear();
    vals.clear();
    rows.reserve(3 * p + 1);
    cols.reserve(31 * p);
    vals.reserve(31 * p);
    rows.push(0);
    for (i, (camera, point, seen)) in scene.seen.iter().enumerate() {
        let (of_camera, of_point, w) = (&scene.cameras[*camera], &scene.points[*point], scene.weights[i]);
        let x = Observation { camera: of_camera.clone(), point: *of_point, weight: w };
        let f = |x: Observation<_>| reprojection(&x.camera, &x.point, x.weight, *seen);
        for Observation { camera: c, point: p, weight: w } in jacfwd(f, &x) {
            rows.push(rows[rows.len() - 1] + 15);
            cols.extend((0..11).map(|c| (11 * camera + c) as u32));
            cols.extend((0..3).map(|c| (11 * n + 3 * point + c) as u32));
            cols.push((11 * n + 3 * m + i) as u32);
            vals.extend([c.rotation, c.centre].as_flattened());
            vals.extend([c.focal, c.principal[0], c.principal[1], c.radial[0], c.radial[1]]);
            vals.extend([p[0], p[1], p[2], w]);
        }
    }
    for (i, w) in scene.weights.iter().enumerate() {
        rows.push(rows[rows.len() - 1] + 1);
        cols.push((11 * n + 3 * m + i) as u32);
        vals.push(derivative(of_weight, *w));
    }
}

/// The first 30 and the last.
fn ends<E: Copy>(list: &[E]) -> Vec<E> {
    list[..30].iter().chain(list.last()).copied().collect()
}

/// `objective` gives the errors, `jacobian` the Jacobian, of both the ends.
///
/// # Errors
/// If there is no such function, or the input is not the one of this problem.
pub fn call(function: &str, _style: Style, input: &Value) -> Result<Run, String> {
    let scene = read::<Input>(input)?.scene()?;
    if scene.seen.len() < 10 && function == "jacobian" {
        return Err("ba: fewer than 10 observations have no first 30 rows".into());
    }
    match function {
        "objective" => Ok(Run::with(
            move || objective(&scene),
            |(errors, weights)| {
                json!({
                    "reproj_error": { "elements": errors[0], "repeated": errors.len() },
                    "w_err": { "element": weights[0], "repeated": weights.len() },
                })
            },
        )),
        "jacobian" => {
            let sparse: Rc<RefCell<Sparse>> = Rc::default();
            let call = move || {
                jacobian(&scene, &mut sparse.borrow_mut());
                sparse.clone()
            };
            Ok(Run::with(call, |sparse| {
                let Sparse { rows, cols, vals } = &*sparse.borrow();
                json!({ "rows": ends(rows), "cols": ends(cols), "vals": ends(vals) })
            }))
        }
        _ => Err(no_function("ba", function)),
    }
}
