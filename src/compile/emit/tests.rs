//! Every instruction that is emitted, byte for byte against `iced-x86`.

use super::x86_64::{Encoder, Source, blend, copy, fma, instruction, load, multiply_into, store};
use crate::compile::op::Op;
use iced_x86::{Code, Encoder as Iced, Instruction, MemoryOperand, Register};

fn iced(instruction: &Instruction) -> Vec<u8> {
    let mut encoder = Iced::new(64);
    encoder.encode(instruction, 0).expect("an instruction that exists");
    encoder.take_buffer()
}

fn ours(emit: impl FnOnce(&mut Encoder)) -> Vec<u8> {
    let mut encoder = Encoder::default();
    emit(&mut encoder);
    encoder.bytes
}

fn vector(r: u8, wide: bool) -> Register {
    let first = if wide { Register::YMM0 } else { Register::XMM0 };
    first + u32::from(r)
}

fn general(r: u8) -> Register {
    Register::RAX + u32::from(r)
}

fn memory(base: u8, displacement: i32) -> MemoryOperand {
    match displacement {
        0 => MemoryOperand::with_base(general(base)),
        _ => MemoryOperand::with_base_displ(general(base), i64::from(displacement)),
    }
}

/// Every base register that is used, at the edges of the short and the long form of a distance.
fn places() -> impl Iterator<Item = (u8, i32)> {
    let bases = [1, 2, 3, 4, 5, 6, 7, 12, 13, 14, 15];
    let displacements = [0, 8, 120, 127, 128, -8, -128, -129, 4096, 1 << 30];
    bases.into_iter().flat_map(move |base| displacements.map(|d| (base, d)))
}

/// The instruction of an operation for one lane and for four, and whether the latter has a single operand.
const OPERATIONS: [(Op, Code, Code); 19] = [
    (Op::Add, Code::VEX_Vaddsd_xmm_xmm_xmmm64, Code::VEX_Vaddpd_ymm_ymm_ymmm256),
    (Op::Sub, Code::VEX_Vsubsd_xmm_xmm_xmmm64, Code::VEX_Vsubpd_ymm_ymm_ymmm256),
    (Op::Mul, Code::VEX_Vmulsd_xmm_xmm_xmmm64, Code::VEX_Vmulpd_ymm_ymm_ymmm256),
    (Op::Div, Code::VEX_Vdivsd_xmm_xmm_xmmm64, Code::VEX_Vdivpd_ymm_ymm_ymmm256),
    (Op::LessOf, Code::VEX_Vminsd_xmm_xmm_xmmm64, Code::VEX_Vminpd_ymm_ymm_ymmm256),
    (Op::GreaterOf, Code::VEX_Vmaxsd_xmm_xmm_xmmm64, Code::VEX_Vmaxpd_ymm_ymm_ymmm256),
    (Op::Sqrt, Code::VEX_Vsqrtsd_xmm_xmm_xmmm64, Code::VEX_Vsqrtpd_ymm_ymmm256),
    (Op::And, Code::VEX_Vandpd_xmm_xmm_xmmm128, Code::VEX_Vandpd_ymm_ymm_ymmm256),
    (Op::Or, Code::VEX_Vorpd_xmm_xmm_xmmm128, Code::VEX_Vorpd_ymm_ymm_ymmm256),
    (Op::Xor, Code::VEX_Vxorpd_xmm_xmm_xmmm128, Code::VEX_Vxorpd_ymm_ymm_ymmm256),
    (Op::Equal, Code::VEX_Vcmpsd_xmm_xmm_xmmm64_imm8, Code::VEX_Vcmppd_ymm_ymm_ymmm256_imm8),
    (Op::NotEqual, Code::VEX_Vcmpsd_xmm_xmm_xmmm64_imm8, Code::VEX_Vcmppd_ymm_ymm_ymmm256_imm8),
    (Op::Less, Code::VEX_Vcmpsd_xmm_xmm_xmmm64_imm8, Code::VEX_Vcmppd_ymm_ymm_ymmm256_imm8),
    (Op::LessEqual, Code::VEX_Vcmpsd_xmm_xmm_xmmm64_imm8, Code::VEX_Vcmppd_ymm_ymm_ymmm256_imm8),
    (Op::NotLess, Code::VEX_Vcmpsd_xmm_xmm_xmmm64_imm8, Code::VEX_Vcmppd_ymm_ymm_ymmm256_imm8),
    (Op::NotLessEqual, Code::VEX_Vcmpsd_xmm_xmm_xmmm64_imm8, Code::VEX_Vcmppd_ymm_ymm_ymmm256_imm8),
    (Op::Floor, Code::VEX_Vroundsd_xmm_xmm_xmmm64_imm8, Code::VEX_Vroundpd_ymm_ymmm256_imm8),
    (Op::Ceil, Code::VEX_Vroundsd_xmm_xmm_xmmm64_imm8, Code::VEX_Vroundpd_ymm_ymmm256_imm8),
    (Op::Trunc, Code::VEX_Vroundsd_xmm_xmm_xmmm64_imm8, Code::VEX_Vroundpd_ymm_ymmm256_imm8),
];

/// The immediate byte, by the manual's tables of predicates (CMPPD) and of rounding modes (ROUNDPD).
fn immediate(op: Op) -> Option<u32> {
    match op {
        Op::Equal => Some(0x00),        // EQ_OQ
        Op::NotEqual => Some(0x04),     // NEQ_UQ
        Op::Less => Some(0x11),         // LT_OQ
        Op::LessEqual => Some(0x12),    // LE_OQ
        Op::NotLess => Some(0x15),      // NLT_UQ
        Op::NotLessEqual => Some(0x16), // NLE_UQ
        Op::Floor => Some(0x09),        // down, without the precision exception
        Op::Ceil => Some(0x0A),         // up
        Op::Trunc => Some(0x0B),        // toward zero
        _ => None,
    }
}

#[test]
fn operations_are_encoded_as_iced_encodes_them() {
    let mut count = 0;
    for wide in [false, true] {
        for (op, scalar, four) in OPERATIONS {
            let code = if wide { four } else { scalar };
            let (opcode, byte, unary) = instruction(op, wide);
            assert_eq!(byte.map(u32::from), immediate(op));
            let mut check = |to: u8, a: u8, source: Source| {
                let (d, s) = (vector(to, wide), vector(a, wide));
                let expected = match (source, unary, immediate(op)) {
                    (Source::Vector(b), false, None) => Instruction::with3(code, d, s, vector(b, wide)),
                    (Source::Vector(b), false, Some(i)) => Instruction::with4(code, d, s, vector(b, wide), i),
                    (Source::Vector(b), true, None) => Instruction::with2(code, d, vector(b, wide)),
                    (Source::Vector(b), true, Some(i)) => Instruction::with3(code, d, vector(b, wide), i),
                    (Source::Memory(b, m), false, None) => Instruction::with3(code, d, s, memory(b, m)),
                    (Source::Memory(b, m), false, Some(i)) => Instruction::with4(code, d, s, memory(b, m), i),
                    (Source::Memory(b, m), true, None) => Instruction::with2(code, d, memory(b, m)),
                    (Source::Memory(b, m), true, Some(i)) => Instruction::with3(code, d, memory(b, m), i),
                };
                let expected = iced(&expected.expect("operands that fit"));
                let found = ours(|e| {
                    e.vex(opcode, to, if unary { 0 } else { a }, source);
                    e.bytes.extend(byte);
                });
                assert_eq!(found, expected, "{op:?} wide {wide} {to} {a} {source:?}");
                count += 1;
            };
            for (to, a, b) in (0..4096).map(|k| (k >> 8, k >> 4 & 15, k & 15)) {
                check(to as u8, a as u8, Source::Vector(b as u8));
            }
            for ((base, displacement), r) in places().zip((0..16).cycle()) {
                check(r, 15 - r, Source::Memory(base, displacement));
                check(15 - r, r, Source::Memory(base, displacement));
            }
        }
    }
    println!("{count} instructions");
}

#[test]
fn moves_selections_and_multiply_add_are_encoded_as_iced_encodes_them() {
    for wide in [false, true] {
        let [l, s, c, b, f, i] = if wide {
            [
                Code::VEX_Vmovupd_ymm_ymmm256,
                Code::VEX_Vmovupd_ymmm256_ymm,
                Code::VEX_Vmovapd_ymm_ymmm256,
                Code::VEX_Vblendvpd_ymm_ymm_ymmm256_ymm,
                Code::VEX_Vfmadd213pd_ymm_ymm_ymmm256,
                Code::VEX_Vfmadd231pd_ymm_ymm_ymmm256,
            ]
        } else {
            [
                Code::VEX_Vmovsd_xmm_m64,
                Code::VEX_Vmovsd_m64_xmm,
                Code::VEX_Vmovapd_xmm_xmmm128,
                Code::VEX_Vblendvpd_xmm_xmm_xmmm128_xmm,
                Code::VEX_Vfmadd213sd_xmm_xmm_xmmm64,
                Code::VEX_Vfmadd231sd_xmm_xmm_xmmm64,
            ]
        };
        let v = |r: u8| vector(r, wide);
        let expect = |expected: Result<Instruction, iced_x86::IcedError>, found: Vec<u8>| {
            assert_eq!(found, iced(&expected.expect("operands that fit")));
        };
        for r in 0..16 {
            for (base, d) in places() {
                let place = Source::Memory(base, d);
                expect(
                    Instruction::with2(l, v(r), memory(base, d)),
                    ours(|e| e.vex(load(wide), r, 0, place)),
                );
                expect(
                    Instruction::with2(s, memory(base, d), v(r)),
                    ours(|e| e.vex(store(wide), r, 0, place)),
                );
                let found = ours(|e| e.vex(fma(wide), r, 15 - r, place));
                expect(Instruction::with3(f, v(r), v(15 - r), memory(base, d)), found);
                let found = ours(|e| e.vex(multiply_into(wide), r, 15 - r, place));
                expect(Instruction::with3(i, v(r), v(15 - r), memory(base, d)), found);
            }
            for q in 0..16 {
                let from = Source::Vector(q);
                expect(Instruction::with2(c, v(r), v(q)), ours(|e| e.vex(copy(wide), r, 0, from)));
                for p in 0..16 {
                    let found = ours(|e| e.vex(fma(wide), r, p, from));
                    expect(Instruction::with3(f, v(r), v(p), v(q)), found);
                    for mask in 0..16 {
                        let found = ours(|e| e.vex_with(blend(wide), r, p, from, mask << 4));
                        expect(Instruction::with4(b, v(r), v(p), v(q), v(mask)), found);
                    }
                }
            }
        }
    }
}

#[test]
fn general_instructions_are_encoded_as_iced_encodes_them() {
    let expect = |expected: Result<Instruction, iced_x86::IcedError>, found: Vec<u8>| {
        assert_eq!(found, iced(&expected.expect("operands that fit")));
    };
    for r in 0..16 {
        let reg = general(r);
        expect(Instruction::with1(Code::Push_r64, reg), ours(|e| e.push_register(r)));
        expect(Instruction::with1(Code::Pop_r64, reg), ours(|e| e.pop_register(r)));
        expect(Instruction::with1(Code::Call_rm64, reg), ours(|e| e.call_register(r)));
        expect(Instruction::with2(Code::Add_rm64_imm32, reg, 64), ours(|e| e.add_constant(r, 64)));
        expect(Instruction::with2(Code::Add_rm64_imm32, reg, -64), ours(|e| e.add_constant(r, -64)));
        let value = 0x0123_4567_89AB_CDEF_u64;
        expect(Instruction::with2(Code::Mov_r64_imm64, reg, value), ours(|e| e.move_constant(r, value)));
        for q in 0..16 {
            let found = ours(|e| e.move_register(r, q));
            expect(Instruction::with2(Code::Mov_rm64_r64, reg, general(q)), found);
        }
    }
    // The status is put together in the first eight registers.
    for (r, q) in (0..64_u8).map(|k| (k / 8, k % 8)) {
        let (to, from) = (Register::EAX + u32::from(r), Register::EAX + u32::from(q));
        expect(Instruction::with2(Code::Or_rm32_r32, to, from), ours(|e| e.or_register(r, q)));
        expect(Instruction::with2(Code::Shl_rm32_imm8, to, u32::from(q)), ours(|e| e.shift_left(r, q)));
        expect(Instruction::with2(Code::Xor_rm32_r32, to, to), ours(|e| e.clear(r)));
        for (code, wide) in [(Code::VEX_Vmovmskpd_r32_xmm, false), (Code::VEX_Vmovmskpd_r32_ymm, true)] {
            for v in [q, q + 8] {
                expect(Instruction::with2(code, to, vector(v, wide)), ours(|e| e.signs(r, v, wide)));
            }
        }
    }
    assert_eq!(ours(Encoder::ret), iced(&Instruction::with(Code::Retnq)));
    assert_eq!(ours(Encoder::zero_upper_halves), iced(&Instruction::with(Code::VEX_Vzeroupper)));
}
