//! The back ends against plain evaluation, and the identities of the graph against unsimplified arithmetic.

use super::arrays::{Arrays, Lanes};
use super::faults::Faults;
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

/// The results of a back end in a lane.
fn evaluation(outputs: Vec<f64>, faults: Faults, lane: usize) -> Evaluation {
    let bit = |faults: u32| faults >> lane & 1 != 0;
    Evaluation { outputs, violated: bit(faults.violated), infinite: bit(faults.not_finite) }
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
    let outputs = program.outputs.len();

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
        let faults = arrays.run(x, &mut y, &mut memory);
        assert_same("arrays", program, x, &evaluation(y.clone(), faults, 0), expected);
    }

    let lanes = Lanes::new(program);
    let transposed: Vec<[f64; L]> =
        (0..program.inputs).map(|k| std::array::from_fn(|l| points[l][k])).collect();
    let mut memory = lanes.scratch();
    let mut y = vec![[0.0; L]; outputs];
    let faults = lanes.run(&transposed, &mut y, &mut memory);
    for (lane, (x, expected)) in points.iter().zip(&expected).enumerate() {
        let y: Vec<f64> = y.iter().map(|y| y[lane]).collect();
        assert_same("lanes", program, x, &evaluation(y, faults, lane), expected);
    }

    #[cfg(feature = "jit")]
    machine_code(program, &points, &expected);
}

#[cfg(feature = "jit")]
fn machine_code(program: &Program, points: &[Vec<f64>], expected: &[Evaluation]) {
    use super::emit::{Unavailable, compile};
    let outputs = program.outputs.len();
    let scalar = match compile::<false>(program) {
        Ok(code) => code,
        Err(Unavailable::Machine) => return,
        Err(other) => panic!("{other:?}"),
    };
    let mut scratch = vec![0.0; scalar.scratch()];
    for (x, expected) in points.iter().zip(expected) {
        let mut y = vec![0.0; outputs];
        let faults = scalar.run(x, &mut y, &mut scratch);
        assert_same("machine code", program, x, &evaluation(y, faults, 0), expected);
    }
    let wide = compile::<true>(program).expect("as for one point");
    let rows: [&[f64]; 4] = std::array::from_fn(|lane| points[lane].as_slice());
    let mut memory = wide.group_memory();
    let mut y = vec![0.0; 4 * outputs];
    let faults = wide.run_rows(rows, &mut y, &mut memory);
    for (lane, expected) in expected.iter().enumerate() {
        let y = y[lane * outputs..][..outputs].to_vec();
        assert_same("machine code for four", program, rows[lane], &evaluation(y, faults, lane), expected);
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

#[test]
#[cfg(feature = "jit")]
fn without_executable_memory_arrays_take_over() {
    use super::emit::pages::REFUSED;
    use crate::{Dual, jacfwd};
    let f = |x: [super::Traced; 3]| {
        jacfwd(|x: [Dual<super::Traced, 3>; 3]| x.map(|x| (x * x).sin() / (x + 2.0)), &x)
    };
    let mut expected = super::compile(f, &[0.1, 0.2, 0.3]).expect("compiles");
    REFUSED.set(true);
    let compiled = super::compile(f, &[0.1, 0.2, 0.3]);
    let mut found = compiled.expect("compiles");
    assert!(!found.statistics().is_machine_code);
    let points = [[0.5, -0.25, 2.0], [1.5, -0.5, 0.0], [3.0, 0.125, f64::NAN], [0.0, 1.0, 1e300]];
    let batch = found.call_batch(&points);
    REFUSED.set(false);
    for (x, of_batch) in points.into_iter().zip(batch) {
        let bits = |y: [[f64; 3]; 3]| y.map(|row| row.map(bits));
        assert_eq!(bits(found.call(&x)), bits(expected.call(&x)));
        assert_eq!(bits(of_batch), bits(expected.call(&x)));
    }
}

#[test]
fn a_program_that_is_right_nowhere_says_so() {
    use super::graph::Graph;
    let mut graph = Graph::default();
    let x = graph.input();
    let square = graph.mul(x, x);
    graph.never_right();
    let program = graph.finish(&[square]);
    let mut random = Random(seed());
    assert!(evaluate(&program, &[1.0]).infinite);
    compare(&program, &mut random);
}

#[test]
fn required_ranges_are_checked() {
    use super::graph::Graph;
    use super::op::Op;
    let mut graph = Graph::default();
    let (x, y) = (graph.input(), graph.input());
    let (low, high) = (graph.constant(0.5), graph.constant(2.0));
    let above = graph.compare(Op::LessEqual, low, x);
    let below = graph.compare(Op::Less, x, high);
    let within = graph.and(above, below);
    graph.require(within);
    let product = graph.mul(x, y);
    let program = graph.finish(&[product]);
    for (x, is_within) in [(0.5, true), (1.0, true), (2.0, false), (-1.0, false), (f64::NAN, false)] {
        assert_eq!(evaluate(&program, &[x, 1.0]).infinite, !is_within, "{x}");
    }
    let mut random = Random(seed());
    (0..50).for_each(|_| compare(&program, &mut random));
}
