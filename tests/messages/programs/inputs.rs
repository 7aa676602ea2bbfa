// for a `UnitQuaternion` the vector that it is made of
use holograd::grad;
use nalgebra::{Point3, UnitQuaternion};
use std::collections::HashMap;
fn main() {
    grad(|q| q.w, &UnitQuaternion::<f64>::identity());
    grad(|p| p.x, &Point3::new(1.0, 2.0, 3.0));
    grad(|m| m["a"], &HashMap::from([("a", 1.0)]));
}
