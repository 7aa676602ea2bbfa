//! Values of functions at the machine's numbers, without any differentiation.

pub(crate) mod special;
