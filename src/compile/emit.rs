//! Machine code.
//!
//! [`allocate`] gives each value a register and drives a [`Machine`](allocate::Machine), which encodes the instructions.
//! There is one machine, [`x86_64`]; another one is a further implementation of that trait and a line in [`compile`].

mod allocate;
pub(in crate::compile) mod pages;
mod transpose;
#[cfg(target_arch = "x86_64")]
mod x86_64;

#[cfg(all(test, target_arch = "x86_64"))]
mod tests;

use super::faults::Faults;
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
    constants: Aligned,
    /// How many numbers the function reads and writes, and how many its scratch memory has: for all lanes.
    inputs: usize,
    outputs: usize,
    scratch: usize,
    is_wide: bool,
}

/// The function as it is called; an input or output of four lanes is four numbers in a row. It returns [`Faults`], those of not finite values
/// four bits above those of branches.
#[cfg(target_arch = "x86_64")]
type Entry =
    unsafe extern "sysv64" fn(x: *const f64, y: *mut f64, constants: *const f64, scratch: *mut f64) -> u32;

/// How many numbers about validity stand in the scratch memory before the spill slots.
const STATUS: u32 = 2;

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
    let has_fma = std::arch::is_x86_feature_detected!("fma");
    let program = lower(program, has_fma);
    let code = |order| schedule(&program, order);
    let cost = |code: &Code| allocate(code, &mut Imaginary::<16, WIDE>);
    let (greedy, depth_first) = (code(Order::Greedy), code(Order::DepthFirst));
    let order = if cost(&depth_first) < cost(&greedy) { Order::DepthFirst } else { Order::Greedy };
    let code = if order == Order::DepthFirst { depth_first } else { greedy };
    let calls = code.instructions.iter().any(|i| matches!(i.op, Op::Call | Op::SinCos));
    let mut emitter = x86_64::Emitter::<WIDE>::begin(calls, has_fma, code.instructions.len());
    let Cost { slots, .. } = allocate(&code, &mut emitter);
    let bytes = emitter.end(&code);
    let lanes = if WIDE { 4 } else { 1 };
    let constants: Vec<f64> =
        code.constants.iter().flat_map(|c| std::iter::repeat_n(*c, lanes)).chain([0.0]).collect();
    Ok(MachineCode {
        pages: Pages::new(&bytes).map_err(Unavailable::Memory)?,
        constants: Aligned::new(constants.into_iter()),
        inputs: code.inputs * lanes,
        outputs: code.outputs.len() * lanes,
        scratch: (STATUS as usize + slots) * lanes + 1,
        is_wide: WIDE,
    })
}

/// Nothing is emitted for this machine.
#[cfg(not(target_arch = "x86_64"))]
pub(crate) fn compile<const WIDE: bool>(_program: &Program) -> Result<MachineCode, Unavailable> {
    Err(Unavailable::Machine)
}

impl MachineCode {
    /// How many numbers the scratch memory has.
    pub(crate) fn scratch(&self) -> usize {
        self.scratch
    }

    /// Whether these are as many numbers as the function reads and writes.
    #[inline]
    pub(crate) fn fits(&self, x: &[f64], y: &[f64]) -> bool {
        x.len() == self.inputs && y.len() == self.outputs
    }

    /// The memory of the code and its constants.
    pub(crate) fn bytes(&self) -> usize {
        self.pages.len() + size_of_val(self.constants.numbers())
    }

    /// Runs the function. `x` holds the inputs and `y` receives the outputs, four numbers in a row for each where the code is for four points.
    ///
    /// # Panics
    /// If a length is wrong.
    #[inline]
    pub(crate) fn run(&self, x: &[f64], y: &mut [f64], scratch: &mut [f64]) -> Faults {
        let bits = self.run_for_bits(x, y, scratch);
        if self.is_wide {
            return Faults::from_bits(bits);
        }
        // One point's bits of finiteness may come from results in any of four lanes.
        Faults { violated: bits & 1, not_finite: u32::from(bits >> 4 != 0) }
    }

    /// [`run`](Self::run), with 0 for no faults.
    #[inline]
    pub(crate) fn run_for_bits(&self, x: &[f64], y: &mut [f64], scratch: &mut [f64]) -> u32 {
        assert!(
            self.fits(x, y) && scratch.len() >= self.scratch,
            "lengths of input, output and scratch that belong together"
        );
        #[cfg(target_arch = "x86_64")]
        // SAFETY: the pages begin with a complete function of this signature, which `compile` emitted on a machine with AVX
        // (and with FMA where it is used). It reads and writes only what follows from its arguments:
        // * `x` and `y` at the indices of inputs and outputs, whose numbers have just been compared;
        // * `constants` at the indices of the code's constants, and eight bytes more in operations on bits;
        // * `scratch` at the places of the status and of spilled values, and eight bytes more;
        // * its stack frame.
        // The references make sure that nobody else writes to any of it, and `pages` lives while the function runs. It calls
        // functions on `f64` with the same convention, which cannot unwind.
        unsafe {
            let entry: Entry = std::mem::transmute(self.pages.start());
            entry(x.as_ptr(), y.as_mut_ptr(), self.constants.numbers().as_ptr(), scratch.as_mut_ptr())
        }
        #[cfg(not(target_arch = "x86_64"))]
        unreachable!("no code is made for this machine")
    }
}

/// The memory in which code for four points runs.
#[derive(Clone, Debug, Default)]
pub(crate) struct GroupMemory {
    x: Aligned,
    y: Aligned,
    scratch: Aligned,
}

/// Numbers that begin where a vector of four does: a vector that lies across two lines of the cache takes twice as long.
#[derive(Debug, Default)]
struct Aligned {
    memory: Vec<f64>,
    start: usize,
}

impl Aligned {
    fn new(numbers: impl ExactSizeIterator<Item = f64>) -> Self {
        let end = numbers.len() + 3;
        let mut memory: Vec<f64> = Vec::with_capacity(end);
        let start = memory.as_ptr().align_offset(32).min(3);
        memory.resize(start, 0.0);
        memory.extend(numbers);
        Aligned { memory, start }
    }

    #[inline]
    fn numbers(&self) -> &[f64] {
        &self.memory[self.start..]
    }

    #[inline]
    fn numbers_mut(&mut self) -> &mut [f64] {
        &mut self.memory[self.start..]
    }
}

impl Clone for Aligned {
    fn clone(&self) -> Self {
        Aligned::new(self.numbers().iter().copied())
    }
}

impl MachineCode {
    pub(crate) fn group_memory(&self) -> GroupMemory {
        GroupMemory {
            x: Aligned::new(vec![0.0; self.inputs].into_iter()),
            y: Aligned::new(vec![0.0; self.outputs].into_iter()),
            scratch: Aligned::new(vec![0.0; self.scratch].into_iter()),
        }
    }

    /// Runs code for four points, whose inputs are the rows. The outputs of a point follow those of the one before; `y` may have
    /// room for fewer points.
    ///
    /// # Panics
    /// If a length is wrong.
    #[inline]
    pub(crate) fn run_rows(&self, rows: [&[f64]; 4], y: &mut [f64], memory: &mut GroupMemory) -> Faults {
        transpose::to_lanes(rows, memory.x.numbers_mut());
        let faults = self.run(memory.x.numbers(), memory.y.numbers_mut(), memory.scratch.numbers_mut());
        transpose::from_lanes(memory.y.numbers(), y);
        faults
    }
}

// The code is never written once it is executable, and the constants are only read.
const _: () = {
    const fn is_send_and_sync<T: Send + Sync>() {}
    is_send_and_sync::<MachineCode>();
};
