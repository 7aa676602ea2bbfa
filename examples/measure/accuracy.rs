//! Prints how far the crate's derivatives are from the reference tables of `tests/data`, in units of 2⁻⁵³:
//! `cargo run --release --example accuracy`.

#[path = "../../tests/common/mod.rs"]
mod common;
#[cfg(feature = "special")]
#[path = "../../tests/common/special.rs"]
mod special;

use common::{Entry, F64, complex};

/// The entries of each function, a family such as `powi` being one.
fn by_function(entries: &[Entry]) -> Vec<(&str, Vec<&Entry>)> {
    let mut functions: Vec<(&str, Vec<&Entry>)> = Vec::new();
    for e in entries {
        let name =
            if e.at.len() == 1 { e.function.split('(').next().unwrap_or_default() } else { &e.function };
        match functions.iter_mut().find(|(other, _)| *other == name) {
            Some((_, of_it)) => of_it.push(e),
            None => functions.push((name, vec![e])),
        }
    }
    functions
}

/// What share of these is within its bar.
#[allow(clippy::cast_precision_loss)] // some thousands
fn share<T>(of: impl Iterator<Item = T> + Clone, within: impl Fn(&T) -> bool) -> String {
    let (good, all) = (of.clone().filter(|x| within(x)).count(), of.count());
    format!("{good} of {all}, {:.2} %", 100.0 * good as f64 / all as f64)
}

fn main() {
    let entries = common::elementary_real();
    println!(
        "Worst error of each order over all points of elementary_real.json, f64 and one to four nested duals;"
    );
    println!("in units of 2⁻⁵³ relative, of 2⁻¹⁰⁷⁴ where the entry is subnormal or zero.\n");
    println!("function     entries       f      f′      f″      f‴      f⁗  exceptions");
    for (function, entries) in by_function(&entries) {
        print!("{function:<15}{:>5}", entries.len());
        for order in 0..5 {
            let of_order = entries.iter().filter(|e| e.order == order);
            match of_order.map(|e| e.units).reduce(f64::max) {
                Some(worst) => print!("{worst:>8.1}"),
                None => print!("        "),
            }
        }
        println!("{:>12}", entries.iter().filter(|e| e.misses()).count());
    }

    let (low, high) = (entries.iter().filter(|e| e.order <= 2), entries.iter().filter(|e| e.order > 2));
    println!("\norders 0 to 2 within 8 units:   {}", share(low, |e| !e.misses()));
    println!("orders 3 and 4 within 256 units: {}", share(high, |e| !e.misses()));
    println!("\nexceptions:");
    for e in entries.iter().filter(|e| e.misses()) {
        let reason = e.exception().map_or("not listed!", |e| e.reason);
        println!(
            "{} {} at {:?}: {:.1} units, {:e} for {:e}\n    {reason}",
            e.function, e.partial, e.at, e.units, e.got, e.want
        );
    }

    let arrays = common::composite();
    println!(
        "\nComposite functions: error relative to the largest entry of value, Jacobian, Hessian, in units of 2⁻⁵³.\n"
    );
    println!("function                point   value jacobian hessian");
    for point in arrays.chunks(3) {
        print!("{:<24}{:>5}", point[0].function, point[0].point);
        for array in point {
            let missed = if array.units > array.tolerance { "!" } else { "" };
            if array.units < 1e6 {
                print!("{:>8.1}{missed}", array.units);
            } else {
                print!("{:>8.0e}{missed}", array.units);
            }
        }
        println!();
    }
    println!("\nwithin 8 units: {}", share(arrays.iter(), |a| a.units <= 8.0));
    println!("within the table's tolerance: {}", share(arrays.iter(), |a| a.units <= a.tolerance));

    complex_functions();
    #[cfg(feature = "special")]
    special_functions();
}

#[cfg(feature = "special")]
fn special_functions() {
    let entries = special::table();
    println!(
        "\nSpecial functions: worst error over all points of special.json, in units of 2⁻⁵³, of the number or, near a zero"
    );
    println!(
        "of an oscillating function, of its amplitude; derivatives by orders and shape parameters apart.\n"
    );
    println!("function            entries       f      f′      f″      f‴   by parameters: f′      f″");
    let mut names: Vec<&str> = entries.iter().map(|e| e.function.as_str()).collect();
    names.dedup();
    for name in names {
        let of_it = || entries.iter().filter(|e| e.function == name);
        print!("{name:<20}{:>7}", of_it().count());
        for (by_parameter, orders) in [(false, 0..4), (true, 1..3)] {
            for order in orders {
                let of_order = of_it().filter(|e| e.order == order && e.by_parameter() == by_parameter);
                match of_order.map(|e| e.units).reduce(f64::max) {
                    Some(worst) if worst < 1e6 => print!("{worst:>8.1}"),
                    Some(worst) => print!("{worst:>8.0e}"),
                    None => print!("        "),
                }
            }
        }
        println!();
    }
    let plain = || entries.iter().filter(|e| !e.by_parameter());
    println!(
        "\norders 0 and 1 within 8 units: {}",
        share(plain().filter(|e| e.order <= 1), |e| e.units <= 8.0)
    );
    println!("order 2 within 64 units: {}", share(plain().filter(|e| e.order == 2), |e| e.units <= 64.0));
    println!(
        "by parameters within 10⁻¹²: {}",
        share(entries.iter().filter(|e| e.by_parameter()), |e| e.units <= e.limit())
    );
}

fn complex_functions() {
    let entries = complex::elementary();
    println!(
        "\nComplex functions: worst error over all points of elementary_complex.json, relative to the modulus,"
    );
    println!("in units of 2⁻⁵³: `Complex<f64>` and one to three dual numbers over and inside it.\n");
    println!("function     entries       f      f′      f″      f‴  exceptions");
    let mut functions: Vec<(&str, Vec<&complex::Entry>)> = Vec::new();
    for e in &entries {
        let name = e.function.split('(').next().unwrap_or_default();
        match functions.iter_mut().find(|(other, _)| *other == name) {
            Some((_, of_it)) => of_it.push(e),
            None => functions.push((name, vec![e])),
        }
    }
    for (function, entries) in functions {
        print!("{function:<15}{:>5}", entries.len());
        for order in 0..4 {
            let of_order = entries.iter().filter(|e| e.order == order && !e.misses());
            match of_order.map(|e| e.units).reduce(f64::max) {
                Some(worst) => print!("{worst:>8.1}"),
                None => print!("        "),
            }
        }
        println!("{:>12}", entries.iter().filter(|e| e.misses()).count());
    }
    let (low, high) = (entries.iter().filter(|e| e.order <= 1), entries.iter().filter(|e| e.order > 1));
    println!("\norders 0 and 1 within 16 units:  {}", share(low, |e| !e.misses()));
    println!("orders 2 and 3 within 128 units: {}", share(high, |e| !e.misses()));
    println!("\nexceptions, which are left out of the table above:");
    for e in entries.iter().filter(|e| e.misses()) {
        let reason = e.exception().map_or("not listed!", |e| e.reason);
        println!("{} {} at {:e}: {:e} for {:e}\n    {reason}", e.function, e.partial, e.at[0], e.got, e.want);
    }
    let cuts = complex::branch_cuts();
    let right = |p: &&complex::CutPoint| {
        let value = complex::at_cut(p).0;
        [(value.re, p.value.re), (value.im, p.value.im)].iter().all(|(got, want)| {
            got.is_sign_negative() == want.is_sign_negative() && F64.units(*got, *want) <= 8.0
        })
    };
    println!(
        "\nbranch cuts, right in every sign of zero: {}",
        share(cuts.iter().filter(|p| p.w.is_none()), right)
    );
    let arrays = complex::composite();
    println!(
        "composite functions within the table's tolerance: {}",
        share(arrays.iter(), |a| a.units <= a.tolerance)
    );
    let worst = arrays.iter().max_by(|a, b| (a.units / a.tolerance).total_cmp(&(b.units / b.tolerance)));
    if let Some(a) = worst {
        println!(
            "the worst of them: {} {} {}: {:.1} of {:.1} units",
            a.function, a.point, a.what, a.units, a.tolerance
        );
    }
}
