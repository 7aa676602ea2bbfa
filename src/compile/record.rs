//! The recording of the current thread, and the number that writes to it.
//!
//! A [`Recorded`] is a real base number: its functions are nodes of the graph, or graphs of several nodes where the crate
//! itself computes a function by a formula. It always holds the number that the program computes at the point of the
//! recording, so that a recording also evaluates the program.

use super::graph::{Graph, Id};
use super::library::{self, Function, function};
use super::op::Op;
use crate::kernel::Truth;
use crate::{Base, literal_operators};
use num_traits::{Num, One, Zero};
use std::cell::RefCell;
use std::cmp::Ordering;
use std::fmt;
use std::ops::*;
use std::panic::Location;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// What a program does that a recording cannot repeat at other points.
#[derive(Clone, Debug)]
pub(crate) struct Obstacle {
    pub(crate) what: String,
    pub(crate) at: &'static Location<'static>,
}

/// A recording in progress.
#[derive(Debug)]
pub(crate) struct Recorder {
    pub(crate) graph: Graph,
    /// Distinguishes this recording from all others, so that numbers of another one are noticed.
    number: u32,
    /// The first one.
    pub(crate) obstacle: Option<Obstacle>,
    /// The function that was entered last of those of this crate that take values out of numbers, and where it was called.
    entered: Option<(&'static str, &'static Location<'static>)>,
    /// How many nodes there may be.
    limit: usize,
    pub(crate) is_too_long: bool,
}

thread_local! {
    static RECORDER: RefCell<Option<Recorder>> = const { RefCell::new(None) };
}
static RECORDINGS: AtomicU32 = AtomicU32::new(1);

/// Runs `f` while this thread records, and gives the recording. `None` if the thread records already.
pub(crate) fn record<R>(limit: usize, f: impl FnOnce() -> R) -> Option<(Recorder, R)> {
    /// Ends the recording also where `f` panics.
    struct End;
    impl Drop for End {
        fn drop(&mut self) {
            RECORDER.take();
        }
    }
    if RECORDER.with_borrow(Option::is_some) {
        return None;
    }
    // 0 is the number of constants.
    let number = RECORDINGS.fetch_add(1, Relaxed).max(1);
    let recorder = Recorder {
        graph: Graph::default(),
        number,
        obstacle: None,
        entered: None,
        limit,
        is_too_long: false,
    };
    RECORDER.set(Some(recorder));
    let end = End;
    let result = f();
    let recorder = RECORDER.take();
    std::mem::forget(end);
    recorder.map(|recorder| (recorder, result))
}

/// Notes an obstacle, if this thread records. One that lies in the code of this crate is named after the function that led there.
pub(crate) fn obstacle(what: impl FnOnce() -> String, at: &'static Location<'static>) {
    RECORDER.with_borrow_mut(|recorder| {
        if let Some(Recorder { obstacle, entered, .. }) = recorder {
            obstacle.get_or_insert_with(|| match entered {
                Some((name, at_call)) if is_of_this_crate(at) => Obstacle {
                    what: format!("{name} is called, which takes the values out of its numbers"),
                    at: at_call,
                },
                _ => Obstacle { what: what(), at },
            });
        }
    });
}

/// Whether a line is one of this crate.
fn is_of_this_crate(at: &Location<'_>) -> bool {
    let path = ["compile", "record.rs"].join(std::path::MAIN_SEPARATOR_STR);
    // A method that is passed as a function is called by a line of the standard library.
    let of_library = at.file().starts_with("/rustc/");
    of_library || file!().strip_suffix(&path).is_some_and(|source| at.file().starts_with(source))
}

/// Notes that a function of this crate is entered that takes values out of numbers.
pub(crate) fn entering(what: &'static str, at: &'static Location<'static>) {
    RECORDER.with_borrow_mut(|recorder| {
        if let Some(recorder) = recorder
            && !is_of_this_crate(at)
        {
            recorder.entered = Some((what, at));
        }
    });
}

/// A node of a constant.
const CONSTANT: u32 = u32::MAX;
/// A node of a number that is zero for every input.
const ZERO: u32 = u32::MAX - 1;

/// A real number that records what is done with it.
#[derive(Clone, Copy)]
pub(crate) struct Recorded {
    pub(crate) value: f64,
    node: u32,
    /// The recording that the node belongs to.
    recording: u32,
}

/// The answer to a question about recorded numbers: known, or a mask.
#[allow(unreachable_pub)] // it is the answer of a public number to the engine
#[derive(Clone, Copy, Debug)]
pub enum Answer {
    /// An answer that does not depend on the inputs.
    Known(bool),
    /// A mask: its value at the point of the recording, its node and its recording.
    #[doc(hidden)]
    Mask(bool, u32, u32),
}

impl From<bool> for Answer {
    fn from(known: bool) -> Self {
        Answer::Known(known)
    }
}

impl Answer {
    fn holds(self) -> bool {
        match self {
            Answer::Known(holds) | Answer::Mask(holds, ..) => holds,
        }
    }

    /// Two answers combined by an operation of the graph.
    fn combined(self, other: Answer, holds: bool, f: fn(&mut Graph, Id, Id) -> Id) -> Answer {
        match (self, other) {
            (Answer::Mask(_, a, recording), Answer::Mask(_, b, _)) => {
                let node = with_recorder(recording, |r| f(&mut r.graph, Id(a), Id(b)));
                node.map_or(Answer::Known(holds), |node| Answer::Mask(holds, node.0, recording))
            }
            _ => unreachable!("known answers are combined without a graph"),
        }
    }
}

impl Truth for Answer {
    fn known(self) -> Option<bool> {
        match self {
            Answer::Known(holds) => Some(holds),
            Answer::Mask(..) => None,
        }
    }
    /// The answer at the point of the recording, which becomes a condition of the program.
    fn decided(self) -> bool {
        if let Answer::Mask(holds, node, recording) = self {
            with_recorder(recording, |r| r.graph.guard(Id(node), holds));
        }
        self.holds()
    }
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Answer::Known(true), other) | (other, Answer::Known(true)) => other,
            (Answer::Known(false), _) | (_, Answer::Known(false)) => Answer::Known(false),
            _ => self.combined(other, self.holds() && other.holds(), Graph::and),
        }
    }
    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Answer::Known(false), other) | (other, Answer::Known(false)) => other,
            (Answer::Known(true), _) | (_, Answer::Known(true)) => Answer::Known(true),
            _ => self.combined(other, self.holds() || other.holds(), Graph::or),
        }
    }
}

/// Calls `f` with the recorder, if the recording is the current one. Otherwise the number has outlived its recording, which
/// is an obstacle to the recording that it turned up in.
#[inline]
fn with_recorder<R>(recording: u32, f: impl FnOnce(&mut Recorder) -> R) -> Option<R> {
    RECORDER.with_borrow_mut(|recorder| {
        let recorder = recorder.as_mut()?;
        if recorder.number != recording {
            recorder.obstacle.get_or_insert_with(|| Obstacle {
                what: "a number of another recording is used".into(),
                at: Location::caller(),
            });
            return None;
        }
        if recorder.graph.len() >= recorder.limit {
            recorder.is_too_long = true;
            return None;
        }
        Some(f(recorder))
    })
}

impl Recorded {
    /// A number that is the same for every input.
    pub(crate) const fn constant(value: f64) -> Self {
        Recorded { value, node: CONSTANT, recording: 0 }
    }

    /// The next leaf of the input.
    pub(crate) fn input(value: f64) -> Self {
        RECORDER.with_borrow_mut(|recorder| match recorder {
            Some(r) if r.graph.len() < r.limit => {
                Recorded { value, node: r.graph.input().0, recording: r.number }
            }
            Some(r) => {
                r.is_too_long = true;
                Recorded::constant(value)
            }
            None => Recorded::constant(value),
        })
    }

    pub(crate) fn is_constant(self) -> bool {
        self.node >= ZERO
    }

    /// Whether the number is zero for every input.
    pub(crate) fn is_known_zero(self) -> bool {
        self.is_constant() && self.value == 0.0
    }

    /// The node of the number, a new one for a constant.
    fn id(self, graph: &mut Graph) -> Id {
        match self.node {
            CONSTANT => graph.constant(self.value),
            ZERO => graph.zero(),
            node => Id(node),
        }
    }

    /// The node of a result.
    pub(crate) fn output(self) -> impl FnOnce(&mut Graph) -> Id {
        move |graph| self.id(graph)
    }

    /// Whether the number belongs to this recording or to none.
    pub(crate) fn belongs_to(self, recorder: &Recorder) -> bool {
        self.is_constant() || self.recording == recorder.number
    }

    #[inline]
    fn is_structural_zero(self) -> bool {
        self.node == ZERO
    }

    /// A result whose node is `f` of the graph.
    #[inline]
    fn result<const K: usize>(value: f64, x: [Self; K], f: impl FnOnce(&mut Graph, [Id; K]) -> Id) -> Self {
        let recording = x.iter().map(|x| x.recording).max().unwrap_or(0);
        if recording == 0 {
            return Recorded::constant(value);
        }
        if x.iter().any(|x| x.recording != 0 && x.recording != recording) {
            let at = Location::caller();
            obstacle(|| "a number of another recording is used".into(), at);
            return Recorded::constant(value);
        }
        let node = with_recorder(recording, |r| {
            let args = x.map(|x| x.id(&mut r.graph));
            let id = f(&mut r.graph, args);
            if r.graph.is_zero(id) {
                ZERO
            } else if r.graph.value(id).is_some() {
                CONSTANT
            } else {
                id.0
            }
        });
        let node = node.unwrap_or(CONSTANT);
        Recorded { value, node, recording: if node >= ZERO { 0 } else { recording } }
    }

    fn unary(self, op: Op, f: impl FnOnce(&mut Graph, Id) -> Id) -> Self {
        Self::result(op.evaluate([self.value, 0.0, 0.0]), [self], |g, [a]| f(g, a))
    }

    /// A library function of numbers of which some may be constants.
    pub(super) fn call<const K: usize>(function: &'static Function, x: [Self; K]) -> Self {
        let mut values = [0.0; 4];
        for (value, x) in values.iter_mut().zip(x) {
            *value = x.value;
        }
        Self::result(function.call(values), x, |g, args| g.call(function, &args))
    }

    /// A comparison.
    #[inline]
    fn compared(self, op: Op, other: Self) -> Answer {
        let holds = op.evaluate([self.value, other.value, 0.0]).to_bits() != 0;
        let recording = self.recording.max(other.recording);
        if recording == 0 {
            return Answer::Known(holds);
        }
        let node = with_recorder(recording, |r| {
            let (a, b) = (self.id(&mut r.graph), other.id(&mut r.graph));
            let mask = r.graph.compare(op, a, b);
            r.graph.mask(mask).is_none().then_some(mask.0)
        });
        node.flatten().map_or(Answer::Known(holds), |node| Answer::Mask(holds, node, recording))
    }

    /// Whether the number is not NaN.
    fn is_ordered(self) -> Answer {
        self.compared(Op::Equal, self)
    }

    /// One of two numbers.
    fn chosen(answer: Answer, yes: Self, no: Self) -> Self {
        match answer {
            Answer::Known(true) => yes,
            Answer::Known(false) => no,
            Answer::Mask(holds, mask, recording) => {
                let mask = Recorded { value: 0.0, node: mask, recording };
                let value = if holds { yes.value } else { no.value };
                Self::result(value, [mask, yes, no], |g, [mask, yes, no]| g.select(mask, yes, no))
            }
        }
    }

    /// The value at the point of the recording, for what only the function itself computes: calls whose branches go this way run it.
    pub(crate) fn left_to_the_function(self) -> f64 {
        if !self.is_constant() {
            with_recorder(self.recording, |r| r.graph.never_right());
        }
        self.value
    }

    /// Notes that the program is right only where the answer is yes; other calls run the function itself.
    fn expect(answer: Answer) {
        if let Answer::Mask(_, mask, recording) = answer {
            with_recorder(recording, |r| r.graph.require(Id(mask)));
        }
    }
}

impl fmt::Debug for Recorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.value, f)
    }
}

impl fmt::Display for Recorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.value, f)
    }
}

impl Neg for Recorded {
    type Output = Self;
    #[inline]
    fn neg(self) -> Self {
        if self.is_constant() {
            return Recorded { value: -self.value, ..self };
        }
        self.unary(Op::Neg, Graph::neg)
    }
}

/// An operator. Between constants it computes, and tells where the result is still zero for every input.
macro_rules! operator {
    ($op:ident $f:ident $assign:ident $g:ident $method:ident, |$a:ident, $b:ident| $zero:expr) => {
        impl $op for Recorded {
            type Output = Self;
            #[inline]
            fn $f(self, other: Self) -> Self {
                let value = $op::$f(self.value, other.value);
                if self.is_constant() && other.is_constant() {
                    let ($a, $b) = (self.is_structural_zero(), other.is_structural_zero());
                    let node = if $zero && value == 0.0 { ZERO } else { CONSTANT };
                    return Recorded { value, node, recording: 0 };
                }
                Self::result(value, [self, other], |g, [a, b]| g.$method(a, b))
            }
        }
        impl $assign for Recorded {
            #[inline]
            fn $g(&mut self, other: Self) {
                *self = $op::$f(*self, other);
            }
        }
    };
}
operator! { Add add AddAssign add_assign add, |a, b| a && b }
operator! { Sub sub SubAssign sub_assign sub, |a, b| a && b }
operator! { Mul mul MulAssign mul_assign mul, |a, b| a || b }
operator! { Div div DivAssign div_assign div, |a, _b| a }

function! { REMAINDER "rem" "std::ops::Rem::rem" Two(x, y) => x % y }

impl Rem for Recorded {
    type Output = Self;
    #[inline]
    fn rem(self, other: Self) -> Self {
        Self::call(&REMAINDER, [self, other])
    }
}
impl RemAssign for Recorded {
    #[inline]
    fn rem_assign(&mut self, other: Self) {
        *self = *self % other;
    }
}

literal_operators! { Recorded }

impl Zero for Recorded {
    fn zero() -> Self {
        Recorded { value: 0.0, node: ZERO, recording: 0 }
    }
    /// A condition of the program.
    fn is_zero(&self) -> bool {
        *self == Recorded::constant(0.0)
    }
}
impl One for Recorded {
    fn one() -> Self {
        Recorded::constant(1.0)
    }
}
impl Num for Recorded {
    type FromStrRadixErr = <f64 as Num>::FromStrRadixErr;
    fn from_str_radix(digits: &str, radix: u32) -> Result<Self, Self::FromStrRadixErr> {
        f64::from_str_radix(digits, radix).map(Recorded::constant)
    }
}

/// Conditions of the program.
impl PartialEq for Recorded {
    fn eq(&self, other: &Self) -> bool {
        self.compared(Op::Equal, *other).decided()
    }
}
/// Conditions of the program: of each comparison exactly what it says, so that `x < y` is one condition and not two.
impl PartialOrd for Recorded {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        let (x, y) = (*self, *other);
        if x.compared(Op::Less, y).holds() {
            x.lt(&y).then_some(Ordering::Less)
        } else if y.compared(Op::Less, x).holds() {
            y.lt(&x).then_some(Ordering::Greater)
        } else if x == y {
            Some(Ordering::Equal)
        } else {
            // Not equal, and neither below nor above the other.
            let _ = (x.le(&y), y.le(&x));
            None
        }
    }
    fn lt(&self, other: &Self) -> bool {
        self.compared(Op::Less, *other).decided()
    }
    fn le(&self, other: &Self) -> bool {
        self.compared(Op::LessEqual, *other).decided()
    }
    fn gt(&self, other: &Self) -> bool {
        other.lt(self)
    }
    fn ge(&self, other: &Self) -> bool {
        other.le(self)
    }
}

/// Functions of one number that are called: what this crate computes at `f64`.
macro_rules! called {
    ($($name:ident $upper:ident $shown:literal $path:literal)*) => {
        $(function! { $upper $shown $path One(x) => <f64 as Base>::$name(x) })*
        macro_rules! called_functions {
            () => {
                $(fn $name(x: Self) -> Self {
                    Self::call(&$upper, [x])
                })*
            };
        }
    };
}
called! {
    cbrt CBRT "cbrt" "f64::cbrt"
    exp EXP "exp" "f64::exp"
    exp2 EXP2 "exp2" "f64::exp2"
    exp_m1 EXP_M1 "exp_m1" "f64::exp_m1"
    ln LN "ln" "f64::ln"
    ln_1p LN_1P "ln_1p" "f64::ln_1p"
    log2 LOG2 "log2" "f64::log2"
    log10 LOG10 "log10" "f64::log10"
    tan TAN "tan" "f64::tan"
    asin ASIN "asin" "f64::asin"
    acos ACOS "acos" "f64::acos"
    atan ATAN "atan" "f64::atan"
    sinh SINH "sinh" "f64::sinh"
    cosh COSH "cosh" "f64::cosh"
    tanh TANH "tanh" "<f64 as holograd::Base>::tanh"
    asinh ASINH "asinh" "<f64 as holograd::Base>::asinh"
    acosh ACOSH "acosh" "<f64 as holograd::Base>::acosh"
    atanh ATANH "atanh" "<f64 as holograd::Base>::atanh"
    acosh_slope ACOSH_SLOPE "acosh_slope" "<f64 as holograd::Base>::acosh_slope"
    sech_squared SECH_SQUARED "sech_squared" "<f64 as holograd::Base>::sech_squared"
}
function! { ATAN2 "atan2" "f64::atan2" Two(y, x) => y.atan2(x) }
function! { HYPOT "hypot" "f64::hypot" Two(x, y) => x.hypot(y) }
function! { POW "powf" "f64::powf" Two(x, y) => x.powf(y) }
function! { DIRECTION "direction" "<f64 as holograd::Base>::direction" Two(x, y) => <f64 as Base>::direction(x, y) }
function! {
    POWER_TERM "power_term" "<f64 as holograd::Base>::power_term"
    Four(x, c, p, k) => <f64 as Base>::power_term(x, c, p, k as i32)
}
function! {
    POW_PARTIAL "pow_partial" "<f64 as holograd::Base>::pow_partial"
    Four(x, p, k, m) => <f64 as Base>::pow_partial(x, p, [k as i32, m as i32])
}

impl Base for Recorded {
    type Truth = Answer;

    fn from_f64(x: f64) -> Self {
        Recorded::constant(x)
    }
    /// The number at the point of the recording, which is an obstacle unless it is the same everywhere.
    #[track_caller]
    fn to_f64(x: Self) -> f64 {
        if !x.is_constant() {
            obstacle(|| "the value of a number is taken out".into(), Location::caller());
        }
        x.value
    }
    fn sqrt(x: Self) -> Self {
        x.unary(Op::Sqrt, Graph::sqrt)
    }
    called_functions! {}
    fn sin(x: Self) -> Self {
        Self::call(&library::SIN, [x])
    }
    fn cos(x: Self) -> Self {
        Self::call(&library::COS, [x])
    }
    fn floor(x: Self) -> Self {
        x.unary(Op::Floor, |g, x| g.round_to(Op::Floor, x))
    }
    fn ceil(x: Self) -> Self {
        x.unary(Op::Ceil, |g, x| g.round_to(Op::Ceil, x))
    }
    fn trunc(x: Self) -> Self {
        x.unary(Op::Trunc, |g, x| g.round_to(Op::Trunc, x))
    }
    fn round(x: Self) -> Self {
        Self::result(x.value.round(), [x], |g, [x]| g.round(x))
    }

    // Questions. Those that give a `bool` are conditions of the program.

    fn is_nan(x: Self) -> bool {
        !x.is_ordered().decided()
    }
    fn is_finite(x: Self) -> bool {
        Self::has_finite_value(x).decided()
    }
    fn is_sign_negative(x: Self) -> bool {
        Self::has_sign(x).decided()
    }
    fn expect_finite(x: Self) -> bool {
        if x.is_constant() {
            return x.value.is_finite();
        }
        with_recorder(x.recording, |r| r.graph.expect_finite(Id(x.node)));
        true
    }
    fn expect_normal(x: Self) -> bool {
        if x.is_constant() {
            return <f64 as Base>::expect_normal(x.value);
        }
        let size = Self::abs(x);
        let (low, high) = (Recorded::constant(f64::MIN_POSITIVE), Recorded::constant(f64::MAX));
        Self::expect(low.compared(Op::LessEqual, size).and(size.compared(Op::LessEqual, high)));
        true
    }
    fn expect_moderate(x: Self, count: i32) -> bool {
        if x.is_constant() {
            return <f64 as Base>::expect_moderate(x.value, count);
        }
        let (size, n) = (Self::abs(x), 1022 / count);
        let power = |n: i32| Recorded::constant(libm::ldexp(1.0, n));
        let in_range = power(-n).compared(Op::LessEqual, size).and(size.compared(Op::Less, power(n + 1)));
        Self::expect(in_range.or(x.compared(Op::Equal, Recorded::constant(0.0))));
        true
    }
    fn has_finite_value(x: Self) -> Answer {
        Self::abs(x).compared(Op::Less, Recorded::constant(f64::INFINITY))
    }
    fn has_nan(x: Self) -> Answer {
        x.compared(Op::NotEqual, x)
    }
    fn has_sign(x: Self) -> Answer {
        Self::copysign(Self::one(), x).compared(Op::Less, Recorded::constant(0.0))
    }
    fn less(x: Self, y: Self) -> Answer {
        x.compared(Op::Less, y)
    }
    fn equal(x: Self, y: Self) -> Answer {
        x.compared(Op::Equal, y)
    }
    fn select(truth: Answer, yes: Self, no: Self) -> Self {
        Self::chosen(truth, yes, no)
    }

    // Choosing, as `f64` does.

    fn abs(x: Self) -> Self {
        x.unary(Op::Abs, Graph::abs)
    }
    fn signum(x: Self) -> Self {
        Self::chosen(x.is_ordered(), Self::copysign(Self::one(), x), x)
    }
    fn copysign(x: Self, sign: Self) -> Self {
        Self::result(x.value.copysign(sign.value), [x, sign], |g, [x, sign]| g.copysign(x, sign))
    }
    fn min(x: Self, y: Self) -> Self {
        Self::result(x.value.min(y.value), [x, y], |g, [x, y]| g.min(x, y))
    }
    fn max(x: Self, y: Self) -> Self {
        Self::result(x.value.max(y.value), [x, y], |g, [x, y]| g.max(x, y))
    }
    fn clamp(x: Self, low: Self, high: Self) -> Self {
        let x = Self::chosen(x.compared(Op::Less, low), low, x);
        Self::chosen(high.compared(Op::Less, x), high, x)
    }
    fn rem_euclid(x: Self, y: Self) -> Self {
        let r = x % y;
        Self::chosen(r.compared(Op::Less, Recorded::constant(0.0)), r + Self::abs(y), r)
    }
    fn mul_add(x: Self, a: Self, b: Self) -> Self {
        Self::result(x.value.mul_add(a.value, b.value), [x, a, b], |g, [x, a, b]| g.mul_add(x, a, b))
    }

    // Powers, as `f64` computes them.

    fn log(x: Self, base: f64) -> Self {
        if base == 2.0 {
            Self::log2(x)
        } else if base == 10.0 {
            Self::log10(x)
        } else {
            Self::ln(x) / Recorded::constant(base.ln())
        }
    }
    fn powi(x: Self, n: i32) -> Self {
        match n {
            0 => Self::one(),
            1 => x,
            2 => x * x,
            3 => x * x * x,
            -1 => Self::recip(x),
            _ => Self::powf(x, f64::from(n)),
        }
    }
    fn powf(x: Self, p: f64) -> Self {
        Self::call(&POW, [x, Recorded::constant(p)])
    }
    fn pow(x: Self, y: Self) -> Self {
        Self::call(&POW, [x, y])
    }
    fn power_term(x: Self, c: f64, p: f64, k: i32) -> Self {
        if c == 0.0 {
            return Self::zero();
        }
        // The powers that need no power function, where p − k is exact.
        let e = p - f64::from(k);
        let multiple = Recorded::constant(c);
        if c.is_finite() && e.abs() < 1e15 && e + f64::from(k) == p && e.fract() == 0.0 {
            match e as i64 {
                0 => return multiple,
                1 => return multiple * x,
                2 => return multiple * x * x,
                -1 => return multiple / x,
                -2 => return multiple / x / x,
                _ => {}
            }
        }
        Self::call(&POWER_TERM, [x, multiple, Recorded::constant(p), Recorded::constant(f64::from(k))])
    }
    fn pow_partial(x: Self, p: Self, [k, m]: [i32; 2]) -> Self {
        let order = [k, m].map(|order| Recorded::constant(f64::from(order)));
        Self::call(&POW_PARTIAL, [x, p, order[0], order[1]])
    }

    // Functions whose formula has a branch: the same formula with a choice.

    fn xlogy(x: Self, y: Self) -> Self {
        let is_zero = x.compared(Op::Equal, Recorded::constant(0.0)).and(y.is_ordered());
        Self::chosen(is_zero, Recorded::constant(0.0), x * Self::ln(y))
    }
    fn sinc(x: Self) -> Self {
        let is_zero = x.compared(Op::Equal, Recorded::constant(0.0));
        Self::chosen(is_zero, Self::one(), Self::sin(x) / x)
    }
    fn atan2(y: Self, x: Self) -> Self {
        Self::call(&ATAN2, [y, x])
    }
    fn hypot(x: Self, y: Self) -> Self {
        Self::call(&HYPOT, [x, y])
    }
    fn direction(x: Self, y: Self) -> Self {
        Self::call(&DIRECTION, [x, y])
    }
    fn tanh_and_slope(x: Self) -> (Self, Self) {
        (Self::tanh(x), Self::sech_squared(x))
    }
    fn sigmoid_and_slope(x: Self) -> (Self, Self) {
        let (above, below) = shares_of(Self::exp(-Self::abs(x)));
        let zero = Recorded::constant(0.0);
        (Self::chosen(zero.compared(Op::LessEqual, x), above, below), above * below)
    }
    fn softplus_and_slope(x: Self) -> (Self, Self) {
        let e = Self::exp(-Self::abs(x));
        let tail = Self::ln_1p(e);
        let (above, below) = shares_of(e);
        let zero = Recorded::constant(0.0);
        let value = Self::chosen(zero.compared(Op::Less, x), x + tail, tail);
        (value, Self::chosen(zero.compared(Op::LessEqual, x), above, below))
    }
    fn log_add_exp_and_slopes(x: Self, y: Self) -> (Self, Self, Self) {
        let equal = x.compared(Op::Equal, y);
        let first = y.compared(Op::Less, x);
        let minus_y = -y;
        let d = x + minus_y;
        let t = d - x;
        let l = (x - (d - t)) + (minus_y - t);
        let l = Self::chosen(Self::has_finite_value(l), l, Recorded::constant(0.0));
        let e = Self::exp(-Self::abs(d));
        let tail = Self::ln_1p(e);
        let (above, below) = shares_of(e);
        let value = Self::chosen(first, x, y) + tail;
        let (s, t) = (Self::chosen(first, above, below), Self::chosen(first, below, above));
        let half = Recorded::constant(0.5);
        (
            Self::chosen(equal, x + Self::ln_2(), value),
            Self::chosen(equal, half, s + s * (l * t)),
            Self::chosen(equal, half, t - t * (l * s)),
        )
    }
    fn atan_slope(x: Self) -> Self {
        let square = x * x;
        let (near, far) = (Self::recip(square + Self::one()), Self::recip(x) * Self::recip(x));
        Self::chosen(Self::has_finite_value(square), near, far)
    }
    fn norm_and_slopes<I: Iterator<Item = Self> + Clone>(x: I) -> (Self, impl Iterator<Item = Self> + Clone) {
        // Beyond this range, where `f64` scales the squares, the function itself is run.
        let squares = x.clone().map(|x| x * x).reduce(|sum, square| sum + square);
        let norm = Self::sqrt(squares.unwrap_or(Recorded::constant(0.0)));
        let (low, high) = (Recorded::constant(1e-140), Recorded::constant(f64::INFINITY));
        let in_range = low.compared(Op::LessEqual, norm).and(norm.compared(Op::Less, high));
        if in_range.known().is_none() {
            Self::expect(in_range);
            return (norm, x.map(|x| x / norm).collect::<Vec<_>>().into_iter());
        }
        let (norm, slopes) = <f64 as Base>::norm_and_slopes(x.map(|x| x.value));
        let slopes: Vec<Self> = slopes.map(Recorded::constant).collect();
        (Recorded::constant(norm), slopes.into_iter())
    }

    /// A zero tangent times an infinite slope is NaN here, and NaN in a result runs the function itself.
    fn times_slope(x: Self, slope: Self) -> Self {
        if x.is_constant() && slope.is_constant() {
            return if x.value == 0.0 { Self::zero() } else { x * slope };
        }
        x * slope
    }
}

/// σ(a) and σ(−a) for a ≥ 0 and e = e^−a, as at `f64`.
fn shares_of(e: Recorded) -> (Recorded, Recorded) {
    let quotient = e / (Recorded::constant(1.0) + e);
    (Recorded::constant(1.0) - quotient, e - e * quotient)
}
