#!/usr/bin/env bash
# Builds a Debian package from what `make install` puts into a folder.
#
# deb.sh ROOT OUT: ROOT is that folder, with PREFIX=/usr; the package comes to be in OUT.
set -euo pipefail
root=$1
out=$2
name=servicelofte
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
architecture=$(dpkg --print-architecture)
# What it was linked against is what it may need.
libc=$(dpkg-query --show --showformat='${Version}' libc6)

maintainer="servicelofte <servicelofte@example.org>"
# The day on which CHANGELOG.md dates the version: the same sources give the same bytes.
day=$(sed -n "s/^## \[$version\] - //p" CHANGELOG.md)
{
    echo "$name ($version) stable; urgency=medium"
    echo
    echo "  * What changes for users stands in CHANGELOG.md.gz beside this file."
    echo
    echo " -- $maintainer  $(LC_ALL=C date --utc --rfc-email --date="${day:?CHANGELOG.md has no date of $version}")"
} | gzip --best --no-name >"$root/usr/share/doc/$name/changelog.gz"
gzip --best --no-name --force "$root/usr/share/doc/$name/CHANGELOG.md"
install -D -m 644 "$(dirname "$0")/lintian-overrides" "$root/usr/share/lintian/overrides/$name"
{
    echo "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/"
    echo
    echo "Files: *"
    echo "Copyright: the authors of servicelofte"
    echo "License: EUPL-1.2"
    sed 's/^$/./; s/^/ /' LICENSE
} >"$root/usr/share/doc/$name/copyright"
rm -f "$root/usr/share/doc/$name/LICENSE"

mkdir -p "$root/DEBIAN"
cat >"$root/DEBIAN/control" <<EOF
Package: $name
Version: $version
Architecture: $architecture
Maintainer: $maintainer
Installed-Size: $(du --summarize --block-size=1K "$root" | cut -f 1)
Depends: libc6 (>= ${libc%-*}), libgcc-s1, ca-certificates, systemd | systemd-standalone-sysusers
Section: mail
Priority: optional
Description: keeps a municipality's service pledges on its shared mailbox
 Watches a shared mailbox over IMAP, logs every message with its deadline in
 working days, sees when it has been answered, tells the citizen once when more
 time is needed, and escalates what is overdue.
EOF

install -m 755 -t "$root/DEBIAN" "$(dirname "$0")"/deb/*
dpkg-deb -Z"${DEB_COMPRESSION:-xz}" --root-owner-group --build "$root" "$out/${name}_${version}_$architecture.deb"
