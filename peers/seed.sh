#!/usr/bin/env bash
# seed.sh OVERLAY_GO: builds the peer programs around the pinned moby commit's own overlay.go.
#
# OVERLAY_GO is moby's daemon/graphdriver/overlay2/overlay.go at the commit in moby.lock.json,
# which the caller has fetched; this repository holds none of it. Of the result, overlay.go is the
# seed's, line for line but for renamed imports; everything that it calls is Debian's moby 20.10,
# and README.md lists where that shows.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

overlay_go=${1:?usage: seed.sh OVERLAY_GO}
[ -r "$overlay_go" ] || { echo "seed.sh: cannot read $overlay_go" >&2; exit 2; }
[ -d "$PEERS/debian/src/$MOBY/quota" ] || { echo "seed.sh: run setup.sh first" >&2; exit 2; }

package="$PEERS/seed/src/overlay2-peer/overlay2"
debian="$GOCODE/src/$MOBY/daemon/graphdriver/overlay2"
rm -rf "$package"
mkdir -p "$package"

# Packages moved between the seed and 20.10, and one has gone; glue.go stands in for it. Whatever
# a page of a code host put before the build line is dropped.
sed -n '/^\/\/ +build linux/,$p' "$overlay_go" | sed -E \
  -e 's#^// \+build linux#//go:build linux#' \
  -e 's#^(package overlay2) //.*#\1#' \
  -e "s#\"$MOBY/daemon/graphdriver/quota\"#\"$MOBY/quota\"#" \
  -e "s#\"$MOBY/pkg/locker\"#\"github.com/moby/locker\"#" \
  -e "s#\"$MOBY/pkg/mount\"#\"github.com/moby/sys/mount\"#" \
  -e '/rsystem "github.com\/opencontainers\/runc\/libcontainer\/system"/d' \
  -e 's#rsystem\.RunningInUserNS\(\)#inUserNamespace()#' > "$package/overlay.go"
for file in check.go mount.go; do
  sed -E 's#^(package overlay2) //.*#\1#' "$debian/$file" > "$package/$file"
done

cat > "$package/glue.go" <<'GO'
//go:build linux

package overlay2

import (
	"bytes"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"os"
)

// generateID gives a link id: 17 random bytes in base 32, of which 26 characters are kept.
func generateID(length int) string {
	random := make([]byte, (length*5+7)/8)
	if _, err := rand.Read(random); err != nil {
		panic(err)
	}
	return base32.StdEncoding.EncodeToString(random)[:length]
}

// inUserNamespace tells the initial user namespace by its one full line.
func inUserNamespace() bool {
	table, err := os.ReadFile("/proc/self/uid_map")
	return err == nil && len(bytes.Fields(table)) > 0 && !bytes.Contains(table, []byte("4294967295"))
}

// supportsMultipleLowerDir is asked only by kernels before 4.0.
func supportsMultipleLowerDir(string) error {
	return errors.New("this build is for kernel 4.0 and later")
}
GO

write_driver seed overlay2-peer/overlay2 "moby 2019-09 overlay.go on 20.10"
build_programs seed
