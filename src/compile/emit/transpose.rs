//! Four rows of numbers to groups of four, one of each row, and back.

/// Calls a function that is compiled for AVX, or for any machine.
macro_rules! with_avx {
    ($f:ident($($x:ident: $type:ty),*)) => {{
        #[cfg(target_arch = "x86_64")]
        {
            #[target_feature(enable = "avx")]
            fn with_avx($($x: $type),*) {
                $f($($x),*);
            }
            if std::arch::is_x86_feature_detected!("avx") {
                // SAFETY: this machine has AVX.
                unsafe { with_avx($($x),*) };
                return;
            }
        }
        $f($($x),*);
    }};
}

/// Writes number k of each row to group k of `to`.
///
/// # Panics
/// If a row has not as many numbers as there are groups.
pub(super) fn to_lanes(rows: [&[f64]; 4], to: &mut [f64]) {
    with_avx! { interleave(rows: [&[f64]; 4], to: &mut [f64]) }
}

/// Writes number l of each group to row l of `to`, which may have fewer rows, each as long as there are groups.
pub(super) fn from_lanes(from: &[f64], to: &mut [f64]) {
    with_avx! { separate(from: &[f64], to: &mut [f64]) }
}

#[inline(always)]
fn interleave(rows: [&[f64]; 4], to: &mut [f64]) {
    let groups = to.as_chunks_mut::<4>().0;
    let rows = rows.map(|row| &row[..groups.len()]);
    let (tiles, rest) = groups.as_chunks_mut::<4>();
    let of_rows = rows.map(|row| row.as_chunks::<4>().0);
    for (k, tile) in tiles.iter_mut().enumerate() {
        let numbers = of_rows.map(|row| row[k]);
        *tile = transposed(numbers);
    }
    let start = 4 * tiles.len();
    for (k, group) in rest.iter_mut().enumerate() {
        *group = rows.map(|row| row[start + k]);
    }
}

#[inline(always)]
fn separate(from: &[f64], to: &mut [f64]) {
    let groups = from.as_chunks::<4>().0;
    let length = groups.len();
    let (tiles, rest) = groups.as_chunks::<4>();
    if let Some((first, to)) = to.split_at_mut_checked(length)
        && let Some((second, to)) = to.split_at_mut_checked(length)
        && let Some((third, fourth)) = to.split_at_mut_checked(length)
        && fourth.len() == length
    {
        let start = 4 * tiles.len();
        let mut rows = [first, second, third, fourth];
        for (k, group) in rest.iter().enumerate() {
            for (row, number) in rows.iter_mut().zip(group) {
                row[start + k] = *number;
            }
        }
        let [a, b, c, d] = rows.map(|row| row.as_chunks_mut::<4>().0);
        for ((((tile, a), b), c), d) in tiles.iter().zip(a).zip(b).zip(c).zip(d) {
            [*a, *b, *c, *d] = transposed(*tile);
        }
        return;
    }
    for (lane, row) in to.chunks_mut(length.max(1)).enumerate() {
        for (number, group) in row.iter_mut().zip(groups) {
            *number = group[lane];
        }
    }
}

#[inline(always)]
fn transposed([a, b, c, d]: [[f64; 4]; 4]) -> [[f64; 4]; 4] {
    [[a[0], b[0], c[0], d[0]], [a[1], b[1], c[1], d[1]], [a[2], b[2], c[2], d[2]], [a[3], b[3], c[3], d[3]]]
}
