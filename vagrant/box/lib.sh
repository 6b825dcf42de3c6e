# What the scripts of this folder share: exit codes, the cache and its locks, the kernel list, apt.
# To be sourced. Callers set `set -euo pipefail` themselves.
# shellcheck shell=bash

# shellcheck disable=SC2034 # the scripts that source this file use all of them
readonly EXIT_USAGE=2 EXIT_HOST_CANNOT=3 EXIT_NOT_TO_BE_HAD=4 EXIT_BROKEN=125

BOX_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
VAGRANT_DIR=$(dirname "$BOX_DIR")
GUEST_DIR=$VAGRANT_DIR/guest
# shellcheck disable=SC2034 # read by the scripts that source this file
readonly BOX_DIR VAGRANT_DIR GUEST_DIR
readonly KERNELS_JSON=$VAGRANT_DIR/kernels.json
readonly VM_CACHE=${OVERLAY2_REF_CACHE:-${HOME:-/root}/.cache/overlay2-ref}/vm
# qemu, mkfs and depmod live where only root's path looks.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

# fail CODE TEXT: one line on stderr, and the end.
fail() {
  local code=$1
  shift
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit "$code"
}

# number OPTION VALUE: ends unless the value is a number above 0.
number() {
  [[ $2 =~ ^[1-9][0-9]{0,6}$ ]] || fail "$EXIT_USAGE" "$1 wants a number above 0, not '$2'"
}

# Microseconds, and seconds with one decimal since a time in microseconds.
now() { printf '%s\n' "${EPOCHREALTIME/[.,]/}"; }
seconds_since() {
  local us=$(($(now) - $1))
  printf '%d.%d\n' $((us / 1000000)) $((us / 100000 % 10))
}

say() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; }

# need PROGRAM=PACKAGE...: ends with one line that names the Debian packages of what is missing.
need() {
  local pair programs=() packages=()
  for pair in "$@"; do
    command -v "${pair%%=*}" >/dev/null && continue
    programs+=("${pair%%=*}")
    packages+=("${pair#*=}")
  done
  [ ${#programs[@]} -eq 0 ] && return
  pair=$(printf '%s\n' "${packages[@]}" | sort -u | paste -sd' ')
  fail "$EXIT_HOST_CANNOT" "not installed: ${programs[*]};" \
    "try: apt-get install --no-install-recommends $pair"
}

# kernel_field NAME PATH: one value of the kernel's entry, such as `debian.suite`; empty if not
# there.
kernel_field() {
  node -e '
    const [file, name, path] = process.argv.slice(1);
    const { kernels } = JSON.parse(require("node:fs").readFileSync(file, "utf8"));
    let value = kernels.find((kernel) => kernel.name === name);
    for (const key of path.split(".")) value = value?.[key];
    console.log(value ?? "");
  ' "$KERNELS_JSON" "$1" "$2"
}

# kernel_names [local]: the names of all kernels, or of those that Debian packages give.
kernel_names() {
  node -e '
    const [file, local] = process.argv.slice(1);
    const { kernels } = JSON.parse(require("node:fs").readFileSync(file, "utf8"));
    for (const kernel of kernels) if (!local || kernel.debian) console.log(kernel.name);
  ' "$KERNELS_JSON" "${1:-}"
}

require_local_kernel() {
  local names
  names=$(kernel_names local | paste -sd' ')
  [[ " $names " == *" $1 "* ]] && return
  if [[ " $(kernel_names | paste -sd' ') " == *" $1 "* ]]; then
    fail "$EXIT_NOT_TO_BE_HAD" "kernel $1 has a public Vagrant box alone;" \
      "from Debian packages: $names"
  fi
  fail "$EXIT_USAGE" "no kernel $1; there are: $names"
}

# hash_of FILE...: a short hash over contents, for the keys of the cache.
hash_of() { cat "$@" | sha256sum | cut -c1-12; }

# lock NAME: waits until no other build holds it; held until the process and its children end.
lock() {
  mkdir -p "$VM_CACHE"
  exec {LOCK_FD}>"$VM_CACHE/$1.lock"
  if ! flock -n "$LOCK_FD"; then
    say "another build of $1 is under way; waiting for it"
    flock "$LOCK_FD"
  fi
}

# attended COMMAND...: runs it in the background and waits, so that a signal ends both at once (bash
# would otherwise first wait for the command) and kill -9 of this script ends it, too.
attended() {
  local pid status=0
  setpriv --pdeathsig KILL "$@" </dev/null &
  pid=$!
  # shellcheck disable=SC2064 # the pid of now is meant
  trap "kill -KILL $pid 2>/dev/null || true; exit 130" INT
  # shellcheck disable=SC2064
  trap "kill -KILL $pid 2>/dev/null || true; exit 143" TERM HUP
  wait "$pid" || status=$?
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  return "$status"
}

# tied COMMAND...: attended, and in a process and mount namespace of its own, so that all that the
# command started and mounted ends with it.
tied() { attended unshare --mount --pid --fork --kill-child --mount-proc "$@"; }

# scratch_dir: a folder in $SCRATCH for this process, after removing those whose owners are dead
# (kill -9). A live owner holds a lock, which is seen from any process namespace; pids are not.
scratch_dir() {
  local base=${TMPDIR:-/tmp} dir sweep probe
  mkdir -p "$VM_CACHE"
  exec {sweep}>"$VM_CACHE/scratch.lock"
  flock "$sweep"
  for dir in "$base"/overlay2-ref-vm.*; do
    [ -O "$dir" ] || continue
    if [ ! -e "$dir/owner" ]; then
      # Killed before it could lock, or, with another cache, about to.
      [ -z "$(find "$dir" -maxdepth 0 -mmin +1)" ] || rm -rf "$dir"
      continue
    fi
    exec {probe}<"$dir/owner"
    if flock -n "$probe"; then rm -rf "$dir"; fi
    exec {probe}<&-
  done
  # mktemp puts letters of its choice in place of each X.
  SCRATCH=$(mktemp -d "$base/overlay2-ref-vm.XXXXXX")
  exec {SCRATCH_LOCK}>"$SCRATCH/owner"
  flock "$SCRATCH_LOCK"
  exec {sweep}>&-
}

# archive_uri ARCHIVE: where the machine's own apt finds it; OVERLAY2_REF_DEBIAN_MIRROR (the address
# above `debian` and `debian-security`) comes first.
archive_uri() {
  local sites uri
  if [ -n "${OVERLAY2_REF_DEBIAN_MIRROR:-}" ]; then
    printf '%s/%s\n' "${OVERLAY2_REF_DEBIAN_MIRROR%/}" "$1"
    return
  fi
  # shellcheck disable=SC2016 # apt's own placeholder
  sites=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 2>/dev/null | sed 's,/$,,')
  uri=$(grep -m1 "/$1\$" <<<"$sites" || true)
  if [ -z "$uri" ]; then
    uri=$(grep -m1 '/debian$' <<<"$sites" || true)
    [ -n "$uri" ] || fail "$EXIT_HOST_CANNOT" "apt of this machine knows no Debian archive;" \
      'set OVERLAY2_REF_DEBIAN_MIRROR to the address above its folder "debian"'
    uri=${uri%debian}$1
  fi
  printf '%s\n' "$uri"
}

readonly DEBIAN_KEYS=/usr/share/keyrings/debian-archive-keyring.gpg

# private_apt ARCHIVE SUITE: sets APT to options for one suite with lists and cache of its own,
# fetched anew once a day. Sources, pins and packages of the machine stay as they are.
private_apt() {
  local state=$VM_CACHE/apt/$1-$2 uri
  [ -e "$DEBIAN_KEYS" ] || fail "$EXIT_HOST_CANNOT" \
    'not installed: the keys of Debian; try: apt-get install debian-archive-keyring'
  uri=$(archive_uri "$1") || exit
  mkdir -p "$state"/lists/partial "$state"/cache/archives/partial "$state"/none
  : >"$state/status"
  printf 'deb [signed-by=%s] %s %s main\n' "$DEBIAN_KEYS" "$uri" "$2" >"$state/sources.list"
  APT=(-o "Dir::Etc::SourceList=$state/sources.list" -o "Dir::Etc::SourceParts=$state/none"
    -o Dir::Etc::Preferences=/dev/null -o "Dir::Etc::PreferencesParts=$state/none"
    -o "Dir::State::Lists=$state/lists" -o "Dir::State::Status=$state/status"
    -o "Dir::Cache=$state/cache" -o APT::Architecture=amd64 -o APT::Architectures=amd64
    -o APT::Sandbox::User=root -o Acquire::Languages=none -o Acquire::Retries=3)
  # Lists of another mirror are none.
  grep -qxF "$uri" "$state/fetched" 2>/dev/null || rm -f "$state/fetched"
  if [ -z "$(find "$state/fetched" -mmin -1440 2>/dev/null)" ]; then
    if apt-get "${APT[@]}" -qq -o APT::Update::Error-Mode=any update >&2; then
      printf '%s\n' "$uri" >"$state/fetched"
    elif [ ! -e "$state/fetched" ]; then
      fail "$EXIT_HOST_CANNOT" "the package lists of $2 cannot be fetched"
    else
      say "the package lists of $2 cannot be fetched;" \
        "going by those of $(date -r "$state/fetched" +%F)"
    fi
  fi
}
