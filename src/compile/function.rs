//! [`Compiled`], a recorded function, and how it is called.

use super::arrays::{Arrays, Lanes};
#[cfg(feature = "jit")]
use super::emit::{self, GroupMemory, MachineCode};
use super::faults::Faults;
use super::graph::Program;
use super::record::{Obstacle, Recorder, record};
use super::source::rust_source;
use super::traced::Traced;
use crate::tree::{Output, Shape, With};
use std::fmt;
use std::sync::{Arc, OnceLock};

/// Why a function could not be compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CompileError {
    /// The function does something that a recording cannot repeat for other inputs: it takes the value out of a number, or calls
    /// a rule of the user's.
    Obstacle {
        /// The obstacle in words: which value is taken, or which rule is called.
        what: String,
        /// The source file.
        file: &'static str,
        /// The line in that file.
        line: u32,
    },
    /// The function has more operations than [`Compiler::operations`] allows.
    TooLong {
        /// How many it may have.
        limit: usize,
    },
    /// The function was being recorded when it called `compile`.
    Recursive,
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CompileError::Obstacle { what, file, line } => write!(
                f,
                "the function cannot be compiled: {what}, at {file}:{line}. What is computed from it would be the same for every \
                 input"
            ),
            CompileError::TooLong { limit } => write!(
                f,
                "the function cannot be compiled: it has more than {limit} operations. Compile the body of its outermost loop, or \
                 raise `Compiler::operations`"
            ),
            CompileError::Recursive => f.write_str(
                "the function cannot be compiled: `compile` was called by a function that is being compiled. Compile the inner function \
                 before"
            ),
        }
    }
}

impl std::error::Error for CompileError {}

impl From<Obstacle> for CompileError {
    fn from(Obstacle { what, at }: Obstacle) -> Self {
        CompileError::Obstacle { what, file: at.file(), line: at.line() }
    }
}

/// How functions are compiled.
///
/// # Examples
/// ```
/// use holograd::compile::{Compiler, Traced};
/// let mut square = Compiler::new().machine_code(false).compile(|x: Traced| x * x, &3.0)?;
/// assert_eq!(square.call(&4.0), 16.0);
/// # Ok::<(), holograd::compile::CompileError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Compiler {
    machine_code: bool,
    versions: usize,
    operations: usize,
}

impl Default for Compiler {
    fn default() -> Self {
        Compiler { machine_code: true, versions: 16, operations: 1 << 22 }
    }
}

impl Compiler {
    /// The settings of [`compile`].
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether machine code is emitted, where that is possible: with the feature `jit`, on x86-64 with AVX. Otherwise the function
    /// runs as operations on arrays.
    #[must_use]
    pub fn machine_code(self, machine_code: bool) -> Self {
        Compiler { machine_code, ..self }
    }

    /// How many versions are kept for different branches, 16 if nothing is said; at least one. The one that was used longest ago
    /// is dropped.
    #[must_use]
    pub fn versions(self, versions: usize) -> Self {
        Compiler { versions: versions.max(1), ..self }
    }

    /// How many operations a function may have while it is recorded, 4,194,304 if nothing is said, and at most 2³¹. A recorded operation
    /// takes about 60 bytes.
    #[must_use]
    pub fn operations(self, operations: usize) -> Self {
        Compiler { operations: operations.clamp(1, 1 << 31), ..self }
    }

    /// Compiles a function; see [`compile`].
    ///
    /// # Errors
    /// As of [`compile`].
    pub fn compile<X, Y, F>(self, function: F, example: &X) -> Result<Compiled<X, Y, F>, CompileError>
    where
        X: Shape<f64> + ?Sized,
        Y: Output<Traced>,
        F: FnMut(X::With<Traced>) -> Y,
    {
        let mut leaves = Vec::new();
        let shape = example.map_leaves(&mut |leaf| leaves.push(leaf));
        let mut compiled = Compiled {
            function,
            settings: self,
            shape,
            lengths: None,
            is_one_slice: false,
            versions: Vec::new(),
            leaves,
            copies: Vec::new(),
            outputs: Vec::new(),
            recordings: 0,
            plain_calls: 0,
        };
        let mut lengths = Vec::new();
        if example.slices(&mut |slice| lengths.push(slice.len())) {
            compiled.is_one_slice = lengths.len() == 1;
            compiled.lengths = Some(lengths.into_boxed_slice());
        }
        compiled.record(example)?;
        Ok(compiled)
    }
}

/// A function, or a transform of one, recorded at an example and compiled.
///
/// `function` is a closure from numbers [`Traced`] in the shape of the input to a result of such numbers. It may call any function
/// that is generic over the kind of number, and any transform of such a function. It runs once, on numbers that record what is computed with
/// them; calls of the compiled function then run the recording.
///
/// The result of a call has the bits that the transform itself computes, with two exceptions: a zero may have the other sign, and NaN may
/// have another sign and payload. Where a result is not finite, the transform itself is run, at the price of an uncompiled
/// call; so an exactly zero derivative times an infinite one is what the transform makes of it.
///
/// # Errors
/// [`CompileError::Obstacle`] if the function does what cannot be repeated for other inputs: it takes the value out of a number
/// ([`primal`](crate::Scalar::primal), casts to `f64`), or it calls a [`Rule`](crate::Rule) or [`VectorRule`](crate::VectorRule) or linear
/// algebra that is made of them. The error names the file and the line. [`CompileError::TooLong`] if there are too many operations, and
/// [`CompileError::Recursive`] if `compile` is called by a function that is being compiled.
///
/// # Panics
/// If the function does.
///
/// # Examples
/// ```
/// use holograd::compile::compile;
/// use holograd::{Scalar, lit, value_and_grad};
///
/// fn rosenbrock<T: Scalar>(x: Vec<T>) -> T {
///     x.windows(2).map(|w| (w[1] - w[0] * w[0]).powi(2) * lit(100.0) + (w[0] - lit(1.0)).powi(2)).sum()
/// }
/// let mut f = compile(|x: Vec<_>| value_and_grad(rosenbrock, &x), &vec![0.0; 3])?;
/// let x = vec![1.2, 0.7, 0.3];
/// assert_eq!(f.call(&x), value_and_grad(rosenbrock, &x));
/// # Ok::<(), holograd::compile::CompileError>(())
/// ```
/// A function that may fail, with a branch:
/// ```
/// use holograd::compile::compile;
/// use holograd::{Real, derivative};
/// fn root<T: Real>(x: T) -> Result<T, &'static str> {
///     if x < T::lit(0.0) { Err("negative") } else { Ok(x.sqrt()) }
/// }
/// let mut slope = compile(|x| derivative(root, x), &1.0)?;
/// assert_eq!(slope.call(&4.0), Ok(0.25));
/// assert_eq!(slope.call(&-4.0), Err("negative"));
/// # Ok::<(), holograd::compile::CompileError>(())
/// ```
pub fn compile<X, Y, F>(function: F, example: &X) -> Result<Compiled<X, Y, F>, CompileError>
where
    X: Shape<f64> + ?Sized,
    Y: Output<Traced>,
    F: FnMut(X::With<Traced>) -> Y,
{
    Compiler::new().compile(function, example)
}

/// What runs a version.
#[derive(Debug)]
enum Engine {
    #[cfg(feature = "jit")]
    Machine(MachineCode),
    Arrays(Arrays),
    Lanes(Lanes),
}

/// What runs a version on several points, and its memory.
#[derive(Clone, Debug)]
enum BatchEngine {
    #[cfg(feature = "jit")]
    Machine(Arc<MachineCode>, GroupMemory),
    Lanes(Arc<Lanes>, LaneMemory),
}

/// Inputs and outputs of several points, number by number, and the memory of what computes them.
#[derive(Clone, Debug)]
struct LaneMemory {
    x: Vec<[f64; LANES]>,
    y: Vec<[f64; LANES]>,
    scratch: Vec<[f64; LANES]>,
}

/// How many points the interpreter takes at a time.
const LANES: usize = 16;
/// How many points machine code takes at a time.
const FOUR: usize = 4;

/// A recording, compiled.
#[derive(Debug)]
struct Version<S> {
    program: Program,
    engine: Engine,
    /// Made when it is first needed.
    batch: OnceLock<BatchEngine>,
    /// A result, whose numbers are replaced.
    result: S,
}

/// A version with the memory that it runs in.
#[derive(Debug)]
struct Loaded<S> {
    version: Arc<Version<S>>,
    memory: Vec<f64>,
    batch: Option<BatchEngine>,
}

impl<S> Clone for Loaded<S> {
    fn clone(&self) -> Self {
        Loaded { version: self.version.clone(), memory: self.memory.clone(), batch: self.batch.clone() }
    }
}

impl<S> Loaded<S> {
    fn new(version: Version<S>) -> Self {
        let memory = match &version.engine {
            #[cfg(feature = "jit")]
            Engine::Machine(code) => vec![0.0; code.scratch()],
            Engine::Arrays(arrays) => arrays.scratch(),
            Engine::Lanes(lanes) => lanes.scratch::<1>().into_iter().flatten().collect(),
        };
        Loaded { version: Arc::new(version), memory, batch: None }
    }

    /// How many numbers the result has.
    #[inline]
    fn outputs(&self) -> usize {
        self.version.program.outputs.len()
    }

    /// Runs the version at a point. `y` has as many numbers as the result.
    #[inline]
    fn run(&mut self, x: &[f64], y: &mut [f64]) -> Faults {
        match &self.version.engine {
            #[cfg(feature = "jit")]
            Engine::Machine(code) => code.run(x, y, &mut self.memory),
            Engine::Arrays(arrays) => arrays.run(x, y, &mut self.memory),
            Engine::Lanes(lanes) => {
                let (x, y) = (x.as_chunks::<1>().0, y.as_chunks_mut::<1>().0);
                lanes.run::<1>(x, y, self.memory.as_chunks_mut::<1>().0)
            }
        }
    }

    /// Whether the results at a point are right, if there is machine code for so many numbers: what is inlined where a compiled
    /// function is called.
    #[inline]
    fn run_machine_code(&mut self, x: &[f64], y: &mut [f64]) -> Option<bool> {
        #[cfg(feature = "jit")]
        if let Engine::Machine(code) = &self.version.engine
            && code.fits(x, y)
        {
            return Some(code.run_for_bits(x, y, &mut self.memory) == 0);
        }
        let _ = (x, y);
        None
    }

    /// What runs the version on several points.
    fn batch_engine(&mut self, settings: Compiler) -> &mut BatchEngine {
        let Version { program, batch, .. } = &*self.version;
        self.batch.get_or_insert_with(|| batch.get_or_init(|| settings.batch_engine(program)).clone())
    }
}

impl BatchEngine {
    /// How many points it takes at a time.
    fn lanes(&self) -> usize {
        match self {
            #[cfg(feature = "jit")]
            BatchEngine::Machine(..) => FOUR,
            BatchEngine::Lanes(..) => LANES,
        }
    }

    /// Runs the version at as many points, of which the inputs are the rows. The outputs of the points stand one after the other in `y`, which
    /// may have room for fewer points.
    #[inline]
    fn run(&mut self, rows: &[&[f64]; LANES], y: &mut [f64]) -> Faults {
        match self {
            #[cfg(feature = "jit")]
            BatchEngine::Machine(code, memory) => {
                let [a, b, c, d, ..] = *rows;
                code.run_rows([a, b, c, d], y, memory)
            }
            BatchEngine::Lanes(lanes, memory) => {
                for (k, numbers) in memory.x.iter_mut().enumerate() {
                    *numbers = rows.map(|row| row[k]);
                }
                let faults = lanes.run::<LANES>(&memory.x, &mut memory.y, &mut memory.scratch);
                for (lane, row) in y.chunks_mut(memory.y.len().max(1)).enumerate() {
                    for (to, numbers) in row.iter_mut().zip(&memory.y) {
                        *to = numbers[lane];
                    }
                }
                faults
            }
        }
    }
}

/// A compiled function; made by [`compile`].
///
/// A call needs `&mut self`, as it computes in memory of its own. For several threads clone it: clones share the code. What is recorded later
/// belongs to the clone that needed it.
///
/// Its text is a listing of the operations; see also [`graphviz`](Compiled::graphviz) and [`rust_source`](Compiled::rust_source).
pub struct Compiled<X, Y, F>
where
    X: Shape<f64> + ?Sized,
    Y: Output<Traced>,
{
    function: F,
    settings: Compiler,
    /// The example without its numbers.
    shape: X::With<()>,
    /// The lengths of the slices of which the numbers of a point consist, where they tell its shape.
    lengths: Option<Box<[usize]>>,
    /// Whether it is one slice.
    is_one_slice: bool,
    /// The one that was used last is first.
    versions: Vec<Loaded<Y::Shape>>,
    /// Room for the numbers of a point, where they do not stand together.
    leaves: Vec<f64>,
    /// Room for the numbers of several points.
    copies: Vec<f64>,
    /// Room for the numbers of a result.
    outputs: Vec<f64>,
    recordings: usize,
    plain_calls: usize,
}

impl<X, Y, F: Clone> Clone for Compiled<X, Y, F>
where
    X: Shape<f64> + ?Sized,
    Y: Output<Traced>,
{
    fn clone(&self) -> Self {
        Compiled {
            function: self.function.clone(),
            settings: self.settings,
            shape: self.shape.clone(),
            lengths: self.lengths.clone(),
            is_one_slice: self.is_one_slice,
            versions: self.versions.clone(),
            leaves: self.leaves.clone(),
            copies: Vec::new(),
            outputs: Vec::new(),
            recordings: self.recordings,
            plain_calls: self.plain_calls,
        }
    }
}

impl<X, Y, F> fmt::Debug for Compiled<X, Y, F>
where
    X: Shape<f64> + ?Sized,
    Y: Output<Traced>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Compiled").field("statistics", &self.statistics()).finish_non_exhaustive()
    }
}

/// A line for each operation of the version that was used last, then its results and the conditions on which they hold.
impl<X, Y, F> fmt::Display for Compiled<X, Y, F>
where
    X: Shape<f64> + ?Sized,
    Y: Output<Traced>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.versions.first() {
            Some(loaded) => loaded.version.program.fmt(f),
            None => writeln!(f, "nothing is recorded: the function failed at all points so far"),
        }
    }
}

/// What a compiled function consists of; see [`Compiled::statistics`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Statistics {
    /// Arithmetic operations and calls of library functions.
    pub operations: usize,
    /// Conditions on which the recording holds.
    pub guards: usize,
    /// Memory of the code and of the numbers in it, in bytes.
    pub bytes: usize,
    /// Versions that are kept.
    pub versions: usize,
    /// Recordings made so far.
    pub recordings: usize,
    /// Calls so far, and points of batches, at which the closure itself was run, as slowly as without compilation: where a
    /// result is not finite, where the closure fails, where numbers are so large or so small that a rule computes them in another way, and on
    /// branches that cannot be recorded.
    pub plain_calls: usize,
    /// Whether the version that was used last is machine code.
    pub is_machine_code: bool,
}

/// What a recording at a point gives.
enum Recording<S> {
    /// A version, and the results at the point.
    Version(Loaded<S>),
    /// The results cannot be recorded.
    Refused(CompileError),
    /// The function failed at the point.
    Failed,
}

impl<X, Y, F> Compiled<X, Y, F>
where
    X: Shape<f64> + ?Sized,
    Y: Output<Traced>,
    F: FnMut(X::With<Traced>) -> Y,
{
    /// Records the function at a point, as the version that was used last.
    fn record(&mut self, x: &X) -> Result<bool, CompileError> {
        match self.recording(x) {
            Recording::Version(loaded) => {
                self.versions.truncate(self.settings.versions - 1);
                self.versions.insert(0, loaded);
                self.recordings += 1;
                Ok(true)
            }
            Recording::Failed => Ok(false),
            Recording::Refused(error) => Err(error),
        }
    }

    fn recording(&mut self, x: &X) -> Recording<Y::Shape> {
        let recorded = record(self.settings.operations, || {
            (self.function)(x.map_leaves(&mut Traced::input)).branch().ok()
        });
        let Some((recorder, result)) = recorded else { return Recording::Refused(CompileError::Recursive) };
        let Recorder { obstacle, is_too_long, .. } = &recorder;
        if let Some(obstacle) = obstacle {
            return Recording::Refused(obstacle.clone().into());
        }
        if *is_too_long {
            return Recording::Refused(CompileError::TooLong { limit: self.settings.operations });
        }
        let Some(result) = result else { return Recording::Failed };
        let mut recorder = recorder;
        let mut outputs = Vec::new();
        let mut is_foreign = false;
        result.map_leaves(&mut |y: Traced| {
            is_foreign |= !y.0.belongs_to(&recorder);
            outputs.push(y.0);
        });
        if is_foreign {
            let what = "a number of another recording is a result".into();
            let at = std::panic::Location::caller();
            return Recording::Refused(Obstacle { what, at }.into());
        }
        let outputs: Vec<_> = outputs.into_iter().map(|y| y.output()(&mut recorder.graph)).collect();
        let program = recorder.graph.finish(&outputs);
        let engine = self.settings.engine(&program);
        Recording::Version(Loaded::new(Version { program, engine, batch: OnceLock::new(), result }))
    }

    /// The result at the point, computed by the function itself.
    #[cold]
    fn plainly(&mut self, x: &X) -> Result<Y::Shape, Y::Failure> {
        self.plain_calls += 1;
        (self.function)(x.map_leaves(&mut Traced::constant)).branch()
    }

    #[cold]
    fn plain_call(&mut self, x: &X) -> With<Y, Traced, f64> {
        Y::lift(self.plainly(x).map(|y| y.map_leaves(&mut |y: Traced| y.0.value)))
    }

    #[cold]
    #[track_caller]
    fn plain_call_into(&mut self, x: &X, y: &mut [f64]) -> Result<(), Y::Failure> {
        let result = self.plainly(x)?;
        let mut numbers = Vec::with_capacity(y.len());
        result.map_leaves(&mut |y: Traced| numbers.push(y.0.value));
        assert_room(y.len(), numbers.len());
        y.copy_from_slice(&numbers);
        Ok(())
    }

    /// The numbers of the point where they stand, if they stand together and are as many as those of the example.
    #[inline]
    fn in_place<'a>(&self, x: &'a X) -> Option<&'a [f64]> {
        let Some([length]) = self.lengths.as_deref() else { return None };
        let mut only: &[f64] = &[];
        x.slices(&mut |slice| only = slice);
        (only.len() == *length).then_some(only)
    }

    /// The numbers of the point: where they are, or copied.
    ///
    /// # Panics
    /// If the shape is not that of the example.
    #[inline]
    #[track_caller]
    fn leaves_of<'a>(&self, x: &'a X, copy: &'a mut Vec<f64>) -> &'a [f64] {
        if let Some(leaves) = self.in_place(x) {
            return leaves;
        }
        copy.clear();
        if let Some(lengths) = &self.lengths {
            let (mut expected, mut fits) = (lengths.iter(), true);
            x.slices(&mut |slice| {
                fits &= expected.next() == Some(&slice.len());
                copy.extend_from_slice(slice);
            });
            if fits && expected.next().is_none() {
                return copy;
            }
            copy.clear();
        }
        let shape = x.map_leaves(&mut |leaf| copy.push(leaf));
        if shape != self.shape {
            shapes_differ(&self.shape, &shape);
        }
        copy
    }

    /// Runs the versions until one is right, which becomes the first. Records one if none is.
    ///
    /// Gives whether `y` holds the result; a result of another length is held by nothing.
    fn find(&mut self, x: &X, leaves: &[f64], y: &mut [f64]) -> bool {
        let mut other = Vec::new();
        for k in 0..=self.versions.len() {
            // What cannot be recorded on these branches is computed by the function itself.
            if k == self.versions.len() && !matches!(self.record(x), Ok(true)) {
                return false;
            }
            let k = if k == self.versions.len() { 0 } else { k };
            let loaded = &mut self.versions[k];
            let room = if loaded.outputs() == y.len() {
                &mut *y
            } else {
                other.resize(loaded.outputs(), 0.0);
                other.as_mut_slice()
            };
            let faults = loaded.run(leaves, room);
            if faults.violated == 0 {
                if k > 0 {
                    self.versions[..=k].rotate_right(1);
                }
                return faults.not_finite == 0;
            }
        }
        false
    }

    /// The result at a point.
    ///
    /// Runs the version whose branches go as those of the function at this point. If there is none, it is recorded first.
    ///
    /// # Panics
    /// If `x` has another shape than the example, or if the function panics.
    ///
    /// # Examples
    /// ```
    /// use holograd::compile::compile;
    /// use holograd::hessian;
    /// let mut h = compile(|x: [_; 2]| hessian(|[x, y]| x * x * y, &x), &[1.0, 1.0])?;
    /// assert_eq!(h.call(&[2.0, 3.0]), [[6.0, 4.0], [4.0, 0.0]]);
    /// # Ok::<(), holograd::compile::CompileError>(())
    /// ```
    #[track_caller]
    pub fn call(&mut self, x: &X) -> With<Y, Traced, f64> {
        let (mut copy, mut y) = (std::mem::take(&mut self.leaves), std::mem::take(&mut self.outputs));
        let leaves = self.leaves_of(x, &mut copy);
        y.resize(self.versions.first().map_or(0, Loaded::outputs), 0.0);
        let mut result = None;
        if self.find(x, leaves, &mut y) {
            let loaded = &mut self.versions[0];
            if y.len() != loaded.outputs() {
                // On these branches the result has another number of numbers.
                y.resize(loaded.outputs(), 0.0);
                loaded.run(leaves, &mut y);
            }
            result = Some(Y::lift(Ok(rebuilt(&loaded.version.result, &y))));
        }
        (self.leaves, self.outputs) = (copy, y);
        result.unwrap_or_else(|| self.plain_call(x))
    }

    /// Writes the numbers of the result at a point into `y`, in their order, without allocating.
    ///
    /// # Errors
    /// If the function fails, with what it returns in place of a result. `y` may hold anything then.
    ///
    /// # Panics
    /// If `x` has another shape than the example, if `y` has not as many numbers as the result, or if the function panics.
    ///
    /// # Examples
    /// ```
    /// use holograd::compile::compile;
    /// use holograd::jacfwd;
    /// let mut f = compile(|x: [_; 2]| jacfwd(|[x, y]| [x * y, x + y], &x), &[1.0, 1.0])?;
    /// let mut jacobian = [0.0; 4];
    /// let Ok(()) = f.call_into(&[2.0, 3.0], &mut jacobian);
    /// assert_eq!(jacobian, [3.0, 2.0, 1.0, 1.0]);
    /// # Ok::<(), holograd::compile::CompileError>(())
    /// ```
    #[inline]
    #[track_caller]
    pub fn call_into(&mut self, x: &X, y: &mut [f64]) -> Result<(), Y::Failure> {
        if self.is_one_slice
            && let Some(loaded) = self.versions.first_mut()
        {
            // Numbers that stand together and are as many as those of the example are of its shape.
            let mut leaves: &[f64] = &[];
            x.slices(&mut |slice| leaves = slice);
            if loaded.run_machine_code(leaves, y) == Some(true) {
                return Ok(());
            }
        }
        self.call_into_carefully(x, y)
    }

    /// [`call_into`](Self::call_into) by any back end and any version.
    #[inline(never)]
    #[track_caller]
    fn call_into_carefully(&mut self, x: &X, y: &mut [f64]) -> Result<(), Y::Failure> {
        let mut copy = std::mem::take(&mut self.leaves);
        let leaves = self.leaves_of(x, &mut copy);
        let found = self.find(x, leaves, y);
        self.leaves = copy;
        if found {
            assert_room(y.len(), self.versions[0].outputs());
            return Ok(());
        }
        self.plain_call_into(x, y)
    }

    /// The results at many points: several at a time in the lanes of vector registers.
    ///
    /// Points whose branches go another way than those of the version that was used last, and points with results that are not
    /// finite, are computed one by one.
    ///
    /// # Panics
    /// If a point has another shape than the example, or if the function panics.
    ///
    /// # Examples
    /// ```
    /// use holograd::compile::compile;
    /// use holograd::derivative;
    /// let mut f = compile(|x| derivative(|x| x * x * x, x), &1.0)?;
    /// assert_eq!(f.call_batch(&[1.0, 2.0, 3.0, 4.0, 5.0]), [3.0, 12.0, 27.0, 48.0, 75.0]);
    /// # Ok::<(), holograd::compile::CompileError>(())
    /// ```
    #[track_caller]
    pub fn call_batch(&mut self, points: &[X]) -> Vec<With<Y, Traced, f64>>
    where
        X: Sized,
    {
        let mut results = Vec::with_capacity(points.len());
        let mut rest = points;
        while !rest.is_empty() {
            let width = self.versions.first().map_or(0, Loaded::outputs);
            let mut y = std::mem::take(&mut self.outputs);
            y.resize(width * LANES, 0.0);
            let Some((group, faults)) = self.run_group(rest, &mut y) else {
                // Nothing is recorded.
                results.push(self.call(&rest[0]));
                rest = &rest[1..];
                continue;
            };
            let version = self.versions[0].version.clone();
            for (lane, point) in group.iter().enumerate() {
                results.push(if faults.is_right(lane) {
                    Y::lift(Ok(rebuilt(&version.result, &y[lane * width..])))
                } else {
                    self.call(point)
                });
            }
            self.outputs = y;
            rest = &rest[group.len()..];
        }
        results
    }

    /// Writes the numbers of the results at many points into `y`, those of a point after those of the one before; see
    /// [`call_batch`](Self::call_batch).
    ///
    /// # Errors
    /// If the function fails at a point, with what it returns in place of a result. Of `y` the numbers of the points before are written then, and
    /// others may be.
    ///
    /// # Panics
    /// If a point has another shape than the example, if `y` has not as many numbers as all results, or if the function panics.
    ///
    /// # Examples
    /// ```
    /// use holograd::compile::compile;
    /// use holograd::grad;
    /// let mut f = compile(|x: [_; 2]| grad(|[x, y]| x * y, &x), &[1.0, 1.0])?;
    /// let mut gradients = [0.0; 4];
    /// let Ok(()) = f.call_batch_into(&[[1.0, 2.0], [3.0, 4.0]], &mut gradients);
    /// assert_eq!(gradients, [2.0, 1.0, 4.0, 3.0]);
    /// # Ok::<(), holograd::compile::CompileError>(())
    /// ```
    #[track_caller]
    pub fn call_batch_into(&mut self, points: &[X], y: &mut [f64]) -> Result<(), Y::Failure>
    where
        X: Sized,
    {
        let count = y.len().checked_div(points.len()).unwrap_or(0);
        assert_room(y.len(), count * points.len());
        let (mut points, mut y) = (points, y);
        while let Some(first) = points.first() {
            #[cfg(feature = "jit")]
            {
                let done = self.run_groups(points, y, count);
                if done > 0 {
                    points = &points[done..];
                    y = &mut y[done * count..];
                    continue;
                }
            }
            let has_room = self.versions.first().is_some_and(|loaded| loaded.outputs() == count);
            let found = if has_room { self.run_group(points, y) } else { None };
            let done = if let Some((group, faults)) = found {
                for (lane, point) in group.iter().enumerate().filter(|(lane, _)| !faults.is_right(*lane)) {
                    self.call_into(point, &mut y[lane * count..][..count])?;
                }
                group.len()
            } else {
                self.call_into(first, &mut y[..count])?;
                1
            };
            points = &points[done..];
            y = &mut y[done * count..];
        }
        Ok(())
    }

    /// Runs machine code at as many groups of four points as follow each other without fault, and gives the number of these points.
    #[cfg(feature = "jit")]
    #[inline]
    fn run_groups(&mut self, points: &[X], y: &mut [f64], count: usize) -> usize
    where
        X: Sized,
    {
        let (settings, mut done) = (self.settings, 0);
        let Some(lengths) = self.lengths.as_deref() else { return 0 };
        let Some(loaded) = self.versions.first_mut() else { return 0 };
        if loaded.outputs() != count || count == 0 {
            return 0;
        }
        let inputs = loaded.version.program.inputs;
        let BatchEngine::Machine(code, memory) = loaded.batch_engine(settings) else { return 0 };
        let groups = points.as_chunks::<FOUR>().0;
        for (group, y) in groups.iter().zip(y.chunks_exact_mut(FOUR * count)) {
            let mut rows: [&[f64]; FOUR] = [&[]; FOUR];
            if let [length] = lengths {
                for (row, point) in rows.iter_mut().zip(group) {
                    point.slices(&mut |slice| *row = slice);
                }
                if rows.iter().any(|row| row.len() != *length) {
                    break;
                }
            } else {
                let copies = &mut self.copies;
                copies.clear();
                let mut fits = true;
                for point in group {
                    let mut expected = lengths.iter();
                    point.slices(&mut |slice| {
                        fits &= expected.next() == Some(&slice.len());
                        copies.extend_from_slice(slice);
                    });
                    fits &= expected.next().is_none();
                }
                if !fits || inputs == 0 {
                    break;
                }
                for (row, copy) in rows.iter_mut().zip(copies.chunks_exact(inputs)) {
                    *row = copy;
                }
            }
            if !code.run_rows(rows, y, memory).is_none() {
                break;
            }
            done += FOUR;
        }
        done
    }

    /// Runs the version that was used last at the first of these points, as many as it takes at a time. Gives these points and where
    /// the results are not right. `None` if nothing is recorded.
    #[track_caller]
    fn run_group<'a>(&mut self, points: &'a [X], y: &mut [f64]) -> Option<(&'a [X], Faults)>
    where
        X: Sized,
    {
        let settings = self.settings;
        let lanes = self.versions.first_mut()?.batch_engine(settings).lanes();
        let group = &points[..points.len().min(lanes)];
        let (mut copy, mut copies) = (std::mem::take(&mut self.leaves), std::mem::take(&mut self.copies));
        let mut rows: [&[f64]; LANES] = [&[]; LANES];
        let in_place = rows
            .iter_mut()
            .zip(group)
            .all(|(row, point)| self.in_place(point).inspect(|leaves| *row = leaves).is_some());
        if !in_place {
            copies.clear();
            for point in group {
                copies.extend_from_slice(self.leaves_of(point, &mut copy));
            }
            for (row, leaves) in rows.iter_mut().zip(copies.chunks((copies.len() / group.len()).max(1))) {
                *row = leaves;
            }
        }
        // The last point again where there are too few.
        let last = rows[group.len() - 1];
        rows[group.len()..].fill(last);
        let loaded = &mut self.versions[0];
        let room = group.len() * loaded.outputs();
        let faults = loaded.batch_engine(settings).run(&rows, &mut y[..room]);
        (self.leaves, self.copies) = (copy, copies);
        Some((group, faults))
    }
}

/// A result of the shape of another one.
fn rebuilt<S: Shape<Traced>>(result: &S, outputs: &[f64]) -> S::With<f64> {
    let mut outputs = outputs.iter();
    result.map_leaves(&mut |_| outputs.next().copied().unwrap_or(f64::NAN))
}

#[cold]
#[track_caller]
fn shapes_differ<S: fmt::Debug>(expected: &S, given: &S) -> ! {
    panic!(
        "a compiled function takes points of the shape of the example that it was compiled for, {expected:?}, and was \
         given one of the shape {given:?}"
    )
}

#[track_caller]
fn assert_room(given: usize, expected: usize) {
    assert!(given == expected, "the result has {expected} numbers, and there is room for {given}");
}

impl Compiler {
    /// What runs a program at one point.
    fn engine(self, program: &Program) -> Engine {
        #[cfg(feature = "jit")]
        if self.machine_code
            && let Ok(code) = emit::compile::<false>(program)
        {
            return Engine::Machine(code);
        }
        // Loops pay from a few operations on.
        let arrays = Arrays::new(program);
        if arrays.elements_per_step() >= 4.0 {
            Engine::Arrays(arrays)
        } else {
            Engine::Lanes(Lanes::new(program))
        }
    }

    /// What runs a program at several points.
    fn batch_engine(self, program: &Program) -> BatchEngine {
        #[cfg(feature = "jit")]
        if self.machine_code
            && let Ok(code) = emit::compile::<true>(program)
        {
            let memory = code.group_memory();
            return BatchEngine::Machine(Arc::new(code), memory);
        }
        let lanes = Lanes::new(program);
        let memory = LaneMemory {
            x: vec![[0.0; LANES]; program.inputs],
            y: vec![[0.0; LANES]; program.outputs.len()],
            scratch: lanes.scratch(),
        };
        BatchEngine::Lanes(Arc::new(lanes), memory)
    }
}

impl<X, Y, F> Compiled<X, Y, F>
where
    X: Shape<f64> + ?Sized,
    Y: Output<Traced>,
{
    /// How large the compiled function is.
    ///
    /// # Examples
    /// ```
    /// use holograd::compile::{Traced, compile};
    /// let f = compile(|x: Traced| x * x + 1.0, &1.0)?;
    /// assert_eq!((f.statistics().operations, f.statistics().guards), (2, 0));
    /// # Ok::<(), holograd::compile::CompileError>(())
    /// ```
    #[must_use]
    pub fn statistics(&self) -> Statistics {
        let Some(loaded) = self.versions.first() else {
            let Compiled { recordings, plain_calls, .. } = *self;
            return Statistics { recordings, plain_calls, ..Statistics::default() };
        };
        let Version { program, engine, .. } = &*loaded.version;
        let (bytes, is_machine_code) = match engine {
            #[cfg(feature = "jit")]
            Engine::Machine(code) => (code.bytes(), true),
            Engine::Arrays(arrays) => (arrays.bytes(), false),
            Engine::Lanes(lanes) => (lanes.bytes(), false),
        };
        Statistics {
            operations: program.operations(),
            guards: program.violations.len(),
            bytes: bytes + size_of_val(loaded.memory.as_slice()) + size_of_val(program.nodes.as_slice()),
            versions: self.versions.len(),
            recordings: self.recordings,
            plain_calls: self.plain_calls,
            is_machine_code,
        }
    }

    /// The graph of the version that was used last, in the language of Graphviz: `dot -Tsvg` draws it. Empty if nothing is recorded.
    #[must_use]
    pub fn graphviz(&self) -> String {
        self.versions.first().map_or_else(String::new, |loaded| loaded.version.program.graphviz())
    }

    /// A Rust function of this name that computes what the version that was used last does, for a build script, for a target without
    /// this crate, or to be read. Empty if nothing is recorded.
    ///
    /// It takes an array of the numbers of the input and gives an array of the numbers of the result, in an `Option` if the recording has
    /// conditions: `None` where they do not hold. Constants are written by their bits. Functions that the standard
    /// library has are called by their path there; others by their path in this crate.
    ///
    /// Where a result is not finite, it is what the recorded operations give, and not what a transform would make of it.
    ///
    /// # Examples
    /// ```
    /// use holograd::compile::compile;
    /// use holograd::derivative;
    /// let f = compile(|x| derivative(|x| x * x * x, x), &1.0)?;
    /// let source = f.rust_source("slope");
    /// assert!(source.contains("pub fn slope(x: &[f64; 1]) -> [f64; 1] {"));
    /// # Ok::<(), holograd::compile::CompileError>(())
    /// ```
    #[must_use]
    pub fn rust_source(&self, name: &str) -> String {
        self.versions.first().map_or_else(String::new, |loaded| rust_source(&loaded.version.program, name))
    }
}
