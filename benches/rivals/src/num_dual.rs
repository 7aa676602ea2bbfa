//! num-dual: dual numbers with nalgebra's static vectors as tangents, and its symmetric second-order numbers.

use crate::Entry;
use crate::number;
use crate::problems::contender::Contender;
use crate::problems::functions::{self as f, notebook};
use crate::problems::names;
use crate::problems::{array, camera_and_point, complex_points, matrix};
use nalgebra::{Const, SVector};
use num_complex::Complex;
use num_dual::{
    Dual2Vec, Dual64, DualNum, DualSVec64, DualVec, first_derivative, gradient, hessian, jacobian,
};
use num_traits::One;
use std::array::from_fn;

number! { [] Dual64, DualNum(&), |x, c| x + c, |x, c| x * c, |x: Self| x.re }
number! { [const N: usize] DualVec<f64, Const<N>>, DualNum(&), |x, c| x + c, |x, c| x * c, |x: Self| x.re }
number! { [const N: usize] Dual2Vec<f64, Const<N>>, DualNum(&), |x, c| x + c, |x, c| x * c, |x: Self| x.re }

fn entry<X: 'static, R: crate::problems::contender::Flat>(
    problem: &'static str,
    way: &'static str,
    input: X,
    f: impl FnMut(&X) -> R + 'static,
) -> Entry {
    (problem, Contender::new("num-dual", way, input, f))
}

pub fn entries() -> Vec<Entry> {
    vec![
        rosenbrock_gradient::<2>(names::GRADIENT_2),
        rosenbrock_gradient::<8>(names::GRADIENT_8),
        rosenbrock_gradient::<16>(names::GRADIENT_16),
        rosenbrock_hessian::<4>(names::HESSIAN_4),
        rosenbrock_hessian::<8>(names::HESSIAN_8),
        entry(names::BUNDLE, "jacobian", SVector::from(camera_and_point()), |p: &SVector<f64, 15>| {
            let (y, j) =
                jacobian(|p: SVector<DualSVec64<15>, 15>| SVector::from(f::reprojection(&p.data.0[0])), p);
            (y.data.0[0], [0, 1].map(|i| from_fn::<f64, 15, _>(|k| j[(i, k)])))
        }),
        entry(names::MIXED, "first_derivative", 0.7, |x: &f64| first_derivative(f::mixed, *x)),
        entry(names::TALL, "Dual64", 0.3, |x: &f64| {
            let y = f::tall(Dual64::from_re(*x).derivative());
            let slopes: Vec<f64> = y.iter().map(|y| y.eps).collect();
            (y.iter().map(|y| y.re).collect::<Vec<f64>>(), slopes)
        }),
        entry(names::DETERMINANT, "gradient", SVector::from(matrix()), |a: &SVector<f64, 16>| {
            let (y, g) = gradient(|a: SVector<DualSVec64<16>, 16>| f::det(&a.data.0[0]), a);
            (y, g.data.0[0])
        }),
        entry(names::INVERSE, "jacobian", SVector::from(matrix()), |a: &SVector<f64, 16>| {
            let (y, j) =
                jacobian(|a: SVector<DualSVec64<16>, 16>| SVector::from(f::inverse(&a.data.0[0])), a);
            (y.data.0[0], from_fn::<[f64; 16], 16, _>(|i| from_fn(|k| j[(i, k)])))
        }),
        entry(names::NEWTON, "Complex<Dual64>", complex_points(), |z: &Vec<Complex<f64>>| {
            let f = |z: &Complex<f64>| {
                let z = Complex::new(Dual64::from_re(z.re).derivative(), Dual64::from_re(z.im));
                let y = f::cubic(z, Complex::one());
                (Complex::new(y.re.re, y.im.re), Complex::new(y.re.eps, y.im.eps))
            };
            z.iter().map(f).collect::<Vec<_>>()
        }),
        entry(names::LOSS_GRADIENT_FORWARD, "gradient", parameters(), |p: &SVector<f64, 7>| {
            let of = |p: SVector<DualSVec64<7>, 7>| {
                notebook::loss(&([[p[0], p[1]], [p[2], p[3]], [p[4], p[5]]], p[6]))
            };
            let (y, g) = gradient(of, p);
            (y, g.data.0[0])
        }),
        entry(names::FUN_JACFWD, "jacobian", weights(), |w: &SVector<f64, 6>| notebook_jacobian(w)),
        entry(names::FUN_HESSIAN, "Dual2Vec", weights(), |w: &SVector<f64, 6>| {
            let mut w = w.map(Dual2Vec::<f64, Const<6>>::from_re);
            for i in 0..6 {
                w[i].v1 = num_dual::Derivative::derivative_generic(Const::<1>, Const::<6>, i);
            }
            let y = notebook::sigmoid(&[[w[0], w[1]], [w[2], w[3]], [w[4], w[5]]]);
            y.map(|y| y.map(|y| y.v2.unwrap_generic(Const::<6>, Const::<6>).data.0))
        }),
    ]
}

fn rosenbrock_gradient<const N: usize>(problem: &'static str) -> Entry {
    entry(problem, "gradient", SVector::from(array::<N>()), |x: &SVector<f64, N>| {
        let (y, g) = gradient(|x: SVector<DualSVec64<N>, N>| f::rosenbrock(&x.data.0[0]), x);
        (y, g.data.0[0])
    })
}

fn rosenbrock_hessian<const N: usize>(problem: &'static str) -> Entry {
    entry(problem, "hessian", SVector::from(array::<N>()), |x: &SVector<f64, N>| {
        let of = |x: SVector<Dual2Vec<f64, Const<N>>, N>| f::rosenbrock(&x.data.0[0]);
        let (y, g, h) = hessian(of, x);
        (y, g.data.0[0], h.data.0)
    })
}

fn parameters() -> SVector<f64, 7> {
    SVector::from(notebook::listed())
}

fn weights() -> SVector<f64, 6> {
    parameters().fixed_rows::<6>(0).into()
}

fn notebook_jacobian(w: &SVector<f64, 6>) -> [[[f64; 6]; 2]; 5] {
    let of = |w: SVector<DualSVec64<6>, 6>| {
        let y = notebook::sigmoid(&[[w[0], w[1]], [w[2], w[3]], [w[4], w[5]]]);
        SVector::<_, 10>::from(from_fn(|i| y[i / 2][i % 2]))
    };
    let (_, j) = jacobian(of, w);
    from_fn(|n| from_fn(|class| from_fn(|k| j[(2 * n + class, k)])))
}
