#!/usr/bin/env bash
# Runs fuzz targets: fuzz.sh FOLDER SECONDS [TARGET…]. The tool is installed into FOLDER, the corpus grows there, and what
# breaks a target lies in FOLDER/found, to be minimised (cargo fuzz tmin) into tests/data/fuzz.
#
# Without a sanitizer, which only a nightly compiler has: the program has no unsafe code, and the targets look for
# panics, broken promises, memory and time.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$1 seconds=$2
shift 2
version=0.13.2
if ! "$folder/tools/bin/cargo-fuzz" --version 2>/dev/null | grep -qF "$version"; then
    cargo install cargo-fuzz --version "$version" --locked --root "$folder/tools"
fi
if [ $# = 0 ]; then
    mapfile -t all < <(ls tests/data/fuzz)
    set -- "${all[@]}"
fi
export PATH="$folder/tools/bin:$PATH" CARGO_TARGET_DIR="$folder/build"
broken=0
for target in "$@"; do
    mkdir -p "$folder/corpus/$target" "$folder/found/$target"
    echo "== $target"
    cargo fuzz run --fuzz-dir fuzz --sanitizer none "$target" "$folder/corpus/$target" "tests/data/fuzz/$target" -- \
        -max_total_time="$seconds" -rss_limit_mb=512 -timeout=20 -max_len=20000 -print_final_stats=1 \
        -artifact_prefix="$folder/found/$target/" 2>&1 | grep -E "panicked|assertion|stat::|ERROR|error|Test unit" \
        || true
    if [ -n "$(ls -A "$folder/found/$target")" ]; then
        echo "$target: something was found, see $folder/found/$target"
        broken=1
    fi
done
exit "$broken"
