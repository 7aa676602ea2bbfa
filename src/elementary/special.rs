//! Special functions of machine numbers, in double precision. Elementary functions come from the `libm` crate, so that
//! values are the same with and without the standard library.

pub(crate) mod airy;
pub(crate) mod bessel;
pub(crate) mod complex;
pub(crate) mod constants;
pub(crate) mod dd;
pub(crate) mod elliptic;
pub(crate) mod erf;
pub(crate) mod expint;
pub(crate) mod gamma;
pub(crate) mod incomplete;
pub(crate) mod lambert;
pub(crate) mod nodes;
pub(crate) mod quadrature;
pub(crate) mod relative;
pub(crate) mod series;
pub(crate) mod zeta;
