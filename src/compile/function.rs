//! [`Compiled`], a recorded function, and how it is called.

use super::arrays::{Arrays, Lanes};
#[cfg(feature = "jit")]
use super::emit::{self, MachineCode};
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
            versions: Vec::new(),
            leaves,
            recordings: 0,
            block: Vec::new(),
        };
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

/// What runs a version on several points.
#[derive(Debug)]
enum BatchEngine {
    #[cfg(feature = "jit")]
    Machine(MachineCode),
    Lanes(Lanes),
}

/// How many points the interpreter takes at a time.
const LANES: usize = 16;
/// How many points machine code takes at a time.
#[cfg(feature = "jit")]
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
    outputs: Vec<f64>,
    batch: BatchMemory,
}

/// Inputs and outputs of several points, number by number, and the memory of what computes them.
#[derive(Clone, Debug, Default)]
struct BatchMemory {
    x: Vec<f64>,
    y: Vec<f64>,
    scratch: Vec<f64>,
}

impl<S> Clone for Loaded<S> {
    fn clone(&self) -> Self {
        Loaded {
            version: self.version.clone(),
            memory: self.memory.clone(),
            outputs: self.outputs.clone(),
            batch: self.batch.clone(),
        }
    }
}

/// What a version says about a call.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// The outputs are right.
    Right,
    /// Branches go another way.
    OtherBranches,
    /// Something is not finite.
    NotFinite,
}

fn verdict(outputs: &[f64]) -> Verdict {
    let (outputs, status) = outputs.split_at(outputs.len() - 2);
    if status[0].to_bits() != 0 {
        Verdict::OtherBranches
    } else if status[1].is_nan() || !all_finite(outputs) {
        Verdict::NotFinite
    } else {
        Verdict::Right
    }
}

/// Whether all numbers are finite, without a branch for each: x − x is 0 or NaN.
#[inline]
fn all_finite(x: &[f64]) -> bool {
    let difference = |x: f64, y: f64| (x - y).to_bits();
    let chunks = x.chunks_exact(8);
    let rest = chunks.remainder().iter().fold(0, |any, x| any | difference(*x, *x));
    let mut any = [0_u64; 8];
    for chunk in chunks {
        for k in 0..8 {
            any[k] |= difference(chunk[k], chunk[k]);
        }
    }
    any.iter().fold(rest, |all, any| all | any) == 0
}

impl<S> Loaded<S> {
    fn new(version: Version<S>) -> Self {
        let memory = match &version.engine {
            #[cfg(feature = "jit")]
            Engine::Machine(code) => vec![0.0; code.scratch()],
            Engine::Arrays(arrays) => arrays.scratch(),
            Engine::Lanes(lanes) => lanes.scratch::<1>().into_iter().flatten().collect(),
        };
        let outputs = vec![0.0; version.program.outputs.len() + 2];
        Loaded { version: Arc::new(version), memory, outputs, batch: BatchMemory::default() }
    }

    #[inline]
    fn run(&mut self, x: &[f64]) -> Verdict {
        match &self.version.engine {
            #[cfg(feature = "jit")]
            Engine::Machine(code) => code.run(x, &mut self.outputs, &mut self.memory),
            Engine::Arrays(arrays) => arrays.run(x, &mut self.outputs, &mut self.memory),
            Engine::Lanes(lanes) => {
                let (x, y) = (x.as_chunks::<1>().0, self.outputs.as_chunks_mut::<1>().0);
                lanes.run::<1>(x, y, self.memory.as_chunks_mut::<1>().0);
            }
        }
        verdict(&self.outputs)
    }

    /// Runs the version at points whose inputs stand one after the other in `x`, and writes the outputs of the points, and what
    /// tells whether they are right, one after the other to `y`.
    fn run_batch(&mut self, settings: Compiler, x: &[f64], y: &mut [f64]) {
        let Version { program, batch, .. } = &*self.version;
        let engine = batch.get_or_init(|| settings.batch_engine(program));
        let (inputs, outputs) = (program.inputs, program.outputs.len() + 2);
        let lanes = match engine {
            #[cfg(feature = "jit")]
            BatchEngine::Machine(_) => FOUR,
            BatchEngine::Lanes(_) => LANES,
        };
        let memory = &mut self.batch;
        if memory.y.is_empty() {
            *memory = BatchMemory {
                x: vec![0.0; inputs * lanes],
                y: vec![0.0; outputs * lanes],
                scratch: match engine {
                    #[cfg(feature = "jit")]
                    BatchEngine::Machine(code) => vec![0.0; code.scratch()],
                    BatchEngine::Lanes(lanes) => lanes.scratch::<LANES>().into_iter().flatten().collect(),
                },
            };
        }
        let points = y.len() / outputs;
        for (block, y) in y.chunks_mut(outputs * lanes).enumerate() {
            let start = block * lanes;
            // The last point again where there are too few.
            let point = |lane: usize| (start + lane).min(points - 1);
            let rows: Vec<&[f64]> = (0..lanes).map(|lane| &x[point(lane) * inputs..][..inputs]).collect();
            match engine {
                #[cfg(feature = "jit")]
                BatchEngine::Machine(code) => {
                    transpose_in::<FOUR>(&rows, &mut memory.x);
                    code.run(&memory.x, &mut memory.y, &mut memory.scratch);
                    transpose_out::<FOUR>(&memory.y, y);
                }
                BatchEngine::Lanes(code) => {
                    transpose_in::<LANES>(&rows, &mut memory.x);
                    let (x, results) = (memory.x.as_chunks().0, memory.y.as_chunks_mut().0);
                    code.run::<LANES>(x, results, memory.scratch.as_chunks_mut().0);
                    transpose_out::<LANES>(&memory.y, y);
                }
            }
        }
    }
}

/// Writes number k of each row to block k of `to`.
fn transpose_in<const L: usize>(rows: &[&[f64]], to: &mut [f64]) {
    let rows: &[&[f64]; L] = rows.try_into().expect("a row for each lane");
    for (k, to) in to.as_chunks_mut::<L>().0.iter_mut().enumerate() {
        for (to, row) in to.iter_mut().zip(rows) {
            *to = row[k];
        }
    }
}

/// Writes number l of each block to row l of `to`, which may have fewer rows.
fn transpose_out<const L: usize>(from: &[f64], to: &mut [f64]) {
    let blocks = from.as_chunks::<L>().0;
    for (lane, row) in to.chunks_mut(blocks.len()).enumerate() {
        for (to, block) in row.iter_mut().zip(blocks) {
            *to = block[lane];
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
    /// The one that was used last is first.
    versions: Vec<Loaded<Y::Shape>>,
    /// The leaves of the point of the current call.
    leaves: Vec<f64>,
    recordings: usize,
    /// The outputs of a block of points.
    block: Vec<f64>,
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
            versions: self.versions.clone(),
            leaves: self.leaves.clone(),
            recordings: self.recordings,
            block: Vec::new(),
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
    fn plainly(&mut self, x: &X) -> With<Y, Traced, f64> {
        let result = (self.function)(x.map_leaves(&mut Traced::constant)).branch();
        Y::lift(result.map(|y| y.map_leaves(&mut |y: Traced| y.0.value)))
    }

    /// Copies the numbers of the point.
    ///
    /// # Panics
    /// If its shape is not that of the example.
    #[inline]
    #[track_caller]
    fn load(&mut self, x: &X) {
        self.leaves.clear();
        let leaves = &mut self.leaves;
        let shape = x.map_leaves(&mut |leaf| leaves.push(leaf));
        if shape != self.shape {
            shapes_differ(&self.shape, &shape);
        }
    }

    /// Runs the versions at the leaves until one is right, which becomes the first. Records one if none is.
    ///
    /// Gives whether the outputs of the first version are the result.
    #[inline]
    fn find(&mut self, x: &X) -> bool {
        for k in 0..self.versions.len() {
            match self.versions[k].run(&self.leaves) {
                Verdict::Right => {
                    self.versions[..=k].rotate_right(1);
                    return true;
                }
                Verdict::NotFinite => {
                    self.versions[..=k].rotate_right(1);
                    return false;
                }
                Verdict::OtherBranches => {}
            }
        }
        self.find_anew(x)
    }

    #[cold]
    fn find_anew(&mut self, x: &X) -> bool {
        // What cannot be recorded on these branches is computed by the function itself.
        matches!(self.record(x), Ok(true)) && self.versions[0].run(&self.leaves) == Verdict::Right
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
        self.load(x);
        if !self.find(x) {
            return self.plainly(x);
        }
        let Loaded { version, outputs, .. } = &self.versions[0];
        Y::lift(Ok(rebuilt(&version.result, outputs)))
    }

    /// Writes the numbers of the result at a point into `y`, in their order, without allocating.
    ///
    /// # Errors
    /// If the function fails, with what it returns in place of a result.
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
    #[track_caller]
    pub fn call_into(&mut self, x: &X, y: &mut [f64]) -> Result<(), Y::Failure> {
        self.load(x);
        if self.find(x) {
            let outputs = &self.versions[0].outputs;
            assert_room(y.len(), outputs.len() - 2);
            y.copy_from_slice(&outputs[..y.len()]);
            return Ok(());
        }
        let result = (self.function)(x.map_leaves(&mut Traced::constant)).branch()?;
        let mut numbers = Vec::with_capacity(y.len());
        result.map_leaves(&mut |y: Traced| numbers.push(y.0.value));
        assert_room(y.len(), numbers.len());
        y.copy_from_slice(&numbers);
        Ok(())
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
        for block in points.chunks(BLOCK) {
            let Some((version, y)) = self.run_block(block) else {
                results.extend(block.iter().map(|x| self.call(x)));
                continue;
            };
            for (point, y) in block.iter().zip(y.chunks(version.program.outputs.len() + 2)) {
                results.push(match verdict(y) {
                    Verdict::Right => Y::lift(Ok(rebuilt(&version.result, y))),
                    Verdict::NotFinite => self.plainly(point),
                    Verdict::OtherBranches => self.call(point),
                });
            }
        }
        results
    }

    /// Writes the numbers of the results at many points into `y`, those of a point after those of the one before; see
    /// [`call_batch`](Self::call_batch).
    ///
    /// # Errors
    /// If the function fails at a point, with what it returns in place of a result. The numbers before are written.
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
        for (block, y) in points.chunks(BLOCK).zip(y.chunks_mut((BLOCK * count).max(1))) {
            let found = self.run_block(block);
            let rows = y.chunks_mut(count.max(1));
            let Some((version, outputs)) = found else {
                for (point, y) in block.iter().zip(rows) {
                    self.call_into(point, y)?;
                }
                continue;
            };
            let width = version.program.outputs.len() + 2;
            for ((point, y), outputs) in block.iter().zip(rows).zip(outputs.chunks(width)) {
                if verdict(outputs) == Verdict::Right {
                    assert_room(y.len(), width - 2);
                    y.copy_from_slice(&outputs[..width - 2]);
                } else {
                    self.call_into(point, y)?;
                }
            }
            self.block = outputs;
        }
        Ok(())
    }

    /// Runs the version that was used last at several points. `None` if nothing is recorded.
    #[track_caller]
    fn run_block(&mut self, block: &[X]) -> Option<(Arc<Version<Y::Shape>>, Vec<f64>)>
    where
        X: Sized,
    {
        self.versions.first()?;
        let mut x = Vec::with_capacity(block.len() * self.leaves.len());
        for point in block {
            self.load(point);
            x.extend_from_slice(&self.leaves);
        }
        let loaded = &mut self.versions[0];
        let mut y = std::mem::take(&mut self.block);
        y.clear();
        y.resize(block.len() * loaded.outputs.len(), 0.0);
        loaded.run_batch(self.settings, &x, &mut y);
        Some((loaded.version.clone(), y))
    }
}

/// How many points are prepared at a time.
const BLOCK: usize = 64;

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
    assert!(given == expected, "call_into: the result has {expected} numbers, and there is room for {given}");
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
            return BatchEngine::Machine(code);
        }
        BatchEngine::Lanes(Lanes::new(program))
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
            return Statistics { recordings: self.recordings, ..Statistics::default() };
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
