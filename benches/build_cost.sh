#!/usr/bin/env bash
# Processor seconds of a cold debug build of a small program that uses holograd, for each set of features: the whole, and the library alone.
# `benches/build_cost.sh` measures all sets, `benches/build_cost.sh std std,simd` these. Processor time hardly depends on what else runs.
set -euo pipefail
holograd=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir "$work/src"
printf 'fn main() {\n    println!("{}", holograd::derivative(|x| x * x, 3.0));\n}\n' > "$work/src/main.rs"
# Between cargo and the compiler: notes the processor time of the library itself.
cat > "$work/wrapper" << 'EOF'
#!/usr/bin/env bash
"$@" || exit
case " $* " in *" --crate-name holograd "*) times > "$LIBRARY_TIME" ;; esac
EOF
chmod +x "$work/wrapper"
export LIBRARY_TIME="$work/library" RUSTC_WRAPPER="$work/wrapper" CARGO_TARGET_DIR="$work/target" CARGO_INCREMENTAL=0

seconds() { # the sum of user and system time, as `times` and `time` print them
    awk '{ for (i = 1; i <= NF; i++) { split($i, t, /[ms]/); s += 60 * t[1] + t[2] } } END { printf "%.1f", s }'
}

sets=("$@")
test $# -gt 0 || sets=(libm std std,simd std,nalgebra std,nalgebra,simd std,special std,compile std,jit std,serde std,rayon std,checked \
    std,ndarray std,rand_distr std,proptest std,geo)
printf '%-20s %9s %9s %9s\n' features packages whole library
for features in "${sets[@]}"; do
    cat > "$work/Cargo.toml" << EOF
[package]
name = "small"
version = "0.1.0"
edition = "2024"
[dependencies]
holograd = { path = "$holograd", default-features = false, features = ["${features//,/\", \"}"] }
EOF
    cp "$holograd/Cargo.lock" "$work/Cargo.lock"
    cargo fetch --quiet --manifest-path "$work/Cargo.toml"
    rm -rf "$work/target"
    TIMEFORMAT='0m%3Us 0m%3Ss'
    whole=$( { time cargo build --quiet --manifest-path "$work/Cargo.toml" > /dev/null 2>&1; } 2>&1 | seconds)
    packages=$(cargo tree --manifest-path "$work/Cargo.toml" -e no-dev --prefix none | sed 's, (\*),,' | sort -u | grep -vc 'small\|holograd')
    printf '%-20s %9s %9s %9s\n' "$features" "$packages" "$whole" "$(tail -1 "$LIBRARY_TIME" | seconds)"
done
