#!/bin/sh
# build_page.sh SOURCES FOLDER: builds the web page of web/ in FOLDER/web/dist. Without npm, or if its packages can't be
# had, the program is built without the page, and a line says so.
set -eu
sources=$1
folder=$2

without_page() {
  rm -rf "$folder/web/dist"
  echo "The web page is left out: $1" >&2
  exit 0
}

command -v npm >/dev/null || without_page "npm is not here"
mkdir -p "$folder/docs"
# node_modules stays from build to build.
for file in "$folder/web/"* ; do
  case $file in */node_modules | */package-lock.installed) ;; *) rm -rf "$file" ;; esac
done
mkdir -p "$folder/web"
(cd "$sources/web" && tar -cf - --exclude ./node_modules --exclude ./dist .) | tar -xf - -C "$folder/web"
rm -rf "$folder/docs/definitions"
cp -R "$sources/docs/definitions" "$folder/docs/definitions"
cd "$folder/web"
if ! cmp -s package-lock.json package-lock.installed; then
  npm ci --no-audit --no-fund --loglevel=error --fetch-retries=1 --fetch-retry-mintimeout=1000 >&2 || without_page "its packages can't be installed by npm"
  cp package-lock.json package-lock.installed
fi
npm run --silent build >&2
