# All that a fresh Debian or Ubuntu machine with git, Rust and make needs to know:
#   make demo   builds Loa and airs a bulletin ten seconds later
#   make test   runs all tests
#   make check  asks whether the formatter and the linter are content
#   make sim    lets ten thousand months pass with faults; SEEDS=1000 is shorter
#   make dist   makes what a ward is given: a Debian package, an archive for Linux, one for Windows; FORMS="deb tar" is less
#   make windows   builds for Windows alone
#   make deny   looks over the licences and sources of what Loa is built of
#   make bench  what Loa costs, beside others that do the same work where they are to be had; the tables of docs/performance.md
#   make wine-test  the archive for Windows under Wine: aired, killed, upgraded
#   make coverage   which lines the tests reach
#   make fuzz   searches for ten minutes each for texts and recordings that Loa answers wrongly; MINUTES=1 is shorter
# They install the system packages that they lack, or say which ones to install.

# A shell opened before Rust was installed does not find cargo yet.
export PATH := $(PATH):$(HOME)/.cargo/bin
# What is built once and thrown away is never built on: four gigabytes less to write.
ifdef CI
export CARGO_INCREMENTAL ?= 0
endif

.PHONY: demo test soak sim bench check coverage dist dist-test wine-test windows deny fuzz clean

demo:
	@scripts/setup.sh build
	cargo build --release --locked
	./target/release/loa demo

test:
	@scripts/setup.sh test
	@scripts/test.sh

# What takes too long for every day: an hour of two hundred airings, each judged by ear; a hundred starts each way; twenty
# losses of the line; what waits long in real time; two hundred live pages and two hundred requests a second while
# bulletins air; the report opened in LibreOffice; and five hundred kills in mid-airing.
soak:
	@scripts/setup.sh soak
	cargo test --locked --test report opened
	cargo test --locked --test browser a_newcomer
	cargo test --locked --test sound --test starts --test losses --test relay --test monitor --test browser -- --ignored --nocapture
	LOA_KILLS=500 cargo test --locked --test restart fifty_kills

# Months with faults drawn from ten thousand seeds, each held against what the log promises, and then running orders drawn
# anew, of which `make test` has a few; SEEDS=1000 is shorter.
SEEDS ?= 10000
sim:
	SEEDS=$(SEEDS) cargo test --release --locked --test month very_many -- --ignored --nocapture
	PROPTEST_CASES=$$(($(SEEDS) / 4)) cargo test --release --locked --test month drawn

# The four that docs/performance.md is made of, on the program that a ward is given, each under half an hour; ONLY="airing
# report" is less. Ratios count, not shares.
ONLY ?= airing measure ledger report
bench:
	@scripts/setup.sh bench
	cargo build --profile shipped --locked
	@for what in $(ONLY); do printf '\n== %s\n' $$what; benches/$$what.sh || exit 1; done

# The library's own tests and those of whole programs alike; a table by file, the last line for all.
coverage:
	@scripts/setup.sh coverage
	cargo llvm-cov test --locked --lib --tests --summary-only --ignore-filename-regex '/(registry|tests)/'

# What can be told without running anything. Apart from `test`: it reads all dependencies once more, which takes a quarter as
# long as to build them, and says nothing to whoever only wants to know that Loa works here.
check:
	@scripts/setup.sh test
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings

# Packages, made twice and compared.
FORMS ?= deb tar zip
dist:
	@scripts/setup.sh $(if $(filter zip,$(FORMS)),dist,package)
	@scripts/dist.sh --verify $(FORMS)

# The Debian package in a root of its own: installed, aired, upgraded under a running station, removed, purged. As root.
dist-test:
	@scripts/setup.sh package
	@scripts/dist.sh deb
	@scripts/try-deb.sh target/dist/loa_*.deb

# The same for Windows, as far as Wine shows it. EXE=FILE takes a program that was built elsewhere.
wine-test:
	@scripts/setup.sh wine
	@LOA_EXE=$(EXE) scripts/dist.sh zip
	@scripts/try-zip.sh target/dist/loa-*-windows-x86_64.zip

windows:
	@scripts/setup.sh windows
	@scripts/windows.sh

# Licences, bans and sources of all that Loa is built of, for Windows too; needs no network once all that has been fetched.
deny:
	@scripts/setup.sh deny
	cargo fetch --locked
	cargo deny --locked --offline check licenses bans sources

MINUTES ?= 10
fuzz:
	@scripts/setup.sh fuzz
	@scripts/fuzz.sh $(MINUTES)

clean:
	cargo clean
