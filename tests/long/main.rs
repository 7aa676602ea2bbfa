//! What is long: time loops by checkpoints, and sums over data, with the memory that they take.

#[path = "../common/allocator.rs"]
mod allocator;
mod checkpoint;
mod data_sum;
