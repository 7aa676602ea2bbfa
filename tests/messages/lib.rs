//! The programs of `programs/` do not compile, and beside each stands what the compiler says of it.
