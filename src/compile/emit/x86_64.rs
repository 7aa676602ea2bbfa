//! x86-64 with AVX: one point in the low lane of a register, or four points in its four lanes.
//!
//! The encoding is that of the VEX prefix (Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2, § 2.3), which
//! gives every instruction three operands. The functions that are emitted and those that they call follow the convention
//! of System V, on every operating system.

use super::STATUS;
use super::allocate::{Address, Machine, Operand, Place, Register};
use crate::compile::op::Op;
use crate::compile::schedule::Code;

/// A general register by its number.
type Base = u8;

const RAX: Base = 0;
const RCX: Base = 1;
const RDX: Base = 2;
const RBX: Base = 3;
const RSP: Base = 4;
const RBP: Base = 5;
const RSI: Base = 6;
const RDI: Base = 7;
const R14: Base = 14;
const R15: Base = 15;

/// What the last operand of an instruction is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Source {
    Vector(Register),
    Memory(Base, i32),
}

/// The fields of a VEX instruction that its mnemonic fixes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Opcode {
    /// 0 for none, 1 for 66, 2 for F3, 3 for F2.
    prefix: u8,
    /// 1 for 0F, 2 for 0F38, 3 for 0F3A.
    map: u8,
    code: u8,
    wide: bool,
    w: bool,
}

impl Opcode {
    const fn new(prefix: u8, map: u8, code: u8) -> Self {
        Opcode { prefix, map, code, wide: false, w: false }
    }

    /// On four lanes rather than on one.
    const fn lanes(self, wide: bool) -> Self {
        Opcode { wide, ..self }
    }

    /// Arithmetic: of the lowest lane with prefix F2, of all lanes with prefix 66.
    const fn arithmetic(code: u8, wide: bool) -> Self {
        Opcode::new(if wide { 1 } else { 3 }, 1, code).lanes(wide)
    }

    const fn bitwise(code: u8, wide: bool) -> Self {
        Opcode::new(1, 1, code).lanes(wide)
    }

    const fn with_w(self) -> Self {
        Opcode { w: true, ..self }
    }
}

/// Writes instructions.
#[derive(Clone, Debug, Default)]
pub(super) struct Encoder {
    pub(super) bytes: Vec<u8>,
}

impl Encoder {
    fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    fn modrm(&mut self, reg: u8, rm: Source) {
        let reg = (reg & 7) << 3;
        match rm {
            Source::Vector(r) => self.bytes.push(0xC0 | reg | r & 7),
            Source::Memory(base, displacement) => {
                // rsp and r12 as a base need a further byte; rbp and r13 need a displacement.
                let short = i8::try_from(displacement);
                let mode = match short {
                    Ok(0) if base & 7 != 5 => 0x00,
                    Ok(_) => 0x40,
                    Err(_) => 0x80,
                };
                self.bytes.push(mode | reg | base & 7);
                if base & 7 == 4 {
                    self.bytes.push(0x24);
                }
                match (mode, short) {
                    (0x00, _) => {}
                    (_, Ok(byte)) => self.push(&byte.to_le_bytes()),
                    (_, Err(_)) => self.push(&displacement.to_le_bytes()),
                }
            }
        }
    }

    /// `reg = opcode(first, rm)`.
    pub(super) fn vex(&mut self, opcode: Opcode, reg: u8, first: u8, rm: Source) {
        let Opcode { prefix, map, code, wide, w } = opcode;
        let low = |r: u8| u8::from(r < 8);
        let base = match rm {
            Source::Vector(r) | Source::Memory(r, _) => low(r),
        };
        let last = (!first & 15) << 3 | u8::from(wide) << 2 | prefix;
        if base == 1 && map == 1 && !w {
            self.push(&[0xC5, low(reg) << 7 | last, code]);
        } else {
            self.push(&[0xC4, low(reg) << 7 | 1 << 6 | base << 5 | map, u8::from(w) << 7 | last, code]);
        }
        self.modrm(reg, rm);
    }

    /// Writes a VEX-encoded instruction, as [`vex`](Self::vex) does, that ends with an immediate byte.
    pub(super) fn vex_with(&mut self, opcode: Opcode, reg: u8, first: u8, rm: Source, immediate: u8) {
        self.vex(opcode, reg, first, rm);
        self.bytes.push(immediate);
    }

    pub(super) fn push_register(&mut self, r: Base) {
        if r >= 8 {
            self.bytes.push(0x41);
        }
        self.bytes.push(0x50 | r & 7);
    }

    pub(super) fn pop_register(&mut self, r: Base) {
        if r >= 8 {
            self.bytes.push(0x41);
        }
        self.bytes.push(0x58 | r & 7);
    }

    pub(super) fn move_register(&mut self, to: Base, from: Base) {
        self.push(&[
            0x48 | u8::from(from >= 8) << 2 | u8::from(to >= 8),
            0x89,
            0xC0 | (from & 7) << 3 | to & 7,
        ]);
    }

    pub(super) fn move_constant(&mut self, to: Base, value: u64) {
        self.push(&[0x48 | u8::from(to >= 8), 0xB8 | to & 7]);
        self.push(&value.to_le_bytes());
    }

    pub(super) fn call_register(&mut self, r: Base) {
        if r >= 8 {
            self.bytes.push(0x41);
        }
        self.push(&[0xFF, 0xD0 | r & 7]);
    }

    /// `to += value`.
    pub(super) fn add_constant(&mut self, to: Base, value: i32) {
        self.push(&[0x48 | u8::from(to >= 8), 0x81, 0xC0 | to & 7]);
        self.push(&value.to_le_bytes());
    }

    /// `to = 0`, of one of the first eight registers.
    pub(super) fn clear(&mut self, to: Base) {
        self.push(&[0x31, 0xC0 | to << 3 | to]);
    }

    /// `to |= from`, of the lower halves of two of the first eight registers.
    pub(super) fn or_register(&mut self, to: Base, from: Base) {
        self.push(&[0x09, 0xC0 | from << 3 | to]);
    }

    /// `to <<= count`, of the lower half of one of the first eight registers.
    pub(super) fn shift_left(&mut self, to: Base, count: u8) {
        self.push(&[0xC1, 0xE0 | to, count]);
    }

    /// The signs of the lanes as bits of a general register.
    pub(super) fn signs(&mut self, to: Base, from: Register, wide: bool) {
        self.vex(Opcode::bitwise(0x50, wide), to, 0, Source::Vector(from));
    }

    pub(super) fn zero_upper_halves(&mut self) {
        self.push(&[0xC5, 0xF8, 0x77]);
    }

    pub(super) fn ret(&mut self) {
        self.bytes.push(0xC3);
    }
}

/// Emits a function: of the input, the output, the constants and the scratch memory, where two numbers that tell whether the results
/// are right stand before the spill slots. It returns a bit for each lane where a branch goes another way, and four bits higher one where a
/// result, or another value that has to be finite, is not.
#[derive(Debug)]
pub(super) struct Emitter<const WIDE: bool> {
    encoder: Encoder,
    /// The general registers of the function's arguments: other ones where it calls functions, which preserve only some.
    input: Base,
    output: Base,
    constants: Base,
    spills: Base,
    calls: bool,
    has_fma: bool,
}

/// The general registers that a function with calls uses, which it has to preserve.
const PRESERVED: [Base; 4] = [RBX, RBP, R14, R15];
/// What aligns the stack at calls, beside an even number of registers and the return address.
const PADDING: i32 = 8;
/// Two vectors of results on the stack.
const RESULTS: i32 = 64;
/// From how many results on one point's are looked at four at a time.
const MANY_OUTPUTS: usize = 32;

impl<const WIDE: bool> Emitter<WIDE> {
    /// The beginning of the function. `calls`: whether it calls functions.
    pub(super) fn begin(calls: bool, has_fma: bool, instructions: usize) -> Self {
        let encoder = Encoder { bytes: Vec::with_capacity(instructions * 8 + 128) };
        let mut e = Emitter { encoder, input: RDI, output: RSI, constants: RDX, spills: RCX, calls, has_fma };
        if calls {
            for r in PRESERVED {
                e.encoder.push_register(r);
            }
            e.encoder.add_constant(RSP, -Self::FRAME);
            for (r, preserved) in
                [&mut e.input, &mut e.output, &mut e.constants, &mut e.spills].into_iter().zip(PRESERVED)
            {
                e.encoder.move_register(preserved, *r);
                *r = preserved;
            }
        }
        e
    }

    /// The end of the function, as machine code.
    pub(super) fn end(mut self, code: &Code) -> Vec<u8> {
        let is_vector = self.return_status(code);
        let e = &mut self.encoder;
        if is_vector {
            e.zero_upper_halves();
        }
        if self.calls {
            e.add_constant(RSP, Self::FRAME);
            for r in PRESERVED.into_iter().rev() {
                e.pop_register(r);
            }
        }
        e.ret();
        self.encoder.bytes
    }

    /// Puts the result of the function into its register. Tells whether the upper halves of vector registers were used.
    fn return_status(&mut self, code: &Code) -> bool {
        match code.violated {
            Some(_) => {
                let from = self.source(Place::Status(0));
                self.encoder.vex(load(WIDE), 0, 0, from);
                self.encoder.signs(RAX, 0, WIDE);
            }
            None => self.encoder.clear(RAX),
        }
        // Each value once, and no finite constants.
        let is_finite = |value: u32| {
            let constant = (value as usize).checked_sub(code.inputs).and_then(|k| code.constants.get(k));
            constant.is_some_and(|c| c.is_finite())
        };
        let mut places: Vec<u32> =
            (0..code.outputs.len() as u32).filter(|k| !is_finite(code.outputs[*k as usize])).collect();
        places.sort_by_key(|k| code.outputs[*k as usize]);
        places.dedup_by_key(|k| code.outputs[*k as usize]);
        places.sort_unstable();
        // A vector that is loaded from numbers stored one by one waits for them, so that it pays where they are many, and old.
        let wide = WIDE || places.len() >= MANY_OUTPUTS && 2 * places.len() >= code.outputs.len();
        if wide && !WIDE {
            let last = code.outputs.len() as u32 - 4;
            places = (0..last).step_by(4).chain([last]).collect();
        }
        // x · 0 is 0 or NaN. Several sums, as each addition waits for the one before.
        const ZERO: Register = 15;
        const TERM: Register = 14;
        const SUMS: usize = 8;
        let (add, multiply) = (instruction(Op::Add, wide).0, instruction(Op::Mul, wide).0);
        let mut used = 0;
        if code.infinite.is_some() {
            // A single number in vectors otherwise: its upper lanes are zero when it is loaded.
            let from = self.source(Place::Status(1));
            self.encoder.vex(load(WIDE), 0, 0, from);
            used = 1;
        }
        let e = &mut self.encoder;
        e.vex(instruction(Op::Xor, wide).0, ZERO, ZERO, Source::Vector(ZERO));
        for (k, place) in places.iter().enumerate() {
            let source = Source::Memory(self.output, *place as i32 * Self::SIZE);
            let sum = (k % SUMS) as Register;
            if sum >= used {
                e.vex(multiply, sum, ZERO, source);
                used = sum + 1;
            } else if self.has_fma {
                e.vex(multiply_into(wide), sum, ZERO, source);
            } else {
                e.vex(multiply, TERM, ZERO, source);
                e.vex(add, sum, sum, Source::Vector(TERM));
            }
        }
        for sum in 1..used {
            e.vex(add, 0, 0, Source::Vector(sum));
        }
        if used > 0 {
            const UNORDERED: u8 = 3;
            e.vex_with(Opcode::arithmetic(0xC2, wide), 0, 0, Source::Vector(0), UNORDERED);
            e.signs(RCX, 0, wide);
            e.shift_left(RCX, 4);
            e.or_register(RAX, RCX);
        }
        wide
    }

    /// The stack beside the preserved registers: room for two results in four lanes, and what aligns it at calls.
    const FRAME: i32 = PADDING + if WIDE { RESULTS } else { 0 };

    /// The bytes of a number: of four lanes, or of one.
    const SIZE: i32 = if WIDE { 32 } else { 8 };

    fn source(&self, place: Place) -> Source {
        let (base, index) = match place {
            Place::Input(k) => (self.input, k),
            Place::Constant(k) => (self.constants, k),
            Place::Status(k) => (self.spills, k),
            Place::Spill(k) => (self.spills, k + STATUS),
            Place::Output(k) => (self.output, k),
        };
        Source::Memory(base, index as i32 * Self::SIZE)
    }

    fn operand(&self, operand: Operand) -> Source {
        match operand {
            Operand::Register(r) => Source::Vector(r),
            Operand::Memory(place) => self.source(place),
        }
    }
}

pub(super) const fn load(wide: bool) -> Opcode {
    Opcode::arithmetic(0x10, wide)
}

pub(super) const fn store(wide: bool) -> Opcode {
    Opcode::arithmetic(0x11, wide)
}

pub(super) const fn copy(wide: bool) -> Opcode {
    Opcode::bitwise(0x28, wide)
}

pub(super) const fn blend(wide: bool) -> Opcode {
    Opcode::new(1, 3, 0x4B).lanes(wide)
}

pub(super) const fn fma(wide: bool) -> Opcode {
    Opcode::new(1, 2, if wide { 0xA8 } else { 0xA9 }).lanes(wide).with_w()
}

/// to += a · b, rounded once.
pub(super) const fn multiply_into(wide: bool) -> Opcode {
    Opcode::new(1, 2, if wide { 0xB8 } else { 0xB9 }).lanes(wide).with_w()
}

/// The instruction of an operation and its immediate byte. The square root and rounding of four lanes have one operand.
pub(super) fn instruction(op: Op, wide: bool) -> (Opcode, Option<u8>, bool) {
    let arithmetic = |code| (Opcode::arithmetic(code, wide), None, false);
    let bitwise = |code| (Opcode::bitwise(code, wide), None, false);
    // The immediate is a predicate of § 3.1 CMPPD that raises no exception for a quiet NaN.
    let compare = |predicate| (Opcode::arithmetic(0xC2, wide), Some(predicate), false);
    let round =
        |mode: u8| (Opcode::new(1, 3, if wide { 0x09 } else { 0x0B }).lanes(wide), Some(mode | 8), wide);
    match op {
        Op::Add => arithmetic(0x58),
        Op::Mul => arithmetic(0x59),
        Op::Sub => arithmetic(0x5C),
        Op::LessOf => arithmetic(0x5D),
        Op::Div => arithmetic(0x5E),
        Op::GreaterOf => arithmetic(0x5F),
        Op::Sqrt => (Opcode::arithmetic(0x51, wide), None, wide),
        Op::And => bitwise(0x54),
        Op::Or => bitwise(0x56),
        Op::Xor => bitwise(0x57),
        Op::Equal => compare(0x00),
        Op::NotEqual => compare(0x04),
        Op::Less => compare(0x11),
        Op::LessEqual => compare(0x12),
        Op::NotLess => compare(0x15),
        Op::NotLessEqual => compare(0x16),
        Op::Floor => round(1),
        Op::Ceil => round(2),
        Op::Trunc => round(3),
        _ => unreachable!("{op:?} is lowered, or has a method of its own"),
    }
}

impl<const WIDE: bool> Machine for Emitter<WIDE> {
    const REGISTERS: u8 = 16;
    const CALLS_FROM_REGISTERS: bool = !WIDE;

    fn load(&mut self, to: Register, from: Operand) {
        match self.operand(from) {
            Source::Vector(from) if from == to => {}
            from @ Source::Vector(_) => self.encoder.vex(copy(WIDE), to, 0, from),
            from @ Source::Memory(..) => self.encoder.vex(load(WIDE), to, 0, from),
        }
    }

    fn store(&mut self, from: Register, to: Place) {
        let to = self.source(to);
        self.encoder.vex(store(WIDE), from, 0, to);
    }

    /// Operations on bits read sixteen bytes, also on one lane. Constants and spill slots are followed by eight more.
    fn reads_memory(&self, op: Op, place: Place) -> bool {
        let bitwise = matches!(op, Op::And | Op::Or | Op::Xor);
        WIDE || !bitwise || matches!(place, Place::Constant(_) | Place::Spill(_))
    }

    fn operate(&mut self, op: Op, to: Register, a: Register, b: Operand) {
        let (opcode, immediate, unary) = instruction(op, WIDE);
        let b = self.operand(b);
        self.encoder.vex(opcode, to, if unary { 0 } else { a }, b);
        self.encoder.bytes.extend(immediate);
    }

    fn select(&mut self, to: Register, mask: Register, a: Register, b: Register) {
        // Bits of the second source where the mask is set, else of the first.
        self.encoder.vex_with(blend(WIDE), to, b, Source::Vector(a), mask << 4);
    }

    fn multiply_add(&mut self, to: Register, b: Register, c: Operand) {
        let c = self.operand(c);
        self.encoder.vex(fma(WIDE), to, b, c);
    }

    fn call(&mut self, function: Address, args: &[Operand], results: u8) {
        self.encoder.move_constant(RAX, function.0 as u64);
        if !WIDE {
            for (k, arg) in args.iter().enumerate() {
                self.load(k as Register, *arg);
            }
            self.encoder.call_register(RAX);
            return;
        }
        // Everything is in memory, and the callee may use instructions that are slow beside used upper halves.
        self.encoder.zero_upper_halves();
        for lane in 0..4 {
            if lane > 0 {
                self.encoder.move_constant(RAX, function.0 as u64);
            }
            for (k, arg) in args.iter().enumerate() {
                let Source::Memory(base, displacement) = self.operand(*arg) else {
                    unreachable!("arguments of a call on four lanes are in memory")
                };
                self.encoder.vex(load(false), k as u8, 0, Source::Memory(base, displacement + 8 * lane));
            }
            self.encoder.call_register(RAX);
            for k in 0..results {
                let to = Source::Memory(RSP, 32 * i32::from(k) + 8 * lane);
                self.encoder.vex(store(false), k, 0, to);
            }
        }
        for k in 0..results {
            self.encoder.vex(load(true), k, 0, Source::Memory(RSP, 32 * i32::from(k)));
        }
    }
}
