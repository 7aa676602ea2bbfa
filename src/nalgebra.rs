//! nalgebra matrices as inputs, and matrices out.
