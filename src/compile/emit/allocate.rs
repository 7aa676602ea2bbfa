//! Register allocation, for any machine with enough vector registers.
//!
//! Code is a straight line, so the next use of every value is known. When a register is needed and none is free, the value whose next use
//! is furthest away gives up its own (L. A. Belady, A study of replacement algorithms for a virtual-storage
//! computer, IBM Systems Journal 5, 1966). Inputs and constants are in memory already and cost no store.

use super::super::library::{Callee, SIN_COS};
use super::super::op::Op;
use super::super::schedule::{Code, Instruction};

/// A vector register by its number.
pub(crate) type Register = u8;

/// A number in memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Place {
    Input(u32),
    Constant(u32),
    /// A slot for a value that has no register.
    Spill(u32),
    Output(u32),
    /// 0: what tells whether a branch goes another way; 1: whether a value is not finite.
    Status(u32),
}

/// What an instruction reads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Operand {
    Register(Register),
    Memory(Place),
}

/// The address of a function with one to four vector registers of arguments.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Address(pub(crate) usize);

/// What register allocation asks of a machine. Its operations are those that [`lower`](super::super::lower::lower) leaves.
pub(crate) trait Machine {
    /// The number of vector registers. Calls preserve none of them.
    const REGISTERS: u8;
    fn load(&mut self, to: Register, from: Operand);
    fn store(&mut self, from: Register, to: Place);
    /// Whether the last operand of `op` may be in memory, at this place.
    fn reads_memory(&self, op: Op, place: Place) -> bool;
    /// An operation of one or two operands. `to` may be among them.
    fn operate(&mut self, op: Op, to: Register, a: Register, b: Operand);
    fn select(&mut self, to: Register, mask: Register, a: Register, b: Register);
    /// to = to · b + c, rounded once.
    fn multiply_add(&mut self, to: Register, b: Register, c: Operand);
    /// Whether arguments of a call may be in registers: then a single one may.
    const CALLS_FROM_REGISTERS: bool;
    /// The first result is in register 0, a second one in register 1. Every register is lost.
    fn call(&mut self, function: Address, args: &[Operand], results: u8);
}

/// How much memory traffic an allocation has, and how many spill slots it needs.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Cost {
    pub(crate) traffic: usize,
    pub(crate) slots: usize,
}

const NEVER: u32 = u32::MAX;
const NOWHERE: u8 = u8::MAX;
const NO_SLOT: u32 = u32::MAX;
/// An operand in memory whose next use is within so many instructions is loaded into a register.
const SOON: u32 = 24;
/// How many instructions nearer the next use of a value must be that can give up its register without a store.
const STORE_COST: u32 = 4;

/// Emits the code to a machine.
pub(crate) fn allocate<M: Machine>(code: &Code, machine: &mut M) -> Cost {
    let mut allocator = Allocator::new(code, machine);
    allocator.copy_leaves();
    for (position, instruction) in code.instructions.iter().enumerate() {
        allocator.emit(position as u32, instruction);
    }
    allocator.cost
}

struct Allocator<'a, M> {
    code: &'a Code,
    machine: &'a mut M,
    /// Positions at which values are used, those of each value together and in order, each list ended by `NEVER`.
    uses: Vec<u32>,
    /// For each value, where in `uses` its next use stands.
    cursor: Vec<u32>,
    /// For each value, its first entry of `outputs`.
    output_of: Vec<u32>,
    /// Where outputs go, and the index of the next one with the same value.
    outputs: Vec<(u32, u32)>,
    register_of: Vec<u8>,
    slot_of: Vec<u32>,
    /// The value in each register, and its next use.
    values: [u32; 32],
    next_use: [u32; 32],
    /// A bit for each register without a value.
    free: u32,
    free_slots: Vec<u32>,
    cost: Cost,
}

impl<'a, M: Machine> Allocator<'a, M> {
    fn new(code: &'a Code, machine: &'a mut M) -> Self {
        let count = code.first() + code.instructions.len();
        let distinct = |instruction: &'a Instruction| {
            let args = instruction.args();
            (0..args.len()).filter(move |i| !args[..*i].contains(&args[*i])).map(move |i| args[i] as usize)
        };
        // One more for the end of each list.
        let mut cursor: Vec<u32> = vec![1; count];
        for instruction in &code.instructions {
            for arg in distinct(instruction) {
                cursor[arg] += 1;
            }
        }
        let mut start = 0;
        for at in &mut cursor {
            start += *at;
            *at = start - *at;
        }
        let mut uses = vec![NEVER; start as usize];
        let mut fill = cursor.clone();
        for (position, instruction) in code.instructions.iter().enumerate() {
            for arg in distinct(instruction) {
                uses[fill[arg] as usize] = position as u32;
                fill[arg] += 1;
            }
        }
        let mut output_of = vec![NEVER; count];
        let mut outputs = Vec::with_capacity(code.outputs.len() + 2);
        for (place, value) in code.stores() {
            outputs.push((place, output_of[value as usize]));
            output_of[value as usize] = outputs.len() as u32 - 1;
        }
        Allocator {
            code,
            machine,
            uses,
            cursor,
            output_of,
            outputs,
            register_of: vec![NOWHERE; count],
            slot_of: vec![NO_SLOT; count],
            values: [NEVER; 32],
            next_use: [NEVER; 32],
            free: u32::MAX >> (32 - u32::from(M::REGISTERS)),
            free_slots: Vec::new(),
            cost: Cost::default(),
        }
    }

    #[inline]
    fn next_use_of(&self, value: u32) -> u32 {
        self.uses[self.cursor[value as usize] as usize]
    }

    /// The use after the one at the current position.
    #[inline]
    fn use_after(&self, value: u32) -> u32 {
        self.uses[self.cursor[value as usize] as usize + 1]
    }

    /// Where a value is in memory.
    fn home(&self, value: u32) -> Place {
        let (inputs, first) = (self.code.inputs as u32, self.code.first() as u32);
        if value < inputs {
            Place::Input(value)
        } else if value < first {
            Place::Constant(value - inputs)
        } else {
            debug_assert_ne!(self.slot_of[value as usize], NO_SLOT, "value {value} is nowhere");
            Place::Spill(self.slot_of[value as usize])
        }
    }

    fn is_in_memory(&self, value: u32) -> bool {
        (value as usize) < self.code.first() || self.slot_of[value as usize] != NO_SLOT
    }

    /// Stores a value that is only in a register.
    fn spill(&mut self, register: Register) {
        let value = self.values[register as usize];
        if self.is_in_memory(value) {
            return;
        }
        let slot = self.free_slots.pop().unwrap_or_else(|| {
            self.cost.slots += 1;
            self.cost.slots as u32 - 1
        });
        self.slot_of[value as usize] = slot;
        self.cost.traffic += 1;
        self.machine.store(register, Place::Spill(slot));
    }

    fn vacate(&mut self, register: Register) {
        self.register_of[self.values[register as usize] as usize] = NOWHERE;
        self.free |= 1 << register;
    }

    /// An empty register, that of none of the values in `keep`.
    fn take(&mut self, keep: u32) -> Register {
        if self.free & !keep != 0 {
            return (self.free & !keep).trailing_zeros() as Register;
        }
        let mut furthest = (0, 0);
        for register in (0..M::REGISTERS).filter(|r| keep & 1 << r == 0) {
            let bonus = if self.is_in_memory(self.values[register as usize]) { STORE_COST } else { 0 };
            let distance = self.next_use[register as usize].saturating_add(bonus);
            if distance >= furthest.0 {
                furthest = (distance, register);
            }
        }
        let register = furthest.1;
        self.spill(register);
        self.vacate(register);
        register
    }

    fn put(&mut self, value: u32, register: Register) {
        self.free &= !(1 << register);
        self.values[register as usize] = value;
        self.next_use[register as usize] = self.next_use_of(value);
        self.register_of[value as usize] = register;
    }

    /// The register of a value, which is loaded if it has none.
    fn in_register(&mut self, value: u32, keep: u32) -> Register {
        let register = self.register_of[value as usize];
        if register != NOWHERE {
            return register;
        }
        let register = self.take(keep);
        self.machine.load(register, Operand::Memory(self.home(value)));
        self.cost.traffic += 1;
        self.put(value, register);
        register
    }

    /// A value as the last operand of an operation.
    fn operand(&mut self, op: Op, value: u32, keep: u32, position: u32) -> Operand {
        if self.register_of[value as usize] == NOWHERE {
            let place = self.home(value);
            let soon = self.use_after(value) < position.saturating_add(SOON);
            if !soon && self.machine.reads_memory(op, place) {
                self.cost.traffic += 1;
                return Operand::Memory(place);
            }
        }
        Operand::Register(self.in_register(value, keep))
    }

    fn bit(&self, value: u32) -> u32 {
        1_u32.checked_shl(u32::from(self.register_of[value as usize])).unwrap_or(0)
    }

    /// Goes on to the next use of the arguments, and frees the registers of those that have none. What an instruction reads
    /// stays in its register until the instruction writes its result.
    fn release_registers(&mut self, position: u32, instruction: &Instruction) {
        for value in instruction.args() {
            if self.next_use_of(*value) == position {
                self.cursor[*value as usize] += 1;
                let (next, register) = (self.next_use_of(*value), self.register_of[*value as usize]);
                if register != NOWHERE {
                    self.next_use[register as usize] = next;
                    if next == NEVER {
                        self.vacate(register);
                    }
                }
            }
        }
    }

    /// Frees the slots of arguments without further use: after the instruction, which may read them.
    fn release_slots(&mut self, instruction: &Instruction) {
        for value in instruction.args() {
            if self.next_use_of(*value) == NEVER && self.slot_of[*value as usize] != NO_SLOT {
                self.free_slots.push(self.slot_of[*value as usize]);
                self.slot_of[*value as usize] = NO_SLOT;
            }
        }
    }

    /// Stores a result where it is an output, and keeps it where it has uses.
    fn define(&mut self, value: u32, register: Register) {
        let mut output = self.output_of[value as usize];
        while output != NEVER {
            let (place, next) = self.outputs[output as usize];
            let results = self.code.outputs.len() as u32;
            let place = if place < results { Place::Output(place) } else { Place::Status(place - results) };
            self.machine.store(register, place);
            output = next;
        }
        if self.next_use_of(value) != NEVER {
            self.put(value, register);
        }
    }

    /// Outputs that are inputs or constants.
    fn copy_leaves(&mut self) {
        for value in 0..self.code.first() as u32 {
            if self.output_of[value as usize] != NEVER {
                let register = self.take(0);
                self.machine.load(register, Operand::Memory(self.home(value)));
                self.define(value, register);
            }
        }
    }

    fn emit(&mut self, position: u32, instruction: &Instruction) {
        let value = self.code.first() as u32 + position;
        match instruction.op {
            Op::Second => {}
            Op::Call | Op::SinCos => self.emit_call(position, instruction, value),
            Op::Select => {
                let [mask, a, b, _] = instruction.args;
                let bits = self.bit(mask) | self.bit(a) | self.bit(b);
                let mask = self.in_register(mask, bits);
                let a = self.in_register(a, bits | 1 << mask);
                let b = self.in_register(b, bits | 1 << mask | 1 << a);
                self.release_registers(position, instruction);
                let to = self.take(0);
                self.machine.select(to, mask, a, b);
                self.define(value, to);
            }
            Op::Fma => {
                let [a, b, c, _] = instruction.args;
                let bits = self.bit(a) | self.bit(b) | self.bit(c);
                let ra = self.in_register(a, bits);
                let rb = self.in_register(b, bits | 1 << ra);
                let keep = bits | 1 << ra | 1 << rb;
                let rc = self.operand(Op::Fma, c, keep, position);
                let keep = keep | if let Operand::Register(r) = rc { 1 << r } else { 0 };
                // A register that is none of the operands'.
                let to = self.take(keep);
                self.machine.load(to, Operand::Register(ra));
                self.machine.multiply_add(to, rb, rc);
                self.release_registers(position, instruction);
                self.define(value, to);
            }
            op => {
                let [mut a, mut b, ..] = instruction.args;
                if instruction.arity == 1 {
                    b = a;
                } else if op.commutes() && self.second_first(a, b) {
                    (a, b) = (b, a);
                }
                let ra = self.in_register(a, self.bit(b));
                let rb = if a == b {
                    Operand::Register(ra)
                } else {
                    self.operand(op, b, self.bit(b) | 1 << ra, position)
                };
                self.release_registers(position, instruction);
                let to = self.take(0);
                self.machine.operate(op, to, ra, rb);
                self.define(value, to);
            }
        }
        self.release_slots(instruction);
    }

    /// Whether the second operand should be the one that has to be in a register: the one that is in one, or else the one
    /// that is used again sooner.
    fn second_first(&self, a: u32, b: u32) -> bool {
        let is_in = |value: u32| self.register_of[value as usize] != NOWHERE;
        match (is_in(a), is_in(b)) {
            (false, true) => true,
            (false, false) => self.use_after(b) < self.use_after(a),
            _ => false,
        }
    }

    fn emit_call(&mut self, position: u32, instruction: &Instruction, value: u32) {
        let args = instruction.args();
        // A call preserves no register: what is used later goes to memory, and arguments too unless there is only one.
        let from_register = M::CALLS_FROM_REGISTERS && args.len() == 1;
        for register in (0..M::REGISTERS).filter(|r| self.free & 1 << r == 0).collect::<Vec<_>>() {
            let held = self.values[register as usize];
            let is_arg = args.contains(&held);
            let used_later = if is_arg { self.use_after(held) } else { self.next_use_of(held) } != NEVER;
            if used_later || is_arg && !from_register {
                self.spill(register);
            }
        }
        let mut operands = [Operand::Register(0); 4];
        for (operand, arg) in operands.iter_mut().zip(args) {
            let register = self.register_of[*arg as usize];
            *operand = if from_register && register != NOWHERE {
                Operand::Register(register)
            } else {
                Operand::Memory(self.home(*arg))
            };
        }
        let pair = instruction.op == Op::SinCos;
        let address = match instruction.function.map(|function| &function.callee) {
            None => Address(SIN_COS as usize),
            Some(Callee::One(f)) => Address(*f as usize),
            Some(Callee::Two(f)) => Address(*f as usize),
            Some(Callee::Three(f)) => Address(*f as usize),
            Some(Callee::Four(f)) => Address(*f as usize),
        };
        self.machine.call(address, &operands[..args.len()], 1 + u8::from(pair));
        self.release_registers(position, instruction);
        for register in (0..M::REGISTERS).filter(|r| self.free & 1 << r == 0).collect::<Vec<_>>() {
            self.vacate(register);
        }
        self.define(value, 0);
        if pair {
            self.define(value + 1, 1);
        }
    }
}

/// A machine that emits nothing, to learn the cost of an order. `WIDE`: whether calls take their arguments from memory only.
#[derive(Debug)]
pub(crate) struct Imaginary<const REGISTERS: u8, const WIDE: bool>;

impl<const REGISTERS: u8, const WIDE: bool> Machine for Imaginary<REGISTERS, WIDE> {
    const REGISTERS: u8 = REGISTERS;
    const CALLS_FROM_REGISTERS: bool = !WIDE;
    fn load(&mut self, _: Register, _: Operand) {}
    fn store(&mut self, _: Register, _: Place) {}
    fn reads_memory(&self, _: Op, _: Place) -> bool {
        true
    }
    fn operate(&mut self, _: Op, _: Register, _: Register, _: Operand) {}
    fn select(&mut self, _: Register, _: Register, _: Register, _: Register) {}
    fn multiply_add(&mut self, _: Register, _: Register, _: Operand) {}
    fn call(&mut self, _: Address, _: &[Operand], _: u8) {}
}
