//! Which tape variables are on.

use super::Var;

/// The tape that two variables are on.
#[inline(always)]
#[track_caller]
pub(super) fn same_tape(tape: u32, other: u32) -> u32 {
    if tape != other {
        mixed();
    }
    tape
}

/// The tapes that variables, no constants, are on; looked at only when all are known.
pub(super) struct Tapes {
    any: u64,
    all: u64,
}

impl Tapes {
    pub(super) const NONE: Self = Tapes { any: 0, all: u64::MAX };

    #[inline(always)]
    pub(super) fn add(&mut self, place: u64) {
        self.any |= place;
        self.all &= place;
    }

    /// The one that all are on; 0 if there are none.
    #[inline(always)]
    #[track_caller]
    pub(super) fn one(&self) -> u32 {
        if self.any == 0 { 0 } else { same_tape((self.any >> 32) as u32, (self.all >> 32) as u32) }
    }
}

/// Whether these are at least three variables one after the other on their tape.
pub(super) fn is_run<T: Copy>(x: &[Var<T>]) -> bool {
    let [first, _, _, ..] = x else { return false };
    let gaps = (first.place()..).zip(x).fold(0, |gaps, (place, x)| gaps | (place ^ x.place()));
    gaps == 0 && !first.is_constant()
}

/// The tape that all of these are on which are no constants; 0 if all are.
#[track_caller]
pub(super) fn tape_of<T: Copy>(x: &[Var<T>]) -> u32 {
    let mut tapes = Tapes::NONE;
    x.iter().filter(|x| !x.is_constant()).for_each(|x| tapes.add(x.place()));
    tapes.one()
}

#[cold]
#[inline(never)]
#[track_caller]
fn mixed() -> ! {
    panic!(
        "variables of two different tapes met: a variable of an outer transform was used inside the closure of an inner \
         one at the same level; call the inner transform at `Var::from(…)` of its point and write `Var::from(x)` for the \
         captured outer variable `x` in its closure; in the closure of `sum_over`, which has a tape of its own, reach all \
         variables through its argument"
    )
}
