//! Traits of other crates for our numbers: num-traits', the standard library's and simba's.

use holograd::{Dual, Real, Var, derivative, grad, jacfwd};
use num_traits::float::FloatCore;
use num_traits::{AsPrimitive, ConstOne, ConstZero, Euclid, Pow};
use simba::scalar::SubsetOf;

const ZERO: Dual<Dual<f64>, 2> = ConstZero::ZERO;
const ONE: Var<f64> = ConstOne::ONE;

#[test]
fn constants_at_compile_time() {
    assert_eq!((ZERO.value().value(), ZERO.eps()[1].derivative()), (0.0, 0.0));
    assert_eq!(grad(|x| x * ONE, &3.0), 1.0);
}

#[test]
fn float_core_has_the_derivatives_of_its_functions() {
    fn f<T: FloatCore>(x: T) -> T {
        x.fract().abs().max(T::zero()) * x.powi(2) + x.recip().to_degrees().min(T::infinity())
    }
    let expected = 3.0 * 2.5 * 2.5 - 4.0 * 2.5 - (1.0_f64 / 6.25).to_degrees();
    assert!((derivative(f, 2.5) - expected).abs() < 1e-13);
    assert!((grad(f, &2.5) - expected).abs() < 1e-13);
    assert_eq!(FloatCore::integer_decode(Dual::<f64>::from(1.0)), FloatCore::integer_decode(1.0));
}

#[test]
fn euclid() {
    fn f<T: Euclid>(x: T, y: T) -> T {
        let (_, rest) = x.div_rem_euclid(&y);
        rest
    }
    assert_eq!(jacfwd(|[x, y]| f(x, y), &[-7.0, 4.0]), [1.0, 2.0]);
    for (x, y) in [(-7.5, 2.0), (7.5, -2.0), (-7.5, -2.0), (7.5, 2.0), (6.0, 3.0), (-6.0, 3.0)] {
        let ours: Dual<f64> = Euclid::div_euclid(&Dual::variable(x), &Dual::from(y));
        assert_eq!((ours.value(), ours.derivative()), (f64::div_euclid(x, y), 0.0));
    }
}

#[test]
fn as_primitive_both_ways() {
    let x: Dual<f64> = 3_u8.as_();
    let y: Var<Dual<f64>> = 2.5_f32.as_();
    assert_eq!((x.value(), y.value().value()), (3.0, 2.5));
    let (n, z): (i32, f64) = (Dual::variable(-3.7).as_(), y.as_());
    assert_eq!((n, z), (-3, 2.5));
    let itself: Dual<f64> = Dual::variable(3.0).as_();
    assert_eq!(itself.derivative(), 1.0);
}

#[test]
fn powers_with_every_exponent() {
    fn f<T, P>(x: T, n: P) -> T
    where
        T: Copy + Pow<P, Output = T>,
    {
        x.pow(n)
    }
    assert_eq!(derivative(|x| f(x, 3_usize), 2.0), 12.0);
    assert_eq!(derivative(|x| f(x, 3_u32), 2.0), 12.0);
    assert_eq!(grad(|x| f(x, 3_u32), &2.0), 12.0);
    assert_eq!(derivative(|x: Dual<f64>| Pow::pow(x, &x), 1.0), 1.0);
    assert_eq!(derivative(|x: Dual<f64>| Pow::pow(x, u32::MAX), 1.0), f64::from(u32::MAX));
}

#[test]
fn text() {
    let x = Dual::new(1500.0, [0.25]);
    assert_eq!(format!("{x:e}"), "1.5e3 + 2.5e-1ε1");
    assert_eq!(format!("{:.2E}", Dual::new(1500.0, [0.25, 2.0])), "1.50E3 + [2.50E-1, 2.00E0]ε1");
    assert_eq!(format!("{:e}", Dual::new(x, [x])), "(1.5e3 + 2.5e-1ε1) + (1.5e3 + 2.5e-1ε1)ε2");
    assert_eq!(format!("{:e}", Var::from(1500.0)), "1.5e3");
    let parsed: Dual<Dual<f64>> = "2.5".parse().unwrap();
    assert_eq!((parsed.value().value(), parsed.derivative().value()), (2.5, 0.0));
    assert!("2.5x".parse::<Var<f64>>().is_err());
}

#[test]
fn integers_are_constants() {
    fn mean<T: Real + From<u32>>(x: &[T]) -> T {
        T::sum_of(x) / T::from(u32::try_from(x.len()).unwrap())
    }
    assert_eq!(grad(|x: [_; 4]| mean(&x), &[1.0; 4]), [0.25; 4]);
    assert_eq!(derivative(|x| x * Dual::from(3), 2.0), 3.0);
}

#[test]
fn subsets() {
    let x: f64 = Dual::variable(3.0).to_superset();
    let y: Var<f64> = SubsetOf::from_superset(&x).unwrap();
    assert_eq!((x, y.value()), (3.0, 3.0));
}

/// ndarray's arrays, which come with the feature `ndarray`.
mod arrays {
    use super::*;
    use holograd::{Real64, hessian, jacrev};
    use ndarray::{Array1, Array2, ArrayD, arr1, arr2};

    fn squares<T: Real64>(x: &Array1<T>) -> T {
        x.iter().map(|x| x * x).sum()
    }

    #[test]
    fn are_inputs_and_results() {
        let x = arr1(&[1.0, 2.0, 3.0]);
        assert_eq!(grad(|x| squares(&x), &x), arr1(&[2.0, 4.0, 6.0]));
        assert_eq!(jacfwd(|x| squares(&x), &x), arr1(&[2.0, 4.0, 6.0]));
        assert_eq!(hessian(|x| squares(&x), &x)[1], arr1(&[0.0, 2.0, 0.0]));
        let a = arr2(&[[1.0, 2.0], [3.0, 4.0]]);
        let f = |a: Array2<Var<f64>>| a.dot(&arr1(&[1.0, 1.0]).mapv(Var::from));
        let j = jacrev(f, &a);
        assert_eq!(j[1], arr2(&[[0.0, 0.0], [1.0, 1.0]]));
        // By views, transposed ones too, in the order of the indices.
        let t = grad(|a: Array2<Var<f64>>| a[(0, 1)] * 2.0, &a.t());
        assert_eq!(t, arr2(&[[0.0, 2.0], [0.0, 0.0]]));
        let d: ArrayD<f64> = a.into_dyn();
        assert_eq!(grad(|d: ArrayD<Var<f64>>| d[[1, 0]] * d[[0, 0]], &d)[[1, 0]], 1.0);
    }

    #[test]
    fn take_our_numbers_as_operands() {
        let f = |x: Dual<f64>| (arr1(&[1.0, 2.0]).mapv(Dual::from) * x).sum();
        assert_eq!(derivative(f, 5.0), 3.0);
    }

    #[test]
    #[should_panic(expected = "shapes differ: an array of the shape [2] was expected")]
    fn of_two_shapes_are_refused() {
        let _ = holograd::jvp(|x: Array1<Dual<f64>>| x[0], &arr1(&[1.0, 2.0]), &arr1(&[1.0]));
    }
}

/// The reparameterised sample μ + σ z of a normal distribution.
#[cfg(feature = "rand_distr")]
#[test]
fn samples_have_derivatives_by_the_parameters_of_their_distribution() {
    use rand::SeedableRng;
    use rand_distr::{Distribution, Exp, Normal, StandardNormal};
    fn sample<T: Real + num_traits::Float>([mean, deviation]: [T; 2]) -> T
    where
        StandardNormal: Distribution<T>,
    {
        Normal::new(mean, deviation).unwrap().sample(&mut rand::rngs::StdRng::seed_from_u64(7))
    }
    let z = (sample([3.0, 2.0]) - 3.0) / 2.0;
    for gradient in [jacfwd(sample, &[3.0, 2.0]), grad(sample, &[3.0, 2.0])] {
        assert!(gradient[0] == 1.0 && (gradient[1] - z).abs() < 1e-15, "{gradient:?}, z = {z}");
    }
    // −ln u / λ
    let waiting = |rate| Exp::new(rate).unwrap().sample(&mut rand::rngs::StdRng::seed_from_u64(7));
    let (time, slope): (f64, f64) = (
        waiting(2.0),
        derivative(|rate| Exp::new(rate).unwrap().sample(&mut rand::rngs::StdRng::seed_from_u64(7)), 2.0),
    );
    assert!((slope + time / 2.0).abs() < 1e-15, "{slope} {time}");
}

#[cfg(feature = "geo")]
#[test]
fn areas_and_lengths_of_polygons() {
    use geo::{
        Area, Contains, ConvexHull, Euclidean, GeoFloat, Length, LineString, MultiPoint, Point, Polygon,
    };
    // A rectangle of the sides a and b with a point inside.
    fn rectangle<T: GeoFloat>([a, b]: [T; 2]) -> Polygon<T> {
        let (zero, half) = (T::zero(), T::from(0.5).unwrap());
        let corners = [(zero, zero), (a, zero), (a * half, b * half), (a, b), (zero, b)];
        MultiPoint::from(corners.to_vec()).convex_hull()
    }
    let x = [3.0, 2.0];
    assert_eq!(jacfwd(|x| rectangle(x).unsigned_area(), &x), [2.0, 3.0]);
    assert_eq!(grad(|x| rectangle(x).unsigned_area(), &x), [2.0, 3.0]);
    let around = |x: [Dual<f64, 2>; 2]| Euclidean.length(&LineString::clone(rectangle(x).exterior()));
    assert_eq!(jacfwd(around, &x), [2.0, 2.0]);
    assert!(rectangle(x.map(Dual::<f64>::from)).contains(&Point::new(Dual::from(1.0), Dual::from(1.0))));
}
