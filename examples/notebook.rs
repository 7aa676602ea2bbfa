//! JAX's autodiff cookbook, in Rust: what the notebook prints, computed, printed and checked.
//!
//! `cargo run --release --example notebook`
//!
//! A classifier with weights W (3×2) and bias b scores five inputs of three numbers; the notebook differentiates its
//! scores, its loss and its sigmoid in every way there is. Every number printed here is compared with
//! `tests/data/notebook.json`, which holds the exact values from the decimals that the notebook prints, and must agree
//! to 1e-14 · max(1, |exact|); else the example exits with a failure.

use holograd::{
    Real64, Shape, grad, hessian, hvp, impl_tree, jacfwd, jacrev, jvp, lift, value_and_derivative,
    value_and_grad, vjp,
};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use std::array::from_fn;
use std::hint::black_box;
use std::process::ExitCode;
use std::time::{Duration, Instant};

type Inputs = [[f64; 3]; 5];
type Weights<T> = [[T; 2]; 3];
type Scores<T> = [[T; 2]; 5];

/// The structured parameters of the notebook's `{'W': W, 'b': b}`.
#[derive(Clone, PartialEq, Debug)]
struct Params<T> {
    w: Weights<T>,
    b: T,
}
impl_tree!(Params { w, b });

/// The scores of both classes for every input: X W + b
fn predict<T: Real64>(w: Weights<T>, b: T, inputs: &Inputs) -> Scores<T> {
    inputs.map(|x| from_fn(|class| (0..3).map(|i| w[i][class] * x[i]).sum::<T>() + b))
}

/// −ln of the probability that softmax gives to the right class, summed over the inputs
fn loss<T: Real64>(Params { w, b }: Params<T>, inputs: &Inputs, targets: &[usize; 5]) -> T {
    let scores = predict(w, b, inputs);
    scores.iter().zip(targets).map(|(row, &target)| row[0].log_add_exp(row[1]) - row[target]).sum()
}

/// The same as a function of W alone
fn loss_of_w<T: Real64>(w: Weights<T>, b: f64, inputs: &Inputs, targets: &[usize; 5]) -> T {
    loss(Params { w, b: T::lit(b) }, inputs, targets)
}

/// The sigmoid of every score, as a function of W
fn sigmoid<T: Real64>(w: Weights<T>, b: f64, inputs: &Inputs) -> Scores<T> {
    predict(w, T::lit(b), inputs).map(|row| row.map(|score| score.sigmoid()))
}

fn main() -> ExitCode {
    let mut notebook = Notebook::open();
    let inputs: Inputs = notebook.input("X");
    let targets = notebook.targets();
    let (w, b): (Weights<f64>, f64) = (notebook.input("W"), notebook.input("b"));
    let params = Params { w, b };
    let (v, u): (Weights<f64>, Scores<f64>) = (notebook.input("v"), notebook.input("u"));

    chapter("Gradients");
    sine_at_pi(&mut notebook);
    notebook.check("predict(W, b, inputs)", "logits", &predict(w, b, &inputs));
    let (w_grad, b_grad) = grad(|(w, b)| loss(Params { w, b }, &inputs, &targets), &(w, b));
    notebook.check("grad(loss, &(W, b)).0", "grad_W", &w_grad);
    notebook.check("grad(loss, &(W, b)).1", "grad_b", &b_grad);
    let (value, gradient) = value_and_grad(|p| loss(p, &inputs, &targets), &params);
    notebook.check("value_and_grad(loss, &params).0", "loss", &value);
    notebook.check("value_and_grad(loss, &params).1.w", "grad_W", &gradient.w);
    notebook.check("value_and_grad(loss, &params).1.b", "grad_b", &gradient.b);
    let forward = jacfwd(|p| loss(p, &inputs, &targets), &params);
    notebook.check_quietly("jacfwd(loss, &params).w", "grad_W", &forward.w);
    notebook.check_quietly("jacfwd(loss, &params).b", "grad_b", &forward.b);
    let of_gradient = time("value_and_grad(loss, &params)", || {
        value_and_grad(|p| loss(p, &inputs, &targets), black_box(&params))
    });

    chapter("Jacobians and Hessians");
    notebook.check("fun(W) = sigmoid(predict(W, b, inputs))", "sigmoid", &sigmoid(w, b, &inputs));
    notebook.check("jacfwd(fun, &W)", "jacobian", &jacfwd(|w| sigmoid(w, b, &inputs), &w));
    let of_jacfwd = time("jacfwd(fun, &W)", || jacfwd(|w| sigmoid(w, b, &inputs), black_box(&w)));
    notebook.check("jacrev(fun, &W)", "jacobian", &jacrev(|w| sigmoid(w, b, &inputs), &w));
    let of_jacrev = time("jacrev(fun, &W)", || jacrev(|w| sigmoid(w, b, &inputs), black_box(&w)));
    let by_modes = jacfwd(|w| jacrev(|w| sigmoid(w, b, &inputs), &w), &w);
    notebook.check("hessian(fun, &W) = jacfwd(|W| jacrev(fun, &W), &W)", "hessian", &by_modes);
    time("jacfwd(|W| jacrev(fun, &W), &W)", || {
        jacfwd(|w| jacrev(|w| sigmoid(w, b, &inputs), &w), black_box(&w))
    });
    notebook.check_quietly("hessian(fun, &W)", "hessian", &hessian(|w| sigmoid(w, b, &inputs), &w));
    let of_hessian = time("hessian(fun, &W)", || hessian(|w| sigmoid(w, b, &inputs), black_box(&w)));
    let forward_twice = jacfwd(|w| jacfwd(|w| sigmoid(w, b, &inputs), &w), &w);
    notebook.check_quietly("jacfwd(|W| jacfwd(fun, &W), &W)", "hessian", &forward_twice);
    let backward_twice = jacrev(|w| jacrev(|w| sigmoid(w, b, &inputs), &w), &w);
    notebook.check_quietly("jacrev(|W| jacrev(fun, &W), &W)", "hessian", &backward_twice);

    chapter("How it is made: jvp and vjp");
    print("v", &v);
    let (logits, pushed) = jvp(|w| predict(w, lift(b), &inputs), &w, &v);
    notebook.check("jvp(predict, &W, &v).0", "logits", &logits);
    notebook.check("jvp(predict, &W, &v).1", "jvp_predict", &pushed);
    print("u", &u);
    let (logits, vjp_fun) = vjp(|w| predict(w, lift(b), &inputs), &w);
    notebook.check_quietly("vjp(predict, &W).0", "logits", &logits);
    notebook.check("vjp_fun(&u), where vjp_fun = vjp(predict, &W).1", "vjp_predict", &vjp_fun(&u));
    let product = hvp(|w| loss_of_w(w, b, &inputs, &targets), &w, &v);
    notebook.check("hvp(loss, &W, &v)", "hvp_loss", &product);
    let by_modes = jvp(|w| grad(|w| loss_of_w(w, b, &inputs, &targets), &w), &w, &v).1;
    notebook.check_quietly("jvp(|W| grad(loss, &W), &W, &v).1", "hvp_loss", &by_modes);

    chapter("Of the same functions, not in the notebook");
    let curvature = hessian(|w| loss_of_w(w, b, &inputs, &targets), &w);
    notebook.check("hessian(loss, &W)", "hessian_loss_W", &curvature);
    notebook.check("jvp(fun, &W, &v).1", "jvp_sigmoid", &jvp(|w| sigmoid(w, b, &inputs), &w, &v).1);
    notebook.check("vjp(fun, &W).1(&u)", "vjp_sigmoid", &vjp(|w| sigmoid(w, b, &inputs), &w).1(&u));

    chapter("Training");
    train(&mut notebook, &inputs, &targets);

    let compiled = compiled(&mut notebook, &params, &inputs, &targets);
    chapter("Beside JAX");
    beside_jax(
        [
            ("value_and_grad(loss, &params)", of_gradient, 6.7, None),
            ("jacfwd(fun, &W)", of_jacfwd, 24.0, Some(3.62)),
            ("jacrev(fun, &W)", of_jacrev, 28.0, Some(4.54)),
            ("hessian(fun, &W)", of_hessian, 9.8, None),
        ],
        compiled,
    );

    notebook.close()
}

/// What the notebook opens with, in its own single precision and in double precision.
fn sine_at_pi(notebook: &mut Notebook) {
    let (value, slope) = value_and_derivative(|x| x.sin(), std::f64::consts::PI);
    notebook.check("sin π, f64", "/sin_at_pi/float64/value", &value);
    notebook.check("derivative(sin, π), f64", "/sin_at_pi/float64/derivative", &slope);
    // The nearest f32 to π is another number; its sine is −8.7e-8.
    let (value, slope) = value_and_derivative(|x| x.sin(), std::f32::consts::PI);
    notebook.check("sin π, f32", "/sin_at_pi/at_float32_pi/value", &f64::from(value));
    notebook.check("derivative(sin, π), f32", "/sin_at_pi/at_float32_pi/derivative", &f64::from(slope));
}

/// Gradient descent from random parameters, on the notebook's inputs.
fn train(notebook: &mut Notebook, inputs: &Inputs, targets: &[usize; 5]) {
    const STEPS: usize = 200;
    const RATE: f64 = 0.3;
    let mut random = StdRng::seed_from_u64(0);
    let mut draw = || random.random_range(-2.0..2.0);
    let mut params = Params { w: from_fn(|_| from_fn(|_| draw())), b: draw() };

    let mut losses = Vec::new();
    for step in 0..=STEPS {
        let (value, gradient) = value_and_grad(|p| loss(p, inputs, targets), &params);
        losses.push(value);
        if step % 40 == 0 {
            println!("step {step:3}: loss {value:.6}");
        }
        params = params.zip_leaves(&gradient, &mut |p, g| p - RATE * g);
    }
    notebook.claim(
        "the loss falls at every step, and ends below a tenth of where it began",
        losses.is_sorted_by(|a, b| a > b) && losses[STEPS] < 0.1 * losses[0],
    );
}

/// The same calls as native code, in place of the notebook's `jit`: `cargo run --release --features jit --example notebook`.
#[cfg(feature = "jit")]
fn compiled(
    notebook: &mut Notebook,
    params: &Params<f64>,
    inputs: &Inputs,
    targets: &[usize; 5],
) -> [Option<Duration>; 4] {
    use holograd::compile::compile;
    chapter("Compiled");
    let Params { w, b } = *params;
    let mut f =
        compile(|p: Params<_>| value_and_grad(|p| loss(p, inputs, targets), &p), params).expect("compiles");
    notebook.check("compile(|p| value_and_grad(loss, &p), &params)", "grad_W", &f.call(params).1.w);
    let of_gradient = time("value_and_grad(loss, &params), compiled", || f.call(black_box(params)));
    let mut f = compile(|w: Weights<_>| jacfwd(|w| sigmoid(w, b, inputs), &w), &w).expect("compiles");
    notebook.check_quietly("compile(|W| jacfwd(fun, &W), &W)", "jacobian", &f.call(&w));
    let of_jacfwd = time("jacfwd(fun, &W), compiled", || f.call(black_box(&w)));
    let mut f = compile(|w: Weights<_>| jacrev(|w| sigmoid(w, b, inputs), &w), &w).expect("compiles");
    notebook.check_quietly("compile(|W| jacrev(fun, &W), &W)", "jacobian", &f.call(&w));
    let of_jacrev = time("jacrev(fun, &W), compiled", || f.call(black_box(&w)));
    let mut f = compile(|w: Weights<_>| hessian(|w| sigmoid(w, b, inputs), &w), &w).expect("compiles");
    notebook.check_quietly("compile(|W| hessian(fun, &W), &W)", "hessian", &f.call(&w));
    let of_hessian = time("hessian(fun, &W), compiled", || f.call(black_box(&w)));
    [of_gradient, of_jacfwd, of_jacrev, of_hessian].map(Some)
}

/// Nothing is compiled without the feature `jit`.
#[cfg(not(feature = "jit"))]
fn compiled(_: &mut Notebook, _: &Params<f64>, _: &Inputs, _: &[usize; 5]) -> [Option<Duration>; 4] {
    [None; 4]
}

/// A nest of arrays of numbers.
trait Tensor {
    fn shape() -> Vec<usize>;
    fn data(&self) -> Vec<f64>;
    fn from_data(data: &mut impl Iterator<Item = f64>) -> Self;
    /// numpy's brackets; the two innermost levels stay on one line.
    fn format(&self, indent: usize) -> String;
}

impl Tensor for f64 {
    fn shape() -> Vec<usize> {
        Vec::new()
    }
    fn data(&self) -> Vec<f64> {
        vec![*self]
    }
    fn from_data(data: &mut impl Iterator<Item = f64>) -> Self {
        data.next().expect("as many numbers as the shape says")
    }
    fn format(&self, _: usize) -> String {
        format!("{self:?}")
    }
}

impl<E: Tensor, const N: usize> Tensor for [E; N] {
    fn shape() -> Vec<usize> {
        [vec![N], E::shape()].concat()
    }
    fn data(&self) -> Vec<f64> {
        self.iter().flat_map(E::data).collect()
    }
    fn from_data(data: &mut impl Iterator<Item = f64>) -> Self {
        from_fn(|_| E::from_data(data))
    }
    fn format(&self, indent: usize) -> String {
        let separator = match Self::shape().len() {
            0..=2 => ", ".to_owned(),
            _ => format!(",\n{:1$}", "", indent + 1),
        };
        let parts: Vec<_> = self.iter().map(|e| e.format(indent + 1)).collect();
        format!("[{}]", parts.join(&separator))
    }
}

fn chapter(title: &str) {
    println!("\n── {title} ──");
}

fn print<E: Tensor>(what: &str, value: &E) {
    if E::shape().is_empty() {
        println!("{what} = {}", value.format(0));
    } else {
        println!("{what}, with shape {:?}\n{}", E::shape(), value.format(0));
    }
}

/// The time of a call, the least of many batches that are long enough for the clock: whatever disturbs a measurement makes it
/// longer. Prints it, and the median beside it.
fn time<R>(call: &str, mut f: impl FnMut() -> R) -> Duration {
    const BATCHES: usize = 101;
    const CALLS: u32 = 1000;
    let mut batch = || {
        let start = Instant::now();
        for _ in 0..CALLS {
            black_box(f());
        }
        start.elapsed() / CALLS
    };
    let mut times: Vec<_> = (0..BATCHES).map(|_| batch()).collect();
    times.sort();
    println!(
        "    {call}: {:?} a call (least of {BATCHES} batches of {CALLS} calls on one thread; median {:?})",
        times[0],
        times[BATCHES / 2],
    );
    times[0]
}

/// The notebook's calls, ours as measured in this run, beside JAX's: microseconds compiled by `jit`, and milliseconds as the
/// notebook prints them, not compiled. `native`: ours, compiled.
fn beside_jax(calls: [(&str, Duration, f64, Option<f64>); 4], native: [Option<Duration>; 4]) {
    const DISPATCH: f64 = 5.0;
    println!(
        "{:30} {:>9} {:>9} {:>9} {:>9} {:>10} {:>12}",
        "", "here", "compiled", "JAX, jit", "", "less 5 µs", "JAX, no jit"
    );
    for ((call, here, compiled, interpreted), native) in calls.into_iter().zip(native) {
        let here = here.as_secs_f64() * 1e6;
        let ratio = |jax: f64| format!("{:.1} ×", jax / here);
        let native = native.map_or("–".to_owned(), |time| format!("{:.2} µs", time.as_secs_f64() * 1e6));
        let interpreted = interpreted.map_or("–".to_owned(), |ms| format!("{ms} ms"));
        println!(
            "{call:30} {here:>6.2} µs {native:>9} {compiled:>6} µs {:>9} {:>10} {interpreted:>12}",
            ratio(compiled),
            ratio(compiled - DISPATCH),
        );
    }
    println!(
        "JAX's times are not of this run: the compiled ones were measured on a machine of this kind. About 5 µs of each are the\n\
         dispatch of a call from Python, which a larger problem would not notice: the column `less 5 µs` leaves them out.\n\
         Those without jit are the ones that the notebook prints."
    );
}

/// The table of exact values, and the tally of what was compared with it.
struct Notebook {
    table: serde_json::Value,
    numbers: usize,
    failures: usize,
}

impl Notebook {
    fn open() -> Self {
        let table =
            serde_json::from_str(include_str!("../tests/data/notebook.json")).expect("the table is JSON");
        Notebook { table, numbers: 0, failures: 0 }
    }

    /// What stands at a place of the table: its shape and its numbers.
    fn at(&self, place: &str) -> (Vec<usize>, Vec<f64>) {
        let number =
            |n: &serde_json::Value| n.as_str().and_then(|n| n.parse().ok()).expect("a number as a string");
        let entry = self.table.pointer(place).unwrap_or_else(|| panic!("no {place} in the table"));
        let (Some(shape), Some(data)) = (entry["shape"].as_array(), entry["data"].as_array()) else {
            return (Vec::new(), vec![number(entry)]);
        };
        let size = |n: &serde_json::Value| n.as_u64().and_then(|n| n.try_into().ok()).expect("a size");
        (shape.iter().map(size).collect(), data.iter().map(number).collect())
    }

    fn input<E: Tensor>(&self, name: &str) -> E {
        let (shape, data) = self.at(&format!("/inputs/{name}"));
        assert_eq!(shape, E::shape(), "the shape of {name}");
        E::from_data(&mut data.into_iter())
    }

    fn targets(&self) -> [usize; 5] {
        from_fn(|k| usize::from(self.table["inputs"]["targets"][k] == 1))
    }

    /// Prints a result and compares it with the table.
    fn check<E: Tensor>(&mut self, call: &str, entry: &str, got: &E) {
        print(call, got);
        self.check_quietly(call, entry, got);
    }

    /// Compares a result with the table.
    fn check_quietly<E: Tensor>(&mut self, call: &str, entry: &str, got: &E) {
        let place = if entry.starts_with('/') { entry.to_owned() } else { format!("/results/{entry}") };
        let (shape, want) = self.at(&place);
        let got = got.data();
        let deviations = got.iter().zip(&want).map(|(got, want)| (got - want).abs() / want.abs().max(1.0));
        // `f64::max` would pass over a NaN.
        let worst = deviations.fold(0.0, |a: f64, b| if b > a || b.is_nan() { b } else { a });
        self.numbers += got.len();
        let good = shape == E::shape() && got.len() == want.len() && worst <= 1e-14;
        self.claim(&format!("{call}: {} of shape {shape:?}, worst deviation {worst:.1e}", got.len()), good);
    }

    /// Prints whether something holds, and counts it where it does not.
    fn claim(&mut self, claim: &str, holds: bool) {
        println!("    {} {claim}", if holds { "✓" } else { "✗ FAILED" });
        self.failures += usize::from(!holds);
    }

    fn close(self) -> ExitCode {
        let Notebook { numbers, failures, .. } = self;
        println!("\n{numbers} numbers compared, {failures} failures.");
        if failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}
