//! Prints how far the crate's derivatives are from the reference tables:
//! `cargo run --release --example accuracy`.

#[path = "../tests/common/mod.rs"]
mod common;

use common::{Array, Entry};
use std::collections::BTreeMap;

/// The orders' bars, in units of 2⁻⁵³.
fn main() {
    let entries = common::elementary_real();
    let exceptions = common::exceptions();
    let mut functions: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
    for e in &entries {
        // A family's rows are one.
        let family = e.function.split(['(']).next().unwrap_or_default();
        let family = if e.at.len() == 2 { e.function.as_str() } else { family };
        functions.entry(family).or_default().push(e);
    }
    println!(
        "{:<14}{:>8}{}  exceptions",
        "function",
        "entries",
        ["f", "f′", "f″", "f‴", "f⁗"].map(|o| format!("{o:>10}")).concat()
    );
    for (function, entries) in functions {
        print!("{function:<14}{:>8}", entries.len());
        for order in 0..5 {
            let worst = entries.iter().filter(|e| e.order == order).map(|e| e.units).reduce(f64::max);
            print!("{:>10}", worst.map_or(String::new(), |w| format!("{w:.1}")));
        }
        println!("{:>12}", entries.iter().filter(|e| e.misses()).count());
    }
    for e in entries.iter().filter(|e| e.misses()) {
        println!("{},{:?},{},{:.1}   want {:e} got {:e}", e.function, e.at, e.entry, e.units, e.want, e.got);
    }
    for Array { function, point, order, error, tolerance } in common::composite() {
        println!("{function} {point} {order} {:.1} {}", error / 2f64.powi(-53), error <= tolerance);
    }
}
