//! Machine code.
//!
//! [`allocate`] gives each value a register and drives a [`Machine`](allocate::Machine), which encodes the instructions.
//! There is one machine, [`x86_64`]; another one is a further implementation of that trait and a line in [`compile`].

mod allocate;
mod pages;
#[cfg(target_arch = "x86_64")]
mod x86_64;

#[cfg(all(test, target_arch = "x86_64"))]
mod tests;

use super::graph::Program;
use super::lower::lower;
use super::op::Op;
use super::schedule::{Code, Order, schedule};
use allocate::{Cost, Imaginary, allocate};
use pages::Pages;

/// Why there is no machine code.
#[derive(Debug)]
pub(crate) enum Unavailable {
    /// This machine has an instruction set that is not emitted.
    Machine,
    /// The operating system gave no executable memory.
    #[allow(dead_code)] // for whoever debugs it
    Memory(std::io::Error),
    /// The program is too long for the distances that instructions can express.
    TooLong,
}

/// A function in machine code, for one point or for groups of four.
#[derive(Debug)]
pub(crate) struct MachineCode {
    pages: Pages,
    /// The constants, once for each lane, and one more number.
    constants: Box<[f64]>,
    inputs: usize,
    /// The outputs and the two results about validity.
    outputs: usize,
    slots: usize,
    lanes: usize,
}

/// The function as it is called. The addresses are those of the first group's numbers; an input or output of four lanes is four numbers
/// in a row.
#[cfg(target_arch = "x86_64")]
type Entry = unsafe extern "sysv64" fn(
    x: *const f64,
    y: *mut f64,
    constants: *const f64,
    spills: *mut f64,
    groups: usize,
);

/// The most operations that are emitted. Beyond, distances might not fit in 31 bits, and loops over arrays are faster.
const LONGEST: usize = 1 << 22;

/// The program for one point at a time, or, if `WIDE`, for four.
#[cfg(target_arch = "x86_64")]
pub(crate) fn compile<const WIDE: bool>(program: &Program) -> Result<MachineCode, Unavailable> {
    if !std::arch::is_x86_feature_detected!("avx") {
        return Err(Unavailable::Machine);
    }
    if program.nodes.len().max(program.outputs.len()) > LONGEST {
        return Err(Unavailable::TooLong);
    }
    let program = lower(program, std::arch::is_x86_feature_detected!("fma"));
    let code = |order| schedule(&program, order);
    let cost = |code: &Code| allocate(code, &mut Imaginary::<16, WIDE>);
    let (greedy, depth_first) = (code(Order::Greedy), code(Order::DepthFirst));
    let order = if cost(&depth_first) < cost(&greedy) { Order::DepthFirst } else { Order::Greedy };
    let code = if order == Order::DepthFirst { depth_first } else { greedy };
    let calls = code.instructions.iter().any(|i| matches!(i.op, Op::Call | Op::SinCos));
    let mut emitter = x86_64::Emitter::<WIDE>::begin(calls, code.instructions.len());
    let Cost { slots, .. } = allocate(&code, &mut emitter);
    let outputs = code.outputs.len() + 2;
    let bytes = emitter.end(code.inputs, outputs);
    let lanes = if WIDE { 4 } else { 1 };
    let constants = code.constants.iter().flat_map(|c| std::iter::repeat_n(*c, lanes)).chain([0.0]).collect();
    let pages = Pages::new(&bytes).map_err(Unavailable::Memory)?;
    Ok(MachineCode { pages, constants, inputs: code.inputs, outputs, slots, lanes })
}

/// Nothing is emitted for this machine.
#[cfg(not(target_arch = "x86_64"))]
pub(crate) fn compile<const WIDE: bool>(_program: &Program) -> Result<MachineCode, Unavailable> {
    Err(Unavailable::Machine)
}

impl MachineCode {
    /// How many numbers the spill slots take.
    pub(crate) fn scratch(&self) -> usize {
        self.slots * self.lanes + 1
    }

    /// The memory of the code and its constants.
    pub(crate) fn bytes(&self) -> usize {
        self.pages.len() + size_of_val(&*self.constants)
    }

    /// Runs the function. `x` holds the inputs and `y` receives the outputs, and after them a word that is not zero where a branch goes
    /// another way and a number that is NaN where a value is not finite, as far as the program has them. Of code
    /// for four points each is four numbers in a row, and there may be several groups.
    ///
    /// # Panics
    /// If a length is wrong.
    #[inline]
    pub(crate) fn run(&self, x: &[f64], y: &mut [f64], scratch: &mut [f64]) {
        let groups = y.len() / (self.outputs * self.lanes);
        assert!(
            groups > 0
                && y.len() == groups * self.outputs * self.lanes
                && x.len() == groups * self.inputs * self.lanes
                && (groups == 1 || self.lanes == 4)
                && scratch.len() >= self.scratch(),
            "lengths of input, output and scratch that belong together"
        );
        #[cfg(target_arch = "x86_64")]
        // SAFETY: the pages begin with a complete function of this signature, which `compile` emitted on a machine with AVX
        // (and with FMA where it is used). It reads and writes only what follows from its arguments:
        // * `x` and `y` at the indices of inputs and outputs of `groups` groups, whose lengths have just been compared;
        // * `constants` at the indices of the code's constants, and eight bytes more in operations on bits;
        // * `scratch` at spill slots, of which there are `slots`, and eight bytes more;
        // * its stack frame.
        // The references make sure that nobody else writes to any of it, and `pages` lives while the function runs. It calls
        // functions on `f64` with the same convention, which cannot unwind.
        unsafe {
            let entry: Entry = std::mem::transmute(self.pages.start());
            entry(x.as_ptr(), y.as_mut_ptr(), self.constants.as_ptr(), scratch.as_mut_ptr(), groups);
        }
    }
}

// The code is never written once it is executable, and the constants are only read.
const _: () = {
    const fn is_send_and_sync<T: Send + Sync>() {}
    is_send_and_sync::<MachineCode>();
};
