//! GradBench's protocol: one JSON object a line, one reply a line, with the same `id`.
//!
//! `start` is answered by the tool's name, `define` by whether the module is there, `evaluate` by the output and the time of
//! each run, anything else by the `id` alone. An evaluation runs until both the input's `min_runs` and `min_seconds` are
//! reached.

use crate::{Style, problems};
use serde_json::{Value, json};
use std::io::{self, BufRead, Write};
use std::time::Duration;

/// Answers messages until the input ends.
///
/// # Errors
/// If reading or writing fails, or a line is not JSON.
pub fn serve(input: impl BufRead, mut output: impl Write, style: Style) -> io::Result<()> {
    for line in input.lines() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let message: Value = serde_json::from_str(&line)?;
        serde_json::to_writer(&mut output, &answer(&message, style))?;
        writeln!(output)?;
        output.flush()?;
    }
    Ok(())
}

/// The reply to one message.
#[must_use]
pub fn answer(message: &Value, style: Style) -> Value {
    let id = &message["id"];
    let text = |key: &str| message[key].as_str().unwrap_or_default();
    match text("kind") {
        "start" => json!({
            "id": id,
            "tool": match style { Style::Plain => "holograd", Style::Best => "holograd-best" },
        }),
        "define" => json!({ "id": id, "success": problems::NAMES.contains(&text("module")) }),
        "evaluate" => match evaluate(text("module"), text("function"), &message["input"], style) {
            Ok((output, timings)) => {
                json!({ "id": id, "success": true, "output": output, "timings": timings })
            }
            Err(error) => json!({ "id": id, "success": false, "error": error }),
        },
        _ => json!({ "id": id }),
    }
}

fn evaluate(
    module: &str,
    function: &str,
    input: &Value,
    style: Style,
) -> Result<(Value, Vec<Value>), String> {
    let mut run = problems::call(module, function, style, input)?;
    let least_runs = input["min_runs"].as_u64().unwrap_or(1).max(1);
    let least_time = Duration::from_secs_f64(input["min_seconds"].as_f64().unwrap_or(0.0).max(0.0));
    let (mut timings, mut total) = (Vec::new(), Duration::ZERO);
    loop {
        let (output, elapsed) = run.timed();
        total += elapsed;
        timings.push(json!({ "name": "evaluate", "nanoseconds": elapsed.as_nanos() as u64 }));
        if timings.len() as u64 >= least_runs && total >= least_time {
            return Ok((output, timings));
        }
    }
}
