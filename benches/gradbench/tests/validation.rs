//! What GradBench checks: every function of every problem in both styles, as the protocol gives it.
//!
//! Values are compared with second implementations, by other formulas where there are any; derivatives with closed forms or with
//! central differences of the value. Keys, types and lengths must agree, and numbers to GradBench's tolerance:
//! |a − b|/max(1, |a| + |b|) ≤ 10⁻⁴, integers exactly.

use gradbench_tool::{Style, inputs, problems, protocol, table};
use serde_json::{Value, json};
use std::f64::consts::PI;

const STYLES: [Style; 2] = [Style::Plain, Style::Best];

/// The output of a function, through the protocol.
#[track_caller]
fn output(module: &str, function: &str, input: &Value, style: Style) -> Value {
    let message =
        json!({ "id": 7, "kind": "evaluate", "module": module, "function": function, "input": input });
    let answer = protocol::answer(&message, style);
    assert_eq!(answer["id"], 7);
    assert_eq!(answer["success"], true, "{answer}");
    assert!(answer["timings"][0]["name"] == "evaluate" && answer["timings"][0]["nanoseconds"].is_u64());
    answer["output"].clone()
}

/// GradBench's comparison.
#[track_caller]
fn assert_agree(found: &Value, expected: &Value, place: &str) {
    match (found, expected) {
        (Value::Array(a), Value::Array(b)) => {
            assert_eq!(a.len(), b.len(), "length at {place}");
            for (i, (a, b)) in a.iter().zip(b).enumerate() {
                assert_agree(a, b, &format!("{place}[{i}]"));
            }
        }
        (Value::Object(a), Value::Object(b)) => {
            assert!(a.keys().eq(b.keys()), "keys at {place}");
            for (key, b) in b {
                assert_agree(&a[key], b, &format!("{place}.{key}"));
            }
        }
        (Value::Number(a), Value::Number(b)) if b.is_u64() => assert_eq!(a, b, "at {place}"),
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
            let error = (a - b).abs() / (a.abs() + b.abs()).max(1.0);
            assert!(error <= 1e-4, "{a} for {b} at {place}");
        }
        _ => panic!("{found} for {expected} at {place}"),
    }
}

fn small(module: &str) -> Value {
    let size = table::SMALL.iter().find(|(name, _)| *name == module).map_or("", |(_, size)| *size);
    inputs::input(module, size).unwrap()
}

fn list(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(list) => list.iter().flat_map(list_of).collect(),
        value => vec![value.as_f64().unwrap()],
    }
}
fn list_of(value: &Value) -> Vec<f64> {
    list(value)
}

/// The numbers inside a value, in their order.
fn numbers<'a>(value: &'a mut Value, found: &mut Vec<&'a mut Value>) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(|value| numbers(value, found)),
        value => found.push(value),
    }
}

/// (f(x + h) − f(x − h))/2h of all numbers of the output, for every number under `key` of the input.
fn differences(module: &str, function: &str, input: &Value, key: &str) -> Vec<Vec<f64>> {
    const H: f64 = 1e-5;
    let at = |k: usize, h: f64| {
        let mut input = input.clone();
        let mut all = Vec::new();
        numbers(&mut input[key], &mut all);
        let x = all[k].as_f64().unwrap();
        *all[k] = json!(x + h);
        list(&output(module, function, &input, Style::Plain))
    };
    let count = list(&input[key]).len();
    (0..count)
        .map(|k| at(k, H).iter().zip(at(k, -H)).map(|(above, below)| (above - below) / (2.0 * H)).collect())
        .collect()
}

/// The gradient of a function of one number by all numbers under `key`.
fn gradient(module: &str, function: &str, input: &Value, key: &str) -> Vec<f64> {
    differences(module, function, input, key).into_iter().map(|row| row[0]).collect()
}

#[test]
fn the_protocol_answers_every_kind() {
    let answers: Vec<Value> = {
        let input = "{\"id\":0,\"kind\":\"start\",\"eval\":\"hello\"}\n{\"id\":1,\"kind\":\"define\",\"module\":\"hello\"}\n\
                     {\"id\":2,\"kind\":\"define\",\"module\":\"chess\"}\n\
                     {\"id\":3,\"kind\":\"evaluate\",\"module\":\"hello\",\"function\":\"double\",\"input\":3.0}\n\
                     {\"id\":4,\"kind\":\"evaluate\",\"module\":\"hello\",\"function\":\"halve\",\"input\":3.0}\n\
                     {\"id\":5,\"kind\":\"evaluate\",\"module\":\"lse\",\"function\":\"primal\",\"input\":{}}\n\
                     {\"id\":6,\"kind\":\"analysis\",\"of\":3,\"valid\":true}\n";
        let mut written = Vec::new();
        protocol::serve(input.as_bytes(), &mut written, Style::Plain).unwrap();
        String::from_utf8(written).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    assert_eq!(answers.len(), 7);
    assert_eq!(answers[0], json!({ "id": 0, "tool": "holograd" }));
    assert_eq!(answers[1], json!({ "id": 1, "success": true }));
    assert_eq!(answers[2], json!({ "id": 2, "success": false }));
    assert_eq!(answers[3]["output"], 6.0);
    assert_eq!(answers[4]["success"], false);
    assert_eq!(answers[5]["success"], false);
    assert_eq!(answers[6], json!({ "id": 6 }));
}

#[test]
fn runs_are_repeated_until_both_bounds_are_met() {
    let count = |runs: u64, seconds: f64| {
        let input = json!({ "x": [1.0, 2.0], "min_runs": runs, "min_seconds": seconds });
        let message =
            json!({ "id": 0, "kind": "evaluate", "module": "lse", "function": "primal", "input": input });
        protocol::answer(&message, Style::Plain)["timings"].as_array().unwrap().len()
    };
    assert_eq!(count(5, 0.0), 5);
    assert!(count(1, 0.01) > 5);
}

#[test]
fn hello() {
    for style in STYLES {
        assert_eq!(output("hello", "square", &json!(3.0), style), 9.0);
        assert_eq!(output("hello", "double", &json!(3.0), style), 6.0);
    }
}

#[test]
fn log_sum_exp() {
    let input = small("lse");
    let x = list(&input["x"]);
    let sum: f64 = x.iter().map(|x| x.exp()).sum();
    for style in STYLES {
        assert_agree(&output("lse", "primal", &input, style), &json!(sum.ln()), "primal");
        let softmax: Vec<f64> = x.iter().map(|x| x.exp() / sum).collect();
        assert_agree(&output("lse", "gradient", &input, style), &json!(softmax), "gradient");
        // Without overflow.
        let large = json!({ "x": [1000.0, 1000.0, 999.0] });
        let one = 1.0 / (2.0 + (-1.0_f64).exp());
        let expected = json!([one, one, one * (-1.0_f64).exp()]);
        assert_agree(&output("lse", "gradient", &large, style), &expected, "gradient at 1000");
    }
}

#[test]
fn least_squares() {
    let input = small("llsq");
    let (x, n) = (list(&input["x"]), input["n"].as_u64().unwrap() as usize);
    // By Horner's rule, and the gradient from the normal equations' form Σ (p(tᵢ) − sᵢ) tᵢʲ.
    let (mut value, mut slopes) = (0.0, vec![0.0; x.len()]);
    for i in 0..n {
        let t = (2 * i) as f64 / (n - 1) as f64 - 1.0;
        let residual = x.iter().rev().fold(0.0, |sum, x| sum * t + x) - if t > 0.0 { 1.0 } else { -1.0 };
        value += 0.5 * residual * residual;
        for (j, slope) in slopes.iter_mut().enumerate() {
            *slope += residual * t.powi(j as i32);
        }
    }
    for style in STYLES {
        assert_agree(&output("llsq", "primal", &input, style), &json!(value), "primal");
        assert_agree(&output("llsq", "gradient", &input, style), &json!(slopes), "gradient");
    }
}

/// The determinant by elimination with pivots.
fn det(mut a: Vec<f64>, n: usize) -> f64 {
    let mut det = 1.0;
    for k in 0..n {
        let largest = |i: &usize, j: &usize| a[i * n + k].abs().total_cmp(&a[j * n + k].abs());
        let pivot = (k..n).max_by(largest).unwrap();
        if pivot != k {
            (0..n).for_each(|j| a.swap(k * n + j, pivot * n + j));
            det = -det;
        }
        det *= a[k * n + k];
        for i in k + 1..n {
            let factor = a[i * n + k] / a[k * n + k];
            (k..n).for_each(|j| a[i * n + j] -= factor * a[k * n + j]);
        }
    }
    det
}

#[test]
fn determinant() {
    for ell in [1, 2, 3, 4, 5, 6] {
        let input = inputs::input("det", &ell.to_string()).unwrap();
        let a = list(&input["A"]);
        // ∂ det/∂aᵢⱼ is the cofactor: the determinant with row i put to the unit vector j.
        let cofactors: Vec<f64> = (0..ell * ell)
            .map(|at| {
                let mut a = a.clone();
                (0..ell).for_each(|j| a[at / ell * ell + j] = if j == at % ell { 1.0 } else { 0.0 });
                det(a, ell)
            })
            .collect();
        for style in STYLES {
            assert_agree(&output("det", "primal", &input, style), &json!(det(a.clone(), ell)), "primal");
            assert_agree(&output("det", "gradient", &input, style), &json!(cofactors), "gradient");
        }
    }
}

#[test]
fn ode() {
    // One number at a time: y₀ = x₀ t is exact, and so is y₁ = x₀ x₁ t²/2, and so on to the order 4.
    let x = [0.7, 0.4, 1.3, 0.9];
    let input = json!({ "x": x, "s": 3 });
    let t = 2.0_f64;
    let exact = [
        x[0] * t,
        x[0] * x[1] * t.powi(2) / 2.0,
        x[0] * x[1] * x[2] * t.powi(3) / 6.0,
        x[0] * x[1] * x[2] * x[3] * t.powi(4) / 24.0,
    ];
    for style in STYLES {
        assert_agree(&output("ode", "primal", &input, style), &json!(exact), "primal");
        let slopes = x.map(|x| exact[3] / x);
        assert_agree(&output("ode", "gradient", &input, style), &json!(slopes), "gradient");
        let input = small("ode");
        let last = differences("ode", "primal", &input, "x").into_iter().map(|row| row[row.len() - 1]);
        assert_agree(&output("ode", "gradient", &input, style), &json!(last.collect::<Vec<f64>>()), "long");
    }
}

#[test]
fn gaussian_mixture() {
    let mut input = small("gmm");
    input["m"] = json!(2);
    input["gamma"] = json!(1.3);
    let (d, k) = (4, 3);
    let field = |key: &str, k: usize| list(&input[key][k]);
    let n = (d + 2 + 1) as f64;
    // The posterior from the densities themselves; in logarithms only at the end.
    let factor = |k: usize| {
        let (q, l) = (field("q", k), field("l", k));
        let mut entries = l.iter();
        let mut rows = vec![vec![0.0; d]; d];
        for column in 0..d {
            rows[column][column] = q[column].exp();
            (column + 1..d).for_each(|row| rows[row][column] = *entries.next().unwrap());
        }
        rows
    };
    let alpha = list(&input["alpha"]);
    let weights: f64 = alpha.iter().map(|a| a.exp()).sum();
    let mut value = 0.0;
    for x in input["x"].as_array().unwrap().iter().map(list) {
        let density: f64 = (0..k)
            .map(|k| {
                let (rows, mu) = (factor(k), field("mu", k));
                let det_of_factor: f64 = (0..d).map(|i| rows[i][i]).product();
                let square: f64 =
                    rows.iter().map(|row| (0..d).map(|j| row[j] * (x[j] - mu[j])).sum::<f64>().powi(2)).sum();
                alpha[k].exp() / weights * det_of_factor * (-0.5 * square).exp() / (2.0 * PI).powi(2)
            })
            .sum();
        value += density.ln();
    }
    let gamma = 1.3_f64;
    // Γ₄(7/2) = π³ Γ(7/2) Γ(3) Γ(5/2) Γ(2)
    let gamma_4 = PI.powi(3) * (15.0 / 8.0 * PI.sqrt()) * 2.0 * (0.75 * PI.sqrt());
    for k in 0..k {
        let rows = factor(k);
        let squares: f64 = rows.iter().flatten().map(|x| x * x).sum();
        let det_of_factor: f64 = (0..d).map(|i| rows[i][i]).product();
        // det X^((n − D − 1)/2) with det X = (det Q)², and n − D − 1 = m
        value += 2.0 * det_of_factor.ln() - 0.5 * gamma * gamma * squares - n * d as f64 / 2.0 * 2.0_f64.ln()
            + n * d as f64 * gamma.ln()
            - gamma_4.ln();
    }
    assert_agree(&output("gmm", "objective", &input, Style::Plain), &json!(value), "objective");
    for style in STYLES {
        let found = output("gmm", "jacobian", &input, style);
        assert_eq!(found.as_object().unwrap().len(), 4);
        for key in ["alpha", "mu", "q", "l"] {
            let expected = gradient("gmm", "objective", &input, key);
            assert_agree(&json!(list(&found[key])), &json!(expected), key);
            let rows = if key == "alpha" { 0 } else { k };
            assert!(key == "alpha" || found[key].as_array().unwrap().len() == rows);
        }
    }
}

#[test]
fn long_short_term_memory() {
    let input = small("lstm");
    let (l, b) = (2, 14);
    let rows = |key: &str| input[key].as_array().unwrap().iter().map(list).collect::<Vec<_>>();
    let (main, extra, mut state, sequence) =
        (rows("main_params"), rows("extra_params"), rows("state"), rows("sequence"));
    let sigma = |x: f64| 1.0 / (1.0 + (-x).exp());
    // Cell by cell, through all layers at once.
    let mut loss = 0.0;
    for t in 0..sequence.len() - 1 {
        let p: Vec<f64> = (0..b)
            .map(|i| {
                let mut y = sequence[t][i] * extra[0][i];
                for layer in 0..l {
                    let gate = |gate: usize, x: f64| {
                        x * main[2 * layer][gate * b + i] + main[2 * layer + 1][gate * b + i]
                    };
                    let (h, c) = (state[2 * layer][i], state[2 * layer + 1][i]);
                    let c = c * sigma(gate(0, y)) + sigma(gate(1, h)) * gate(3, h).tanh();
                    y = sigma(gate(2, y)) * c.tanh();
                    (state[2 * layer][i], state[2 * layer + 1][i]) = (y, c);
                }
                y * extra[1][i] + extra[2][i]
            })
            .collect();
        let lse = (2.0 + p.iter().map(|p| p.exp()).sum::<f64>()).ln();
        loss -= (0..b).map(|i| sequence[t + 1][i] * (p[i] - lse)).sum::<f64>();
    }
    loss /= ((sequence.len() - 1) * b) as f64;
    assert_agree(&output("lstm", "objective", &input, Style::Plain), &json!(loss), "objective");
    let mut expected = gradient("lstm", "objective", &input, "main_params");
    expected.extend(gradient("lstm", "objective", &input, "extra_params"));
    for style in STYLES {
        assert_agree(&output("lstm", "jacobian", &input, style), &json!(expected), "jacobian");
    }
}

#[test]
fn bundle_adjustment() {
    let input = small("ba");
    let (cam, x, feat, w) =
        (list(&input["cam"]), list(&input["x"]), list(&input["feat"]), input["w"].as_f64().unwrap());
    // The rotation by a quaternion: y = x + 2 s (q × x) + 2 q × (q × x).
    let angle = (cam[0] * cam[0] + cam[1] * cam[1] + cam[2] * cam[2]).sqrt();
    let (s, q) = ((angle / 2.0).cos(), [0, 1, 2].map(|i| cam[i] / angle * (angle / 2.0).sin()));
    let cross = |a: [f64; 3], b: [f64; 3]| {
        [0, 1, 2].map(|i| a[(i + 1) % 3] * b[(i + 2) % 3] - a[(i + 2) % 3] * b[(i + 1) % 3])
    };
    let centred = [0, 1, 2].map(|i| x[i] - cam[3 + i]);
    let (first, second) = (cross(q, centred), cross(q, cross(q, centred)));
    let y = [0, 1, 2].map(|i| centred[i] + 2.0 * s * first[i] + 2.0 * second[i]);
    let u = [y[0] / y[2], y[1] / y[2]];
    let square = u[0] * u[0] + u[1] * u[1];
    let distortion = 1.0 + cam[9] * square + cam[10] * square * square;
    let errors = [0, 1].map(|i| w * (cam[6] * distortion * u[i] + cam[7 + i] - feat[i]));
    let expected = json!({
        "reproj_error": { "elements": errors, "repeated": 12 },
        "w_err": { "element": 1.0 - w * w, "repeated": 12 },
    });
    assert_agree(&output("ba", "objective", &input, Style::Plain), &expected, "objective");

    let two = |key: &str| -> Vec<Vec<f64>> {
        // Of the output the elements of `reproj_error` are the two errors.
        let at = |k: usize, h: f64| {
            let mut input = input.clone();
            let mut all = Vec::new();
            numbers(&mut input[key], &mut all);
            let x = all[k].as_f64().unwrap();
            *all[k] = json!(x + h);
            list(&output("ba", "objective", &input, Style::Plain)["reproj_error"]["elements"])
        };
        let count = list(&input[key]).len();
        let slope = |k: usize| (0..2).map(|i| (at(k, 1e-5)[i] - at(k, -1e-5)[i]) / 2e-5).collect();
        (0..count).map(slope).collect()
    };
    let columns: Vec<Vec<f64>> = ["cam", "x", "w"].into_iter().flat_map(two).collect();
    let mut vals: Vec<f64> = (0..2).flat_map(|row| columns.iter().map(move |column| column[row])).collect();
    vals.push(-2.0 * w);
    // Observation 0 is of camera 0 and point 0; there are 3 cameras and 5 points.
    let of_row: Vec<u64> = (0..11).chain([33, 34, 35, 48]).collect();
    let cols: Vec<u64> = of_row.iter().chain(&of_row).copied().chain([48 + 11]).collect();
    let rows: Vec<u64> =
        (0..=24).map(|row| 15 * row).chain((1..6).map(|row| 360 + row)).chain([372]).collect();
    for style in STYLES {
        let expected = json!({ "rows": rows, "cols": cols, "vals": vals });
        assert_agree(&output("ba", "jacobian", &input, style), &expected, "jacobian");
    }
}

#[test]
fn hand_tracking() {
    let input = small("ht");
    let theta = list(&input["theta"]);
    let model = &input["data"]["model"];
    // With plain 4 × 4 matrices.
    type Matrix = [[f64; 4]; 4];
    let times = |a: Matrix, b: Matrix| -> Matrix {
        std::array::from_fn(|i| std::array::from_fn(|j| (0..4).map(|k| a[i][k] * b[k][j]).sum()))
    };
    let matrix = |value: &Value| -> Matrix {
        let all = list(value);
        std::array::from_fn(|i| std::array::from_fn(|j| all[4 * i + j]))
    };
    let identity: Matrix = std::array::from_fn(|i| std::array::from_fn(|j| f64::from(u8::from(i == j))));
    let about = |axis: usize, angle: f64| {
        let (i, j) = ((axis + 1) % 3, (axis + 2) % 3);
        let mut turn = identity;
        (turn[i][i], turn[j][j]) = (angle.cos(), angle.cos());
        (turn[i][j], turn[j][i]) = (-angle.sin(), angle.sin());
        turn
    };
    let mut pose = [[0.0; 3]; 25];
    for finger in 0..5 {
        (pose[5 + 4 * finger][0], pose[5 + 4 * finger][1]) = (theta[6 + 4 * finger], theta[7 + 4 * finger]);
        pose[6 + 4 * finger][0] = theta[8 + 4 * finger];
        pose[7 + 4 * finger][0] = theta[9 + 4 * finger];
    }
    let mut absolutes: Vec<Matrix> = Vec::new();
    for bone in 0..22 {
        let p = pose[bone + 3];
        let turn = times(times(about(2, p[1]), about(1, p[2])), about(0, p[0]));
        let relative = times(matrix(&model["base_relatives"][bone]), turn);
        let parent = model["parents"][bone].as_i64().unwrap();
        absolutes.push(if parent < 0 { relative } else { times(absolutes[parent as usize], relative) });
    }
    let transforms: Vec<Matrix> = absolutes
        .iter()
        .enumerate()
        .map(|(bone, absolute)| times(*absolute, matrix(&model["inverse_base_absolutes"][bone])))
        .collect();
    // exp of the cross product's matrix by its series.
    let r = [theta[0], theta[1], theta[2]];
    let skew: Matrix = [[0.0, -r[2], r[1], 0.0], [r[2], 0.0, -r[0], 0.0], [-r[1], r[0], 0.0, 0.0], [0.0; 4]];
    let (mut turn, mut term) = (identity, identity);
    for k in 1..30 {
        term = times(term, skew).map(|row| row.map(|x| x / f64::from(k)));
        turn = std::array::from_fn(|i| std::array::from_fn(|j| turn[i][j] + term[i][j]));
    }
    let vertex = |v: usize| -> [f64; 3] {
        let (base, weights) = (list(&model["base_positions"][v]), list(&model["weights"][v]));
        let skinned: [f64; 3] = std::array::from_fn(|i| {
            let moved = |bone: usize| (0..4).map(|j| transforms[bone][i][j] * base[j]).sum::<f64>();
            (0..22).map(|bone| weights[bone] * moved(bone)).sum()
        });
        std::array::from_fn(|i| (0..3).map(|j| turn[i][j] * skinned[j]).sum::<f64>() + theta[3 + i])
    };
    let mut expected = Vec::new();
    let mut simple = Vec::new();
    for (c, correspondence) in list(&input["data"]["correspondences"]).iter().enumerate() {
        let at = *correspondence as usize;
        let corners: Vec<usize> = list(&model["triangles"][at]).iter().map(|v| *v as usize).collect();
        let (u, point) = (list(&input["us"][c]), list(&input["data"]["points"][c]));
        for i in 0..3 {
            let [a, b, d] = [0, 1, 2].map(|corner| vertex(corners[corner])[i]);
            expected.push(point[i] - (u[0] * a + u[1] * b + (1.0 - u[0] - u[1]) * d));
            simple.push(point[i] - vertex(at % 30)[i]);
        }
    }
    assert_agree(&output("ht", "objective", &input, Style::Plain), &json!(expected), "objective");

    let by_theta = differences("ht", "objective", &input, "theta");
    let by_u = differences("ht", "objective", &input, "us");
    let rows: Vec<Vec<f64>> = (0..expected.len())
        .map(|row| {
            // Each error depends on the u of its own point alone.
            let u = [by_u[row / 3 * 2][row], by_u[row / 3 * 2 + 1][row]];
            u.into_iter().chain(by_theta.iter().map(|column| column[row])).collect()
        })
        .collect();
    // The simple variant: a vertex for each point, and mirrored.
    let mut plain = input.clone();
    plain["us"] = json!([]);
    let at: Vec<u64> = list(&input["data"]["correspondences"]).iter().map(|at| *at as u64 % 30).collect();
    plain["data"]["correspondences"] = json!(at);
    assert_agree(&output("ht", "objective", &plain, Style::Plain), &json!(simple), "simple objective");
    plain["data"]["model"]["is_mirrored"] = json!(true);
    let by_theta = differences("ht", "objective", &plain, "theta");
    let simple_rows: Vec<Vec<f64>> =
        (0..simple.len()).map(|row| by_theta.iter().map(|column| column[row]).collect()).collect();
    for style in STYLES {
        assert_agree(&output("ht", "jacobian", &input, style), &json!(rows), "jacobian");
        assert_agree(&output("ht", "jacobian", &plain, style), &json!(simple_rows), "simple jacobian");
    }
}

#[test]
fn k_means() {
    let input = small("kmeans");
    let rows = |key: &str| input[key].as_array().unwrap().iter().map(list).collect::<Vec<_>>();
    let (points, centroids) = (rows("points"), rows("centroids"));
    // Newton's step leads from each centroid to the mean of its points.
    let mut sums = vec![([0.0; 3], 0.0); centroids.len()];
    let mut cost = 0.0;
    for point in &points {
        let square = |c: &Vec<f64>| c.iter().zip(point).map(|(c, p)| (c - p) * (c - p)).sum::<f64>();
        let nearest = (0..centroids.len())
            .min_by(|i, j| square(&centroids[*i]).total_cmp(&square(&centroids[*j])))
            .unwrap();
        cost += square(&centroids[nearest]);
        (0..3).for_each(|i| sums[nearest].0[i] += point[i]);
        sums[nearest].1 += 1.0;
    }
    let step: Vec<Vec<f64>> =
        centroids.iter().zip(sums).map(|(c, (sum, n))| (0..3).map(|i| c[i] - sum[i] / n).collect()).collect();
    for style in STYLES {
        assert_agree(&output("kmeans", "cost", &input, style), &json!(cost), "cost");
        assert_agree(&output("kmeans", "dir", &input, style), &json!(step), "dir");
    }
}

#[test]
fn descents() {
    for style in STYLES {
        for function in ["ff", "fr", "rf", "rr"] {
            // The saddle is at 0; descent stops where the gradient is 10⁻⁵.
            let found = list(&output("saddle", function, &small("saddle"), style));
            assert!(found.len() == 4 && found.iter().all(|x| x.abs() < 2e-5), "{found:?}");
            let found = output("particle", function, &small("particle"), style);
            assert_agree(&found, &json!(0.2071919), function);
        }
    }
}

#[test]
fn every_problem_has_inputs_and_both_functions() {
    for (name, size) in table::SMALL {
        let input = inputs::input(name, size).unwrap();
        for function in problems::functions(name) {
            for style in STYLES {
                assert!(problems::call(name, function, style, &input).is_ok(), "{name} {function}");
            }
        }
    }
    assert!(problems::call("chess", "primal", Style::Plain, &json!({})).is_err());
}
