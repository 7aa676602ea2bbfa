//! `det`: the determinant of an ℓ × ℓ matrix by expansion along the first row, and so on down to single numbers.

use super::{no_function, read};
use crate::{Run, Style};
use holograd::{Real, grad};
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Clone, Serialize, Deserialize)]
pub struct Input {
    /// The matrix, row by row.
    #[serde(rename = "A")]
    pub a: Vec<f64>,
    pub ell: usize,
}

/// The columns of a minor, each naming the next; entry ℓ names the first.
fn all_columns(ell: usize) -> Vec<usize> {
    (1..=ell).chain([0]).collect()
}

/// The determinant of an ℓ × ℓ matrix.
pub fn det<T: Real>(a: &[T], ell: usize) -> T {
    minor(a, ell, 0, &mut all_columns(ell))
}

/// The determinant of the rows from this one on and of the columns in the list.
fn minor<T: Real>(a: &[T], ell: usize, row: usize, next: &mut [usize]) -> T {
    if row + 1 == ell {
        return a[row * ell + next[ell]];
    }
    let (mut sum, mut before, mut column, mut plus) = (T::lit(0.0), ell, next[ell], true);
    while column < ell {
        next[before] = next[column];
        let term = a[row * ell + column] * minor(a, ell, row + 1, next);
        next[before] = column;
        if plus {
            sum += term;
        } else {
            sum -= term;
        }
        (before, column, plus) = (column, next[column], !plus);
    }
    sum
}

/// As [`det`]; the last three rows are one block.
pub fn det_fast<T: Real>(a: &[T], ell: usize) -> T {
    minor_fast(a, ell, 0, &mut all_columns(ell))
}

fn minor_fast<T: Real>(a: &[T], ell: usize, row: usize, next: &mut [usize]) -> T {
    if row + 3 != ell {
        let (mut entries, mut minors) = ([T::lit(0.0); 16], [T::lit(0.0); 16]);
        let (mut before, mut column, mut count) = (ell, next[ell], 0);
        while column < ell {
            next[before] = next[column];
            let minor = minor_fast(a, ell, row + 1, next);
            next[before] = column;
            entries[count] = a[row * ell + column];
            minors[count] = if count % 2 == 0 { minor } else { -minor };
            (before, column, count) = (column, next[column], count + 1);
        }
        return T::dot(&entries[..count], &minors[..count]);
    }
    let i = next[ell];
    let j = next[i];
    let k = next[j];
    let entry = |row: usize, column: usize| a[row * ell + column];
    let x = [row, row + 1, row + 2].map(|row| [entry(row, i), entry(row, j), entry(row, k)]);
    let [x0, x1, x2] = x;
    let [det] = T::fuse(
        [x0[0], x0[1], x0[2], x1[0], x1[1], x1[2], x2[0], x2[1], x2[2]],
        |[a, b, c, d, e, f, g, h, i]| [a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)],
    );
    det
}

/// `primal` gives the determinant, `gradient` its derivatives by the entries.
///
/// # Errors
/// If there is no such function, or the input is not the one of this problem.
pub fn call(function: &str, style: Style, input: &Value) -> Result<Run, String> {
    let Input { a, ell } = read(input)?;
    match (function, style) {
        ("primal", _) => Ok(Run::new(move || det(&a, ell))),
        ("gradient", Style::Best) if (3..=16).contains(&ell) => {
            Ok(Run::new(move || grad(|a| det_fast(&a, ell), &a)))
        }
        ("gradient", _) => Ok(Run::new(move || grad(|a| det(&a, ell), &a))),
        _ => Err(no_function("det", function)),
    }
}
