//! Whether the results of a run are those of the function.

/// Where they are not: a bit for each point that was computed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Faults {
    /// A branch goes another way than it was recorded.
    pub(crate) violated: u32,
    /// A result, or another value that has to be finite, is not.
    pub(crate) not_finite: u32,
}

impl Faults {
    /// Four bits of the one, and above them four of the other.
    #[inline]
    pub(crate) fn from_bits(bits: u32) -> Self {
        Faults { violated: bits & 15, not_finite: bits >> 4 & 15 }
    }

    #[inline]
    pub(crate) fn is_none(self) -> bool {
        self.violated | self.not_finite == 0
    }

    /// Whether the results of one of the points are right.
    #[inline]
    pub(crate) fn is_right(self, lane: usize) -> bool {
        (self.violated | self.not_finite) >> lane & 1 == 0
    }
}

/// Whether all numbers are finite, without a branch for each: 0 x is 0 or NaN.
#[inline]
pub(crate) fn all_finite(x: &[f64]) -> bool {
    let chunks = x.chunks_exact(8);
    let rest: f64 = chunks.remainder().iter().map(|x| x * 0.0).sum();
    let mut sums = [0.0; 8];
    for chunk in chunks {
        for k in 0..8 {
            sums[k] += chunk[k] * 0.0;
        }
    }
    sums.iter().sum::<f64>() + rest == 0.0
}
