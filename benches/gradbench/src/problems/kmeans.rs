//! `kmeans`: the sum of squared distances from each point to the nearest of k centroids, and a step of Newton's method.
//!
//! f(C) = Σᵢ minⱼ |Pᵢ − Cⱼ|². Its Hessian is diagonal, so H · (1, …, 1) is its diagonal, and the step is the gradient
//! divided by it, number by number.

use super::{no_function, read};
use crate::{Run, Style};
use holograd::{Real, grad, jvp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Clone, Serialize, Deserialize)]
pub struct Input {
    pub points: Vec<Vec<f64>>,
    pub centroids: Vec<Vec<f64>>,
}

/// |p − c|²
fn square_of_distance<T: Real>(point: &[f64], centroid: &[T]) -> T {
    let square = |(p, c): (&f64, &T)| {
        let difference = T::lit(*p) - *c;
        difference * difference
    };
    point.iter().zip(centroid).map(square).sum()
}

/// Σᵢ minⱼ |Pᵢ − Cⱼ|²; the centroids one after the other, d numbers each
pub fn cost<T: Real>(centroids: &[T], points: &[Vec<f64>]) -> T {
    let mut total = T::lit(0.0);
    for point in points {
        let distances = centroids.chunks_exact(point.len()).map(|c| square_of_distance(point, c));
        total += distances.fold(T::lit(f64::INFINITY), |a, b| a.min(b));
    }
    total
}

/// As [`cost`]: which centroid is nearest is found with plain numbers, and only its distance has derivatives.
pub fn cost_fast<T: Real<Primal = f64>>(centroids: &[T], points: &[Vec<f64>]) -> T {
    let places: Vec<f64> = centroids.iter().map(|c| c.primal()).collect();
    let d = points[0].len();
    let of_point = |point: &Vec<f64>| {
        let (mut nearest, mut smallest) = (0, f64::INFINITY);
        for (j, place) in places.chunks_exact(d).enumerate() {
            let distance = square_of_distance(point, place);
            if distance < smallest {
                (nearest, smallest) = (j, distance);
            }
        }
        square_of_distance(point, &centroids[nearest * d..][..d])
    };
    points.iter().map(of_point).sum()
}

/// `cost` gives the sum, `dir` the step, as many lists as there are centroids.
///
/// # Errors
/// If there is no such function, or the input is not the one of this problem.
pub fn call(function: &str, style: Style, input: &Value) -> Result<Run, String> {
    let Input { points, centroids } = read(input)?;
    let d = points.first().map_or(0, Vec::len);
    if d == 0 || points.iter().chain(&centroids).any(|p| p.len() != d) {
        return Err("kmeans: points and centroids are not of the same number of numbers".into());
    }
    let centroids: Vec<f64> = centroids.into_iter().flatten().collect();
    match function {
        "cost" => Ok(Run::new(move || cost(&centroids, &points))),
        "dir" => Ok(Run::new(move || {
            // The gradient, and along (1, …, 1) its derivative.
            let ones = vec![1.0; centroids.len()];
            let (gradient, curvature) = match style {
                Style::Plain => jvp(|c: Vec<_>| grad(|c| cost(&c, &points), &c), &centroids, &ones),
                Style::Best => jvp(|c: Vec<_>| grad(|c| cost_fast(&c, &points), &c), &centroids, &ones),
            };
            let step: Vec<f64> = gradient.iter().zip(curvature).map(|(g, h)| g / h).collect();
            step.chunks(d).map(<[f64]>::to_vec).collect::<Vec<_>>()
        })),
        _ => Err(no_function("kmeans", function)),
    }
}
