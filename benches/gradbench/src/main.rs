//! The tool as GradBench runs it, and the table of ratios.

use gradbench_tool::{Style, protocol, table};
use std::io::{stdin, stdout};
use std::process::ExitCode;

const USAGE: &str = "usage: gradbench-tool [--best]            the protocol on standard input and output
       gradbench-tool table [--rounds N] [--small] [--tool NAME=DIRECTORY]... [PROBLEM]...   derivative / primal
       gradbench-tool once PROBLEM SIZE plain|best|primal CALLS   calls one function, for a profiler";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match words.as_slice() {
        [] => protocol::serve(stdin().lock(), stdout().lock(), Style::Plain).map_err(|e| e.to_string()),
        ["--best"] => {
            protocol::serve(stdin().lock(), stdout().lock(), Style::Best).map_err(|e| e.to_string())
        }
        ["table", options @ ..] => table::print(options),
        ["once", options @ ..] => table::once(options),
        _ => Err(USAGE.into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(text) => {
            eprintln!("{text}");
            ExitCode::FAILURE
        }
    }
}
