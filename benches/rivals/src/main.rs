//! One table: every problem of `benches/problems`, plain, by hand, by holograd and by the libraries it is compared with.
//!
//! ```text
//! cargo run --release --ignore-rust-version --manifest-path benches/rivals/Cargo.toml
//! ```
//! `-- --quick` only compares the results with those by hand; `-- --json FILE` writes the times too; `-- WORD` takes the
//! problems whose name has that word in it.
//! `RUSTFLAGS='-C target-cpu=native'` before it measures for this machine's own instructions.
//!
//! How it is timed. Criterion and its like time one contender after the other, and the machine drifts by more than the
//! few percent that decide here. So the contenders take turns: a sample of about half a millisecond each, many rounds,
//! and each contender's least processor time counts, since whatever disturbs a sample makes it longer. All of it is done by
//! several processes one after the other, as the same code may run at two paces for seconds: on a rented machine somebody
//! else may have the core's other thread, and memory may lie well or badly. Inputs and results go through `black_box`, and
//! before anything is timed every result must equal the one by hand to 1e-10.

#[path = "../../problems/mod.rs"]
mod problems;

mod ad_trait;
mod autodiff;
mod echidna;
mod hyperdual;
mod lanes;
mod num_dual;
mod report;
mod reverse;
mod timing;
mod xad;

use problems::contender::{Contender, Problem};

/// A contender and the name of the problem it is for.
type Entry = (&'static str, Contender);

fn main() {
    let mut arguments = std::env::args().skip(1);
    let (mut quick, mut times, mut json, mut word) = (false, false, None, String::new());
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--quick" => quick = true,
            timing::TIMES => times = true,
            "--json" => json = Some(arguments.next().expect("--json takes the name of a file")),
            other => word = other.to_owned(),
        }
    }
    let mut problems = all();
    problems.retain(|problem| problem.name.contains(&word));
    if times {
        return timing::print(&mut problems);
    }
    for problem in &mut problems {
        problem.check();
    }
    if quick {
        let results: usize = problems.iter().map(|problem| problem.contenders.len()).sum();
        println!("All {results} results of {} problems are those by hand.", problems.len());
        return;
    }
    let rows = timing::measure(&problems, &word);
    print!("{}", report::markdown(&rows));
    if let Some(file) = json {
        std::fs::write(&file, report::json(&rows)).unwrap_or_else(|error| panic!("{file}: {error}"));
    }
}

/// The problems with every library's contenders.
fn all() -> Vec<Problem> {
    let mut problems = problems::all();
    let libraries: [fn() -> Vec<Entry>; 7] = [
        num_dual::entries,
        echidna::entries,
        ad_trait::entries,
        hyperdual::entries,
        autodiff::entries,
        reverse::entries,
        xad::entries,
    ];
    for (name, contender) in libraries.into_iter().flat_map(|entries| entries()) {
        let problem = problems.iter_mut().find(|problem| problem.name == name);
        problem.unwrap_or_else(|| panic!("no problem is called {name}")).contenders.push(contender);
    }
    problems
}

/// Implements [`Number`](problems::number::Number) for a type of another library, by its own operators with `f64` and its
/// own functions, which take `self` or, with a `&`, a reference.
macro_rules! number {
    ([$($generics:tt)*] $number:ty, $of:ident($($by:tt)?), $plus:expr, $times:expr, $value:expr $(, $own:item)*) => {
        impl<$($generics)*> crate::problems::number::Number for $number {
            #[inline]
            fn plus(self, constant: f64) -> Self {
                $plus(self, constant)
            }
            #[inline]
            fn times(self, constant: f64) -> Self {
                $times(self, constant)
            }
            #[inline]
            fn value(self) -> f64 {
                $value(self)
            }
            number! { $of ($($by)?) recip sqrt exp ln sin cos tanh }
            $($own)*
        }
    };
    ($of:ident $by:tt $($function:ident)*) => {
        $(number! { @ $of $by $function })*
    };
    (@ $of:ident ($($by:tt)?) $function:ident) => {
        #[inline]
        fn $function(self) -> Self {
            $of::$function($($by)? self)
        }
    };
}
use number;
