//! Derivative over plain primal in both styles, by turns, beside the ratios of other tools.

use crate::{Run, Style, inputs, problems};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// A row: the problem, its size, and the ratios of the derivatives by hand, by CoDiPack and by Enzyme to the primal of
/// GradBench's C++ tool `manual` on the machine where this crate was first measured (2 × 2.1 GHz, -O3, CoDiPack 2.3.1); 0 where
/// there is none.
struct Row(&'static str, &'static str, [f64; 3]);

const ROWS: &[Row] = &[
    Row("det", "5", [3.8, 2.2, 3.6]),
    Row("det", "9", [9.1, 2.8, 17.0]),
    Row("lstm", "2,1024,14", [6.4, 2.8, 0.0]),
    Row("lstm", "4,4096,14", [10.6, 2.7, 0.0]),
    Row("lse", "2500", [1.0, 4.7, 2.0]),
    Row("lse", "640000", [0.8, 2.3, 1.4]),
    Row("llsq", "64,128", [1.6, 9.1, 0.7]),
    Row("llsq", "8196,128", [2.0, 11.0, 1.7]),
    Row("ode", "1000,10", [0.0, 17.0, 11.0]),
    Row("ode", "10000,100", [0.0, 9.9, 10.0]),
    Row("gmm", "2,10,1000", [2.4, 6.7, 5.0]),
    Row("gmm", "10,25,1000", [1.9, 8.6, 5.1]),
    Row("gmm", "32,50,1000", [3.0, 20.0, 20.0]),
    Row("ba", "49,7776,31843", [6.4, 18.0, 0.0]),
    Row("ba", "257,65132,225911", [12.7, 27.0, 0.0]),
    Row("ht", "544,1084,100", [12.0, 74.0, 0.0]),
    Row("ht", "10000,1084,100", [4.5, 59.0, 0.0]),
    Row("kmeans", "10,1000,8", [0.9, 23.0, 0.0]),
    Row("kmeans", "100,10000,8", [1.1, 130.0, 0.0]),
];

/// Of each problem a size that takes milliseconds, for a quick look and for tests.
pub const SMALL: &[(&str, &str)] = &[
    ("det", "5"),
    ("lstm", "2,20,14"),
    ("lse", "200"),
    ("llsq", "16,20"),
    ("ode", "20,5"),
    ("gmm", "4,3,20"),
    ("ba", "3,5,12"),
    ("ht", "30,40,20"),
    ("kmeans", "4,30,3"),
];

/// Calls of about this time are one measurement.
const MEASUREMENT: Duration = Duration::from_millis(20);

/// What [`print`] is asked for.
struct Options<'a> {
    rounds: usize,
    small: bool,
    problems: Vec<&'a str>,
    /// The names of C++ tools, and where their programs are, one a problem.
    tools: Vec<(&'a str, PathBuf)>,
}

impl<'a> Options<'a> {
    fn read(words: &[&'a str]) -> Result<Self, String> {
        let mut options = Options { rounds: 7, small: false, problems: Vec::new(), tools: Vec::new() };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match *word {
                "--rounds" => {
                    let number = words.next().and_then(|n| n.parse().ok());
                    options.rounds = number.ok_or("--rounds wants a number")?;
                }
                "--tool" => {
                    let tool = words.next().and_then(|tool| tool.split_once('='));
                    let (name, path) = tool.ok_or("--tool wants NAME=DIRECTORY")?;
                    options.tools.push((name, path.into()));
                }
                "--small" => options.small = true,
                name if problems::NAMES.contains(&name) => options.problems.push(name),
                word => return Err(format!("`{word}` is neither an option nor a problem")),
            }
        }
        Ok(options)
    }
}

/// Prints a line for each row: the time of the plain primal, the ratios to it of the derivative in both styles, and the ratios
/// of other tools, which are to the primal of GradBench's C++ tool `manual`. Where C++ programs are given (`--tool NAME=DIR`,
/// GradBench's, built) they take turns with this crate, and their times stand in the row too.
///
/// # Errors
/// If an option or a problem is unknown, or a C++ program fails.
pub fn print(words: &[&str]) -> Result<(), String> {
    let options = Options::read(words)?;
    let rows: Vec<Row> = if options.small {
        SMALL.iter().map(|(name, size)| Row(name, size, [0.0; 3])).collect()
    } else {
        ROWS.iter().map(|row| Row(row.0, row.1, row.2)).collect()
    };
    print!("{:8}{:>20}{:>14}{:>8}{:>8}", "problem", "size", "primal", "plain", "best");
    for (name, _) in &options.tools {
        print!(" | {name:>8}: {:>11}{:>7}", "primal", "deriv.");
    }
    println!(" | measured once: {:>5}{:>9}{:>7}", "hand", "CoDiPack", "Enzyme");
    let mut logarithms: Vec<(&str, Vec<[f64; 2]>)> = Vec::new();
    let wanted = |name: &str| options.problems.is_empty() || options.problems.contains(&name);
    for Row(name, size, elsewhere) in rows.iter().filter(|row| wanted(row.0)) {
        let (primal, ratios, tools) = measure(name, size, &options)?;
        let micro = |time: Duration| time.as_secs_f64() * 1e6;
        print!("{name:8}{size:>20}{:>11.1} µs{:>8.2}{:>8.2}", micro(primal), ratios[0], ratios[1]);
        for times in tools {
            match times {
                Some([function, derivative]) => print!(
                    " |           {:>8.1} µs{:>7.2}",
                    micro(function),
                    derivative.as_secs_f64() / primal.as_secs_f64()
                ),
                None => print!(" |           {:>11}{:>7}", "–", "–"),
            }
        }
        let [hand, codipack, enzyme] =
            elsewhere.map(|r| if r == 0.0 { String::from("–") } else { format!("{r:.1}") });
        println!(" |                {hand:>5}{codipack:>9}{enzyme:>7}");
        match logarithms.last_mut() {
            Some((last, list)) if last == name => list.push(ratios.map(f64::ln)),
            _ => logarithms.push((name, vec![ratios.map(f64::ln)])),
        }
    }
    println!("\ngeometric means");
    for (name, list) in logarithms {
        let mean = |style: usize| (list.iter().map(|l| l[style]).sum::<f64>() / list.len() as f64).exp();
        println!("{name:8}{:>42.2}{:>8.2}", mean(0), mean(1));
    }
    Ok(())
}

/// The time of the primal, the ratios of the derivatives in both styles to it, and the times of the C++ tools' function and
/// derivative: of each the least of so many rounds, in which all take turns.
fn measure(
    name: &str,
    size: &str,
    options: &Options<'_>,
) -> Result<(Duration, [f64; 2], Vec<Option<[Duration; 2]>>), String> {
    let mut input = inputs::input(name, size)?;
    let [function, derivative] = problems::functions(name);
    let mut runs = [
        problems::call(name, function, Style::Plain, &input)?,
        problems::call(name, derivative, Style::Plain, &input)?,
        problems::call(name, derivative, Style::Best, &input)?,
    ];
    let calls = runs.each_mut().map(calls_in_a_measurement);
    input["min_runs"] = json!(3);
    input["min_seconds"] = json!(MEASUREMENT.as_secs_f64());
    let file = std::env::temp_dir().join(format!("gradbench-{}-{name}.json", std::process::id()));
    if !options.tools.is_empty() {
        std::fs::write(&file, input.to_string()).map_err(|e| e.to_string())?;
    }
    let mut least = [Duration::MAX; 3];
    let mut of_tools = vec![None; options.tools.len()];
    for _ in 0..options.rounds {
        for i in 0..3 {
            least[i] = least[i].min(runs[i].repeat(calls[i]) / calls[i]);
        }
        for ((_, directory), times) in options.tools.iter().zip(&mut of_tools) {
            let program = directory.join(name);
            if program.exists() {
                let times = times.get_or_insert([Duration::MAX; 2]);
                for (time, function) in times.iter_mut().zip([function, derivative]) {
                    *time = (*time).min(of_program(&program, &file, function)?);
                }
            }
        }
    }
    if !options.tools.is_empty() {
        let _ = std::fs::remove_file(&file);
    }
    let ratio = |i: usize| least[i].as_secs_f64() / least[0].as_secs_f64();
    Ok((least[0], [ratio(1), ratio(2)], of_tools))
}

/// The least time that a C++ program of GradBench says it took: it prints its result and then a line for each timing.
fn of_program(program: &Path, input: &Path, function: &str) -> Result<Duration, String> {
    let failed = |text: String| format!("{} {function}: {text}", program.display());
    let output = Command::new(program).arg(input).arg(function).output();
    let output = output.map_err(|error| failed(error.to_string()))?;
    if !output.status.success() {
        return Err(failed(output.status.to_string()));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let times = text.lines().skip(1).filter_map(|line| {
        let timing: Value = serde_json::from_str(line).ok()?;
        (timing["name"] == "evaluate").then(|| timing["nanoseconds"].as_u64())?
    });
    times.min().map(Duration::from_nanos).ok_or_else(|| failed("no timing".into()))
}

fn calls_in_a_measurement(run: &mut Run) -> u32 {
    run.repeat(1);
    let once = run.repeat(1).max(Duration::from_nanos(10));
    (MEASUREMENT.as_nanos() / once.as_nanos()).clamp(1, 1_000_000) as u32
}

/// Calls one function so many times: `once PROBLEM SIZE primal|plain|best CALLS`.
///
/// # Errors
/// If the arguments are others.
pub fn once(options: &[&str]) -> Result<(), String> {
    let &[name, size, what, calls] = options else { return Err("once: PROBLEM SIZE WHAT CALLS".into()) };
    let input = inputs::input(name, size)?;
    let [function, derivative] = problems::functions(name);
    let mut run = match what {
        "primal" => problems::call(name, function, Style::Plain, &input)?,
        "plain" => problems::call(name, derivative, Style::Plain, &input)?,
        "best" => problems::call(name, derivative, Style::Best, &input)?,
        _ => return Err("once: primal, plain or best".into()),
    };
    let calls = calls.parse().map_err(|_| "once: how many calls?")?;
    println!("{:?} a call", run.repeat(calls) / calls);
    Ok(())
}
