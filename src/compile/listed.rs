//! The special functions in recordings: calls of the entries of their list.
//!
//! An entry of the list has data, such as the order of a Bessel function, and machine code calls functions without data. So each entry that
//! was recorded has an index, and is called by one function for all of them, of which the index is the first argument.

use super::library::{Callee, Function, callable};
use super::record::Recorded;
use crate::special::{OfOne, OfThree, OfTwo};
use std::sync::RwLock;

/// An entry of one of the lists.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Entry {
    One(OfOne),
    Two(OfTwo),
    Three(OfThree),
}

/// The entries that were recorded so far, and how graphs refer to them.
static ENTRIES: RwLock<Vec<(Entry, &'static Function)>> = RwLock::new(Vec::new());

/// The value of an entry; NaN if there is no such entry, or if it is one of another number of arguments.
fn value<const K: usize>(index: f64, of: impl FnOnce(Entry) -> Option<f64>) -> f64 {
    let entries = ENTRIES.read().unwrap_or_else(|poisoned| poisoned.into_inner());
    entries.get(index as usize).and_then(|(entry, _)| of(*entry)).unwrap_or(f64::NAN)
}

callable! {
    fn one(index: f64, x: f64) -> f64 {
        value::<1>(index, |entry| if let Entry::One(f) = entry { Some(f.at_f64(x)) } else { None })
    }
}
callable! {
    fn two(index: f64, x: f64, y: f64) -> f64 {
        value::<2>(index, |entry| if let Entry::Two(f) = entry { Some(f.at_f64([x, y])) } else { None })
    }
}
callable! {
    fn three(index: f64, x: f64, y: f64, z: f64) -> f64 {
        value::<3>(index, |entry| if let Entry::Three(f) = entry { Some(f.at_f64([x, y, z])) } else { None })
    }
}

impl Entry {
    /// The function of the graph that calls this entry, and the index that it takes.
    fn function(self) -> (&'static Function, f64) {
        let mut entries = ENTRIES.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(index) = entries.iter().position(|(entry, _)| *entry == self) {
            return (entries[index].1, index as f64);
        }
        let (name, path, callee) = match self {
            Entry::One(f) => (format!("{f:?}"), "OfOne", Callee::Two(one)),
            Entry::Two(f) => (format!("{f:?}"), "OfTwo", Callee::Three(two)),
            Entry::Three(f) => (format!("{f:?}"), "OfThree", Callee::Four(three)),
        };
        let path = format!("holograd::special::{path}::{name}.at_f64");
        // Once for each entry of the list that is ever recorded.
        let function: &'static Function =
            Box::leak(Box::new(Function { name: name.leak(), path: path.leak(), callee, has_index: true }));
        entries.push((self, function));
        (function, (entries.len() - 1) as f64)
    }
}

/// An entry of the lists of special functions.
#[doc(hidden)]
#[allow(unreachable_pub)] // a method of a public trait names it
#[derive(Clone, Copy, Debug)]
pub struct Listed(pub(crate) Entry);

impl Listed {
    /// The function of recorded numbers.
    pub(super) fn recorded<const K: usize>(self, x: [Recorded; K]) -> Option<Recorded> {
        let (function, index) = self.0.function();
        let index = Recorded::constant(index);
        Some(match *x.as_slice() {
            [x] => Recorded::call(function, [index, x]),
            [x, y] => Recorded::call(function, [index, x, y]),
            [x, y, z] => Recorded::call(function, [index, x, y, z]),
            _ => return None,
        })
    }
}
