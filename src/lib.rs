//! Exact derivatives of generic numeric functions.
//!
//! Write a function once, generic over [`Real64`], and call a transform: [`derivative`], [`grad`], [`jacfwd`], [`hessian`], …
//! ```
//! use holograd::{Real64, hessian, jacfwd};
//!
//! fn wave<T: Real64>([a, x]: [T; 2]) -> T {
//!     a * (2.0 * x).sin()
//! }
//! assert_eq!(wave([3.0, 0.0]), 0.0);
//! assert_eq!(jacfwd(wave, &[3.0, 0.0]), [0.0, 6.0]);
//! assert_eq!(hessian(wave, &[3.0, 0.0]), [[0.0, 2.0], [2.0, 0.0]]);
//! ```
//! This page is a tour: what makes it work, five minutes of use, JAX's names, the table of what happens at corners, and the
//! source in reading order.
//!
//! # What a dual number is
//!
//! Calculate with numbers a + bε, where ε is not zero but ε² is. The rules follow by multiplying out:
//!
//! > (a + bε) + (c + dε) = (a + c) + (b + d) ε \
//! > (a + bε) · (c + dε) = ac + (bc + ad) ε \
//! > 1 / (a + bε) = (a − bε) / a² = 1/a − b/a² ε
//!
//! The first part calculates as if ε were not there, and the second part is the sum rule, the product rule and the
//! quotient rule. For any smooth function Taylor's series ends after two terms, f(a + bε) = f(a) + f′(a) b ε: that is the
//! chain rule. So a program that runs on x + 1ε instead of x ends with f(x) + f′(x) ε. No limit is taken and no step
//! size chosen: the derivative is as exact as the value.
//!
//! [`Dual<T, N>`](Dual) is such a number, with N different ε at once for N variables:
//! ```
//! use holograd::Dual;
//! let x = Dual::new(3.0, [1.0]); // 3 + 1ε
//! let y = x * x + 1.0 / x;
//! assert_eq!(y.value(), 9.0 + 1.0 / 3.0);
//! assert_eq!(y.derivative(), 6.0 - 1.0 / 9.0); // 2x − 1/x²
//! ```
//! Its parts may be dual numbers in turn. `Dual<Dual<f64>>` has an ε₁ and an ε₂, and beside ε₁ε₂ stands the second
//! derivative. They may be complex: then it is the complex derivative. That is all; the transforms only put the ones in
//! and take the results out.
//!
//! # Five minutes
//!
//! ## One function, many numbers
//!
//! Bound the function by [`Real64`] and write it as for `f64`: `2.0 * x`, `x += 1.0`, `x < 0.5`, `x.max(0.0)`, `x.powf(1.5)`. Numbers
//! are `Copy`, and operators take references too: `x.iter().map(|x| x * x)`. A literal that is a value of its own, such as the
//! start of a `fold`, is `T::lit(0.0)`.
//!
//! A closure runs on *one* kind of number, that of the transform it is given to. A function for several transforms, or for
//! a transform and the plain value, is a generic `fn` like these two:
//! ```
//! use holograd::Real64;
//! fn softmax_loss<T: Real64>(scores: [T; 2]) -> T {
//!     scores[0].log_add_exp(scores[1]) - scores[0]
//! }
//! fn ellipse<T: Real64>(t: T) -> [T; 2] {
//!     [3.0 * t.cos(), t.sin()]
//! }
//! assert_eq!(softmax_loss([0.0, 0.0]), 2.0_f64.ln());
//! assert_eq!(ellipse(0.0), [3.0, 0.0]);
//! ```
//! A function that shall also run in single precision is bounded by [`Real`], and one that shall run on complex numbers by
//! [`Scalar`], which has the analytic functions alone. Their literals are written [`lit`]`(2.0)` beside an operator; the constants of
//! [`consts`] are literals too. Comparisons are `x < T::lit(0.0)` or `lit(0.0) > x` there.
//!
//! ## Parameters
//!
//! [`partial`]`(f, &p)` is x ↦ f(x, p) with p held constant, whatever number the transform runs on; p is any container of
//! numbers. [`lift`] makes one number a constant any number of levels up.
//! ```
//! use holograd::{Real64, grad, partial};
//! fn loss<T: Real64>(x: [T; 2], data: &[T]) -> T {
//!     data.iter().enumerate().map(|(i, d)| (x[0] + i as f64 * x[1] - d).powi(2)).sum()
//! }
//! assert_eq!(grad(partial(loss, &[1.0, 2.0, 4.0]), &[1.0, 1.0]), [-2.0, -4.0]);
//! ```
//!
//! ## Derivatives
//!
//! Of a function of one number, with whatever it returns; [`value_and_derivative`] gives both.
//! ```
//! use holograd::{Real64, derivative, value_and_derivative};
//! # fn ellipse<T: Real64>(t: T) -> [T; 2] {
//! #     [3.0 * t.cos(), t.sin()]
//! # }
//! assert_eq!(derivative(|x| x * x * x, 2.0), 12.0);
//! assert_eq!(derivative(ellipse, 0.0), [0.0, 1.0]);
//! assert_eq!(value_and_derivative(ellipse, 0.0), ([3.0, 0.0], [0.0, 1.0]));
//! ```
//!
//! ## Gradients and Jacobians
//!
//! [`jacfwd`] gives the shape of the output holding the shape of the input: for a number out of an array an array, the
//! gradient; for an array out of an array an array of rows. Inputs are numbers, arrays, `Vec`, slices, tuples, maps, in
//! any nest. [`jvp`] gives the derivative along one direction, at the price of one.
//! ```
//! use holograd::{jacfwd, jvp, value_and_jacfwd};
//! assert_eq!(jacfwd(|[x, y]| x * y, &[2.0, 3.0]), [3.0, 2.0]);
//! assert_eq!(jacfwd(|[x, y]| [x * y, x + y, y], &[2.0, 3.0]), [[3.0, 2.0], [1.0, 1.0], [0.0, 1.0]]);
//! assert_eq!(jacfwd(|(a, v)| v[0] * v[1] * a, &(2.0, vec![3.0, 4.0])), (12.0, vec![8.0, 6.0]));
//! assert_eq!(jvp(|[x, y]| x * y, &[2.0, 3.0], &[1.0, 10.0]), (6.0, 23.0));
//!
//! // A function that can fail: so can its gradient.
//! let inverse = |[x, y]: [_; 2]| if y == 0.0 { Err("division by zero") } else { Ok(x / y) };
//! assert_eq!(value_and_jacfwd(inverse, &[1.0, 2.0]), Ok((0.5, [0.5, -0.25])));
//! assert_eq!(value_and_jacfwd(inverse, &[1.0, 0.0]), Err("division by zero"));
//! ```
//! A flat array gets as many ε as it has numbers, in one pass and without the heap; everything else is done in chunks
//! of 8. An array of more than 64 numbers does not compile: pass a slice or a `Vec`.
//! ```compile_fail
//! holograd::jacfwd(|x| x[0], &[1.0; 65]);
//! ```
//!
//! ## Many inputs: reverse mode
//!
//! Forward mode runs the function once for every few inputs. Reverse mode runs it once, at [`Var`], which writes every
//! operation on a tape, and then goes through the tape backwards: one sweep gives the derivatives of one output by *all*
//! inputs. [`grad`] does that; [`vjp`] hands out the sweep as a function, [`jacrev`] does it for every output, [`hvp`] puts
//! dual numbers on the tape.
//! ```
//! use holograd::{Var, grad, hvp, jacfwd, jacrev, vjp};
//! let norm = |x: Vec<_>| x.iter().map(|x| x * x).sum::<Var<f64>>();
//! assert_eq!(grad(norm, &vec![1.0, 2.0, 3.0]), [2.0, 4.0, 6.0]);
//!
//! let (y, vjp_fun) = vjp(|[a, b]| [a * b, a + b], &[3.0, 4.0]);
//! assert_eq!((y, vjp_fun(&[1.0, 10.0])), ([12.0, 7.0], [14.0, 13.0]));
//!
//! assert_eq!(jacrev(|[a, b]| [a * b, a + b], &[3.0, 4.0]), [[4.0, 3.0], [1.0, 1.0]]);
//! assert_eq!(hvp(|[x, y]| x * x * y, &[2.0, 3.0], &[1.0, 0.0]), [6.0, 4.0]);
//! // The two modes nest: a Hessian, forward over reverse.
//! assert_eq!(jacfwd(|x| grad(|[x, y]| x * x * y, &x), &[2.0, 3.0]), [[6.0, 4.0], [4.0, 0.0]]);
//! ```
//! A variable belongs to the tape of its transform. Used after it, on another thread or mixed with another tape's it
//! panics with the reason, in every build; the function that [`vjp`] gives may go to another thread. Whole
//! [sums](Scalar::sum_of), [`dot`](Scalar::dot) products, [`log_sum_exp`](Scalar::log_sum_exp) and blocks by
//! [`fuse`](Scalar::fuse) are one entry of the tape each, which is what makes long sums fast.
//!
//! Rust cannot infer the type of a `.sum()` at the end of a closure, because a function may also return a `Result`: write
//! `.sum::<Var<f64>>()`, as above. `Scalar::sum_of(&x)` and `Scalar::dot(&x, &y)` need no type.
//!
//! ## Your own structs
//!
//! One line makes a struct with one number type an input and a result: [`impl_tree!`].
//! ```
//! use holograd::{Real64, impl_tree, value_and_jacfwd};
//!
//! #[derive(Clone, PartialEq, Debug)]
//! struct Line<T> {
//!     slope: T,
//!     offset: T,
//! }
//! impl_tree!(Line { slope, offset });
//!
//! fn squared_error<T: Real64>(line: Line<T>) -> T {
//!     let points = [(0.0, 1.0), (1.0, 3.0), (2.0, 5.0)];
//!     points.iter().map(|(x, y)| (line.slope * x + line.offset - y).powi(2)).sum()
//! }
//! let (error, gradient) = value_and_jacfwd(squared_error, &Line { slope: 2.0, offset: 0.0 });
//! assert_eq!(error, 3.0);
//! assert_eq!(gradient, Line { slope: -6.0, offset: -6.0 });
//! ```
//!
//! ## Second derivatives, and further
//!
//! [`hessian`] is exactly symmetric: nested dual numbers for a few variables, dual numbers on the tape for many. Every
//! other order comes by putting transforms inside each other.
//! ```
//! use holograd::{hessian, jacfwd, second_derivative, value_grad_and_hessian};
//! assert_eq!(second_derivative(|x| x * x * x, 2.0), 12.0);
//! assert_eq!(hessian(|[x, y]| x * x * y, &[2.0, 3.0]), [[6.0, 4.0], [4.0, 0.0]]);
//! let (f, gradient, h) = value_grad_and_hessian(|[x, y]| x * x * y, &[2.0, 3.0]);
//! assert_eq!((f, gradient, h), (12.0, [12.0, 4.0], [[6.0, 4.0], [4.0, 0.0]]));
//! // The third derivative.
//! assert_eq!(jacfwd(|x| hessian(|x| x * x * x, &x), &2.0), 6.0);
//! ```
//!
//! ## Complex numbers
//!
//! At a complex point every transform gives complex derivatives, and a function generic over [`Scalar`] alone has them:
//! only analytic functions are at hand there.
//! ```
//! use holograd::{Scalar, derivative};
//! use num_complex::Complex;
//! fn joukowski<T: Scalar>(z: T) -> T {
//!     (z + z.recip()) / holograd::lit(2.0)
//! }
//! assert_eq!(derivative(joukowski, 2.0), 0.375);
//! assert_eq!(derivative(joukowski, Complex::i()), Complex::new(1.0, 0.0));
//! ```
//! |z| has no complex derivative, so this is no holomorphic function and does not compile:
//! ```compile_fail,E0599
//! fn modulus<T: holograd::Scalar>(z: T) -> T {
//!     z.abs()
//! }
//! ```
//! With the bound [`ComplexScalar`] it does; its derivatives are those along real parameters. By a complex variable it has
//! two, ∂f/∂z and ∂f/∂z̄, and a gradient to descend by: the module [`complex`] gives them.
//!
//! ## Functions that cannot be seen through
//!
//! A special function, a table, a solver: give its value and the formula of its slope by [`Rule`], and it has derivatives
//! of every order. Here √(1 − x²)/π, whose slope is −x/(π² y):
//! ```
//! use holograd::{Rule, Scalar, derivative, lit, second_derivative};
//! use std::f64::consts::PI;
//!
//! struct SemiCircle;
//! impl Rule<f64> for SemiCircle {
//!     fn value(&self, [x]: [f64; 1]) -> f64 {
//!         (1.0 - x * x).sqrt() / PI
//!     }
//!     fn slopes<S: Scalar<Primal = f64>>(&self, [x]: [S; 1], y: S) -> [S; 1] {
//!         [-x / (y * lit(PI * PI))]
//!     }
//! }
//! assert!((derivative(|x| x.apply(&SemiCircle), 0.6) + 0.75 / PI).abs() < 1e-15);
//! assert!((second_derivative(|x| x.apply(&SemiCircle), 0.0) + 1.0 / PI).abs() < 1e-15);
//! ```
//!
//! ## Branches
//!
//! Comparison looks at the value alone, so a branch goes where the plain program goes, and the derivative is that of the
//! branch taken. [`stop_gradient`](Scalar::stop_gradient) makes a constant of a number.
//! ```
//! use holograd::{Real64, derivative};
//! fn leaky<T: Real64>(x: T) -> T {
//!     if x > 0.0 { x } else { 0.1 * x }
//! }
//! assert_eq!([-2.0, 2.0].map(|x| derivative(leaky, x)), [0.1, 1.0]);
//! assert_eq!(derivative(|x| x * x.stop_gradient(), 3.0), 3.0);
//! ```
//! An iteration that stops when the *value* has converged may stop before its tangents have: started at its limit, Newton's
//! method is left at once, and the second derivative of what it returns is 0. Roots, fixed points and minima by their parameters
//! have derivatives of their own in the module [`implicit`].
//!
//! ## Whose ε?
//!
//! In x · d/dy (x + y), differentiated by x, the inner derivative is 1 and the outer one too. But both closures run on
//! `Dual<f64>`, each with an ε of its own that looks the same, and adding the two gives 2. Debug builds stop there
//! instead, and so do release builds with the feature `checked`:
//! ```should_panic
//! # #[cfg(not(any(debug_assertions, feature = "checked")))]
//! # panic!("this build does not check");
//! use holograd::derivative;
//! derivative(|x| x * derivative(|y| x + y, 1.0), 1.0); // panics: perturbation confusion
//! ```
//! The cure is to say that x is a constant of the inner transform, which then runs one level up; the types differ, and mixing the
//! levels does not even compile. [`partial`] holds x constant, and the inner point is a number of the outer level:
//! ```
//! use holograd::{Dual, Real64, derivative, partial};
//! fn sum<T: Real64>(y: T, x: &T) -> T {
//!     x + y
//! }
//! assert_eq!(derivative(|x| x * derivative(partial(sum, &x), Dual::from(1.0)), 1.0), 1.0);
//! // The same in closures.
//! assert_eq!(derivative(|x| x * derivative(|y| Dual::from(x) + y, Dual::from(1.0)), 1.0), 1.0);
//! ```
//! Where the inner point depends on the outer variable, as in `derivative(|x| derivative(f, x), 1.0)`, the levels differ
//! by themselves.
//!
//! # From JAX
//!
//! | JAX | here |
//! |---|---|
//! | `grad`, `value_and_grad`, `jacfwd`, `jacrev`, `hessian`, `jvp`, `vjp`, `linearize` | the same; the point comes last, by reference |
//! | `argnums=(0, 1)` | a tuple as the input; what is not differentiated is captured by the closure, or held by [`partial`] |
//! | `has_aux=True` | [`value_and_grad_aux`]; anything that is no number goes to a captured variable |
//! | `holomorphic=True` | a complex point; functions of z̄ too: the module [`complex`], which also gives JAX's and PyTorch's answers |
//! | pytrees | arrays, `Vec`, tuples, `BTreeMap`, nalgebra's matrices, and structs by [`impl_tree!`] |
//! | `custom_jvp`, `custom_vjp` | [`Rule`], [`VectorRule`] |
//! | `stop_gradient` | [`Scalar::stop_gradient`] |
//! | `jvp` of `grad`, for H v | [`hvp`] |
//! | `checkpoint` of the steps of a `scan` | [`checkpoint()`] |
//! | `vmap`, `jit` | iterators, the compiler |
//!
//! # What the numbers do at corners
//!
//! Each row has a test: `tests/semantics.rs` ends with the list.
//!
//! | question | answer | why |
//! |---|---|---|
//! | `==`, `<` | the value alone, at every level | a branch goes where the plain program goes |
//! | `is_zero()`, `is_one()` | value *and* every tangent | linear algebra skips zeros; a skipped tangent would be a wrong derivative |
//! | `try_sqrt` of a zero with a live tangent | `None` | the Cholesky decomposition of a singular matrix is `None`, not NaN |
//! | sums and negation | term by term, never through slopes | ∞ · 0 |
//! | the value of a function | its own algorithm, never recomposed: the standard library's, or a better one where that is more than 2 units of 2⁻⁵³ off | `tanh(800)`, `hypot(1e200, 1e200)`, `acosh` near 1, `powi(1000)` |
//! | a zero tangent times a slope that is not finite | zero; a live tangent keeps it. In reverse mode a zero slope times an infinite adjoint is zero too, so that √(Σ(xᵢ − yᵢ)²) at x = y has the gradient 0 in every mode. The price: ∛(x³) at 0 has the derivative 0, where 1 is right | √ of a constant 0 beside a variable |
//! | second derivatives at a root of zero | NaN where a first derivative is 0 by the rows above and below (√(x² + y²), ‖x‖, `hypot`, complex `abs`, `cbrt`, `powf`, `acos` at 1); nested dual numbers cannot tell a constant 0 from x⁴, so √ of either is one of them; √x itself has −∞ | never a wrong finite number |
//! | a slope that is out of range | the product with the tangent is right if it is in range, at every order and in every mode: two factors of the slope are applied one after the other | 1/eˣ at 400 |
//! | −0 | as +0, where there is a limit: ln′(−0) = +∞ | the sign of a zero is an accident of rounding |
//! | `abs` at ±0 | slope 0 | the least subgradient; as complex `abs` |
//! | ties of `min` and `max`; `clamp` at a bound | ½ and ½; ½, and between equal bounds 0; of `max_of` and `min_of` 1/n each for n numbers that tie, where a chain of `max` gives halves of halves | does not depend on the order of arguments |
//! | `min`, `max` with a NaN | the number, and its slope | as `f64::max` |
//! | `floor ceil round trunc signum` | slope 0; `fract` 1; x % y has (1, −trunc(x/y)), an integer | |
//! | `powi(x, n)` | exact at every order, at 0 and for negative n too | |
//! | `powf(0, p)`, `pow(0, p)` | slope 0 for p > 1, 1 for p = 1, ∞ for 0 < p < 1, 0 for p = 0, −∞ (value ∞) for p < 0 | |
//! | `pow(0, y)` by y | 0 for y > 0; at y = 0 slope −∞, which a constant exponent does not see | 0⁰ = 1 |
//! | `pow(x, y)` by y, x < 0 | NaN, which a constant exponent does not see | |
//! | `atan2(0, 0)`, `arg(0)` | NaN slopes; 0 where the tangents are zero | there is no limit |
//! | `hypot(0, 0)`, `abs(0 + 0i)` | slope 0, second derivative NaN; of `abs` at a real 0 both are 0 | as `abs` |
//! | one variable, many, chunks, nested, the tape, tapes of dual numbers | the same at every corner of every function; in a composition they differ where a slope is not finite, or where a tangent or an adjoint leaves the range on its way | the order of products differs |
//! | `sinc`, at and near 0 | its own series at every order | (x cos x − sin x)/x² cancels |
//! | NaN in | NaN out; `min` and `max` as `f64`'s | |
//!
//! `+`, `−` and `×` have no branches: a tangent 0 beside an infinite *value* in a product gives NaN, as in IEEE arithmetic. The
//! tape, which leaves out adjoints that are zero, may have a number there.
//!
//! ## What other crates compute
//!
//! Code of other crates that runs on these numbers has its own corners, which are not in the table:
//! * num-complex's own methods on a concrete `Complex<T>`: the derivative of its `powf` at 0 is NaN, as it goes by way of the
//!   angle. `Scalar::powf(z, p)` is ours.
//! * nalgebra's `UnitQuaternion::{ln, powf, slerp, rotation_between}`, `Quaternion::exp` and `angle` branch on the length of the
//!   vector part: at the identity their derivatives are 0 or NaN. [`linalg`] has rotations that are right there.
//! * `linalg::spectral_function` of a matrix that is not symmetric is an `Err`, not the function of its symmetric part.
//! * Where code of others tests `==` (ellip tests whether two arguments coincide), it sees values: the branch is that of the value, and
//!   its derivative that of the branch.
//! * A cast to `f64` loses derivatives. Under the feature `checked` the reports of [`check`] count such casts.
//!
//! ## The law between the modes
//!
//! *Forward mode by one variable, by many, in chunks and nested, the tape, and tapes of dual numbers give equal derivatives at
//! every corner of every single function. In a composition whose values, tangents and adjoints are all in range, or exactly
//! zero, they are equal up to rounding.*
//!
//! What the law leaves out are two things. Through a slope that is not finite one mode may give NaN where another gives a
//! number: √x · 0 at x = 0. Forwards the tangent is ∞ before it is multiplied by 0; backwards 0 comes first, and zero times
//! infinity is zero there. And a tangent or an adjoint that itself overflows or underflows on its way, over several operations, is lost, as
//! a value would be; which of the two does depends on the order:
//! ```
//! use holograd::{grad, jacfwd};
//! assert!(jacfwd(|x| x.sqrt() * 0.0, &0.0_f64).is_nan());
//! assert_eq!(grad(|x| x.sqrt() * 0.0, &0.0), 0.0);
//! // The tangent 1e-340 is 0 in the middle; the adjoint is 1e300 there.
//! assert_eq!(jacfwd(|x| x * 1e-170 * 1e-170 * 1e150 * 1e150, &1e170), 0.0);
//! assert!((grad(|x| x * 1e-170 * 1e-170 * 1e150 * 1e150, &1e170) / 1e-40 - 1.0).abs() < 1e-15);
//! ```
//! Both halves of the law are tests, which count the pairs of NaN and a number that it allows. Modes that agree may be wrong
//! together: `cargo test --test programs` compares random programs in `f32` and `f64`, over the whole range, with numbers that have an
//! exponent of their own.
//!
//! * Single functions: `cargo test --test matrix -- --nocapture` runs 73 functions at their corners in 31 kinds of number, and
//!   prints the distance of each from the first. Among 4.2 million numbers no value and no first derivative differs in a bit,
//!   but for × at an infinite factor (5,612 times NaN, as above) and for `/` on `Complex<_>`, which is num-complex's (7 units of
//!   2⁻⁵³). A second derivative is a composition: 22 are NaN in one kind and 0 in another, at four points that the test lists,
//!   and 53 third ones, which overflowed, NaN in one and infinite in another.
//! * Compositions: `HOLOGRAD_PROGRAMS=1000000 cargo test --release --test properties modes -- --nocapture` compares the
//!   modes on random programs of all functions, a quarter of whose inputs are 0, ±1, 2 or ½. Of 24,000,000 pairs of
//!   derivatives, first and second, 335,429 are NaN and a number, none of them where all slopes are finite; no pair is of two
//!   finite numbers that differ by more than rounding. Of complex derivatives there are 20,259.
//!
//! # The source, in reading order
//!
//! | file | holds |
//! |---|---|
//! | `scalar.rs` | the traits [`Scalar`], [`ComplexScalar`], [`Real`]: every function, documented once, and each one call of the number's kernel |
//! | `scalar/base.rs` | [`Base`], the trait of whoever brings a number; `float.rs` implements it for `f32` and `f64` |
//! | `scalar/real64.rs`, `scalar/operand.rs` | [`Real64`]: plain `f64` on either side of a number; what stands beside a number in `x.max(0.0)` |
//! | `lift.rs` | [`lift`] and [`partial`]: numbers of an inner level as constants of an outer one |
//! | `rules.rs` | the mathematics: each function as x ↦ (f(x), f′(x)), a Taylor line above each |
//! | `functions.rs` | the one list of the functions' names, each of which is a type |
//! | `kernel.rs` | what the engine asks of a number: of base numbers, of complex numbers, and of a layer that carries derivatives |
//! | `layers.rs` | the list of layers, and the methods, operators and traits that each of them gets |
//! | `dual.rs` | [`Dual`]: scales its tangents by the slope |
//! | `tape.rs`, `tape/` | [`Var`]: writes a node with the slope; the sweeps; `open.rs` has all the `unsafe` but for one line in `array.rs` |
//! | `operators.rs` | + − × ÷ in all their forms |
//! | `tag.rs` | which ε is whose |
//! | `rule.rs` | [`Rule`], [`VectorRule`]: functions of your own |
//! | `tree.rs` | [`Tree`], [`Output`]: structured inputs and results |
//! | `transform/` | what you call |
//! | `complex.rs` | what you call where a function of complex numbers is not holomorphic |
//! | `linalg/`, `implicit.rs` | differentiated linear algebra; roots, fixed points and minima by their parameters |
//! | `check.rs`, `strategies/` | derivatives against finite differences; strategies for property tests |
//! | `interop/` | the traits of other crates, forwarded |
//!
//! Follow a value: `x.sin()` on a `Dual<f64, 2>` asks the kernel of layers, `Layered`, for the function `sin` of the list. The kernel
//! calls `rules::sin` at the `f64` inside, and hands the value and the partial derivative to `Layer::chain` of `Dual`, which scales
//! the two tangents. On a `Dual<Dual<f64>>` the middle step enters the same lines again, one level down. On a `Var<f64>` only the
//! last step differs: it writes a node.
//!
//! # Features
//!
//! `std` (default), which reverse mode needs, or `libm` for `no_std`; `nalgebra` (default); `simd` (default), tangents as vectors;
//! `ndarray`; `serde`; `proptest`; `rayon`, for [`DataSum`] on several threads; `checked`, see [above](#whose-ε).
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(not(any(feature = "std", feature = "libm")))]
compile_error!(
    "elementary functions come from the feature `std` or, without it, from the feature `libm`: choose one"
);

mod array;
#[cfg(feature = "std")]
pub mod check;
pub mod complex;
mod dual;
#[cfg(feature = "special")]
mod elementary;
#[allow(missing_docs)]
mod functions;
#[cfg(feature = "nalgebra")]
pub mod implicit;
mod interop;
mod jet;
mod kernel;
mod layers;
mod lift;
#[cfg(feature = "nalgebra")]
pub mod linalg;
#[cfg(feature = "nalgebra")]
pub mod matrix;
mod newtype;
mod operators;
mod rule;
mod rules;
mod scalar;
#[cfg(feature = "special")]
pub mod special;
#[cfg(feature = "proptest")]
pub mod strategies;
mod tag;
#[cfg(feature = "std")]
mod tape;
mod transform;
mod tree;

pub use dual::{Dual, HyperDual};
pub use jet::Jet;
pub use lift::{LiftTo, lift, partial};
pub use num_complex;
pub use rule::{Rule, VectorRule};
pub use scalar::lit::{Lit, consts, lit};
pub use scalar::{Base, ComplexScalar, Operand, Primal, Real, Real64, Scalar};
#[cfg(feature = "std")]
pub use tape::{Var, free_tapes};
pub use transform::*;
pub use tree::{Element, Lanes, Nested, NumberOutput, Output, Shape, ShapeWith, Tree, With};

/// What the macros of this crate and its own tests reach.
#[doc(hidden)]
pub mod __private {
    pub use crate::functions::*;
    pub use crate::kernel::{
        ComplexKernel, ComplexParts, Kernel, Layer, Layered, Machine, RealKernel, Truth,
    };
    pub use crate::lift::{FromLit, Here, Parameter, Parts, ToComplex, Up, ViewOf};
    pub use crate::scalar::float::Leaf;
    pub use crate::scalar::{HasType, Implies, OfNumber, WithNumber};
    pub use crate::tree::{ChunkSecond, Seed, leaves_in_lanes, leaves_of, total_leaves};

    /// x/y, on complex numbers of the machine by this crate's own algorithm.
    #[must_use]
    pub fn quotient<T: crate::Scalar>(x: T, y: T) -> T {
        T::Kernel::analytic(crate::functions::quotient {}, [x, y])
    }
}

/// The examples of the README, as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
