//! Functions that a compiled program calls: a name and an address each.
//!
//! There is no list of them. A [`Function`] is a `static` beside the function that it stands for, and a graph refers to it by
//! its address. So a function is added where it is defined, and nowhere else.

use core::fmt;

/// The calling convention of functions that machine code calls. It is that of System V on every x86-64 target, Windows included,
/// so that the emitter knows a single convention.
macro_rules! callable {
    ($($item:tt)*) => { $crate::compile::library::callable_abi! { $($item)* } };
}
#[cfg(target_arch = "x86_64")]
macro_rules! callable_abi {
    ($($item:tt)*) => { extern "sysv64" $($item)* };
}
#[cfg(not(target_arch = "x86_64"))]
macro_rules! callable_abi {
    ($($item:tt)*) => { extern "C" $($item)* };
}
pub(crate) use {callable, callable_abi};

/// A function by its number of arguments.
#[derive(Clone, Copy)]
pub(crate) enum Callee {
    One(callable! { fn(f64) -> f64 }),
    Two(callable! { fn(f64, f64) -> f64 }),
    Three(callable! { fn(f64, f64, f64) -> f64 }),
    Four(callable! { fn(f64, f64, f64, f64) -> f64 }),
}

/// A library function of one to four numbers.
pub(crate) struct Function {
    /// Its name in listings.
    pub(crate) name: &'static str,
    /// How a Rust program calls it: a path to a function of as many `f64`s.
    pub(crate) path: &'static str,
    pub(crate) callee: Callee,
    /// Whether the first argument is an index that the Rust program does without: for entries of a list, which take several numbers
    /// as an array.
    pub(crate) has_index: bool,
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        core::ptr::eq(self, other)
    }
}

impl Function {
    pub(crate) fn arity(&self) -> usize {
        match self.callee {
            Callee::One(_) => 1,
            Callee::Two(_) => 2,
            Callee::Three(_) => 3,
            Callee::Four(_) => 4,
        }
    }

    /// The value, where as many of the numbers are read as the function has arguments.
    #[inline]
    pub(crate) fn call(&self, [a, b, c, d]: [f64; 4]) -> f64 {
        match self.callee {
            Callee::One(f) => f(a),
            Callee::Two(f) => f(a, b),
            Callee::Three(f) => f(a, b, c),
            Callee::Four(f) => f(a, b, c, d),
        }
    }
}

/// Defines a [`Function`]: `function! { NAME "name" "path" One(x) => value }`.
macro_rules! function {
    ($(#[$attribute:meta])* $visibility:vis $name:ident $shown:literal $path:literal $arity:ident($($x:ident),+) => $value:expr) => {
        $(#[$attribute])*
        $visibility static $name: $crate::compile::library::Function = {
            $crate::compile::library::callable! {
                fn call($($x: $crate::compile::library::function!(@number $x)),+) -> f64 { $value }
            }
            $crate::compile::library::Function {
                name: $shown,
                path: $path,
                callee: $crate::compile::library::Callee::$arity(call),
                has_index: false,
            }
        };
    };
    (@number $x:ident) => { f64 };
}
pub(crate) use function;

function! { pub(crate) SIN "sin" "f64::sin" One(x) => x.sin() }
function! { pub(crate) COS "cos" "f64::cos" One(x) => x.cos() }
function! {
    /// a b + c rounded once, on machines without an instruction for it.
    pub(crate) MUL_ADD "mul_add" "f64::mul_add" Three(a, b, c) => a.mul_add(b, c)
}

/// Two numbers as the System V convention returns them: in the first two vector registers.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pair(pub(crate) f64, pub(crate) f64);

/// The address of (sin x, cos x), computed together.
pub(crate) const SIN_COS: callable! { fn(f64) -> Pair } = {
    callable! {
        fn call(x: f64) -> Pair {
            let (sin, cos) = x.sin_cos();
            Pair(sin, cos)
        }
    }
    call
};
