#!/usr/bin/env bash
# Makes what a ward is given, in target/dist: scripts/dist.sh [--verify] [deb] [tar] [zip]
#   deb  a Debian package: program, unit, account loa, the station in /var/lib/loa
#   tar  the program for any Linux with ALSA, with guide and samples
#   zip  the program for Windows, with guide and a script that starts it
# The same sources give the same bytes: paths, times, order and owners are set, not found. --verify makes all of it twice,
# the program included, and compares. LOA=FILE and LOA_EXE=FILE package programs that were built elsewhere.
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C TZ=UTC
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
# One thread: xz splits its blocks otherwise.
export DPKG_DEB_THREADS_MAX=1

out=target/dist
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
machine=$(uname -m)
verify=no
forms=()
for word in "$@"; do
  case $word in
    --verify) verify=yes ;;
    deb | tar | zip) forms+=("$word") ;;
    *) sed -n '2,7s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
done
[ ${#forms[@]} -gt 0 ] || forms=(deb tar zip)

say() { printf 'dist: %s\n' "$*" >&2; }
wanted() { [[ " ${forms[*]} " == *" $1 "* ]]; }

build() { # the programs of the wanted forms, as $LOA and $LOA_EXE
  # No folder of this machine stands in the program.
  local flags="--remap-path-prefix=$PWD=loa --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=cargo"
  if [ -z "${LOA-}" ] && { wanted deb || wanted tar; }; then
    RUSTFLAGS="$flags" cargo build --profile shipped --locked --bin loa
    LOA=target/shipped/loa
  fi
  if [ -z "${LOA_EXE-}" ] && wanted zip; then
    RUSTFLAGS="$flags" scripts/windows.sh --profile shipped
    LOA_EXE=target/x86_64-pc-windows-gnu/shipped/loa.exe
  fi
}

unbuild() { # what was built here is built anew
  if [ -z "${LOA_GIVEN-}" ] && [ -n "${LOA-}" ]; then cargo clean -q --profile shipped -p loa && LOA=; fi
  if [ -z "${LOA_EXE_GIVEN-}" ] && [ -n "${LOA_EXE-}" ]; then
    cargo clean -q --profile shipped -p loa --target x86_64-pc-windows-gnu && LOA_EXE=
  fi
}

put() { # MODE FILE… FOLDER
  local mode=$1
  shift
  install -D -m "$mode" -t "${@: -1}" "${@:1:$#-1}"
}

dated() { find "$1" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +; }

deb() { # TO
  local tree=$1/deb doc=$1/deb/usr/share/doc/loa architecture
  architecture=$(dpkg --print-architecture)
  put 755 "$LOA" "$tree/usr/bin"
  mkdir -p "$tree/usr/lib/systemd/system" "$tree/DEBIAN"
  # The unit is what the program itself would install.
  "$LOA" --home /var/lib/loa service print --system --account loa --program /usr/bin/loa \
    >"$tree/usr/lib/systemd/system/loa.service"
  put 644 README.md "$doc"
  put 644 docs/huong-dan/*.md "$doc/huong-dan"
  put 644 docs/huong-dan/anh/*.png "$doc/huong-dan/anh"
  put 644 schedules/*.toml "$doc/examples"
  install -m 644 LICENSE "$doc/copyright"
  gzip -9nc CHANGELOG.md >"$doc/changelog.gz"
  find "$tree/usr" -type d -exec chmod 755 {} +
  chmod 644 "$tree/usr/lib/systemd/system/loa.service" "$doc/changelog.gz"
  # The oldest C library that has all the program asks for.
  local glibc
  glibc=$(objdump -T "$LOA" | grep -o 'GLIBC_[0-9.]*' | sort -uV | tail -n 1)
  sed -e "s/@VERSION@/$version/" -e "s/@ARCHITECTURE@/$architecture/" -e "s/@GLIBC@/${glibc#GLIBC_}/" \
    -e "s/@SIZE@/$(find "$tree/usr" -type f -printf '%s\n' | awk '{ s += int(($1 + 1023) / 1024) } END { print s }')/" \
    packaging/deb/control >"$tree/DEBIAN/control"
  install -m 755 packaging/deb/postinst packaging/deb/prerm packaging/deb/postrm "$tree/DEBIAN"
  (cd "$tree" && find usr -type f | sort | xargs md5sum) >"$tree/DEBIAN/md5sums"
  chmod 755 "$tree" "$tree/DEBIAN"
  chmod 644 "$tree/DEBIAN/control" "$tree/DEBIAN/md5sums"
  dated "$tree"
  dpkg-deb --root-owner-group -Zxz --build "$tree" "$1/loa_${version}_$architecture.deb" >/dev/null
  rm -r "$tree"
}

tar_gz() { # TO
  local name=loa-$version-linux-$machine
  local tree=$1/$name
  put 755 "$LOA" "$tree"
  put 644 README.md LICENSE CHANGELOG.md "$tree"
  put 644 docs/huong-dan/*.md "$tree/huong-dan"
  put 644 docs/huong-dan/anh/*.png "$tree/huong-dan/anh"
  put 644 schedules/*.toml "$tree/schedules"
  find "$tree" -type d -exec chmod 755 {} +
  dated "$tree"
  tar -C "$1" --sort=name --owner=0 --group=0 --numeric-owner --format=gnu -cf - "$name" | gzip -9n >"$tree.tar.gz"
  rm -r "$tree"
}

zip_of() { # TO
  local name=loa-$version-windows-x86_64 file
  local tree=$1/$name
  put 644 "$LOA_EXE" "$tree"
  mkdir -p "$tree/huong-dan"
  # Notepad opens what a double click opens, and wants its own ends of lines; of a picture it shows where that lies.
  for file in docs/huong-dan/*.md; do
    sed -e 's/^!\[\(.*\)\](\(.*\))$/(Hình: \1 – mở tệp \2)/' -e 's/$/\r/' "$file" >"$tree/huong-dan/$(basename "$file" .md).txt"
  done
  put 644 docs/huong-dan/anh/*.png "$tree/huong-dan/anh"
  sed 's/$/\r/' LICENSE >"$tree/LICENSE.txt"
  sed 's/$/\r/' packaging/windows/Chay-Loa.cmd >"$tree/Chay-Loa.cmd"
  find "$tree" -type d -exec chmod 755 {} +
  find "$tree" -type f -exec chmod 644 {} +
  dated "$tree"
  (cd "$1" && find "$name" | sort | zip -X -q -9 -@ "$name.zip")
  rm -r "$tree"
}

make_all() { # TO
  rm -rf "$1"
  mkdir -p "$1"
  build
  wanted deb && deb "$1"
  wanted tar && tar_gz "$1"
  wanted zip && zip_of "$1"
  (cd "$1" && sha256sum ./*.* | sed 's, \./, ,' >SHA256SUMS)
}

LOA_GIVEN=${LOA-} LOA_EXE_GIVEN=${LOA_EXE-}
make_all "$out"
if [ $verify = yes ]; then
  unbuild
  make_all "$out-again"
  if ! diff "$out/SHA256SUMS" "$out-again/SHA256SUMS"; then
    say "the second time gave other bytes; both stand in $out and $out-again"
    exit 1
  fi
  rm -r "$out-again"
  say "made twice, the same bytes"
fi
cat "$out/SHA256SUMS"
