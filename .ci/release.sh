#!/usr/bin/env bash
# A release, made of the commit that is checked out: built twice in two paths and compared bit for bit; beside the package
# its sources, the list of its parts, notes, checksums and a signature.
#
# release.sh make FOLDER       all of it, into a new folder
# release.sh notes VERSION     what CHANGELOG.md says of a version
# release.sh same ONE OTHER    whether two folders hold the same files, bit for bit
# release.sh seal FOLDER       SHA256SUMS of all that lies in a folder, and its signature
#
# SIGNING_KEY=FILE signs with a key of OpenSSH (ssh-keygen -t ed25519); a public key is taken from the agent. Without a key
# nothing is made, unless UNSIGNED=1 says that this is meant.
set -euo pipefail

# What a signature is for, so that one of this key for something else is none of a release.
namespace=servicelofte-release

die() {
    echo "$1" >&2
    exit 1
}

# A missing key is told before the long build.
key() {
    if [[ ${UNSIGNED:-} == 1 ]]; then
        [[ -z ${SIGNING_KEY:-} ]] || die "give SIGNING_KEY or UNSIGNED=1, not both"
        return
    fi
    [[ -n ${SIGNING_KEY:-} ]] || die "SIGNING_KEY is missing: name a key of OpenSSH, or say UNSIGNED=1"
    [[ -r $SIGNING_KEY ]] || die "SIGNING_KEY=$SIGNING_KEY cannot be read"
}

notes() {
    awk -v heading="## [$1]" '
        index($0, "## [") == 1 { inside = index($0, heading) == 1; found = found || inside; next }
        inside { print }
        END { exit !found }
    ' CHANGELOG.md || die "CHANGELOG.md has no section of $1"
}

same() {
    diff --recursive --brief --no-dereference "$1" "$2" >&2 || die "$1 and $2 differ"
}

seal() {
    key
    local folder=$1 sums
    rm -f "$folder"/SHA256SUMS "$folder"/SHA256SUMS.sig
    sums=$(cd "$folder" && find . -type f -printf '%P\0' | LC_ALL=C sort --zero-terminated | xargs --null sha256sum)
    printf '%s\n' "$sums" >"$folder/SHA256SUMS"
    [[ ${UNSIGNED:-} != 1 ]] || return 0
    ssh-keygen -q -Y sign -n "$namespace" -f "$SIGNING_KEY" "$folder/SHA256SUMS"
    ssh-keygen -Y check-novalidate -n "$namespace" -s "$folder/SHA256SUMS.sig" <"$folder/SHA256SUMS" >/dev/null
}

# Builds the package and the list of parts of the sources in a folder. No path of the machine comes into them.
build() (
    cd "$1"
    unset CARGO_TARGET_DIR
    cargo=$(realpath "${CARGO_HOME:-$HOME/.cargo}")
    export LC_ALL=C TZ=UTC CARGO_INCREMENTAL=0
    export RUSTFLAGS="--remap-path-prefix=$PWD=/servicelofte --remap-path-prefix=$cargo=/cargo"
    export CFLAGS="-ffile-prefix-map=$PWD=/servicelofte -ffile-prefix-map=$cargo=/cargo"
    umask 022
    make --no-print-directory deb sbom CARGOFLAGS=--locked
    mkdir out
    cp target/debian/*.deb target/sbom.cdx.json out
    cp target/release/servicelofte out
)

make_release() {
    local out=$1 version name commit
    version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
    name=servicelofte-$version
    key
    [[ ! -e $out ]] || die "$out is there already: move it away"
    notes "$version" >/dev/null
    [[ -z $(git status --porcelain) ]] || die "not all is committed: a release is made of a commit"
    commit=$(git rev-parse HEAD)
    [[ -n $(git tag --points-at HEAD --list "v$version") ]] || echo "this commit has no tag v$version" >&2
    SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
    export SOURCE_DATE_EPOCH
    work=$(mktemp --directory)
    trap 'rm -rf "$work"' EXIT
    git archive --format=tar --prefix="$name/" HEAD | gzip --best --no-name >"$work/$name.tar.gz"
    for path in one another/and/a/longer/path; do
        mkdir -p "$work/$path"
        tar --extract --gzip --file "$work/$name.tar.gz" --directory "$work/$path"
        echo "Building in $work/$path"
        build "$work/$path/$name"
    done
    same "$work/one/$name/out" "$work/another/and/a/longer/path/$name/out"
    echo "Both are the same, bit for bit"
    mkdir -p "$out"
    cp "$work/one/$name/out"/*.deb "$work/one/$name/out/sbom.cdx.json" "$work/$name.tar.gz" docs/vex.json "$out"
    {
        echo "# servicelofte $version"
        notes "$version"
        echo "## How it was made"
        echo
        echo "Commit $commit, built twice in two paths with the same result, by $(rustc --version), $(cc --version | head -n 1)"
        echo "and libc6 $(dpkg-query --show --showformat='${Version}' libc6). \`make release UNSIGNED=1\` with these makes the same bytes."
        echo
        echo "## Whether it is the real one"
        echo
        echo "    sha256sum --check SHA256SUMS"
        echo "    ssh-keygen -Y verify -f allowed_signers -I release -n $namespace -s SHA256SUMS.sig < SHA256SUMS"
    } >"$out/NOTES.md"
    seal "$out"
    cat "$out/SHA256SUMS"
    [[ ${UNSIGNED:-} != 1 ]] || echo "Not signed"
}

cd "$(dirname "$0")/.."
case ${1:-} in
    make) make_release "$2" ;;
    notes) notes "$2" ;;
    same) same "$2" "$3" ;;
    seal) seal "$2" ;;
    *) die "release.sh make FOLDER | notes VERSION | same ONE OTHER | seal FOLDER" ;;
esac
