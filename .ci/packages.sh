#!/usr/bin/env bash
# Installs the Debian packages it is given, those that are missing; asks nothing, and leaves no service of theirs running.
set -euo pipefail

missing=()
for package in "$@"; do
    status=$(dpkg-query --show --showformat='${db:Status-Abbrev}' "$package" 2>/dev/null || true)
    [[ $status == "ii "* ]] || missing+=("$package")
done
((${#missing[@]})) || exit 0

if ! command -v apt-get >/dev/null; then
    echo "These are missing, and only Debian's apt-get is known here; install them by hand: ${missing[*]}" >&2
    exit 1
fi
if (($(id -u) != 0)); then
    command -v sudo >/dev/null || {
        echo "These are missing, and only root can install them: apt-get install ${missing[*]}" >&2
        exit 1
    }
    exec sudo -- "$0" "${missing[@]}"
fi

echo "Installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
policy=/usr/sbin/policy-rc.d
ours=
finish() {
    rm -f "$log"
    [[ -z $ours ]] || rm -f "$policy"
}
trap finish EXIT

quietly() {
    "$@" >"$log" 2>&1 </dev/null || {
        cat "$log" >&2
        echo "failed: $*" >&2
        exit 1
    }
}

quietly apt-get update
# Postfix takes the place of another mail server. That is for its owner to decide.
if apt-get install --simulate --no-install-recommends "${missing[@]}" 2>/dev/null | grep '^Remv' >&2; then
    echo "Installing ${missing[*]} would remove the packages above: decide that by hand, or use another machine." >&2
    exit 1
fi
# Packages ask this file whether they may start their services. 101 means no.
if [[ ! -e $policy ]]; then
    ours=yes
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
fi
if command -v debconf-set-selections >/dev/null; then
    echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections
fi
quietly apt-get install --yes --no-install-recommends "${missing[@]}"
# Nor at the next start of the machine: the tests run their own servers.
for package in "${missing[@]}"; do
    case $package in
        dovecot-imapd) systemctl disable dovecot.service dovecot.socket >/dev/null 2>&1 || true ;;
        prometheus) systemctl disable prometheus.service >/dev/null 2>&1 || true ;;
        etcd-server) systemctl disable etcd.service >/dev/null 2>&1 || true ;;
        postfix) systemctl disable postfix.service >/dev/null 2>&1 || true ;;
    esac
done
