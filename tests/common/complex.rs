//! The complex tables of `tests/data`, and what the crate gives at their points.

use super::{F64, Nest, analytic, entries, list, number, read, with_parameter};
use holograd::{Dual, HyperDual, Scalar, complex, hessian, jacfwd, lit, value_and_derivative};
use num_complex::Complex;
use serde_json::Value;

pub type C = Complex<f64>;

/// One number of a table beside what the crate gives for it.
#[allow(clippy::struct_field_names)] // the entry of a point is called that in the tables
#[derive(Clone, Debug)]
pub struct Entry {
    /// The function, with its parameter if it has one.
    pub function: String,
    pub at: Vec<C>,
    pub partial: &'static str,
    pub order: usize,
    pub want: C,
    /// The worst of all the ways to compute it.
    pub got: C,
    /// The error of `got`; see [`units`].
    pub units: f64,
}

impl Entry {
    /// What `units` may be.
    pub fn bar(&self) -> f64 {
        if self.order <= 1 { 16.0 } else { 128.0 }
    }

    /// Whether the entry is worse than its bar.
    pub fn misses(&self) -> bool {
        self.units > self.bar()
    }

    /// The row of [`EXCEPTIONS`] for this entry.
    pub fn exception(&self) -> Option<&'static Exception> {
        EXCEPTIONS.iter().find(|e| {
            e.function == self.function
                && e.partial == self.partial
                && e.at.iter().map(|(re, im)| C::new(*re, *im)).eq(self.at.iter().copied())
        })
    }
}

/// An entry of `elementary_complex.json` of order 2 or 3 that misses its bar.
#[derive(Debug)]
pub struct Exception {
    pub function: &'static str,
    pub at: &'static [(f64, f64)],
    pub partial: &'static str,
    /// Its error, rounded up.
    pub units: f64,
    pub reason: &'static str,
}

/// All of them.
pub static EXCEPTIONS: &[Exception] = &[
    overflow("cbrt", &[(-3e-160, -1e-160)], "f‴"),
    overflow("ln", &[(-3e-160, -1e-160)], "f‴"),
    overflow("ln_1p", &[(-1.0, -1e-300)], "f‴"),
    overflow("recip", &[(-3e-160, -1e-160)], "f″"),
    overflow("recip", &[(-3e-160, -1e-160)], "f‴"),
    overflow("sqrt", &[(-3e-160, -1e-160)], "f‴"),
    overflow("powc_const(-1.5+2i)", &[(-1e-100, 1e-100)], "f″"),
    overflow("powc_const(-1.5+2i)", &[(-1e-100, 1e-100)], "f‴"),
    overflow("powc_const(-0.25-4i)", &[(-1e-100, 1e-100)], "f‴"),
    overflow("z/w", &[(1e-300, 0.0), (1e-300, 1e-300)], "f_zw"),
];

/// An entry with infinite parts.
const fn overflow(function: &'static str, at: &'static [(f64, f64)], partial: &'static str) -> Exception {
    let reason =
        "overflows: an infinite factor has lost the direction it came from, and the product is NaN in a part";
    Exception { function, at, partial, units: f64::INFINITY, reason }
}

/// |got − want| / |want| in units of 2⁻⁵³; of the smallest number where `want` is zero or subnormal; by parts where one is
/// infinite.
pub fn units(got: C, want: C) -> f64 {
    let size = want.re.abs().max(want.im.abs());
    if size.is_infinite() {
        return F64.units(got.re, want.re).max(F64.units(got.im, want.im));
    }
    if got.re.is_nan() || got.im.is_nan() {
        return f64::INFINITY;
    }
    let norm = |re: f64, im: f64| {
        // By parts of the same size, as a subnormal quotient would lose digits.
        if size < f64::MIN_POSITIVE {
            libm::hypot(re, im) / 5e-324
        } else {
            libm::hypot(re / size, im / size)
        }
    };
    let error = norm(got.re - want.re, got.im - want.im);
    if size < f64::MIN_POSITIVE { error } else { error / norm(want.re, want.im) / (f64::EPSILON / 2.0) }
}

/// A complex number of a table.
pub fn pair(value: &Value) -> C {
    C::new(number(&value[0]), number(&value[1]))
}

fn pairs(value: &Value) -> Vec<C> {
    list(value).iter().map(pair).collect()
}

/// A nest of dual numbers over or inside complex ones, seeded with a variable in lane 0 of every level.
pub trait ComplexNest: Scalar<Primal = C> {
    fn seed(z: C) -> Self;
    /// Each complex number of the nest: `see(order, number)`.
    fn visit(self, order: usize, see: &mut impl FnMut(usize, C));
}

impl<T: ComplexNest, const N: usize> ComplexNest for Dual<T, N> {
    fn seed(z: C) -> Self {
        let mut eps = [T::zero(); N];
        eps[0] = T::one();
        Dual::new(T::seed(z), eps)
    }
    fn visit(self, order: usize, see: &mut impl FnMut(usize, C)) {
        self.value().visit(order, see);
        self.eps()[0].visit(order + 1, see);
    }
}

impl<T: Nest<Primal = f64>> ComplexNest for Complex<T> {
    fn seed(z: C) -> Self {
        Complex::new(T::seed(z.re), T::constant(z.im))
    }
    fn visit(self, order: usize, see: &mut impl FnMut(usize, C)) {
        let mut re = Vec::new();
        self.re.visit(order, true, &mut |order, _, x| re.push((order, x)));
        let mut re = re.into_iter();
        self.im.visit(order, true, &mut |_, _, y| {
            let (order, x) = re.next().expect("as many real as imaginary parts");
            see(order, C::new(x, y));
        });
    }
}

/// A function of one complex number of the tables: its name, and a constant if it takes one.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    pub name: String,
    pub parameter: Option<C>,
}

impl Function {
    pub fn at<T: Scalar<Primal = C>>(&self, z: T) -> T {
        match (self.name.as_str(), self.parameter) {
            (name, None) => analytic(name, z),
            ("powc_const", Some(p)) => z.pow(T::constant(p)),
            (name, Some(p)) => with_parameter(name, p.re, z),
        }
    }

    pub fn label(&self) -> String {
        match self.parameter {
            None => self.name.clone(),
            Some(p) if self.name == "powc_const" => format!("powc_const({p})"),
            Some(p) => format!("{}({})", self.name, p.re),
        }
    }
}

/// A point of the tables: a function, z, and f(z), f′(z), … there.
pub struct Point {
    pub function: Function,
    pub z: C,
    pub want: Vec<C>,
}

/// The points of all functions of one number.
pub fn points() -> Vec<Point> {
    let table = read("elementary_complex.json");
    let mut points = Vec::new();
    let mut read_points = |function: Function, rows: &Value| {
        for point in list(rows) {
            let (z, want) = (pair(&point["z"]), pairs(&point["v"]));
            points.push(Point { function: function.clone(), z, want });
        }
    };
    for (name, function) in entries(&table["functions"]) {
        let name = name.trim_end_matches("_principal").to_owned();
        read_points(Function { name, parameter: None }, &function["points"]);
    }
    for function in list(&table["with_parameter"]) {
        let name = function["function"].as_str().unwrap_or_default().to_owned();
        let (_, p) = entries(&function["parameter"]).next().unwrap_or_else(|| panic!("no parameter"));
        let p = match p {
            Value::Array(_) => pair(p),
            Value::Number(p) => p.as_f64().unwrap_or_default().into(),
            p => number(p).into(),
        };
        read_points(Function { name, parameter: Some(p) }, &function["points"]);
    }
    points
}

/// All functions of one number at `Complex<f64>` and at one to three dual numbers over and inside it. Every number of every
/// nest counts: the worst one of an order is the entry.
fn one_number() -> Vec<Entry> {
    let mut result = Vec::new();
    for Point { function, z, want } in points() {
        let mut got = want.clone();
        let mut worst = |order: usize, number: C| {
            if units(number, want[order]) > units(got[order], want[order]) {
                got[order] = number;
            }
        };
        function.at(z).visit(0, &mut worst);
        function.at(<Dual<C>>::seed(z)).visit(0, &mut worst);
        function.at(<HyperDual<C>>::seed(z)).visit(0, &mut worst);
        function.at(<Dual<HyperDual<C>>>::seed(z)).visit(0, &mut worst);
        function.at(<Complex<Dual<f64>>>::seed(z)).visit(0, &mut worst);
        function.at(<Complex<HyperDual<f64>>>::seed(z)).visit(0, &mut worst);
        function.at(<Complex<Dual<HyperDual<f64>>>>::seed(z)).visit(0, &mut worst);
        function.at(<Dual<Complex<HyperDual<f64>>>>::seed(z)).visit(0, &mut worst);
        for (order, partial) in ["f", "f′", "f″", "f‴"].into_iter().enumerate() {
            let (want, got, function) = (want[order], got[order], function.label());
            result.push(Entry { function, at: vec![z], partial, order, want, got, units: units(got, want) });
        }
    }
    result
}

/// z^w and z/w through `jacfwd` and `hessian`.
fn two_numbers() -> Vec<Entry> {
    fn at<T: Scalar>(power: bool, [z, w]: [T; 2]) -> T {
        if power { z.pow(w) } else { z / w }
    }
    let table = read("elementary_complex.json");
    let mut result = Vec::new();
    for (name, key) in [("z^w", "powc_two_variables"), ("z/w", "div_two_variables")] {
        for point in list(&table[key]["points"]) {
            let x = [pair(&point["z"]), pair(&point["w"])];
            let power = name == "z^w";
            // Inside a dual number a quotient is ours; the operator on `Complex` is num-complex's.
            let value = at(power, x.map(<Dual<C>>::from)).value();
            let gradient = jacfwd(|x| at(power, x), &x);
            let second = hessian(|x| at(power, x), &x);
            let (first_want, second_want) = (pairs(&point["grad"]), pairs(&point["hess"]));
            let mut push = |partial: &'static str, order: usize, want: C, got: C| {
                let function = name.to_owned();
                let units = units(got, want);
                result.push(Entry { function, at: x.to_vec(), partial, order, want, got, units });
            };
            push("f", 0, pair(&point["value"]), value);
            push("f_z", 1, first_want[0], gradient[0]);
            push("f_w", 1, first_want[1], gradient[1]);
            push("f_zz", 2, second_want[0], second[0][0]);
            push("f_zw", 2, second_want[1], second[0][1]);
            push("f_ww", 2, second_want[3], second[1][1]);
        }
    }
    result
}

/// All of `elementary_complex.json` but the branch cuts.
pub fn elementary() -> Vec<Entry> {
    let mut entries = one_number();
    entries.append(&mut two_numbers());
    entries
}

/// A point on a branch cut or on an axis, with the sign of its zero.
#[derive(Debug)]
pub struct CutPoint {
    pub function: String,
    pub z: C,
    /// The exponent of `powc`.
    pub w: Option<C>,
    pub value: C,
    /// None at a singularity.
    pub derivative: Option<C>,
}

/// What the crate gives there: value and derivative.
pub fn at_cut(p: &CutPoint) -> (C, C) {
    let function = Function { name: p.function.clone(), parameter: None };
    value_and_derivative(
        |z: Dual<C>| match p.w {
            Some(w) => z.pow(Dual::from(w)),
            None => function.at(z),
        },
        p.z,
    )
}

/// The branch cuts of `elementary_complex.json`.
pub fn branch_cuts() -> Vec<CutPoint> {
    let mut result = Vec::new();
    for (name, rows) in entries(&read("elementary_complex.json")["branch_cuts"]) {
        let rows = if name == "powc" { &rows["points"] } else { rows };
        for point in list(rows) {
            result.push(CutPoint {
                function: name.clone(),
                z: pair(&point["z"]),
                w: point.get("w").map(pair),
                value: pair(&point["value"]),
                derivative: ["derivative", "d_dz"]
                    .iter()
                    .find_map(|key| point.get(key))
                    .and_then(|v| v.as_array().map(|_| pair(v))),
            });
        }
    }
    result
}

/// The error of an array relative to its largest number.
#[derive(Clone, Debug)]
pub struct Array {
    pub function: String,
    pub point: usize,
    pub what: &'static str,
    /// max |got − want| / max |want|, in units of 2⁻⁵³; absolute where `want` is zero.
    pub units: f64,
    /// The table's suggestion in the same units: 1e-13 and ten times JAX's error.
    pub tolerance: f64,
}

impl Array {
    fn new(function: &str, point: usize, what: &'static str, got: &[C], want: &[C], jax: f64) -> Self {
        assert_eq!(got.len(), want.len(), "{function} {what}");
        let largest = want.iter().fold(0.0, |m: f64, w| m.max(w.norm()));
        let error = got
            .iter()
            .zip(want)
            .map(|(g, w)| (g - w).norm())
            .fold(0.0, |m: f64, e| if e.is_nan() { f64::INFINITY } else { m.max(e) });
        let unit = f64::EPSILON / 2.0;
        let units = error / if largest == 0.0 { 1.0 } else { largest } / unit;
        Array { function: function.into(), point, what, units, tolerance: (1e-13 + 10.0 * jax) / unit }
    }
}

/// All of `complex_composite.json`: the holomorphic functions through `jacfwd` and `hessian`, the others through
/// `holograd::complex`.
pub fn composite() -> Vec<Array> {
    let table = read("complex_composite.json");
    let mut result = Vec::new();
    for (name, function) in entries(&table["holomorphic"]) {
        for (point, i) in list(&function["points"]).iter().zip(1..) {
            let z = pairs(&point["at"]);
            let jax: Vec<f64> = list(&point["jax_error"]).iter().map(number).collect();
            let value = holomorphic(name, &z);
            let jacobian = jacfwd(|z: Vec<_>| holomorphic(name, &z), &z).concat();
            let second = hessian(|z: Vec<_>| holomorphic(name, &z), &z).concat().concat();
            result.push(Array::new(name, i, "value", &value, &pairs(&point["value"]), jax[0]));
            result.push(Array::new(name, i, "jacobian", &jacobian, &pairs(&point["jacobian"]), jax[1]));
            result.push(Array::new(name, i, "second", &second, &pairs(&point["second"]), jax[2]));
        }
    }
    for (name, function) in entries(&table["non_holomorphic"]) {
        let real_valued = function["real_valued"] == true;
        for (point, i) in list(&function["points"]).iter().zip(1..) {
            let z = pairs(&point["at"]);
            let (value, _) = complex::vjp(|z: Vec<_>| wirtinger_function(name, &z), &z);
            let (a, b) = complex::jacobian(|z: Vec<_>| wirtinger_function(name, &z), &z);
            let mut push = |what: &'static str, got: &[C], want: &[C]| {
                result.push(Array::new(name, i, what, got, want, 0.0));
            };
            push("value", &[value], &[pair(&point["value"])]);
            push("∂f/∂z", &a, &pairs(&point["d_dz"]));
            push("∂f/∂z̄", &b, &pairs(&point["d_dzbar"]));
            if real_valued {
                let xy: Vec<f64> = list(&point["grad_xy"]).iter().map(number).collect();
                let want: Vec<C> = xy.chunks(2).map(|xy| C::new(xy[0], xy[1])).collect();
                let forward = complex::gradient(|z: Vec<_>| wirtinger_function(name, &z).re(), &z);
                push("∇f", &forward, &want);
                let jax: Vec<C> = pairs(&point["jax_grad"]);
                push("JAX's", &forward.iter().map(C::conj).collect::<Vec<_>>(), &jax);
                let reverse = complex::grad(|z: Vec<Complex<_>>| wirtinger_function(name, &z).re, &z);
                push("reverse", &reverse, &want);
                let (p, q) = complex::hessian(|z: Vec<_>| wirtinger_function(name, &z).re(), &z);
                let h: Vec<f64> = list(&point["hess_xy"]).iter().map(number).collect();
                let n = 2 * z.len();
                let block = |j: usize, k: usize| {
                    let at = |a: usize, b: usize| h[(2 * j + a) * n + 2 * k + b];
                    (at(0, 0), at(0, 1), at(1, 0), at(1, 1))
                };
                let (mut p_want, mut q_want) = (Vec::new(), Vec::new());
                for j in 0..z.len() {
                    for k in 0..z.len() {
                        let (xx, xy, yx, yy) = block(j, k);
                        p_want.push(C::new(xx + yy, yx - xy) / 4.0);
                        q_want.push(C::new(xx - yy, -(xy + yx)) / 4.0);
                    }
                }
                push("P", &p.concat(), &p_want);
                push("Q", &q.concat(), &q_want);
                if let Some(second) = point.get("wirtinger_second") {
                    let [zz, zz_bar, _] = pairs(second)[..] else { panic!("three second derivatives") };
                    push("f_zz", &q[0], &[zz]);
                    push("f_zz̄", &p[0], &[zz_bar]);
                }
            } else if let Some(second) = point.get("wirtinger_second") {
                // Of a complex-valued function by nesting, at one variable.
                let f_z = |z: Dual<C, 2>| complex::wirtinger(|z| wirtinger_function(name, &[z]), z).1;
                let f_zbar = |z: Dual<C, 2>| complex::wirtinger(|z| wirtinger_function(name, &[z]), z).2;
                let (_, zz, zz_bar) = complex::wirtinger(f_z, z[0]);
                let (_, _, zbar_zbar) = complex::wirtinger(f_zbar, z[0]);
                push("second", &[zz, zz_bar, zbar_zbar], &pairs(second));
            }
        }
    }
    result
}

/// A holomorphic function by its name in the table, written as a user would.
fn holomorphic<T: Scalar<Primal = C>>(name: &str, z: &[T]) -> Vec<T> {
    let c = |re: f64, im: f64| T::constant(C::new(re, im));
    match (name, z) {
        ("newton_step_cubic", &[z]) => vec![z - (z.powi(3) - lit(1.0)) / (z * z * lit(3.0))],
        ("moebius", &[z]) => vec![(c(1.0, 2.0) * z + c(0.0, -0.5)) / (c(0.25, -1.0) * z + lit(3.0))],
        ("z_to_the_z", &[z]) => vec![z.pow(z)],
        ("gamma_lanczos", &[z]) => {
            #[allow(clippy::excessive_precision, clippy::unreadable_literal)] // as in the table
            let g = [
                676.5203681218851,
                -1259.1392167224028,
                771.3234287776531,
                -176.6150291621406,
                12.507343278686905,
                -0.13857109526572012,
                9.984369578019572e-06,
                1.5056327351493116e-07,
            ];
            let x = z - lit(1.0);
            let t = x + lit(7.5);
            let mut a = T::lit(0.999_999_999_999_809_9);
            for (g, i) in g.into_iter().zip(1..) {
                a += T::lit(g) / (x + lit(f64::from(i)));
            }
            vec![t.pow(x + lit(0.5)) * (-t).exp() * a * lit((2.0 * std::f64::consts::PI).sqrt())]
        }
        ("log_sin", &[z]) => vec![z.sin().ln()],
        ("tan_over_z", &[z]) => vec![z.tan() / z],
        ("polynomial", &[z]) => {
            let c = [(1.0, -1.0), (0.5, 2.0), (-3.0, 0.0), (0.0, 1.0), (2.0, 0.25), (-1.0, -0.75)];
            let c = c.map(|(re, im)| T::constant(C::new(re, im)));
            vec![c.into_iter().rev().reduce(|sum, c| sum * z + c).unwrap_or_else(T::zero)]
        }
        ("det2", &[a, b, c, d]) => vec![a * d - b * c],
        ("map_c2_c2", &[z, w]) => vec![z * z * w + (c(0.0, 1.0) * w).exp(), (z * w).sin() - z / w],
        ("map_c3_c3", &[z, w, u]) => vec![z * w * u, z * z + w * w + u * u, z.exp() * w.cosh() / u],
        _ => panic!("no function {name} of {} numbers", z.len()),
    }
}

/// A function that is not holomorphic by its name in the table.
fn wirtinger_function<T: holograd::ComplexScalar<Primal = C>>(name: &str, z: &[T]) -> T {
    let i = T::constant(C::I);
    match (name, z) {
        ("abs_sq", &[z]) => T::from_real(z.norm_sqr()),
        ("re", &[z]) => T::from_real(z.re()),
        ("conj", &[z]) => z.conj(),
        ("abs", &[z]) => T::from_real(z.abs()),
        ("z_conj_w", &[z, w]) => z * w.conj(),
        ("re_z2_plus_im_cubed", &[z]) => T::from_real((z * z).re() + z.im().powi(3)),
        ("re_exp_i_abs2", &[z]) => T::from_real((i * z * z.conj()).exp().re()),
        ("ln_abs", &[z]) => T::from_real(z.abs().ln()),
        ("exp_conj", &[z]) => z.conj().exp(),
        ("unit_phase", &[z]) => z / T::from_real(z.abs()),
        ("z2_conj_z", &[z]) => z * z * z.conj(),
        ("re_z_conj_w", &[z, w]) => T::from_real((z * w.conj()).re()),
        _ => panic!("no function {name} of {} numbers", z.len()),
    }
}
