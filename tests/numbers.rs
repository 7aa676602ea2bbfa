//! Dual numbers as numbers: printing, defaults, conversions, comparison, and every form of every operator.

use holograd::{Dual, HyperDual, Lit, Real, Scalar, lit};
use num_complex::Complex;
use num_traits::{Num, One, Zero};

type D = Dual<f64>;
type D2 = Dual<f64, 2>;
type DD = Dual<Dual<f64>>;
type Z = Dual<Complex<f64>>;

/// x = 3 + 2ε
const X: D = Dual::new(3.0, [2.0]);
/// y = 4 − ε
const Y: D = Dual::new(4.0, [-1.0]);

/// Value and tangents, at every level, in order: what `==` does not see.
trait Parts {
    fn parts(self) -> Vec<f64>;
}
impl Parts for f64 {
    fn parts(self) -> Vec<f64> {
        vec![self]
    }
}
impl Parts for f32 {
    fn parts(self) -> Vec<f64> {
        vec![self.into()]
    }
}
impl Parts for Complex<f64> {
    fn parts(self) -> Vec<f64> {
        vec![self.re, self.im]
    }
}
impl<T: Parts + Copy, const N: usize> Parts for Dual<T, N> {
    fn parts(self) -> Vec<f64> {
        let mut parts = self.value().parts();
        parts.extend(self.eps().into_iter().flat_map(T::parts));
        parts
    }
}

#[track_caller]
fn same(got: impl Parts, want: &[f64]) {
    assert_eq!(got.parts(), want);
}

mod printing {
    use super::*;

    #[test]
    fn display_of_one_level() {
        assert_eq!(X.to_string(), "3 + 2ε1");
        assert_eq!(Y.to_string(), "4 + -1ε1");
        assert_eq!(Dual::new(1.5, [0.25, -2.0, 0.0]).to_string(), "1.5 + [0.25, -2, 0]ε1");
        assert_eq!(Dual::new(1.5_f32, [0.1]).to_string(), "1.5 + 0.1ε1");
        assert_eq!(Dual::new(1.0, [0.0; 0]).to_string(), "1 + []ε1");
    }

    #[test]
    fn display_numbers_the_levels_from_the_innermost() {
        assert_eq!(DD::new(X, [Y]).to_string(), "(3 + 2ε1) + (4 + -1ε1)ε2");
        let third = Dual::new(DD::new(X, [Y]), [DD::from(X)]);
        assert_eq!(third.to_string(), "((3 + 2ε1) + (4 + -1ε1)ε2) + ((3 + 2ε1) + (0 + 0ε1)ε2)ε3");
        let hyper: HyperDual<f64, 2> = Dual::new(D2::from(1.0), [D2::new(1.0, [2.0, 3.0]), D2::default()]);
        assert_eq!(hyper.to_string(), "(1 + [0, 0]ε1) + [(1 + [2, 3]ε1), (0 + [0, 0]ε1)]ε2");
    }

    #[test]
    fn display_puts_complex_numbers_in_brackets() {
        assert_eq!(Z::new(Complex::new(1.0, -2.0), [Complex::i()]).to_string(), "(1-2i) + (0+1i)ε1");
    }

    #[test]
    fn display_honours_precision_sign_and_exponent_width() {
        assert_eq!(format!("{X:.3}"), "3.000 + 2.000ε1");
        assert_eq!(format!("{X:+.1}"), "+3.0 + +2.0ε1");
        assert_eq!(format!("{X:5}"), "    3 +     2ε1");
        assert_eq!(format!("{:.2}", DD::new(X, [Y])), "(3.00 + 2.00ε1) + (4.00 + -1.00ε1)ε2");
        assert_eq!(format!("{:.1}", Dual::new(1.25, [0.5, 2.0])), "1.2 + [0.5, 2.0]ε1");
        assert_eq!(format!("{:.1}", Z::from(Complex::i())), "(0.0+1.0i) + (0.0+0.0i)ε1");
    }

    #[test]
    fn debug_shows_the_fields() {
        assert_eq!(format!("{X:?}"), "Dual { re: 3.0, eps: [2.0] }");
        assert_eq!(
            format!("{:?}", Z::from(Complex::i())),
            format!("Dual {{ re: {:?}, eps: [{:?}] }}", Complex::<f64>::i(), Complex::new(0.0, 0.0))
        );
        assert_eq!(format!("{X:#?}"), "Dual {\n    re: 3.0,\n    eps: [\n        2.0,\n    ],\n}");
    }
}

mod conversions {
    use super::*;

    #[test]
    fn default_zero_and_one_are_constants() {
        same(D2::default(), &[0.0, 0.0, 0.0]);
        same(DD::zero(), &[0.0; 4]);
        same(DD::one(), &[1.0, 0.0, 0.0, 0.0]);
        same(Z::one(), &[1.0, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn from_is_one_level_up() {
        same(D2::from(3.0), &[3.0, 0.0, 0.0]);
        same(DD::from(X), &[3.0, 2.0, 0.0, 0.0]);
        same(Z::from(Complex::i()), &[0.0, 1.0, 0.0, 0.0]);
        let by_into: Dual<f32> = 3.0_f32.into();
        same(by_into, &[3.0, 0.0]);
    }

    #[test]
    fn lit_and_constant_are_constants_of_every_nest() {
        same(DD::lit(2.5), &[2.5, 0.0, 0.0, 0.0]);
        same(DD::constant(2.5), &[2.5, 0.0, 0.0, 0.0]);
        same(Z::lit(2.5), &[2.5, 0.0, 0.0, 0.0]);
        same(Z::constant(Complex::i()), &[0.0, 1.0, 0.0, 0.0]);
        same(Dual::<f32>::lit(0.1), &[0.1_f32.into(), 0.0]);
    }

    #[test]
    fn the_way_down() {
        let x = DD::new(X, [Y]);
        assert_eq!(x.primal(), 3.0);
        same(x.value(), &X.parts());
        same(x.derivative(), &Y.parts());
        same(x.stop_gradient(), &[3.0, 0.0, 0.0, 0.0]);
        same(DD::variable(X), &[3.0, 2.0, 1.0, 0.0]);
        assert_eq!(Z::variable(Complex::i()).primal(), Complex::i());
    }

    #[test]
    fn digits_are_read_as_constants() {
        same(DD::from_str_radix("2.5", 10).unwrap(), &[2.5, 0.0, 0.0, 0.0]);
        assert!(D::from_str_radix("two", 10).is_err());
    }
}

mod comparison {
    use super::*;

    #[test]
    fn looks_at_the_value_alone_at_every_level() {
        assert_eq!(X, Dual::new(3.0, [7.0]));
        assert_eq!(DD::new(X, [Y]), DD::from(D::from(3.0)));
        assert_eq!([X < Y, X <= Y, Y > X, X != Y], [true; 4]);
        assert!(DD::from(X) < DD::from(Y));
        assert!(Dual::new(1.0, [f64::NAN]) == Dual::from(1.0));
        assert!(D::from(f64::NAN) != D::from(f64::NAN));
        assert_eq!(D::from(f64::NAN).partial_cmp(&X), None);
    }

    #[test]
    fn with_literals() {
        assert!(X == 3.0 && X > 2.5 && X >= 3.0 && X < 3.5 && X != 2.0);
        assert!(X == lit(3.0) && X > lit(2.5) && X <= lit(3.0));
        let x = DD::new(X, [Y]);
        assert!(x == 3.0 && x > 2.5 && x < lit(3.5));
        let single = Dual::new(0.1_f32, [1.0]);
        assert!(single == 0.1 && single < 0.2 && single == lit(0.1));
        assert!(Z::from(Complex::new(2.0, 0.0)) == 2.0);
        assert!(Z::new(Complex::i(), [Complex::i()]) != 0.0);
    }

    #[test]
    fn generic_code_compares_with_lit() {
        fn sign<T: Real>(x: T) -> i32 {
            i32::from(lit(0.0) < x) - i32::from(x < T::lit(0.0))
        }
        assert_eq!((sign(X), sign(-X), sign(0.0), sign(-2.0_f32), sign(DD::from(-X))), (1, -1, 0, -1, -1));
    }

    #[test]
    fn zero_and_one_are_constants_only() {
        assert!(D::zero().is_zero() && D::one().is_one());
        assert!(!Dual::new(0.0, [1.0]).is_zero());
        assert!(!Dual::new(1.0, [1.0]).is_one());
        assert!(!DD::new(D::zero(), [Dual::new(0.0, [1.0])]).is_zero());
        assert!(Dual::new(0.0, [1.0]) == D::zero());
    }
}

mod operators {
    use super::*;

    /// All forms of an operator between two values: by value, by reference, by assignment.
    macro_rules! all_forms {
        ($x:expr, $y:expr, $op:tt, $assign:tt, $want:expr) => {{
            let (x, y, want): (_, _, &[f64]) = ($x, $y, &$want);
            same(x $op y, want);
            same(&x $op y, want);
            same(x $op &y, want);
            same(&x $op &y, want);
            let mut z = x;
            z $assign y;
            same(z, want);
            let mut z = x;
            z $assign &y;
            same(z, want);
        }};
    }

    #[test]
    fn between_dual_numbers() {
        all_forms!(X, Y, +, +=, [7.0, 1.0]);
        all_forms!(X, Y, -, -=, [-1.0, 3.0]);
        all_forms!(X, Y, *, *=, [12.0, 5.0]);
        // (2 · 4 + 3)/16
        all_forms!(X, Y, /, /=, [0.75, 0.6875]);
        // 3 rem 4 = 3, 11 rem 4 = 11 − 2 · 4
        all_forms!(X, Y, %, %=, [3.0, 2.0]);
        all_forms!(Dual::new(11.0, [2.0]), Y, %, %=, [3.0, 4.0]);
        same(-X, &[-3.0, -2.0]);
        same(-&X, &[-3.0, -2.0]);
    }

    #[test]
    fn between_numbers_of_several_tangents() {
        let (x, y) = (D2::new(3.0, [1.0, 0.0]), D2::new(4.0, [0.0, 1.0]));
        all_forms!(x, y, +, +=, [7.0, 1.0, 1.0]);
        all_forms!(x, y, -, -=, [-1.0, 1.0, -1.0]);
        all_forms!(x, y, *, *=, [12.0, 4.0, 3.0]);
        all_forms!(x, y, /, /=, [0.75, 0.25, -0.1875]);
    }

    #[test]
    fn between_nested_numbers() {
        // x = 2 and y = 4, differentiated by x inside and by y outside.
        let (x, y) = (DD::from(D::variable(2.0)), DD::variable(D::from(4.0)));
        all_forms!(x, y, +, +=, [6.0, 1.0, 1.0, 0.0]);
        all_forms!(x, y, -, -=, [-2.0, 1.0, -1.0, 0.0]);
        all_forms!(x, y, *, *=, [8.0, 4.0, 2.0, 1.0]);
        all_forms!(x, y, /, /=, [0.5, 0.25, -0.125, -0.0625]);
    }

    #[test]
    fn in_single_precision() {
        let (x, y) = (Dual::new(3.0_f32, [2.0]), Dual::new(4.0_f32, [-1.0]));
        all_forms!(x, y, *, *=, [12.0, 5.0]);
        all_forms!(x, y, /, /=, [0.75, 0.6875]);
    }

    #[test]
    fn between_complex_numbers() {
        let (x, y) = (Z::variable(Complex::new(1.0, 2.0)), Z::from(Complex::new(0.0, 2.0)));
        all_forms!(x, y, +, +=, [1.0, 4.0, 1.0, 0.0]);
        all_forms!(x, y, -, -=, [1.0, 0.0, 1.0, 0.0]);
        all_forms!(x, y, *, *=, [-4.0, 2.0, 0.0, 2.0]);
        all_forms!(x, y, /, /=, [1.0, -0.5, 0.0, -0.5]);
    }

    /// The forms of an operator with a constant on the right.
    macro_rules! with_constant {
        ($x:expr, $c:expr, $op:tt, $assign:tt, $want:expr) => {{
            let (x, want): (_, &[f64]) = ($x, &$want);
            same(x $op $c, want);
            let mut z = x;
            z $assign $c;
            same(z, want);
        }};
    }

    #[test]
    fn with_plain_literals_on_both_sides() {
        with_constant!(X, 2.0, +, +=, [5.0, 2.0]);
        with_constant!(X, 2.0, -, -=, [1.0, 2.0]);
        with_constant!(X, 2.0, *, *=, [6.0, 4.0]);
        with_constant!(X, 2.0, /, /=, [1.5, 1.0]);
        with_constant!(X, 2.0, %, %=, [1.0, 2.0]);
        same(2.0 + X, &[5.0, 2.0]);
        same(2.0 - X, &[-1.0, -2.0]);
        same(2.0 * X, &[6.0, 4.0]);
        same(2.0 / Dual::new(4.0, [2.0]), &[0.5, -0.25]);
    }

    #[test]
    fn with_plain_literals_beside_every_nest() {
        let x = DD::new(X, [Y]);
        with_constant!(x, 2.0, +, +=, [5.0, 2.0, 4.0, -1.0]);
        with_constant!(x, 2.0, -, -=, [1.0, 2.0, 4.0, -1.0]);
        with_constant!(x, 2.0, *, *=, [6.0, 4.0, 8.0, -2.0]);
        with_constant!(x, 2.0, /, /=, [1.5, 1.0, 2.0, -0.5]);
        same(2.0 - x, &[-1.0, -2.0, -4.0, 1.0]);
        // 1/x at 2 by nested variables: ½, −¼, −¼, ¼
        same(1.0 / DD::variable(D::variable(2.0)), &[0.5, -0.25, -0.25, 0.25]);
        let single = Dual::new(3.0_f32, [2.0]);
        with_constant!(single, 2.0, *, *=, [6.0, 4.0]);
        same(2.0 - single, &[-1.0, -2.0]);
        // Literals leave the type open until the method is called.
        same((2.0 * single - 6.0).exp(), &[1.0, 4.0]);
        let z = Z::variable(Complex::new(1.0, 2.0));
        with_constant!(z, 2.0, *, *=, [2.0, 4.0, 2.0, 0.0]);
        same(2.0 - z, &[1.0, -2.0, -1.0, 0.0]);
    }

    #[test]
    fn with_lit_on_both_sides() {
        let two: Lit = lit(2.0);
        with_constant!(X, two, +, +=, [5.0, 2.0]);
        with_constant!(X, two, -, -=, [1.0, 2.0]);
        with_constant!(X, two, *, *=, [6.0, 4.0]);
        with_constant!(X, two, /, /=, [1.5, 1.0]);
        with_constant!(X, two, %, %=, [1.0, 2.0]);
        with_constant!(DD::new(X, [Y]), two, %, %=, [1.0, 2.0, 4.0, -1.0]);
        with_constant!(7.5_f32, two, %, %=, [1.5]);
        same(two + X, &[5.0, 2.0]);
        same(two - X, &[-1.0, -2.0]);
        same(two * X, &[6.0, 4.0]);
        same(two / Dual::new(4.0, [2.0]), &[0.5, -0.25]);
        same(two - DD::new(X, [Y]), &[-1.0, -2.0, -4.0, 1.0]);
        same(lit(1.0) / DD::variable(D::variable(2.0)), &[0.5, -0.25, -0.25, 0.25]);
        with_constant!(Complex::new(1.0, 2.0), two, *, *=, [2.0, 4.0]);
        same(two - Complex::new(1.0, 2.0), &[1.0, -2.0]);
        same(two / Complex::new(0.0, 2.0), &[0.0, -1.0]);
        same(two / Z::variable(Complex::new(2.0, 0.0)), &[1.0, 0.0, -0.5, 0.0]);
        with_constant!(3.0, two, -, -=, [1.0]);
        same(two / 4.0, &[0.5]);
    }

    #[test]
    fn literals_combine_to_literals() {
        let x = D::variable(5.0);
        same(lit(2.0) * lit(3.0) * x, &[30.0, 6.0]);
        same(-lit(2.0) * x, &[-10.0, -2.0]);
        same(x * (lit(2.0) + lit(1.0) / lit(4.0) - lit(0.25)), &[10.0, 2.0]);
        fn circle<T: Real>(t: T) -> T {
            (t * lit(2.0) * holograd::consts::PI) % (lit(2.0) * holograd::consts::PI)
        }
        assert_eq!(circle(0.25), std::f64::consts::FRAC_PI_2);
    }

    #[test]
    fn variables_have_the_forms_of_dual_numbers() {
        let negative_of_a_reference = |x: Vec<holograd::Var<f64>>| -&x[0];
        assert_eq!(holograd::grad(negative_of_a_reference, &vec![3.0]), [-1.0]);
        let remainders = |x: holograd::Var<f64>| {
            let mut y = x % 2.0 * 10.0 + x % lit(4.0);
            y %= 8.0;
            y
        };
        assert_eq!(holograd::value_and_grad(remainders, &7.0), (5.0, 11.0));
    }

    #[test]
    fn with_complex_constants_on_both_sides() {
        let (z, i) = (Z::variable(Complex::new(1.0, 2.0)), Complex::i());
        with_constant!(z, i, +, +=, [1.0, 3.0, 1.0, 0.0]);
        with_constant!(z, i, -, -=, [1.0, 1.0, 1.0, 0.0]);
        with_constant!(z, i, *, *=, [-2.0, 1.0, 0.0, 1.0]);
        with_constant!(z, i, /, /=, [2.0, -1.0, 0.0, -1.0]);
        same(i + z, &[1.0, 3.0, 1.0, 0.0]);
        same(i - z, &[-1.0, -1.0, -1.0, 0.0]);
        same(i * z, &[-2.0, 1.0, 0.0, 1.0]);
        // 2i/z at 2i: value 1, slope −2i/z² = i/2
        same(Complex::new(0.0, 2.0) / Z::variable(Complex::new(0.0, 2.0)), &[1.0, 0.0, 0.0, 0.5]);
    }

    /// The forms of an operator with references to a constant and to a number.
    macro_rules! by_reference {
        ($x:expr, $c:expr, $op:tt, $want:expr, $reversed:expr) => {{
            let (x, c) = ($x, $c);
            same(x $op &c, &$want);
            same(&x $op c, &$want);
            same(&x $op &c, &$want);
            same(c $op &x, &$reversed);
            same(&c $op x, &$reversed);
            same(&c $op &x, &$reversed);
        }};
    }

    #[test]
    fn with_references_to_constants() {
        let x = Dual::new(4.0, [2.0]);
        by_reference!(x, 2.0, +, [6.0, 2.0], [6.0, 2.0]);
        by_reference!(x, 2.0, -, [2.0, 2.0], [-2.0, -2.0]);
        by_reference!(x, 2.0, *, [8.0, 4.0], [8.0, 4.0]);
        by_reference!(x, 2.0, /, [2.0, 1.0], [0.5, -0.25]);
        let (z, i) = (Z::variable(Complex::new(1.0, 2.0)), Complex::i());
        by_reference!(z, i, *, [-2.0, 1.0, 0.0, 1.0], [-2.0, 1.0, 0.0, 1.0]);
        let by_reference = &x;
        same(by_reference * lit(2.0), &[8.0, 4.0]);
        same(by_reference % lit(3.0), &[1.0, 2.0]);
        let c = &3.0;
        same(x % c, &[1.0, 2.0]);
        same(by_reference % c, &[1.0, 2.0]);
        // As they come from iterators over numbers and data.
        let data = [2.0, 3.0];
        let weighed = |x: Vec<_>| x.iter().zip(&data).map(|(x, c)| 0.5 * x + c * x).sum::<holograd::Var<_>>();
        assert_eq!(holograd::grad(weighed, &vec![1.0, 1.0]), [2.5, 3.5]);
    }

    #[test]
    fn sums_and_products_of_values_and_references() {
        let x = [X, Y, X];
        same(x.iter().sum::<D>(), &[10.0, 3.0]);
        same(x.into_iter().sum::<D>(), &[10.0, 3.0]);
        // 3 · 4 · 3: 2 · 2 · 4 · 3 − 9
        same(x.iter().product::<D>(), &[36.0, 39.0]);
        same(x.into_iter().product::<D>(), &[36.0, 39.0]);
        same([].iter().sum::<D>(), &[0.0, 0.0]);
        same([].iter().product::<D2>(), &[1.0, 0.0, 0.0]);
        let z = [Z::variable(Complex::i()); 2];
        same(z.iter().sum::<Z>(), &[0.0, 2.0, 2.0, 0.0]);
        same(z.iter().product::<Z>(), &[-1.0, 0.0, 0.0, 2.0]);
        same([DD::variable(D::variable(3.0)); 2].into_iter().product::<DD>(), &[9.0, 6.0, 6.0, 2.0]);
    }

    #[test]
    fn constants_never_multiply_a_tangent_by_zero() {
        let x = Dual::new(0.0, [f64::INFINITY]);
        same(x + 1.0, &[1.0, f64::INFINITY]);
        same(1.0 - x, &[1.0, f64::NEG_INFINITY]);
        same(x * 2.0, &[0.0, f64::INFINITY]);
        same(lit(2.0) * x, &[0.0, f64::INFINITY]);
        same(x / 2.0, &[0.0, f64::INFINITY]);
        same(lit(1.0) - DD::from(x), &[1.0, f64::NEG_INFINITY, -0.0, -0.0]);
    }
}

#[test]
fn every_number_is_send_sync_and_static() {
    fn is<T: Send + Sync + Copy + 'static>() {}
    is::<D>();
    is::<DD>();
    is::<Z>();
    is::<Complex<Dual<f32, 3>>>();
}
