//! Every function to order 8, by jets and by nests of dual numbers.

use holograd::Dual;

#[path = "../../common/nests.rs"]
mod nests;

#[test]
fn every_function_as_nested_duals_to_order_8() {
    type Four<T> = Dual<Dual<Dual<Dual<T>>>>;
    nests::every_function_as_nested_duals::<Four<Four<f64>>, 8>();
}
