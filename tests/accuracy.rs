//! The derivatives against exact ones: the tables of `tests/data`, entry by entry. `cargo run --release --example accuracy`
//! prints what is tested here.

mod common;

use common::{EXCEPTIONS, F32, F64, Function, Nest};
use holograd::{Dual, HyperDual};

#[test]
fn every_entry_meets_its_bar_or_is_a_listed_exception() {
    let entries = common::elementary_real();
    assert!(entries.len() > 3500, "only {} entries were read", entries.len());
    for e in &entries {
        match e.exception() {
            None => assert!(!e.misses(), "{} units, the bar is {}: {e:?}", e.units, e.bar()),
            Some(listed) => {
                assert!(e.misses(), "has become good, take it out of EXCEPTIONS: {e:?}");
                assert!(e.units <= listed.units, "is worse than the {} units listed: {e:?}", listed.units);
            }
        }
    }
    for listed in EXCEPTIONS {
        let of_it = entries.iter().filter(|e| e.exception().is_some_and(|e| std::ptr::eq(e, listed)));
        assert_eq!(of_it.count(), 1, "is no entry of the table: {listed:?}");
    }
}

#[test]
fn at_most_one_in_a_hundred_misses_and_three_at_orders_three_and_four() {
    let entries = common::elementary_real();
    for (orders, percent) in [(0..=2, 1), (3..=4, 3)] {
        let of_orders = entries.iter().filter(|e| orders.contains(&e.order));
        let (all, missed) = (of_orders.clone().count(), of_orders.filter(|e| e.misses()).count());
        assert!(missed * 100 <= percent * all, "{missed} of {all} entries of the orders {orders:?} miss");
    }
}

#[test]
fn values_are_within_two_units() {
    // ln x / ln y as a user's composition has three roundings.
    for e in common::elementary_real().iter().filter(|e| e.order == 0 && e.function != "log(x, y)") {
        assert!(e.units <= 2.0, "{e:?}");
    }
}

#[test]
fn composite_functions_are_as_good_as_their_condition_allows() {
    let arrays = common::composite();
    for array in &arrays {
        assert!(array.units <= array.tolerance, "{array:?}");
    }
    // The others are sums that cancel, or, as `deep_chain`, amplify what is rounded first.
    let good = arrays.iter().filter(|a| a.units <= 8.0).count();
    assert!(good * 100 >= arrays.len() * 90, "{good} of {} arrays are within 8 units", arrays.len());
}

/// The functions of the tables, each with its points, and with points at the ends of every domain.
fn everywhere() -> Vec<(Function, f64)> {
    let mut points: Vec<(Function, f64)> = common::points().into_iter().map(|p| (p.function, p.x)).collect();
    let mut functions: Vec<Function> = Vec::new();
    for (function, _) in &points {
        if !functions.contains(function) {
            functions.push(function.clone());
        }
    }
    functions.push(Function { name: "sinc".into(), parameter: None });
    let ends = [0.0, 5e-324, f64::MIN_POSITIVE, 1e-300, 0.5, 1.0, 2.0, 710.0, 1e300, f64::MAX, f64::INFINITY];
    for function in functions {
        for x in ends.into_iter().chain([f64::NAN]) {
            points.push((function.clone(), x));
            points.push((function.clone(), -x));
        }
    }
    points
}

/// The numbers of a nest: those reached through lane 0 alone, and the others.
fn lanes<T: Nest>(nest: T) -> (Vec<T::Primal>, Vec<T::Primal>) {
    let (mut lane_0, mut other) = (Vec::new(), Vec::new());
    nest.visit(0, true, &mut |_, in_lane_0, number| {
        if in_lane_0 { lane_0.push(number) } else { other.push(number) }
    });
    (lane_0, other)
}

/// A function at a nest with one lane and at the same one with two, of which the second has no tangent.
fn check_lanes<One: Nest<Primal = f64>, Two: Nest<Primal = f64>>(function: &Function, x: f64) {
    let (one, _) = lanes(function.at(One::seed(x)));
    let (two, other) = lanes(function.at(Two::seed(x)));
    assert!(
        !other.is_empty() && other.iter().all(|number| *number == 0.0),
        "{function:?} at {x:e}: {other:?}"
    );
    let bits = |numbers: &[f64]| -> Vec<_> {
        numbers.iter().map(|n| if n.is_nan() { None } else { Some(n.to_bits()) }).collect()
    };
    assert_eq!(bits(&one), bits(&two), "{function:?} at {x:e}: {one:?}, {two:?}");
}

#[test]
fn a_lane_without_a_tangent_stays_zero_at_every_level() {
    for (function, x) in everywhere() {
        check_lanes::<HyperDual<f64>, HyperDual<f64, 2>>(&function, x);
        check_lanes::<Dual<HyperDual<f64>>, Dual<HyperDual<f64, 2>, 2>>(&function, x);
    }
}

#[test]
fn single_precision_has_all_its_digits() {
    for (Function { name, parameter }, x) in everywhere() {
        #[allow(clippy::cast_possible_truncation)] // rounded to the nearest number
        let (x, parameter) = (x as f32, parameter.map(|p| f64::from(p as f32)));
        let function = Function { name, parameter };
        if x.is_nan() {
            continue;
        }
        // What the tables would have at the rounded x: the same in double precision, which has been tested.
        let exact = function.at(<Dual<f64>>::seed(f64::from(x)));
        let y = function.at(<Dual<f32>>::seed(x));
        for (got, want) in [(y.value(), exact.value()), (y.derivative(), exact.derivative())] {
            let units = F32.units(f64::from(got), want);
            assert!(
                units <= 4.0 || got.is_nan() && want.is_nan(),
                "{function:?} at {x:e}: {got:e} for {want:e}, {units} units"
            );
        }
    }
}

#[test]
fn errors_are_counted_in_units_of_the_format() {
    assert_eq!(F64.units(1.0 + f64::EPSILON, 1.0), 2.0);
    assert_eq!(F64.units(5e-324, 0.0), 1.0);
    assert_eq!(F64.units(-f64::MAX, f64::NEG_INFINITY), 0.0);
    assert_eq!(F64.units(f64::INFINITY, f64::NEG_INFINITY), f64::INFINITY);
    assert_eq!(F64.units(f64::NAN, 1.0), f64::INFINITY);
    assert_eq!(F32.units(f64::from(1.0 + f32::EPSILON), 1.0), 2.0);
}
