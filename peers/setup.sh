#!/usr/bin/env bash
# Builds the peer programs around moby 20.10's overlay2, from Debian packages alone. Run as root
# (for apt-get, when a package is missing). What is built lies outside the repository: in
# $OVERLAY2_REF_PEERS, by default ~/.cache/overlay2-ref/peers.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

packages=(golang-go golang-github-docker-docker-dev golang-github-vbatts-tar-split-dev
  golang-github-gotestyourself-gotest.tools-dev dpkg-dev)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  apt-get -o DPkg::Lock::Timeout=600 update
  apt-get -o DPkg::Lock::Timeout=600 install -y --no-install-recommends "${missing[@]}"
fi

# The -dev package leaves out two folders that the graph drivers import; docker.io's source
# package has them. Its source list is a private copy, so that nothing in /etc changes.
fetch_source() {
  local lists="$PEERS/apt" version
  mkdir -p "$lists/lists/partial" "$lists/cache/archives/partial" "$PEERS/source"
  if [ -e /etc/apt/sources.list.d/debian.sources ]; then
    sed -E 's/^Types:.*/Types: deb-src/' /etc/apt/sources.list.d/debian.sources > "$lists/src.sources"
  else
    sed -nE 's/^deb /deb-src /p' /etc/apt/sources.list > "$lists/src.list"
  fi
  local options=(-o "Dir::Etc::sourcelist=$(ls "$lists"/src.* | head -1)" -o Dir::Etc::sourceparts=/dev/null
    -o "Dir::State::Lists=$lists/lists" -o "Dir::Cache=$lists/cache")
  apt-get "${options[@]}" update
  version=$(dpkg-query -W -f '${Version}' golang-github-docker-docker-dev | sed 's/+b[0-9]*$//')
  (cd "$PEERS/source" && apt-get "${options[@]}" source --download-only "docker.io=$version" \
    && dpkg-source --no-check -x docker.io_*.dsc docker.io)
}

into="$PEERS/debian/src/$MOBY"
if [ ! -d "$into/quota" ] || [ ! -d "$into/plugin/v2" ]; then
  source_tree=${OVERLAY2_REF_DOCKER_SOURCE:-$PEERS/source/docker.io}
  [ -d "$source_tree/engine/quota" ] || fetch_source
  mkdir -p "$into/plugin"
  cp -r "$source_tree/engine/quota" "$into/"
  cp -r "$source_tree/engine/plugin/v2" "$into/plugin/"
  # Helpers of the tests alone, and the only users of gotest.tools, which is not packaged as v3.
  rm -f "$into/quota/testhelpers.go"
fi

# moby's tests of graph drivers import gotest.tools by a path that Debian does not have.
if [ ! -d "$PEERS/debian/src/gotest.tools/v3" ] && [ -d "$GOCODE/src/gotest.tools" ]; then
  mkdir -p "$PEERS/debian/src/gotest.tools"
  cp -r "$GOCODE/src/gotest.tools" "$PEERS/debian/src/gotest.tools/v3"
fi

write_driver 2010 "$MOBY/daemon/graphdriver/overlay2" "moby 20.10"
build_programs 2010
build_graphtest 2010
