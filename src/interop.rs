//! Foreign traits of our numbers, one file a crate: pure forwarding.

mod num_traits;
