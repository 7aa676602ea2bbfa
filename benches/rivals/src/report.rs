//! The table, and the same as JSON.

use crate::problems::contender::{Aim, HAND, OURS, PLAIN};
use serde_json::json;
use std::fmt::Write;
use std::process::Command;

pub struct Row {
    pub problem: &'static str,
    pub aim: Aim,
    pub times: Vec<Time>,
}

pub struct Time {
    pub name: &'static str,
    pub way: &'static str,
    pub nanoseconds: f64,
}

/// Within 5 % is a tie.
const TIE: f64 = 1.05;
const LIBRARIES: [&str; 7] =
    ["num-dual", "echidna", "ad_trait", "hyperdual", "autodiff", "reverse", "xad-rs"];

impl Row {
    /// The fastest of this name.
    fn best(&self, is: impl Fn(&str) -> bool) -> Option<&Time> {
        let named = self.times.iter().filter(|time| is(time.name));
        named.min_by(|a, b| a.nanoseconds.total_cmp(&b.nanoseconds))
    }

    fn of(&self, name: &str) -> f64 {
        self.best(|n| n == name).expect("every problem has one").nanoseconds
    }

    /// The times of this crate, by the ways where there are several, the fastest first.
    fn ours(&self) -> String {
        let mut ours: Vec<&Time> = self.times.iter().filter(|time| time.name == OURS).collect();
        if let [only] = ours[..] {
            return time(only.nanoseconds);
        }
        ours.sort_by(|a, b| a.nanoseconds.total_cmp(&b.nanoseconds));
        let ways = ours.iter().map(|t| format!("{} ({})", time(t.nanoseconds), t.way));
        ways.collect::<Vec<String>>().join(", ")
    }

    fn best_rival(&self) -> Option<&Time> {
        self.best(|name| ![PLAIN, HAND, OURS].contains(&name))
    }

    /// The time to be no slower than, if anybody competes.
    fn must(&self) -> Option<f64> {
        self.best_rival().map(|rival| rival.nanoseconds * TIE)
    }

    fn aim(&self) -> (f64, String) {
        match self.aim {
            Aim::Hand(factor) => (factor * self.of(HAND), format!("≤ {} × hand", short(factor))),
            Aim::Plain(factor) => (factor * self.of(PLAIN), format!("≤ {} × plain", short(factor))),
            Aim::FifthOfJax(jax) => (jax / 5.0, format!("≤ {}", time(jax / 5.0))),
        }
    }
}

/// Three digits, or two behind the point.
fn short(x: f64) -> String {
    let behind = if x < 10.0 { 2 } else { usize::from(x < 100.0) };
    let digits = format!("{x:.behind$}");
    if digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.').to_owned() } else { digits }
}

fn time(nanoseconds: f64) -> String {
    match nanoseconds {
        ..1e3 => format!("{} ns", short(nanoseconds)),
        ..1e6 => format!("{} µs", short(nanoseconds / 1e3)),
        _ => format!("{} ms", short(nanoseconds / 1e6)),
    }
}

fn verdict(ours: f64, bar: f64) -> &'static str {
    if ours <= bar { "ok" } else { "**MISSED**" }
}

/// Machine, compiler, flags, commit.
fn conditions() -> [(&'static str, String); 4] {
    let cpuinfo = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |name: &str| {
        let line = cpuinfo.lines().find(|line| line.starts_with(name));
        line.and_then(|line| line.split_once(": ")).map_or("unknown", |(_, value)| value).to_owned()
    };
    let machine =
        format!("{} (family {}, model {})", field("model name"), field("cpu family"), field("model\t"));
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    [
        ("machine", machine),
        ("compiler", run(Command::new("rustc").arg("--version"))),
        ("flags", format!("release; RUSTFLAGS='{}'", option_env!("RUSTFLAGS").unwrap_or_default())),
        ("commit", run(Command::new("git").args(["-C", root, "describe", "--always", "--dirty"]))),
    ]
}

fn run(command: &mut Command) -> String {
    let output = command.output().map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    output.ok().filter(|text| !text.is_empty()).unwrap_or_else(|| "unknown".to_owned())
}

pub fn markdown(rows: &[Row]) -> String {
    let mut text = String::new();
    let mut line = |line: String| writeln!(text, "{line}").expect("a string takes all");
    for (what, value) in conditions() {
        line(format!("* {what}: {value}"));
    }
    line(String::new());
    line(format!(
        "| problem | plain | by hand | holograd | × plain | × hand | × best rival | Must | Aim | {} |",
        LIBRARIES.join(" | ")
    ));
    line(format!("|---|--:|--:|--:|--:|--:|--:|---|---|{}", "--:|".repeat(LIBRARIES.len())));
    let (mut missed_must, mut missed_aim) = (0, 0);
    for row in rows {
        let (plain, hand, ours) = (row.of(PLAIN), row.of(HAND), row.of(OURS));
        let (rival, must) = match (row.best_rival(), row.must()) {
            (Some(rival), Some(bar)) => (short(ours / rival.nanoseconds), verdict(ours, bar)),
            _ => ("—".to_owned(), "—"),
        };
        let (bar, aim) = row.aim();
        missed_must += usize::from(must.contains("MISSED"));
        missed_aim += usize::from(ours > bar);
        let cells = LIBRARIES.map(|library| {
            row.best(|name| name == library)
                .map_or_else(|| "—".to_owned(), |t| format!("{} ({})", time(t.nanoseconds), t.way))
        });
        line(format!(
            "| {} | {} | {} | {} | {} | {} | {rival} | {must} | {aim}: {} | {} |",
            row.problem,
            time(plain),
            time(hand),
            row.ours(),
            short(ours / plain),
            short(ours / hand),
            verdict(ours, bar),
            cells.join(" | ")
        ));
    }
    line(format!("\nOf {} problems {missed_must} miss Must and {missed_aim} miss Aim.", rows.len()));
    text
}

pub fn json(rows: &[Row]) -> String {
    let conditions: serde_json::Map<_, _> =
        conditions().into_iter().map(|(what, value)| (what.to_owned(), value.into())).collect();
    let rows: Vec<_> = rows
        .iter()
        .map(|row| {
            let times: Vec<_> = row
                .times
                .iter()
                .map(|t| json!({ "name": t.name, "way": t.way, "nanoseconds": t.nanoseconds }))
                .collect();
            json!({ "problem": row.problem, "must": row.must(), "aim": row.aim().0, "times": times })
        })
        .collect();
    serde_json::to_string_pretty(&json!({ "conditions": conditions, "problems": rows }))
        .expect("only numbers and text")
}
