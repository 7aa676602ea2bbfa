//! Panics at bad input name the line of the user's call.

use holograd::{grad, hvp, jvp, value_and_grad};
use std::panic::{catch_unwind, set_hook, take_hook};
use std::sync::Mutex;

/// The line in which a panic of `f` says that it happened, if that is in this file.
fn line_of(f: impl FnOnce() + std::panic::UnwindSafe) -> Option<u32> {
    static SEEN: Mutex<Option<(String, u32)>> = Mutex::new(None);
    let before = take_hook();
    set_hook(Box::new(|info| {
        *SEEN.lock().unwrap() = info.location().map(|l| (l.file().to_string(), l.line()));
    }));
    let caught = catch_unwind(f).is_err();
    set_hook(before);
    assert!(caught, "it did not panic");
    let seen = SEEN.lock().unwrap().take();
    let (file, line) = seen.expect("a panic has a place");
    if file != file!() {
        println!("at {file}:{line}");
        return None;
    }
    Some(line)
}

#[test]
fn bad_input_is_reported_at_the_users_line() {
    let x = vec![1.0, 2.0];
    let short = vec![1.0];
    assert_eq!(line_of(|| _ = hvp(|x: Vec<_>| x[0] * x[1], &x, &short)), Some(line!()), "hvp");
    assert_eq!(line_of(|| _ = jvp(|x: Vec<_>| x[0] * x[1], &x, &short)), Some(line!()), "jvp");
    // A variable that has left its closure.
    let mut escaped = None;
    let _: f64 = grad(
        |x| {
            escaped = Some(x);
            x * x
        },
        &2.0,
    );
    let escaped = escaped.unwrap();
    assert_eq!(line_of(move || _ = escaped * escaped), Some(line!()), "a variable outside");
    let line = line_of(move || _ = value_and_grad(|x| x * escaped, &1.0));
    assert_eq!(line, Some(line!() - 1), "on another tape");
}
