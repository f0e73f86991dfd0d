#!/usr/bin/env bash
# Breaks the rules one at a time and looks whether a test notices: mutants.sh FOLDER SHARD FILE…, where SHARD is a part of
# all mutants, 0/8 for the first of eight, and FILE is one of src/domain. The tool is installed into FOLDER.
#
# The unit tests come first, on a crate of the domain alone: it needs nothing of the rest, so a mutant costs seconds. Those
# that they miss go through the scenarios of the whole program. Survivors of both end with 1; each wants a row in a
# table test, or a line in tests/data/mutants.toml that says why it cannot be told from the original.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$1 shard=$2
shift 2
version=27.1.0
if ! "$folder/tools/bin/cargo-mutants" mutants --version 2>/dev/null | grep -qF "$version"; then
    cargo install cargo-mutants --version "$version" --locked --root "$folder/tools"
fi
export PATH="$folder/tools/bin:$PATH"

core=$folder/core
rm -rf "$core"
mkdir -p "$core/src" "$core/tests/data"
cp -R src/domain src/domain.rs "$core/src"
cp -R tests/data/log "$core/tests/data"
cp Cargo.lock "$core"
echo "pub mod domain;" > "$core/src/lib.rs"
{
    sed -n '/^\[package\]/,/^version/p' Cargo.toml
    printf 'edition = "2024"\n[lib]\ndoctest = false\n[dependencies]\n'
    sed -n '/^\[dependencies\]/,/^\[dev-dependencies\]/s/^\([a-z0-9_-]*\) = /&/p' Cargo.toml |
        while read -r line; do
            crate=${line%% =*}
            if grep -rqE "\b${crate//-/_}::" src/domain src/domain.rs; then echo "$line"; fi
        done
    printf '[profile.dev]\ndebug = false\n'
} > "$core/Cargo.toml"

mutants() { # WHERE TREE ARGUMENT…: the missed ones lie in FOLDER/WHERE/mutants.out
    local where=$folder/$1 tree=$2
    shift 2
    mkdir -p "$where"
    CARGO_TARGET_DIR=$where/build cargo mutants --dir "$tree" --output "$where" --config tests/data/mutants.toml \
        --jobs 1 --no-shuffle --cap-lints true --colors never "$@" || (($? == 2 || $? == 3))
}

files=()
for file in "$@"; do files+=(--file "$file"); done
mutants units "$core" "${files[@]}" --shard "$shard" -- --lib
missed=$folder/units/mutants.out/missed.txt
[ -s "$missed" ] || exit 0

echo "== the scenarios look at $(wc -l < "$missed")"
names=$(sed 's/[][\.*^$+?(){}|]/\\&/g' "$missed" | paste -sd '|')
mutants scenarios . "${files[@]}" --re "^($names)\$" -- --test it -- world::
missed=$folder/scenarios/mutants.out/missed.txt
[ ! -s "$missed" ] || { echo "== these survived:"; cat "$missed"; exit 1; }
