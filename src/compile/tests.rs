//! The back ends against plain evaluation, and the identities of the graph against unsimplified arithmetic.

use super::arrays::{Arrays, Lanes};
use super::graph::Program;
use super::lower::lower;
use super::plain::{Evaluation, evaluate};
use super::random::{Random, Sample, sample};

/// How many random programs: 2,000, or what the environment asks for.
fn rounds() -> usize {
    std::env::var("HOLOGRAD_GRAPHS").ok().and_then(|n| n.parse().ok()).unwrap_or(2000)
}

fn seed() -> u64 {
    std::env::var("HOLOGRAD_GRAPHS_SEED").ok().and_then(|n| n.parse().ok()).unwrap_or(20_260_101)
}

/// All bits, but NaN whatever its bits are.
fn bits(x: f64) -> u64 {
    if x.is_nan() { f64::NAN.to_bits() } else { x.to_bits() }
}

/// The results of a back end that appends what it knows about validity.
fn evaluation(y: &[f64]) -> Evaluation {
    let (outputs, status) = y.split_at(y.len() - 2);
    Evaluation { outputs: outputs.to_vec(), violated: status[0].to_bits() != 0, infinite: status[1].is_nan() }
}

#[track_caller]
fn assert_same(name: &str, program: &Program, x: &[f64], found: &Evaluation, expected: &Evaluation) {
    let all =
        |e: &Evaluation| (e.outputs.iter().map(|y| bits(*y)).collect::<Vec<_>>(), e.violated, e.infinite);
    assert!(
        all(found) == all(expected),
        "{name} gives {found:?} instead of {expected:?} at {x:?} for\n{program}"
    );
}

/// Compares all back ends on one program at a few points.
fn compare(program: &Program, random: &mut Random) {
    const L: usize = 4;
    let points: Vec<Vec<f64>> =
        (0..L).map(|_| (0..program.inputs).map(|_| random.number()).collect()).collect();
    let expected: Vec<Evaluation> = points.iter().map(|x| evaluate(program, x)).collect();
    let outputs = program.outputs.len() + 2;

    for has_fma in [false, true] {
        let lowered = lower(program, has_fma);
        for (x, expected) in points.iter().zip(&expected) {
            assert_same("lowering", program, x, &evaluate(&lowered, x), expected);
        }
    }

    let arrays = Arrays::new(program);
    let mut memory = arrays.scratch();
    let mut y = vec![0.0; outputs];
    for (x, expected) in points.iter().zip(&expected) {
        arrays.run(x, &mut y, &mut memory);
        assert_same("arrays", program, x, &evaluation(&y), expected);
    }

    let lanes = Lanes::new(program);
    let transposed: Vec<[f64; L]> =
        (0..program.inputs).map(|k| std::array::from_fn(|l| points[l][k])).collect();
    let mut memory = lanes.scratch();
    let mut y = vec![[0.0; L]; outputs];
    lanes.run(&transposed, &mut y, &mut memory);
    for (lane, (x, expected)) in points.iter().zip(&expected).enumerate() {
        let y: Vec<f64> = y.iter().map(|y| y[lane]).collect();
        assert_same("lanes", program, x, &evaluation(&y), expected);
    }

    #[cfg(feature = "jit")]
    machine_code(program, &points, &expected);
}

#[cfg(feature = "jit")]
fn machine_code(program: &Program, points: &[Vec<f64>], expected: &[Evaluation]) {
    use super::emit::{Unavailable, compile};
    let outputs = program.outputs.len() + 2;
    let scalar = match compile::<false>(program) {
        Ok(code) => code,
        Err(Unavailable::Machine) => return,
        Err(other) => panic!("{other:?}"),
    };
    let mut scratch = vec![0.0; scalar.scratch()];
    for (x, expected) in points.iter().zip(expected) {
        let mut y = vec![0.0; outputs];
        scalar.run(x, &mut y, &mut scratch);
        assert_same("machine code", program, x, &evaluation(&y), expected);
    }
    let wide = compile::<true>(program).expect("as for one point");
    let mut scratch = vec![0.0; wide.scratch()];
    // Two groups: the points, and the points again in another order.
    let group = |order: [usize; 4]| (0..program.inputs).flat_map(move |k| order.map(|l| points[l][k]));
    let orders = [[0, 1, 2, 3], [3, 1, 0, 2]];
    let x: Vec<f64> = orders.into_iter().flat_map(group).collect();
    let mut y = vec![0.0; 2 * 4 * outputs];
    wide.run(&x, &mut y, &mut scratch);
    for (order, y) in orders.into_iter().zip(y.chunks(4 * outputs)) {
        for (lane, point) in order.into_iter().enumerate() {
            let y: Vec<f64> = y.chunks(4).map(|y| y[lane]).collect();
            assert_same("machine code for four", program, &points[point], &evaluation(&y), &expected[point]);
        }
    }
}

#[test]
fn back_ends_agree_on_random_programs() {
    let mut random = Random(seed());
    let (mut operations, mut guards) = (0, 0);
    for round in 0..rounds() {
        let size = match round % 10 {
            0..5 => 1 + random.below(12),
            5..9 => 1 + random.below(120),
            _ => 1 + random.below(1200),
        };
        let with_calls = random.below(2) == 0;
        let Sample { program, point, outputs, has_zero } = sample(&mut random, size, with_calls);
        operations += program.operations();
        guards += program.violations.len();
        if !has_zero {
            let found = evaluate(&program, &point);
            let expected = Evaluation { outputs, ..found.clone() };
            assert_same("the graph", &program, &point, &found, &expected);
        }
        compare(&program, &mut random);
    }
    println!(
        "{} programs from seed {} of {operations} operations and {guards} guards agree",
        rounds(),
        seed()
    );
}
