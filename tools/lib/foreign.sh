# shellcheck shell=bash
# foreign.sh - Debian packages of another architecture, or that are not to be installed: downloaded and unpacked by the machine's own
# apt, from the machine's own sources, with lists and a package database of its own. Neither root nor `dpkg --add-architecture` is
# needed, and nothing of the machine is changed. Source common.sh first.
#
#   foreign_use ARCH              what the functions below speak of; its lists are fetched unless they are younger than a day
#   foreign_apt COMMAND...        apt-get or apt-cache with that architecture, e.g. foreign_apt apt-cache policy linux-image-arm64
#   foreign_debs PACKAGE...       downloads the newest of exactly these packages and prints the paths of their .deb files
#   foreign_closure PACKAGE...    the same with all that they depend on
#   foreign_unpack ROOT DEB...    unpacks them into a folder; the links in it lead to files in it
#   foreign_triplet ARCH          as Debian names its folders
#
# All is kept in RUMAH_CACHE (~/.cache/rumah-guru): a second call downloads only what has a newer version since.

foreign_cache=${RUMAH_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/rumah-guru}

foreign_triplet() {
  case $1 in
    amd64) echo x86_64-linux-gnu ;;
    arm64) echo aarch64-linux-gnu ;;
    armhf) echo arm-linux-gnueabihf ;;
    *) fail "no architecture of ours: $1" ;;
  esac
}

foreign_use() {
  local age

  foreign_triplet "$1" >/dev/null
  foreign_arch=$1
  foreign_dir=$foreign_cache/apt-$1
  mkdir -p "$foreign_dir"/{lists,cache/archives}/partial "$foreign_dir/debs"
  [ -e "$foreign_dir/status" ] || : >"$foreign_dir/status"
  cat >"$foreign_dir/apt.conf" <<END
APT::Architecture "$1";
APT::Architectures { "$1"; };
APT::Install-Recommends "false";
APT::Sandbox::User "";
Acquire::Languages "none";
Acquire::Retries "3";
Dir::State "$foreign_dir";
Dir::State::status "$foreign_dir/status";
Dir::Cache "$foreign_dir/cache";
END
  age=$(($(date +%s) - $(stat -c %Y "$foreign_dir/updated" 2>/dev/null || echo 0)))
  [ "$age" -lt 86400 ] || foreign_update
}

foreign_apt() {
  APT_CONFIG=$foreign_dir/apt.conf "$@"
}

# A source of the machine's that knows nothing of this architecture is no failure; that a package is missing shows later.
foreign_update() {
  foreign_apt apt-get -q update >"$foreign_dir/update.log" 2>&1 || :
  foreign_apt apt-cache show --no-all-versions libc6 >/dev/null 2>&1 ||
    fail "no package lists for $foreign_arch: see $foreign_dir/update.log; is the network there?"
  touch "$foreign_dir/updated"
}

# foreign_fetch FUNCTION PACKAGE...: once more with fresh lists when it fails, since old ones name files that have left the mirror.
foreign_fetch() {
  local log=$foreign_dir/download.log

  "$@" >"$log" 2>&1 && return 0
  foreign_update
  "$@" >"$log" 2>&1 || fail "$foreign_arch: a download failed, all of it is in $log: $(tail -n 1 "$log")"
}

foreign_download() { (cd "$foreign_dir/debs" && foreign_apt apt-get -q --yes download "$@"); }
foreign_install() { foreign_apt apt-get -q --yes --download-only install "$@"; }

foreign_debs() {
  local package version name missing=()

  for package in "$@"; do
    version=$(foreign_apt apt-cache show --no-all-versions "$package" 2>/dev/null | sed -n 's/^Version: //p')
    name=$foreign_dir/debs/${package}_${version//:/%3a}_
    [ -n "$version" ] && compgen -G "$name*.deb" >/dev/null || missing+=("$package")
  done
  [ "${#missing[@]}" -eq 0 ] || foreign_fetch foreign_download "${missing[@]}"
  for package in "$@"; do
    version=$(foreign_apt apt-cache show --no-all-versions "$package" | sed -n 's/^Version: //p')
    compgen -G "$foreign_dir/debs/${package}_${version//:/%3a}_*.deb" || fail "$package was not downloaded"
  done
}

# What a system with nothing installed would install; its .deb files stay where apt keeps them.
foreign_closure() {
  local name version arch

  foreign_fetch foreign_install "$@"
  foreign_apt apt-get -q --yes --simulate install "$@" |
    sed -nE 's/^Inst ([^ ]+) \(([^ ]+) .*\[([a-z0-9]+)\]\).*/\1 \2 \3/p' |
    while read -r name version arch; do
      printf '%s\n' "$foreign_dir/cache/archives/${name%:*}_${version//:/%3a}_$arch.deb"
    done
}

foreign_unpack() {
  local root=$1 deb link target
  shift

  # As every Debian has had them since 12: a package may use either name of the folder.
  mkdir -p "$root"/usr/{bin,sbin,lib}
  for link in bin sbin lib; do
    [ -e "$root/$link" ] || ln -s "usr/$link" "$root/$link"
  done
  for deb in "$@"; do
    dpkg-deb --fsys-tarfile "$deb" | tar -x --keep-directory-symlink -C "$root" || fail "cannot unpack $deb"
  done
  # Links that begin at / mean this root, not the machine's.
  find "$root" -type l -lname '/*' | while read -r link; do
    target=$(readlink "$link")
    ln -sfn "$(realpath -m -s --relative-to="$(dirname "$link")" "$root$target")" "$link"
  done
}
