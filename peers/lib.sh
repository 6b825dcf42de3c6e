# Shared by setup.sh and seed.sh: where things are, and how a peer program is built. Sourced.
PEERS=${OVERLAY2_REF_PEERS:-${XDG_CACHE_HOME:-$HOME/.cache}/overlay2-ref/peers}
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
GOCODE=/usr/share/gocode
MOBY=github.com/docker/docker

# Programs that are built around a driver, as NAME=FOLDER: folders here whose Go files import
# overlay2-peer/driver, and the testee in Go.
peer_programs() {
  local folder
  for folder in $(grep -l '"overlay2-peer/driver"' "$HERE"/*/*.go | xargs -n1 dirname | sort -u); do
    echo "$(basename "$folder")=$folder"
  done
  echo "testee-go=$HERE/../testees/go"
}

# build_programs PEER: builds every peer program with $PEERS/PEER/src/overlay2-peer/driver.
build_programs() {
  local peer=$1 pair program folder
  export GO111MODULE=off GOFLAGS= GOCACHE="$PEERS/gocache"
  export GOPATH="$PEERS/$peer:$PEERS/debian:$GOCODE"
  mkdir -p "$PEERS/bin"
  for pair in $(peer_programs); do
    program=${pair%%=*} folder=${pair#*=}
    # GOPATH mode wants the sources below a src folder.
    rm -rf "${PEERS:?}/$peer/src/overlay2-peer/$program"
    cp -r "$folder" "$PEERS/$peer/src/overlay2-peer/$program"
    go build -o "$PEERS/bin/$program-$peer" "overlay2-peer/$program"
    echo "built $PEERS/bin/$program-$peer"
  done
}

# build_graphtest PEER: builds moby's tests of graph drivers, to be run on any plugin.
build_graphtest() {
  local folder="$PEERS/$1/src/overlay2-peer/plugin-graphtest"
  rm -rf "$folder"
  cp -r "$HERE/plugin-graphtest" "$folder"
  go test -c -o "$PEERS/bin/plugin-graphtest" overlay2-peer/plugin-graphtest
  echo "built $PEERS/bin/plugin-graphtest"
}

# write_driver PEER IMPORT TEXT: the package through which programs reach a peer's driver.
write_driver() {
  mkdir -p "$PEERS/$1/src/overlay2-peer/driver"
  cat > "$PEERS/$1/src/overlay2-peer/driver/driver.go" <<GO
// Package driver is the peer that this program was built around.
package driver

import overlay2 "$2"

// Name tells which peer it is.
const Name = "$3"

// Init is the peer's factory.
var Init = overlay2.Init
GO
}
