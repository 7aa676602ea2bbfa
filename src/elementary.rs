//! Values of functions at the machine's numbers, without any differentiation.

#[allow(dead_code)] // TODO: until the rules read them
pub(crate) mod special;
