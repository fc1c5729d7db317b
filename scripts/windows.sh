#!/usr/bin/env bash
# Builds Loa for Windows on Linux: scripts/windows.sh [CARGO ARGUMENTS…], by default --release
# It takes MinGW's compiler and Rust's standard library for x86_64-pc-windows-gnu; scripts/setup.sh windows brings both.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- --release
# The same sources are to give the same bytes: MinGW writes the hour into the program otherwise.
export RUSTFLAGS="${RUSTFLAGS-} -C link-arg=-Wl,--no-insert-timestamp"
export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER=x86_64-w64-mingw32-gcc
cargo build --locked --bin loa --target x86_64-pc-windows-gnu "$@"
