//! Each program of `programs/` fails to compile with the message beside it, and with the hint in its first line.
//!
//! The messages are those of rustc 1.95. After a change, `TRYBUILD=overwrite cargo test` writes them anew, to be read in the diff.

use std::{fs, path::Path};

#[test]
fn the_commonest_mistakes_have_the_messages_beside_them() {
    trybuild::TestCases::new().compile_fail("programs/*.rs");
}

/// Whatever the version of the compiler added around it.
#[test]
fn every_message_has_the_hint_that_the_program_names() {
    let mut programs = 0;
    for entry in fs::read_dir("programs").expect("the folder") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            let read = |path: &Path| fs::read_to_string(path).expect("a text");
            let (program, message) = (read(&path), read(&path.with_extension("stderr")));
            let hint = program.lines().next().and_then(|line| line.strip_prefix("// ")).expect("a hint");
            assert!(message.contains(hint), "{}: \"{hint}\" is missing", path.display());
            programs += 1;
        }
    }
    assert!(programs >= 10, "{programs} programs");
}
