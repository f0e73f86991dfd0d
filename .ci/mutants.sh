#!/usr/bin/env bash
# Breaks the rules one at a time and looks whether a test notices: mutants.sh FOLDER SHARD FILE…, where SHARD is a part of
# all mutants, 0/8 for the first of eight, and FILE is one of src/domain. The tool is installed into FOLDER.
#
# Unit tests run on a crate of the domain alone, which needs nothing of the rest: first those of the files' own modules, a
# second each; then, over what they miss, all. What these miss too goes through the tables of whole mails
# (tests/it/classify.rs) and the scenarios of the whole program.
# Survivors end it with 1; each wants a row in a table test, or a line in tests/data/mutants.toml that says why no test can
# tell it from the original.
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

# TREE ARGUMENT…: breaks what the look before has missed. FOLDER/mutants.out has the result.
#
# Mutants that lose a field of a struct pass every pattern: files, and the list of those that were caught, keep them out.
look() {
    local tree=$1
    shift
    CARGO_TARGET_DIR=$folder/build cargo mutants --dir "$tree" --output "$folder" --config tests/data/mutants.toml \
        "${files[@]}" "${only[@]}" --jobs 1 --no-shuffle --cap-lints true --colors never "$@" || (($? == 2 || $? == 3))
    missed=$folder/mutants.out/missed.txt
    [ -s "$missed" ] || exit 0
    echo "== $(wc -l < "$missed") were missed"
    only=(--iterate --re "^($(sed 's/[][\.*^$+?(){}|]/\\&/g' "$missed" | paste -sd '|'))\$")
}

only=() files=() modules=()
for file in "$@"; do
    files+=(--file "$file")
    module=${file#src/domain/} module=${module%.rs}
    modules+=("domain::${module%%/*}::")
done
look "$core" --shard "$shard" -- --lib -- "${modules[@]}"
look "$core" -- --lib
look . -- --test it -- classify:: world::
cat "$missed"
exit 1
