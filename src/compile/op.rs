//! The operations of a recorded program, and what each computes on `f64`.

/// What a node of the graph computes.
///
/// A comparison gives a *mask*: a word whose bits are all set where it holds and all clear where it does not. Masks are kept
/// in `f64`s, like everything else, and are only read by [`And`](Op::And), [`Or`](Op::Or), [`Select`](Op::Select) and guards.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
pub(crate) enum Op {
    /// A leaf of the input; the first argument holds its index.
    Input,
    /// A constant; the first two arguments hold the halves of its bits.
    Constant,
    /// A zero that is zero for every input, such as the derivative of a constant. Its value is +0.
    Zero,
    Add,
    Sub,
    Mul,
    Div,
    Neg,
    Abs,
    Sqrt,
    Floor,
    Ceil,
    Trunc,
    /// The first argument with the sign of the second.
    CopySign,
    /// `f64::min`: of a number and NaN the number, of equal numbers the first.
    Min,
    /// `f64::max`: of a number and NaN the number, of equal numbers the first.
    Max,
    /// a b + c, rounded once.
    Fma,
    Less,
    LessEqual,
    Equal,
    /// The negation of [`Less`](Op::Less), which also holds beside a NaN.
    NotLess,
    /// The negation of [`LessEqual`](Op::LessEqual), which also holds beside a NaN.
    NotLessEqual,
    NotEqual,
    /// Bitwise and.
    And,
    /// Bitwise or.
    Or,
    /// The second argument where the mask in the first is set, else the third.
    Select,
    /// A library function of one to four numbers.
    Call,
    // The following are made by `lower` and `schedule`, for machines; a recording has none of them.
    /// Bitwise exclusive or.
    Xor,
    /// `a < b ? a : b`, which is the second argument beside a NaN and at a tie.
    LessOf,
    /// `a > b ? a : b`, which is the second argument beside a NaN and at a tie.
    GreaterOf,
    /// The sine; its cosine is the value that follows.
    SinCos,
    /// The second result of the instruction before.
    Second,
}

/// A comparison's result as a mask.
#[inline(always)]
pub(crate) fn mask(holds: bool) -> f64 {
    f64::from_bits(0_u64.wrapping_sub(u64::from(holds)))
}

impl Op {
    /// How many arguments the operation has. A call has as many as its function.
    pub(crate) fn arity(self) -> usize {
        match self {
            Op::Input | Op::Constant | Op::Zero | Op::Second => 0,
            Op::Neg | Op::Abs | Op::Sqrt | Op::Floor | Op::Ceil | Op::Trunc | Op::SinCos => 1,
            Op::Fma | Op::Select => 3,
            Op::Call => 4,
            _ => 2,
        }
    }

    /// Whether nothing is computed.
    pub(crate) fn is_leaf(self) -> bool {
        matches!(self, Op::Input | Op::Constant | Op::Zero)
    }

    /// Whether the arguments may be exchanged.
    pub(crate) fn commutes(self) -> bool {
        matches!(self, Op::Add | Op::Mul | Op::Equal | Op::NotEqual | Op::And | Op::Or | Op::Xor)
    }

    /// The comparison that holds where this one does not; `None` where this is no comparison.
    pub(crate) fn complement(self) -> Option<Op> {
        Some(match self {
            Op::Less => Op::NotLess,
            Op::LessEqual => Op::NotLessEqual,
            Op::Equal => Op::NotEqual,
            Op::NotLess => Op::Less,
            Op::NotLessEqual => Op::LessEqual,
            Op::NotEqual => Op::Equal,
            _ => return None,
        })
    }

    /// Whether the result is a mask.
    pub(crate) fn is_comparison(self) -> bool {
        self.complement().is_some()
    }

    /// The operation on numbers. Leaves, calls and pairs have no value here.
    #[inline(always)]
    #[allow(clippy::float_cmp)]
    pub(crate) fn evaluate(self, [a, b, c]: [f64; 3]) -> f64 {
        let bits = |f: fn(u64, u64) -> u64| f64::from_bits(f(a.to_bits(), b.to_bits()));
        match self {
            Op::Add => a + b,
            Op::Sub => a - b,
            Op::Mul => a * b,
            Op::Div => a / b,
            Op::Neg => -a,
            Op::Abs => a.abs(),
            Op::Sqrt => a.sqrt(),
            Op::Floor => a.floor(),
            Op::Ceil => a.ceil(),
            Op::Trunc => a.trunc(),
            Op::CopySign => a.copysign(b),
            Op::Min => {
                if a.is_nan() || b < a {
                    b
                } else {
                    a
                }
            }
            Op::Max => {
                if a.is_nan() || b > a {
                    b
                } else {
                    a
                }
            }
            Op::Fma => a.mul_add(b, c),
            Op::Less => mask(a < b),
            Op::LessEqual => mask(a <= b),
            Op::Equal => mask(a == b),
            Op::NotLess => mask(!(a < b)),
            Op::NotLessEqual => mask(!(a <= b)),
            Op::NotEqual => mask(a != b),
            Op::And => bits(|a, b| a & b),
            Op::Or => bits(|a, b| a | b),
            Op::Xor => bits(|a, b| a ^ b),
            Op::Select => f64::from_bits(a.to_bits() & b.to_bits() | !a.to_bits() & c.to_bits()),
            Op::LessOf => {
                if a < b {
                    a
                } else {
                    b
                }
            }
            Op::GreaterOf => {
                if a > b {
                    a
                } else {
                    b
                }
            }
            Op::Input | Op::Constant | Op::Zero | Op::Call | Op::SinCos | Op::Second => {
                unreachable!("{self:?} is not an operation on numbers")
            }
        }
    }
}
