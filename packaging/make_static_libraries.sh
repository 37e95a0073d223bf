#!/usr/bin/env bash
# make_static_libraries.sh JOBS: compiles the libraries for which Debian has no archive (.a), or one that needs many others,
# into build/static_libraries/PACKAGE/. It takes Debian's sources and patches of the installed versions, so the static program
# contains the same code that the other program is linked with.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD/build/static_libraries
jobs=$1

fail() {
  echo "./dev package: $1" >&2
  exit 1
}

# A configuration of apt for sources, in a folder of its own, with the places and keys of the system. It needs no root and
# leaves the system as it is.
apt=$root/apt
prepare_apt() {
  [ ! -e "$apt/sources.list.d" ] || return 0
  mkdir -p "$apt"/{lists/partial,cache/archives/partial,new}
  local list
  for list in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [ ! -f "$list" ] || sed -n 's/^ *deb /deb-src /p' "$list" >"$apt/new/$(basename "$list" .list).list"
  done
  for list in /etc/apt/sources.list.d/*.sources; do
    [ ! -f "$list" ] || sed 's/^Types:.*/Types: deb-src/' "$list" >"$apt/new/$(basename "$list")"
  done
  mv "$apt/new" "$apt/sources.list.d"
  apt_here update -qq || {
    rm -rf "$apt"
    fail "apt can't read the lists of Debian's sources; above is what it says"
  }
}
apt_here() {
  # If root starts apt, it fetches as a user of its own, who may not see this folder.
  apt-get -o Dir::State::lists="$apt/lists" -o Dir::Cache="$apt/cache" -o Dir::Etc::sourcelist=/dev/null \
    -o Dir::Etc::sourceparts="$apt/sources.list.d" -o APT::Sandbox::User="$(id -un)" "$@"
}

# make_library PACKAGE [FLAG…]: PACKAGE contains the headers, and the flags are for its CMake.
make_library() {
  local package=$1
  shift
  local version made=$root/$package
  version=$(dpkg-query --show --showformat '${source:Package}=${source:Version}' "$package")
  [ "$(cat "$made/version" 2>/dev/null)" != "$version" ] || return 0
  prepare_apt
  local work=$root/work/$package
  rm -rf "$made" "$work"
  mkdir -p "$work"
  (cd "$work" && apt_here source -qq "$version" >log 2>&1) || {
    cat "$work/log" >&2
    fail "the source of $package can't be had; if it is older than that of Debian, update the system"
  }
  cmake -S "$work"/*/ -B "$work/build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DBUILD_SHARED_LIBS=OFF \
    -DCMAKE_POSITION_INDEPENDENT_CODE=ON "$@" >"$work/log" 2>&1 &&
    cmake --build "$work/build" -j "$jobs" >>"$work/log" 2>&1 || {
    cat "$work/log" >&2
    fail "the static library of $package can't be built; above is what its build says"
  }
  mkdir -p "$made"
  find "$work/build" -name 'lib*.a' -exec cp {} "$made" ';'
  echo "$version" >"$made/version"
  rm -rf "$work"
}

# make_if_missing PACKAGE [FLAG…]: as make_library, unless Debian has an archive, as 13 has of simdjson.
make_if_missing() {
  dpkg-query --listfiles "$1" | grep '\.a$' >/dev/null || make_library "$@"
}

make_if_missing libfmt-dev -DFMT_TEST=OFF -DFMT_DOC=OFF
make_if_missing libspdlog-dev -DSPDLOG_FMT_EXTERNAL=ON -DSPDLOG_BUILD_EXAMPLE=OFF
make_if_missing libsimdjson-dev
make_if_missing prometheus-cpp-dev -DENABLE_PUSH=OFF -DENABLE_PULL=OFF -DENABLE_COMPRESSION=OFF -DENABLE_TESTING=OFF
make_if_missing libhowardhinnant-date-dev -DBUILD_TZ_LIB=ON -DUSE_SYSTEM_TZ_DB=ON
# Debian's archive needs some twenty others, for protocols and schemes that the program does not use.
curl_flags=(-DHTTP_ONLY=ON -DCURL_USE_OPENSSL=ON -DCURL_ZLIB=ON)
for feature in BUILD_CURL_EXE BUILD_TESTING BUILD_LIBCURL_DOCS BUILD_MISC_DOCS ENABLE_CURL_MANUAL CURL_BROTLI CURL_ZSTD \
  CURL_USE_LIBPSL CURL_USE_LIBSSH CURL_USE_LIBSSH2 CURL_USE_GSSAPI USE_LIBIDN2 USE_LIBRTMP USE_NGHTTP2; do
  curl_flags+=("-D$feature=OFF")
done
make_library libcurl4-openssl-dev "${curl_flags[@]}" -DCURL_CA_PATH=none \
  -DCURL_CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt
rm -rf "$root/work" "$apt"
