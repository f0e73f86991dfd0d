#!/usr/bin/env bash
# Unpacks Debian packages into a folder without installing them: mail servers that cannot be installed beside those
# that the tests use already. Usage: unpack.sh FOLDER PACKAGE…
set -euo pipefail

folder=$1
shift
wanted=$(printf '%s\n' "$@" | sort)
[[ -e $folder/packages && $(<"$folder/packages") == "$wanted" ]] && exit 0

command -v apt-get >/dev/null || {
    echo "Not unpacked, since only Debian's apt-get is known here: $*" >&2
    exit 0
}
echo "Unpacking $*"
rm -rf "$folder"
mkdir -p "$folder/debs"
cd "$folder/debs"
fetch() { apt-get download "$@" >../log 2>&1; }
# The lists of a new machine are empty or old.
fetch "$@" || { (($(id -u) == 0)) && apt-get update >/dev/null 2>&1 && fetch "$@"; } || {
    cat ../log >&2
    exit 1
}
for package in *.deb; do
    dpkg-deb --extract "$package" ..
done
cd ..
# Where /lib is a link to /usr/lib, libraries of either belong there.
if [[ -d lib ]]; then
    mkdir -p usr/lib
    cp -a lib/. usr/lib/
    rm -rf lib
fi
rm -rf debs log
echo "$wanted" >packages
