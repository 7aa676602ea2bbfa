//! Numbers from outside: a double-double ([`DD`]) and a number with `f64`'s precision and an exponent of its own ([`Wide`]).

mod dd;
mod wide;

pub use dd::DD;
pub use wide::Wide;
