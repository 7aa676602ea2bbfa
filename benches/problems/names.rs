//! The names of the problems, by which every library says what it solves.

pub const GRADIENT_2: &str = "Rosenbrock gradient, n = 2, forward";
pub const GRADIENT_8: &str = "Rosenbrock gradient, n = 8, forward";
pub const GRADIENT_16: &str = "Rosenbrock gradient, n = 16, forward";
pub const HESSIAN_4: &str = "Rosenbrock Hessian, n = 4";
pub const HESSIAN_8: &str = "Rosenbrock Hessian, n = 8";
pub const BUNDLE: &str = "bundle adjustment, 2×15 block";
pub const MIXED: &str = "mixed transcendental f′";
pub const MIXED_TO_10: &str = "mixed function, derivatives to order 10";
pub const MIXED_TO_20: &str = "mixed function, derivatives to order 20";
pub const MIXTURE: &str = "GMM gradient, d = 10, k = 25, n = 1000, composed";
pub const MIXTURE_BY_SUB_TAPES: &str = "GMM gradient, the same by sub-tapes";
pub const LOG_SUM_EXP: &str = "log-sum-exp, n = 1000, composed";
pub const WIDE: &str = "wide Σ sin(xᵢxᵢ₊₁), n = 1000";
pub const TALL: &str = "tall ℝ → ℝ¹⁰⁰⁰";
pub const GRADIENT_1000: &str = "Rosenbrock gradient, n = 1000, reverse";
pub const GRADIENT_1000_FUSED: &str = "Rosenbrock gradient, n = 1000, the same by fused terms";
pub const PRODUCT: &str = "Hessian-vector product, 100-variable Rosenbrock";
pub const PRODUCT_FUSED: &str = "Hessian-vector product, the same by fused terms";
pub const DETERMINANT: &str = "det 4×4, 16 derivatives";
pub const INVERSE: &str = "inverse 4×4, 16 derivatives";
pub const NEWTON: &str = "z³ − 1 and its derivative for Newton's map, a point";
pub const LOSS_GRADIENT: &str = "notebook: value_and_grad(loss) (JAX 6.7 µs)";
pub const LOSS_GRADIENT_FORWARD: &str = "notebook: the same gradient, forward";
pub const FUN_JACFWD: &str = "notebook: jacfwd(fun) (JAX 24 µs)";
pub const FUN_JACREV: &str = "notebook: jacrev(fun) (JAX 28 µs)";
pub const FUN_HESSIAN: &str = "notebook: hessian(fun) (JAX 9.8 µs)";
