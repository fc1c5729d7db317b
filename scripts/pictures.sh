#!/usr/bin/env bash
# Makes the pictures of the operator's guide anew: scripts/pictures.sh [FOLDER]
# A ward with a month in which Tết falls is put on air on a clock and a line of its own, and its pages are looked at in
# Chromium; the pictures go to docs/huong-dan/anh, with as many colours as they need and no more. With FOLDER all pages go
# there as they are, wide and narrow, light and dark, to be looked over.
set -euo pipefail
cd "$(dirname "$0")/.."
say() { printf 'pictures: %s\n' "$*" >&2; }

if [ $# -gt 0 ]; then
  mkdir -p "$1"
  LOA_ALL=${LOA_ALL:-desk-light,desk-dark,phone-light,phone-dark} LOA_LOOK=$(realpath "$1") cargo test --locked --test browser the_pages_as_pictures -- --ignored --nocapture
  exit
fi
command -v convert >/dev/null || { say "needs ImageMagick: apt-get install imagemagick"; exit 1; }
taken=$(mktemp -d)
trap 'rm -rf "$taken"' EXIT
LOA_LOOK=$taken cargo test --locked --test browser the_pages_as_pictures -- --ignored --nocapture
into=docs/huong-dan/anh
mkdir -p "$into"
for picture in "$taken"/*.png; do
  # Only those that the guide shows.
  grep -qF "](anh/$(basename "$picture"))" docs/huong-dan/*.md || continue
  convert "$picture" -strip +dither -colors 64 -define png:compression-level=9 "PNG8:$into/$(basename "$picture")"
done
ls -l "$into"
