//! The reference tables of `tests/data`, and what the crate gives at their points: shared by `tests/accuracy.rs` and
//! `examples/measure/accuracy.rs`.
#![allow(dead_code, unreachable_pub)] // each of the two uses a part

pub mod complex;

use holograd::{Dual, HyperDual, Real, Rule, Scalar, jacfwd, lit, value_grad_and_hessian};
use serde_json::Value;

/// One number of a table beside what the crate gives for it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The function, with its parameter if it has one.
    pub function: String,
    pub at: Vec<f64>,
    /// How the derivative is written: `f′`, `f_xy`.
    pub partial: &'static str,
    pub order: usize,
    pub want: f64,
    /// The worst of all the ways to compute it.
    pub got: f64,
    /// The error of `got`, by [`Format::units`].
    pub units: f64,
}

impl Entry {
    /// What `units` may be: 8 for the orders 0 to 2, 256 above, 4 of the smallest number where the entry is subnormal.
    pub fn bar(&self) -> f64 {
        if self.want.abs() < f64::MIN_POSITIVE {
            4.0
        } else if self.order <= 2 {
            8.0
        } else {
            256.0
        }
    }

    /// Whether the entry is worse than its bar.
    pub fn misses(&self) -> bool {
        self.units > self.bar()
    }

    /// The row of [`EXCEPTIONS`] for this entry.
    pub fn exception(&self) -> Option<&'static Exception> {
        EXCEPTIONS
            .iter()
            .find(|e| e.function == self.function && e.at == self.at && e.partial == self.partial)
    }
}

/// An entry of `elementary_real.json` that misses its bar.
#[derive(Debug)]
pub struct Exception {
    pub function: &'static str,
    pub at: &'static [f64],
    pub partial: &'static str,
    /// Its error, rounded up.
    pub units: f64,
    pub reason: &'static str,
}

/// All of them: an entry that misses and is not here fails the test, and so does one here that has become good or worse.
pub static EXCEPTIONS: &[Exception] = &[Exception {
    function: "log(x, y)",
    at: &[0.1, 0.1],
    partial: "f_yy",
    units: 8.5,
    reason: "a quotient of two logarithms, differentiated as such: 2/ln³ y + 1/ln² y cancels 7-fold at y = 0.1",
}];

/// A number format: how errors are counted.
pub struct Format {
    /// Half the distance from 1 to the next number.
    unit: f64,
    smallest_normal: f64,
    largest: f64,
}

pub const F64: Format =
    Format { unit: f64::EPSILON / 2.0, smallest_normal: f64::MIN_POSITIVE, largest: f64::MAX };
pub const F32: Format = Format {
    unit: f32::EPSILON as f64 / 2.0,
    smallest_normal: f32::MIN_POSITIVE as f64,
    largest: f32::MAX as f64,
};

impl Format {
    /// The error of `got` relative to `want`, in units of 2⁻⁵³ (`f32`: 2⁻²⁴). Where `want` is zero or subnormal, absolute,
    /// in units of the smallest number; where it is beyond the largest, 0 for the infinity or the largest number of its
    /// sign. Infinite for NaN.
    pub fn units(&self, got: f64, want: f64) -> f64 {
        let overflows = want.abs() > self.largest;
        if got == want || (overflows && got.abs() >= self.largest && got.signum() == want.signum()) {
            0.0
        } else if got.is_nan() || overflows {
            f64::INFINITY
        } else if want.abs() < self.smallest_normal {
            (got - want).abs() / (self.smallest_normal * 2.0 * self.unit)
        } else {
            // Both halved: their difference may overflow.
            (got / 2.0 - want / 2.0).abs() / want.abs() * 2.0 / self.unit
        }
    }
}

fn read(file: &str) -> Value {
    let path = format!("{}/tests/data/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn number(value: &Value) -> f64 {
    value.as_str().and_then(|s| s.parse().ok()).unwrap_or_else(|| panic!("{value} is no number"))
}

fn numbers(value: &Value) -> Vec<f64> {
    list(value).iter().map(number).collect()
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap_or_else(|| panic!("{value} is no list"))
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().unwrap_or_else(|| panic!("{value} is no object")).iter()
}

/// A nest of dual numbers, seeded with a variable in lane 0 of every level.
pub trait Nest: Real {
    fn seed(x: Self::Primal) -> Self;
    /// Each number of the nest: `see(order, lanes, number)` with the number of tangents taken on the way to it, and
    /// whether all of them were in lane 0.
    fn visit(self, order: usize, lane_0: bool, see: &mut impl FnMut(usize, bool, Self::Primal));
}

macro_rules! innermost {
    ($($t:ty)*) => {$(
        impl Nest for $t {
            fn seed(x: $t) -> $t {
                x
            }
            fn visit(self, order: usize, lane_0: bool, see: &mut impl FnMut(usize, bool, $t)) {
                see(order, lane_0, self);
            }
        }
    )*};
}
innermost! { f32 f64 }

impl<T: Nest, const N: usize> Nest for Dual<T, N> {
    fn seed(x: T::Primal) -> Self {
        let mut eps = [T::zero(); N];
        eps[0] = T::one();
        Dual::new(T::seed(x), eps)
    }
    fn visit(self, order: usize, lane_0: bool, see: &mut impl FnMut(usize, bool, T::Primal)) {
        self.value().visit(order, lane_0, see);
        for (lane, tangent) in self.eps().into_iter().enumerate() {
            tangent.visit(order + 1, lane_0 && lane == 0, see);
        }
    }
}

/// A function of one real number by its name in the table.
pub fn one_argument<T: Real>(name: &str, x: T) -> T {
    match name {
        "abs" => x.abs(),
        _ => analytic(name, x),
    }
}

/// A function of one real or complex number by its name in the tables.
pub fn analytic<T: Scalar>(name: &str, x: T) -> T {
    match name {
        "recip" => x.recip(),
        "sqrt" => x.sqrt(),
        "cbrt" => x.cbrt(),
        "exp" => x.exp(),
        "exp2" => x.exp2(),
        "exp_m1" => x.exp_m1(),
        "ln" => x.ln(),
        "ln_1p" => x.ln_1p(),
        "log2" => x.log2(),
        "log10" => x.log10(),
        "sin" => x.sin(),
        "cos" => x.cos(),
        "tan" => x.tan(),
        "asin" => x.asin(),
        "acos" => x.acos(),
        "atan" => x.atan(),
        "sinh" => x.sinh(),
        "cosh" => x.cosh(),
        "tanh" => x.tanh(),
        "asinh" => x.asinh(),
        "acosh" => x.acosh(),
        "atanh" => x.atanh(),
        "sigmoid" => x.sigmoid(),
        "softplus" => x.softplus(),
        "sinc" => x.sinc(),
        "sin_cos.sin" => x.sin_cos().0,
        "sin_cos.cos" => x.sin_cos().1,
        _ => panic!("no function {name}"),
    }
}

/// A function of one number and a constant by its name in the table.
pub fn with_parameter<T: Scalar>(name: &str, parameter: f64, x: T) -> T {
    match name {
        #[allow(clippy::cast_possible_truncation)] // the table has integers there
        "powi" => x.powi(parameter as i32),
        "powf" => x.powf(parameter),
        "log" => x.log(parameter),
        "pow_base" => T::lit(parameter).pow(x),
        _ => panic!("no function {name} with a parameter"),
    }
}

/// A function of two numbers by its name in the table.
pub fn two_arguments<T: Real>(name: &str, [x, y]: [T; 2]) -> T {
    match name {
        "pow" => x.pow(y),
        "atan2" => x.atan2(y),
        "hypot" => x.hypot(y),
        "log" => x.ln() / y.ln(),
        "div" => x / y,
        "logaddexp" => x.log_add_exp(y),
        _ => panic!("no function {name} of two numbers"),
    }
}

/// A function of one number of the tables: its name, and a constant if it takes one.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    pub name: String,
    pub parameter: Option<f64>,
}

impl Function {
    pub fn at<T: Real>(&self, x: T) -> T {
        match self.parameter {
            None => one_argument(&self.name, x),
            Some(parameter) => with_parameter(&self.name, parameter, x),
        }
    }

    fn label(&self) -> String {
        match self.parameter {
            None => self.name.clone(),
            Some(parameter) => format!("{}({parameter:?})", self.name),
        }
    }
}

/// A point of the tables: a function, x, and f(x), f′(x), … there.
pub struct Point {
    pub function: Function,
    pub x: f64,
    pub want: Vec<f64>,
}

/// The points of all functions of one number.
pub fn points() -> Vec<Point> {
    let table = read("elementary_real.json");
    let mut points = Vec::new();
    let mut read_points = |function: Function, rows: &Value, key: Option<&str>| {
        for point in list(rows) {
            let want = numbers(&key.map_or(point, |key| &point[key])["v"]);
            points.push(Point { function: function.clone(), x: number(&point["x"]), want });
        }
    };
    for (name, function) in entries(&table["one_argument"]) {
        if function["special"] == false {
            read_points(Function { name: name.clone(), parameter: None }, &function["points"], None);
        }
    }
    for key in ["sin", "cos"] {
        let name = format!("sin_cos.{key}");
        read_points(Function { name, parameter: None }, &table["sin_cos"]["points"], Some(key));
    }
    for function in list(&table["with_parameter"]) {
        let name = function["function"].as_str().unwrap_or_default().to_owned();
        let (_, parameter) = entries(&function["parameter"]).next().unwrap_or_else(|| panic!("no parameter"));
        let parameter = parameter.as_f64().unwrap_or_else(|| number(parameter));
        read_points(Function { name, parameter: Some(parameter) }, &function["points"], None);
    }
    points
}

/// All functions of one number at `f64` and at one to four nested dual numbers. Every number of every nest counts: the
/// worst one of an order is the entry.
fn one_number() -> Vec<Entry> {
    let mut result = Vec::new();
    for Point { function, x, want } in points() {
        let mut got = want.clone();
        let mut worst = |order: usize, _, number: f64| {
            if F64.units(number, want[order]) > F64.units(got[order], want[order]) {
                got[order] = number;
            }
        };
        function.at(f64::seed(x)).visit(0, true, &mut worst);
        function.at(<Dual<f64>>::seed(x)).visit(0, true, &mut worst);
        function.at(<HyperDual<f64>>::seed(x)).visit(0, true, &mut worst);
        function.at(<Dual<HyperDual<f64>>>::seed(x)).visit(0, true, &mut worst);
        function.at(<HyperDual<HyperDual<f64>>>::seed(x)).visit(0, true, &mut worst);
        for (order, partial) in ["f", "f′", "f″", "f‴", "f⁗"].into_iter().enumerate() {
            let (want, got) = (want[order], got[order]);
            let function = function.label();
            result.push(Entry {
                function,
                at: vec![x],
                partial,
                order,
                want,
                got,
                units: F64.units(got, want),
            });
        }
    }
    result
}

/// All functions of two numbers through `jacfwd` and `hessian`.
fn two_numbers() -> Vec<Entry> {
    let mut result = Vec::new();
    for (name, function) in entries(&read("elementary_real.json")["two_arguments"]) {
        for point in list(&function["points"]) {
            let at = numbers(&point["at"]);
            let x = [at[0], at[1]];
            let (value, gradient, hessian) = value_grad_and_hessian(|x| two_arguments(name, x), &x);
            let plain = two_arguments(name, x);
            let jacobian = jacfwd(|x| two_arguments(name, x), &x);
            let (gradient_want, hessian_want) = (numbers(&point["grad"]), numbers(&point["hess"]));
            let mut push = |partial: &'static str, order: usize, want: f64, ways: &[f64]| {
                let got = *ways
                    .iter()
                    .max_by(|a, b| F64.units(**a, want).total_cmp(&F64.units(**b, want)))
                    .unwrap();
                let function = format!("{name}(x, y)");
                result.push(Entry {
                    function,
                    at: at.clone(),
                    partial,
                    order,
                    want,
                    got,
                    units: F64.units(got, want),
                });
            };
            push("f", 0, number(&point["value"]), &[value, plain]);
            push("f_x", 1, gradient_want[0], &[gradient[0], jacobian[0]]);
            push("f_y", 1, gradient_want[1], &[gradient[1], jacobian[1]]);
            push("f_xx", 2, hessian_want[0], &[hessian[0][0]]);
            push("f_xy", 2, hessian_want[1], &[hessian[0][1], hessian[1][0]]);
            push("f_yy", 2, hessian_want[3], &[hessian[1][1]]);
        }
    }
    result
}

/// All of `elementary_real.json` that is in this crate.
pub fn elementary_real() -> Vec<Entry> {
    let mut entries = one_number();
    entries.append(&mut two_numbers());
    entries
}

/// The error of an array relative to its largest entry.
#[derive(Clone, Debug)]
pub struct Array {
    pub function: String,
    pub point: usize,
    pub order: usize,
    /// max |got − want| / max |want|, in units of 2⁻⁵³.
    pub units: f64,
    /// The table's suggestion in the same units: 1e-13 and ten times JAX's error.
    pub tolerance: f64,
}

/// max |got − want| / max |want|; absolute where all of `want` is zero.
fn normwise(got: &[f64], want: &[f64]) -> f64 {
    assert_eq!(got.len(), want.len());
    let largest = want.iter().fold(0.0, |m: f64, w| m.max(w.abs()));
    let error = got.iter().zip(want).fold(0.0, |m: f64, (g, w)| m.max((g - w).abs()));
    if got.iter().any(|g| g.is_nan()) {
        f64::INFINITY
    } else if largest == 0.0 {
        error
    } else {
        error / largest
    }
}

/// All of `composite.json` through `jacfwd` and `hessian`.
pub fn composite() -> Vec<Array> {
    let mut result = Vec::new();
    for (name, function) in entries(&read("composite.json")["functions"]) {
        for (i, point) in list(&function["points"]).iter().enumerate() {
            let x = numbers(&point["at"]);
            let plain = composite_function(name, &x);
            let jacobian: Vec<f64> = jacfwd(|x: Vec<_>| composite_function(name, &x), &x).concat();
            let (value, gradient, hessian) =
                value_grad_and_hessian(|x: Vec<_>| composite_function(name, &x), &x);
            let jax = numbers(&point["jax_error"]);
            let mut push = |order: usize, want: &str, ways: &[&[f64]]| {
                let want = numbers(&point[want]);
                let error = ways.iter().map(|got| normwise(got, &want)).fold(0.0, f64::max);
                let (units, tolerance) = (error / F64.unit, (1e-13 + 10.0 * jax[order]) / F64.unit);
                result.push(Array { function: name.clone(), point: i + 1, order, units, tolerance });
            };
            push(0, "value", &[&plain, &value]);
            push(1, "jacobian", &[&jacobian, &gradient.concat()]);
            push(2, "hessian", &[&hessian.concat().concat()]);
        }
    }
    result
}

/// erfc x, which the crate does not have: a rule of the user's own.
struct Erfc;

impl Rule<f64> for Erfc {
    fn value(&self, [x]: [f64; 1]) -> f64 {
        libm::erfc(x)
    }
    fn slopes<S: Scalar<Primal = f64>>(&self, [x]: [S; 1], _y: S) -> [S; 1] {
        [(-(x * x)).exp() * lit(-std::f64::consts::FRAC_2_SQRT_PI)]
    }
}

fn determinant<T: Scalar>(m: &[T], n: usize) -> T {
    if n == 1 {
        return m[0];
    }
    let mut sum = T::zero();
    for column in 0..n {
        // Along the first row: what is left without it and this column.
        let minor: Vec<T> = (n..n * n).filter(|k| k % n != column).map(|k| m[k]).collect();
        let term = m[column] * determinant(&minor, n - 1);
        sum = if column % 2 == 0 { sum + term } else { sum - term };
    }
    sum
}

/// A composite function by its name in the table, written as a user would.
fn composite_function<T: Real<Primal = f64>>(name: &str, x: &[T]) -> Vec<T> {
    let pi = std::f64::consts::PI;
    let square = |x: T| x * x;
    match (name, x) {
        ("beale", &[x, y]) => {
            let term = |c: f64, n: i32| square(lit(c) - x + x * y.powi(n));
            vec![term(1.5, 1) + term(2.25, 2) + term(2.625, 3)]
        }
        ("ackley_3", x) => {
            let r = (x.iter().map(|&x| x * x).sum::<T>() / lit(3.0)).sqrt();
            let c = x.iter().map(|&x| (x * lit(2.0 * pi)).cos()).sum::<T>() / lit(3.0);
            vec![(r * lit(-0.2)).exp() * lit(-20.0) - c.exp() + lit(20.0) + lit(std::f64::consts::E)]
        }
        ("griewank_4", x) => {
            let sum = x.iter().map(|&x| x * x).sum::<T>();
            let product: T = x.iter().zip(1..).map(|(&x, i)| (x / lit(f64::from(i).sqrt())).cos()).product();
            vec![sum / lit(4000.0) + lit(1.0) - product]
        }
        ("three_body_2d", x) => {
            let masses = [1.5, 0.75, 2.25];
            let pair = |i: usize, j: usize| {
                let (dx, dy) = (x[2 * i] - x[2 * j], x[2 * i + 1] - x[2 * j + 1]);
                lit(-masses[i] * masses[j]) / (dx * dx + dy * dy).sqrt()
            };
            vec![pair(0, 1) + pair(0, 2) + pair(1, 2)]
        }
        ("black_scholes_call", &[s, k, r, q, sigma, t]) => {
            let normal = |u: T| Erfc.at([u * lit(-std::f64::consts::FRAC_1_SQRT_2)]) * lit(0.5);
            let width = sigma * t.sqrt();
            let d1 = ((s / k).ln() + (r - q + sigma * sigma * lit(0.5)) * t) / width;
            let d2 = d1 - width;
            vec![s * (-q * t).exp() * normal(d1) - k * (-r * t).exp() * normal(d2)]
        }
        ("robot_arm_2link", &[l1, l2, t1, t2]) => {
            let (sin1, cos1) = t1.sin_cos();
            let (sin12, cos12) = (t1 + t2).sin_cos();
            vec![l1 * cos1 + l2 * cos12, l1 * sin1 + l2 * sin12, t1 + t2]
        }
        ("softmax_4", x) => {
            let largest = x.iter().fold(x[0], |m, &x| if x > m { x } else { m });
            let e: Vec<T> = x.iter().map(|&x| (x - largest).exp()).collect();
            let sum: T = e.iter().copied().sum();
            e.into_iter().map(|e| e / sum).collect()
        }
        ("spherical", &[r, theta, phi]) => {
            let (sin, cos) = theta.sin_cos();
            vec![r * sin * phi.cos(), r * sin * phi.sin(), r * cos]
        }
        ("cartesian_to_spherical", &[x, y, z]) => {
            let rho = x * x + y * y;
            vec![(rho + z * z).sqrt(), rho.sqrt().atan2(z), y.atan2(x)]
        }
        ("rump", &[a, b]) => {
            let (a2, b2) = (a * a, b * b);
            let (b4, b6, b8) = (b.powi(4), b.powi(6), b.powi(8));
            let inner = a2 * b2 * lit(11.0) - b6 - b4 * lit(121.0) - lit(2.0);
            vec![b6 * lit(333.75) + a2 * inner + b8 * lit(5.5) + a / (b * lit(2.0))]
        }
        ("nested_power", &[x]) => vec![x.pow(x.pow(x))],
        ("lambert_w_newton", &[x, y]) => {
            let xy = x * y;
            let mut w = (xy + lit(1.0)).ln();
            for _ in 0..20 {
                let e = w.exp();
                w -= (w * e - xy) / (e * (w + lit(1.0)));
            }
            vec![w]
        }
        ("bilinear_form", x) => {
            let a = [[2.0, -1.0, 0.5], [0.25, 3.0, -0.75], [1.5, 0.1, 1.25]];
            let mut sum = T::zero();
            for i in 0..3 {
                for j in 0..3 {
                    sum += x[i] * lit(a[i][j]) * x[3 + j];
                }
            }
            vec![sum]
        }
        ("det3", m) => vec![determinant(m, 3)],
        ("det4", m) => vec![determinant(m, 4)],
        ("logdet_spd3", &[a, b, c, d, e, f]) => vec![determinant(&[a, b, c, b, d, e, c, e, f], 3).ln()],
        ("deep_chain", &[x, y]) => {
            let step = |f: T| f.sin() * (f * lit(-0.1)).exp() + f * lit(0.5);
            vec![(0..10).fold(x * y, |f, _| step(f))]
        }
        (name, x) if name.starts_with("rosenbrock_") => {
            let term = |w: &[T]| square(w[1] - w[0] * w[0]) * lit(100.0) + square(lit(1.0) - w[0]);
            vec![x.windows(2).map(term).sum()]
        }
        _ => panic!("no function {name} of {} numbers", x.len()),
    }
}
