//! Every transform, called as a user calls it: closures and generic functions, without type annotations.

use holograd::{
    Dual, HyperDual, Real, Scalar, Var, derivative, hessian, impl_tree, jacfwd, jvp, lit, second_derivative,
    value_and_derivative, value_and_jacfwd, value_grad_and_hessian,
};
use num_complex::Complex;
use std::collections::BTreeMap;

/// x³, as a generic function item.
fn cube<T: Scalar>(x: T) -> T {
    x * x * x
}

/// x y², as a generic function item of an array.
fn product<T: Scalar>([x, y]: [T; 2]) -> T {
    x * y * y
}

/// (Σ xᵢ, Π xᵢ), as a generic function item of a vector.
fn sum_and_product<T: Scalar>(x: Vec<T>) -> [T; 2] {
    [x.iter().copied().sum(), x.iter().copied().product()]
}

mod scalars {
    use super::*;

    #[test]
    fn derivative_of_closures_and_of_generic_functions() {
        assert_eq!(derivative(|x| x * x, 3.0), 6.0);
        assert_eq!(derivative(cube, 3.0), 27.0);
        assert_eq!(derivative(|x| x.sin(), 0.0), 1.0);
        assert_eq!(derivative(Dual::sin, 0.0), 1.0);
        assert_eq!(derivative(|x| 2.0 * x + 1.0, 3.0), 2.0);
        let scale = 5.0;
        assert_eq!(derivative(|x| scale * x, 3.0), 5.0);
    }

    #[test]
    fn derivative_of_any_output() {
        assert_eq!(derivative(|x| [x, x * x], 3.0), [1.0, 6.0]);
        assert_eq!(derivative(|x| [[x, x * x], [x + 1.0, 2.0 * x]], 3.0), [[1.0, 6.0], [1.0, 2.0]]);
        assert_eq!(derivative(|x| vec![x, x * x], 3.0), vec![1.0, 6.0]);
        assert_eq!(derivative(|x| (x, [x * x]), 3.0), (1.0, [6.0]));
        assert_eq!(derivative(|x| Box::<[_]>::from([x, cube(x)]), 2.0), Box::<[_]>::from([1.0, 12.0]));
        assert_eq!(
            derivative(|x| BTreeMap::from([("cube", cube(x))]), 2.0),
            BTreeMap::from([("cube", 12.0)])
        );
        assert_eq!(derivative(|x| Some(x * x), 3.0), Some(6.0));
    }

    #[test]
    fn a_complex_result_of_a_real_number_beside_a_function_of_a_complex_number() {
        let velocity = derivative(|t| Complex::new(t * t, 2.0 * t), 1.0);
        assert_eq!(velocity, Complex::new(2.0, 2.0));

        let z0 = Complex::new(0.5, -1.5);
        let slope = derivative(|z| z.sin(), z0);
        assert!((slope - z0.cos()).norm() < 1e-15);
        assert_eq!(derivative(cube, Complex::new(0.0, 1.0)), Complex::new(-3.0, 0.0));
    }

    #[test]
    fn value_and_derivative_gives_both() {
        assert_eq!(value_and_derivative(cube, 2.0), (8.0, 12.0));
        assert_eq!(value_and_derivative(|x| [x, x * x], 3.0), ([3.0, 9.0], [1.0, 6.0]));
        assert_eq!(value_and_derivative(|x| Some(x * x), 3.0), Some((9.0, 6.0)));
    }

    #[test]
    fn second_derivative_of_any_output() {
        assert_eq!(second_derivative(cube, 2.0), 12.0);
        assert_eq!(second_derivative(|x| [x, x * x, x.powi(4)], 1.0), [0.0, 2.0, 12.0]);
        assert_eq!(second_derivative(cube, Complex::i()), Complex::new(0.0, 6.0));
        assert_eq!(second_derivative(|t| Complex::new(t * t, t), 1.0), Complex::new(2.0, 0.0));
    }

    #[test]
    fn higher_orders_by_nesting() {
        assert_eq!(derivative(|x| derivative(cube, x), 2.0), 12.0);
        assert_eq!(derivative(|x| derivative(|x| derivative(cube, x), x), 2.0), 6.0);
        assert_eq!(derivative(|x| second_derivative(|x| x.powi(5), x), 1.0), 60.0);
        assert_eq!(second_derivative(|x| second_derivative(|x| x.exp(), x), 0.0), 1.0);
        let fifth = derivative(|x| second_derivative(|x| second_derivative(|x| x.powi(5), x), x), 3.0);
        assert_eq!(fifth, 120.0);
    }

    #[test]
    fn single_precision() {
        assert_eq!(derivative(cube, 2.0_f32), 12.0_f32);
        assert_eq!(second_derivative(|x| 0.5 * x * x, 2.0_f32), 1.0_f32);
        assert_eq!(jacfwd(product, &[3.0_f32, 2.0]), [4.0_f32, 12.0]);
        assert_eq!(hessian(product, &[3.0_f32, 2.0]), [[0.0_f32, 4.0], [4.0, 6.0]]);
        assert_eq!(derivative(|z| z * z, Complex::new(1.0_f32, 2.0)), Complex::new(2.0_f32, 4.0));
    }
}

mod containers {
    use super::*;

    #[derive(Clone, PartialEq, Debug)]
    struct Layer<T> {
        w: [[T; 2]; 2],
        b: Vec<T>,
    }
    impl_tree!(Layer { w, b });

    #[derive(Clone, PartialEq, Debug)]
    struct Network<T> {
        layers: Vec<Layer<T>>,
        scale: T,
        name: &'static str,
    }
    impl_tree!(Network { layers, scale; name });

    /// The first layer's weights times its bias, times the last layer's first bias, times the scale.
    fn network<T: Scalar>(n: Network<T>) -> T {
        let [first, last] = [&n.layers[0], &n.layers[1]];
        (first.w[0][0] * first.b[0] + first.w[1][1] * first.b[1]) * last.b[0] * n.scale
    }

    fn a_network() -> Network<f64> {
        let first = Layer { w: [[1.0, 2.0], [3.0, 4.0]], b: vec![5.0, 6.0] };
        let last = Layer { w: [[0.0; 2]; 2], b: vec![7.0] };
        Network { layers: vec![first, last], scale: 2.0, name: "two layers" }
    }

    #[test]
    fn a_scalar() {
        assert_eq!(jacfwd(cube, &2.0), 12.0);
        assert_eq!(jacfwd(|x| [x, x * x], &2.0), [1.0, 4.0]);
        assert_eq!(hessian(cube, &2.0), 12.0);
    }

    #[test]
    fn arrays() {
        assert_eq!(jacfwd(product, &[3.0, 2.0]), [4.0, 12.0]);
        assert_eq!(
            jacfwd(|[x, y]| [x * y, x - y, x * x], &[2.0, 3.0]),
            [[3.0, 2.0], [1.0, -1.0], [4.0, 0.0]]
        );
        let point = [3.0, 2.0];
        assert_eq!(jacfwd(|x| x[0] * x[1], &point), [2.0, 3.0]);
        assert_eq!(jacfwd(|x| x.map(|x| x * x), &point), [[6.0, 0.0], [0.0, 4.0]]);
    }

    #[test]
    fn nested_arrays() {
        let w = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]];
        // One output for each row: its product.
        let rows = jacfwd(|w| w.map(|[x, y]| x * y), &w);
        assert_eq!(
            rows,
            [
                [[2.0, 1.0], [0.0; 2], [0.0; 2]],
                [[0.0; 2], [4.0, 3.0], [0.0; 2]],
                [[0.0; 2], [0.0; 2], [6.0, 5.0]]
            ]
        );
        let cubes = hessian(|w| cube(w[1][0]), &w);
        assert_eq!(cubes[1][0][1][0], 18.0);
        assert_eq!(cubes.iter().flatten().flatten().flatten().sum::<f64>(), 18.0);
    }

    #[test]
    fn vectors_slices_and_boxed_slices() {
        let x = vec![2.0, 3.0, 4.0];
        let want = [vec![1.0, 1.0, 1.0], vec![12.0, 8.0, 6.0]];
        assert_eq!(jacfwd(sum_and_product, &x), want);
        assert_eq!(jacfwd(sum_and_product, &x[..]), want);
        assert_eq!(jacfwd(sum_and_product, &x[1..]), [vec![1.0, 1.0], vec![4.0, 3.0]]);
        assert_eq!(
            jacfwd(|x| x.into_iter().map(cube).collect::<Vec<_>>(), &x[..2]),
            [[12.0, 0.0], [0.0, 27.0]]
        );
        let boxed = x.clone().into_boxed_slice();
        assert_eq!(jacfwd(|x| x[0] * x[2], &boxed), Box::<[f64]>::from([4.0, 0.0, 2.0]));
        let ragged = vec![vec![2.0], vec![3.0, 4.0]];
        assert_eq!(jacfwd(|x| x[0][0] * x[1][1], &ragged), vec![vec![4.0], vec![0.0, 2.0]]);
        assert_eq!(
            hessian(|x| x[0] * x[1] * x[2], &x),
            vec![[0.0, 4.0, 3.0], [4.0, 0.0, 2.0], [3.0, 2.0, 0.0]]
        );
    }

    #[test]
    fn tuples() {
        assert_eq!(jacfwd(|(a, b)| a * b * b, &(3.0, 2.0)), (4.0, 12.0));
        let mixed = (2.0, [3.0, 4.0], vec![5.0]);
        assert_eq!(jacfwd(|(a, x, v)| a * x[0] * x[1] * v[0], &mixed), (60.0, [40.0, 30.0], vec![24.0]));
        let eight = (1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 3.0);
        assert_eq!(jacfwd(|t| t.0 * t.7, &eight), (3.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0));
        assert_eq!(hessian(|(a, b)| a * b * b, &(3.0, 2.0)), ((0.0, 4.0), (4.0, 6.0)));
        assert_eq!(jacfwd(|(x,)| x * x, &(3.0,)), (6.0,));
    }

    #[test]
    fn maps() {
        let x = BTreeMap::from([("w", [2.0, 3.0]), ("b", [5.0, 7.0])]);
        let gradient = jacfwd(|x| x["w"][0] * x["b"][1], &x);
        assert_eq!(gradient, BTreeMap::from([("w", [7.0, 0.0]), ("b", [0.0, 2.0])]));
        let (value, gradient) = value_and_jacfwd(|x| BTreeMap::from([("loss", x["w"][1] * x["w"][1])]), &x);
        assert_eq!(value, BTreeMap::from([("loss", 9.0)]));
        assert_eq!(gradient["loss"]["w"], [0.0, 6.0]);
    }

    #[test]
    fn structs_of_containers_of_structs() {
        let x = a_network();
        let (value, gradient) = value_and_jacfwd(network, &x);
        assert_eq!(value, 406.0);
        assert_eq!(gradient.name, "two layers");
        assert_eq!(gradient.scale, 203.0);
        assert_eq!(gradient.layers[0], Layer { w: [[70.0, 0.0], [0.0, 84.0]], b: vec![14.0, 56.0] });
        assert_eq!(gradient.layers[1], Layer { w: [[0.0; 2]; 2], b: vec![58.0] });

        let hessian = hessian(network, &x);
        assert_eq!(hessian.layers[0].w[0][0].scale, 35.0);
        assert_eq!(hessian.scale.layers[0].w[0][0], 35.0);
        assert_eq!(hessian.layers[1].b[0].layers[0].b[1], 8.0);
    }

    #[test]
    fn a_struct_as_a_result() {
        let jacobian = jacfwd(|[x, y]| Layer { w: [[x, y], [x * y, y * y]], b: vec![x] }, &[2.0, 3.0]);
        let want = Layer { w: [[[1.0, 0.0], [0.0, 1.0]], [[3.0, 2.0], [0.0, 6.0]]], b: vec![[1.0, 0.0]] };
        assert_eq!(jacobian, want);
    }

    #[test]
    fn complex_numbers() {
        let z = [Complex::new(1.0, 2.0), Complex::new(3.0, -1.0)];
        let jacobian = jacfwd(|z| [z[0] * z[1], z[0] * z[0]], &z);
        assert_eq!(jacobian, [[z[1], z[0]], [z[0] * 2.0, Complex::ZERO]]);
        assert_eq!(hessian(product, &z), [[Complex::ZERO, z[1] * 2.0], [z[1] * 2.0, z[0] * 2.0]]);
        assert_eq!(jacfwd(sum_and_product, &z.to_vec())[1], vec![z[1], z[0]]);
        // A complex result of real numbers.
        let parts = jacfwd(|[r, a]| Complex::new(r * a, r - a), &[2.0, 3.0]);
        assert_eq!(parts, Complex { re: [3.0, 2.0], im: [1.0, -1.0] });
    }

    #[test]
    fn jvp_of_every_container() {
        assert_eq!(jvp(cube, &2.0, &10.0), (8.0, 120.0));
        assert_eq!(jvp(product, &[3.0, 2.0], &[1.0, 10.0]), (12.0, 124.0));
        assert_eq!(
            jvp(|w| w[1], &[[1.0, 2.0], [3.0, 4.0]], &[[5.0, 6.0], [7.0, 8.0]]),
            ([3.0, 4.0], [7.0, 8.0])
        );
        let x = vec![2.0, 3.0];
        assert_eq!(jvp(sum_and_product, &x, &vec![1.0, 10.0]), ([5.0, 6.0], [11.0, 23.0]));
        assert_eq!(jvp(sum_and_product, &x[..], &[1.0, 10.0][..]), ([5.0, 6.0], [11.0, 23.0]));
        assert_eq!(jvp(|(a, b)| a * b, &(2.0, 3.0), &(1.0, 10.0)), (6.0, 23.0));
        let map = BTreeMap::from([(1, 2.0), (2, 3.0)]);
        assert_eq!(jvp(|x| x[&1] * x[&2], &map, &BTreeMap::from([(1, 1.0), (2, 10.0)])), (6.0, 23.0));
        let (value, pushed) = jvp(network, &a_network(), &a_network());
        // Homogeneous of degree 4: along the point itself the derivative is four times the value.
        assert_eq!((value, pushed), (406.0, 4.0 * 406.0));
        let i = Complex::i();
        assert_eq!(jvp(cube, &i, &i), (-i, Complex::new(0.0, -3.0)));
    }

    #[test]
    fn values_beside_derivatives() {
        assert_eq!(value_and_jacfwd(product, &[3.0, 2.0]), (12.0, [4.0, 12.0]));
        let x = vec![2.0, 3.0];
        assert_eq!(value_and_jacfwd(sum_and_product, &x), ([5.0, 6.0], [vec![1.0, 1.0], vec![3.0, 2.0]]));
        let (value, gradient, hessian) = value_grad_and_hessian(product, &[3.0, 2.0]);
        assert_eq!((value, gradient, hessian), (12.0, [4.0, 12.0], [[0.0, 4.0], [4.0, 6.0]]));
        let (value, gradient, hessian) = value_grad_and_hessian(|x| [x[0] * x[1], cube(x[1])], &x);
        assert_eq!(value, [6.0, 27.0]);
        assert_eq!(gradient, [vec![3.0, 2.0], vec![0.0, 27.0]]);
        assert_eq!(hessian, [vec![vec![0.0, 1.0], vec![1.0, 0.0]], vec![vec![0.0, 0.0], vec![0.0, 18.0]]]);
        let (value, gradient, hessian) = value_grad_and_hessian(cube, &2.0);
        assert_eq!((value, gradient, hessian), (8.0, 12.0, 12.0));
    }

    #[test]
    fn constant_results() {
        assert_eq!(derivative(|_| Dual::from(3.0), 1.0), 0.0);
        assert_eq!(jacfwd(|_| Dual::default(), &[1.0, 2.0]), [0.0, 0.0]);
        assert_eq!(hessian(|_| HyperDual::default(), &[1.0, 2.0]), [[0.0; 2]; 2]);
        assert_eq!(derivative(|_| Vec::<Dual<_>>::new(), 1.0), Vec::<f64>::new());
    }
}

mod nesting {
    use super::*;

    #[test]
    fn jacfwd_in_jacfwd_is_the_hessian() {
        let x = [3.0, 2.0];
        assert_eq!(jacfwd(|x| jacfwd(product, &x), &x), hessian(product, &x));
        let x = vec![2.0, 3.0, 4.0];
        assert_eq!(jacfwd(|x| jacfwd(sum_and_product, &x), &x), hessian(sum_and_product, &x));
        let z = [Complex::new(1.0, 2.0), Complex::new(3.0, -1.0)];
        assert_eq!(jacfwd(|z| jacfwd(product, &z), &z), hessian(product, &z));
    }

    #[test]
    fn third_derivatives() {
        assert_eq!(jacfwd(|x| jacfwd(|x| jacfwd(cube, &x), &x), &2.0), 6.0);
        // x y² has the one third derivative ∂³/∂x∂y² = 2.
        let want = [[[0.0, 0.0], [0.0, 2.0]], [[0.0, 2.0], [2.0, 0.0]]];
        let x = [3.0, 2.0];
        assert_eq!(jacfwd(|x| jacfwd(|x| jacfwd(product, &x), &x), &x), want);
        assert_eq!(jacfwd(|x| hessian(product, &x), &x), want);
        assert_eq!(hessian(|x| jacfwd(product, &x), &x), want);
    }

    #[test]
    fn a_directional_derivative_of_a_gradient() {
        let x = [3.0, 2.0];
        let (gradient, curvature) = jvp(|x| jacfwd(product, &x), &x, &[1.0, 10.0]);
        assert_eq!((gradient, curvature), ([4.0, 12.0], [40.0, 64.0]));
    }

    #[test]
    fn the_derivative_of_a_newton_step_by_a_parameter() {
        // One step of x ← x − f/f′ for f = x² − a from x = 2: (4 + a)/4, whose slope in a is ¼.
        let step = |a| {
            let (f, slope) = value_and_derivative(|x| x * x - Dual::from(a), Dual::from(2.0));
            Dual::from(2.0) - f / slope
        };
        assert_eq!(derivative(step, 3.0), 0.25);
    }
}

mod failures {
    use super::*;

    fn checked_root<T: Real>(x: T) -> Result<T, String> {
        if lit(0.0) > x { Err(format!("no root of {}", x.primal())) } else { Ok(x.sqrt()) }
    }

    #[test]
    fn a_result_comes_out_as_a_result() {
        assert_eq!(derivative(checked_root, 4.0), Ok(0.25));
        assert_eq!(derivative(checked_root, -4.0), Err("no root of -4".to_owned()));
        assert_eq!(value_and_derivative(checked_root, 4.0), Ok((2.0, 0.25)));
        assert_eq!(second_derivative(checked_root, 1.0), Ok(-0.25));
        assert_eq!(jvp(checked_root, &4.0, &2.0), Ok((2.0, 0.5)));
        assert_eq!(jacfwd(|[x, y]| checked_root(x * y), &[4.0, 1.0]), Ok([0.25, 1.0]));
        assert_eq!(jacfwd(|[x, y]| checked_root(x * y), &[-4.0, 1.0]), Err("no root of -4".to_owned()));
        assert_eq!(hessian(|x| checked_root(x[0]), &vec![1.0]), Ok(vec![vec![-0.25]]));
        assert!(value_grad_and_hessian(|[x]| checked_root(x), &[-1.0]).is_err());
    }

    #[test]
    fn an_option_comes_out_as_an_option() {
        let inverse = |[x, y]: [_; 2]| if y == 0.0 { None } else { Some([x / y, x]) };
        assert_eq!(jacfwd(inverse, &[3.0, 2.0]), Some([[0.5, -0.75], [1.0, 0.0]]));
        assert_eq!(jacfwd(inverse, &[3.0, 0.0]), None);
    }

    #[test]
    fn the_question_mark_works_through_nested_transforms() {
        fn curvature(x: f64) -> Result<f64, String> {
            derivative(|x| derivative(checked_root, x), x)
        }
        assert_eq!(curvature(1.0), Ok(-0.25));
        assert_eq!(curvature(-1.0), Err("no root of -1".to_owned()));
    }

    #[test]
    fn a_failure_in_a_later_chunk_only_is_a_failure() {
        let x = vec![1.0; 17];
        let mut calls = 0;
        let jacobian = jacfwd(
            |x| {
                calls += 1;
                if calls == 3 { Err("the third chunk") } else { Ok(x[0]) }
            },
            &x,
        );
        assert_eq!(jacobian, Err("the third chunk"));
        let mut calls = 0;
        let hessian = hessian(
            |x| {
                calls += 1;
                (calls < 2).then_some(x[0])
            },
            &x,
        );
        assert_eq!(hessian, None);
    }

    #[test]
    #[should_panic(expected = "returned 1 numbers in one evaluation and 2 in another at the same point")]
    fn results_of_different_sizes_are_refused() {
        let mut calls = 0;
        jacfwd(
            |x| {
                calls += 1;
                x[..calls].to_vec()
            },
            &vec![1.0; 9],
        );
    }

    #[test]
    #[should_panic(
        expected = "shapes differ: a slice of 2 elements was expected, as in the point or the result that this belongs to, and 3 were given"
    )]
    fn a_direction_of_another_length_is_refused() {
        jvp(|x| x[0], &vec![1.0, 2.0], &vec![1.0, 2.0, 3.0]);
    }

    #[test]
    #[should_panic(
        expected = "shapes differ: a map of 1 elements was expected, as in the point or the result that this belongs to, and 2 were given"
    )]
    fn a_direction_with_more_keys_is_refused() {
        jvp(|x| x["a"], &BTreeMap::from([("a", 1.0)]), &BTreeMap::from([("a", 1.0), ("b", 1.0)]));
    }

    #[test]
    #[should_panic(
        expected = "a map with the key \"a\" was expected, as in the point or the result that this belongs to, and one with \"b\""
    )]
    fn a_direction_with_other_keys_is_refused() {
        jvp(|x| x["a"], &BTreeMap::from([("a", 1.0)]), &BTreeMap::from([("b", 1.0)]));
    }
}

mod empty {
    use super::*;

    #[test]
    fn an_input_without_leaves_gives_empty_rows() {
        let none: [f64; 0] = [];
        assert_eq!(jacfwd(|_| [Dual::from(1.0), Dual::from(2.0)], &none), [[], []] as [[f64; 0]; 2]);
        assert_eq!(value_and_jacfwd(|_| Dual::from(1.0), &none), (1.0, []));
        assert_eq!(hessian(|_| Dual::from(Dual::from(1.0)), &none), [] as [[f64; 0]; 0]);
        let none: Vec<f64> = vec![];
        assert_eq!(jacfwd(|_| [Dual::from(1.0), Dual::from(2.0)], &none), [vec![], vec![]] as [Vec<f64>; 2]);
        assert_eq!(jacfwd(|x| x, &none), Vec::<Vec<f64>>::new());
        assert_eq!(jvp(|x| x, &none, &none), (vec![], vec![]));
        let (value, gradient, hessian) = value_grad_and_hessian(sum_and_product, &none);
        assert_eq!(value, [0.0, 1.0]);
        assert_eq!(gradient, [vec![], vec![]] as [Vec<f64>; 2]);
        assert_eq!(hessian, [vec![], vec![]] as [Vec<Vec<f64>>; 2]);
        assert_eq!(jacfwd(|_| Dual::from(1.0), &BTreeMap::<u8, f64>::new()), BTreeMap::new());
    }

    #[test]
    fn an_output_without_leaves() {
        let x = vec![1.0; 9];
        assert_eq!(jacfwd(|_| Vec::<Dual<_, 8>>::new(), &x), Vec::<Vec<f64>>::new());
        assert!(hessian(|_| Vec::<Var<Dual<_, 8>>>::new(), &x).is_empty());
    }
}

/// 7, 8, 9 and 17 inputs: one short of a chunk of tangents, a whole one, one more, and one more than two.
mod chunks {
    use super::*;

    /// Σ xᵢ² xᵢ₊₁, cyclically
    fn ring<T: Scalar>(x: &[T]) -> T {
        (0..x.len()).map(|i| x[i] * x[i] * x[(i + 1) % x.len()]).sum()
    }

    /// ∂/∂xᵢ = 2 xᵢ xᵢ₊₁ + xᵢ₋₁²
    fn ring_gradient(x: &[f64]) -> Vec<f64> {
        let n = x.len();
        (0..n).map(|i| 2.0 * x[i] * x[(i + 1) % n] + x[(i + n - 1) % n].powi(2)).collect()
    }

    /// ∂²/∂xᵢ² = 2 xᵢ₊₁, ∂²/∂xᵢ∂xᵢ₊₁ = 2 xᵢ
    fn ring_hessian(x: &[f64]) -> Vec<Vec<f64>> {
        let n = x.len();
        let mut h = vec![vec![0.0; n]; n];
        for i in 0..n {
            let next = (i + 1) % n;
            h[i][i] += 2.0 * x[next];
            h[i][next] += 2.0 * x[i];
            h[next][i] += 2.0 * x[i];
        }
        h
    }

    /// xᵢ xᵢ₊₁, and its Jacobian with the rows xᵢ₊₁ eᵢ + xᵢ eᵢ₊₁
    fn neighbours<T: Scalar>(x: &[T]) -> Vec<T> {
        (0..x.len()).map(|i| x[i] * x[(i + 1) % x.len()]).collect()
    }

    fn neighbours_jacobian(x: &[f64]) -> Vec<Vec<f64>> {
        let n = x.len();
        let row = |i: usize| {
            let mut row = vec![0.0; n];
            row[i] = x[(i + 1) % n];
            row[(i + 1) % n] = x[i];
            row
        };
        (0..n).map(row).collect()
    }

    fn point<const N: usize>() -> [f64; N] {
        let mut next = 0.0;
        [(); N].map(|()| {
            next += 1.0;
            next
        })
    }

    fn agrees<const N: usize>() {
        let x = point::<N>();
        let (gradient, hess) = (ring_gradient(&x), ring_hessian(&x));
        let value = ring(&x);

        // A vector and a slice: chunks of 8.
        let v = x.to_vec();
        assert_eq!(value_and_jacfwd(|x| ring(&x), &v), (value, gradient.clone()));
        assert_eq!(jacfwd(|x| ring(&x), &x[..]), gradient);
        assert_eq!(jacfwd(|x| neighbours(&x), &v), neighbours_jacobian(&x));
        assert_eq!(hessian(|x| ring(&x), &v), hess);
        assert_eq!(value_grad_and_hessian(|x| ring(&x), &v), (value, gradient.clone(), hess.clone()));
        assert_eq!(jacfwd(|x| jacfwd(|x| ring(&x), &x), &v), hess);

        // A fixed array: N tangents.
        assert_eq!(value_and_jacfwd(|x| ring(&x), &x), (value, gradient.clone().try_into().unwrap()));
        assert_eq!(hessian(|x| ring(&x), &x).map(Vec::from).to_vec(), hess);
        let jacobian = jacfwd(|x| neighbours(&x), &x);
        assert_eq!(jacobian.into_iter().map(Vec::from).collect::<Vec<_>>(), neighbours_jacobian(&x));

        // A nested array and a tuple: chunks again, with fixed shapes.
        let nested = x.map(|x| [x]);
        let flatten = |x: &[[_; 1]]| x.iter().map(|[x]| *x).collect::<Vec<_>>();
        assert_eq!(jacfwd(|x| ring(&flatten(&x)), &nested).map(|[x]| x).to_vec(), gradient);
        let pair = (x[0], x[1..].to_vec());
        let (first, rest) = jacfwd(|(first, rest)| ring(&[vec![first], rest].concat()), &pair);
        assert_eq!([vec![first], rest].concat(), gradient);
    }

    #[test]
    fn seven_inputs() {
        agrees::<7>();
    }

    #[test]
    fn eight_inputs() {
        agrees::<8>();
    }

    #[test]
    fn nine_inputs() {
        agrees::<9>();
    }

    #[test]
    fn seventeen_inputs() {
        agrees::<17>();
    }

    #[test]
    fn the_largest_fixed_array_and_a_longer_vector() {
        let x = point::<64>();
        assert_eq!(jacfwd(|x| ring(&x), &x).to_vec(), ring_gradient(&x));
        let x: Vec<f64> = (0..1001).map(f64::from).collect();
        assert_eq!(jacfwd(|x| ring(&x), &x), ring_gradient(&x));
    }
}

#[test]
fn integer_powers_of_complex_numbers_have_exact_derivatives() {
    assert_eq!(second_derivative(|z| z.powi(3), Complex::i()), Complex::new(0.0, 6.0));
    assert_eq!(derivative(|z| z.powf(2.0), Complex::new(1.0, 2.0)), Complex::new(2.0, 4.0));
}
