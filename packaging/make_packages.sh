#!/usr/bin/env bash
# make_packages.sh: makes the files of a version in build/packages/ from the programs in build/release and build/static.
set -euo pipefail
umask 022
cd "$(dirname "${BASH_SOURCE[0]}")/.."

release=build/release
static=build/static
packages=build/packages
parts=build/package_parts # the folders that are packed
version=$($release/chatreports --version)
version=${version#chatreports }
. /etc/os-release

fail() {
  echo "./dev package: $1" >&2
  exit 1
}

# All files get the time of the commit, so the same commit makes the same files.
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
maintainer=$(git log -1 --format='%an <%ae>')
architecture=$(dpkg --print-architecture)

[ "$($static/chatreports --version)" = "chatreports $version" ] ||
  fail "build/release and build/static are of two versions; remove both folders"
for build in $release $static; do
  [ -e $build/page/web/dist/index.html ] || fail "the program in $build has no web page: npm could not build it"
done

rm -rf "$packages" "$parts"
mkdir -p "$packages" "$parts/common"

# All packages contain these.
common=$parts/common
packaging/write_manual.py $release/chatreports "$(date -ud "@$SOURCE_DATE_EPOCH" +%F)" "$common/man"
packaging/write_completions.py $release/chatreports "$common/completions"
packaging/write_settings.py $release/chatreports "$common/chatreports.conf"
git archive HEAD README.md LICENSE CHANGELOG.md docs | tar -xC "$common"

# write_sbom BUILD_FOLDER NAME FORM [FOLDER_OF_LICENCES]
write_sbom() { packaging/write_sbom.py "$1" "$version" "$packages/$2.spdx.json" "${@:3}"; }

make_deb() {
  local tree=$parts/deb
  # Debian 13 has a newer package of the same version, so that an upgrade of Debian takes it. The tilde sorts it before
  # later commits: 0.3.0~deb13 < 0.3.0+1.g92e2e00~deb12.
  local deb_version=$version~deb$VERSION_ID
  local zones
  # Since Debian 13 the names that tz has replaced, such as US/Pacific, are in a package of their own.
  zones=$(dpkg-query --search /usr/share/zoneinfo/Europe/Warsaw /usr/share/zoneinfo/US/Pacific |
    cut -d: -f1 | sort -u | paste -sd, | sed 's/,/, /g')
  cp -R "$common" "$tree"
  cp $release/chatreports "$tree"
  cp -R packaging/debian "$tree/debian"
  cp packaging/chatreports.service "$tree/debian/chatreports.service"
  sed -i "s|@MAINTAINER@|$maintainer|; s|@ZONES@|$zones|" "$tree/debian/control"
  packaging/write_copyright.py "$common/LICENSE" $release/page/web >"$tree/debian/copyright"
  cat >"$tree/debian/changelog" <<TEXT
chatreports ($deb_version) $VERSION_CODENAME; urgency=medium

  * Version $version. CHANGELOG.md in this folder says what is new.

 -- $maintainer  $(date -uRd "@$SOURCE_DATE_EPOCH")
TEXT
  (cd "$tree" && dpkg-buildpackage --build=binary --no-sign >"../deb.log" 2>&1) || {
    cat "$parts/deb.log" >&2
    fail "the .deb could not be built; above is what dpkg-buildpackage says"
  }
  mv "$parts"/*.deb "$packages"
  write_sbom $release "chatreports_${deb_version}_$architecture" DYNAMIC_LINK
}

make_tarball() {
  local name=chatreports-$version-linux-$(uname -m)
  local tree=$parts/$name
  mkdir "$tree"
  cp -R "$common"/. "$tree"
  cp packaging/debian/chatreports.sysusers "$tree/sysusers.conf"
  install -m 0755 $static/chatreports "$tree/chatreports"
  strip "$tree/chatreports"
  # A program that no package has installed belongs in /usr/local.
  sed 's|/usr/bin/|/usr/local/bin/|' packaging/chatreports.service >"$tree/chatreports.service"
  write_sbom $static "$name" STATIC_LINK "$tree/licenses"
  chmod -R u=rwX,go=rX "$tree"
  pack "$name"
}

# The image's tree and its Containerfile, from which `podman build` or `docker build` makes the image.
make_image() {
  local name=chatreports-$version-image-$(uname -m)
  local root=$parts/$name/root
  local tarball=$parts/chatreports-$version-linux-$(uname -m)
  local state=$parts/$name/state
  mkdir -p "$root"/{etc/ssl/certs,tmp,usr/bin,usr/share/doc/chatreports,var/lib} "$state/chatreports"
  cp packaging/Containerfile "$parts/$name"
  cp "$tarball/chatreports" "$root/usr/bin"
  cp -R "$tarball"/{LICENSE,licenses} "$root/usr/share/doc/chatreports"
  cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs"
  cp -R /usr/share/zoneinfo "$root/usr/share/zoneinfo"
  # These are copies of all zones, with leap seconds and without, and a link to a file that the image lacks.
  rm -rf "$root"/usr/share/zoneinfo/{right,posix,localtime}
  chmod -R u=rwX,go=rX "$parts/$name"
  chmod 1777 "$root/tmp"
  chmod 0700 "$state/chatreports"
  pack "$name"
}

# pack NAME: the folder as NAME.tar.gz
pack() {
  tar -C "$parts" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -cf - "$1" |
    gzip -9n >"$packages/$1.tar.gz"
}

make_deb
make_tarball
make_image
(cd "$packages" && sha256sum -- * >../SHA256SUMS && mv ../SHA256SUMS .)
ls -l "$packages"
