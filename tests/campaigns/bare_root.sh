#!/usr/bin/env bash
# Do the README's commands work on a machine that has nothing? This makes a bare Debian in a folder,
# takes the command blocks from README.md as they stand, and runs them there.
#
#   sudo tests/campaigns/bare_root.sh SUITE FOLDER [BLOCK...]
#
# SUITE is bookworm or trixie, FOLDER is made and kept, BLOCK is a name from a `<!-- block: NAME -->`
# line in README.md; without one: root test. Needs root, debootstrap and a network.
# Where pip is told to look elsewhere, its configuration travels along; BIND names folders that it
# needs there too, separated by spaces. MIRROR is the Debian mirror, else debootstrap's own choice.
set -euo pipefail

suite=${1:?the name of a Debian release is expected}
folder=$(realpath -m "${2:?a folder for the bare system is expected}")
shift 2
checkout=$(realpath "$(dirname "$0")/../..")
mounted=()

block() {  # the lines of one command block of the README
  awk -v mark="<!-- block: $1 -->" '
    $0 == mark { found = 1; next }
    found && /^```/ { if (inside) exit; inside = 1; next }
    found && inside' "$checkout/README.md"
}

mount_into() {  # mount_into TYPE-OR-BIND SOURCE TARGET
  mkdir -p "$folder$3"
  if [ "$1" = bind ]; then mount --bind "$2" "$folder$3"; else mount -t "$1" "$2" "$folder$3"; fi
  mounted=("$folder$3" "${mounted[@]}")
}

leave() {
  for place in "${mounted[@]}"; do umount "$place"; done
}
trap leave EXIT

[ -d "$folder/etc" ] || debootstrap --variant=minbase "$suite" "$folder" ${MIRROR:+"$MIRROR"}

mount_into proc proc /proc
for place in ${BIND:-}; do mount_into bind "$place" "$place"; done

# What the network here needs (names, certificates of its own), and pip's configuration if any.
home=${HOME:-$(getent passwd "$(id -u)" | cut -d: -f6)}
for part in /etc/resolv.conf /etc/pip.conf /usr/local/share/ca-certificates/*.crt \
            "$home/.config/pip/pip.conf"; do
  if [ -f "$part" ]; then install -D "$part" "$folder$part"; fi
done

# What a fresh clone would hold: the files that git knows or would add.
rm -rf "$folder/striate"
mkdir -p "$folder/striate"
(cd "$checkout" && git ls-files -z --cached --others --exclude-standard |
  tar --create --null --files-from=- --ignore-failed-read) | tar --extract -C "$folder/striate"

[ $# -gt 0 ] || set -- root test
for name in "$@"; do
  commands=$(block "$name")
  [ -n "$commands" ] || { echo "README.md has no block $name."; exit 1; }
  printf '\n== %s, block %s\n%s\n\n' "$suite" "$name" "$commands"
  chroot "$folder" /usr/bin/env DEBIAN_FRONTEND=noninteractive HOME="$home" \
    bash -euo pipefail -c "cd /striate && $commands"
done
