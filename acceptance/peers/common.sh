# Sourced by the peer scripts. A peer is a real program of somebody else's that a test talks to.
#
# Everything is installed under `home/` beside this file (never committed) and listens on the loopback address
# only. What a peer needs and the machine lacks ends the run with a message; nothing is ever skipped.
set -euo pipefail

peers="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
home="${PRINTKEEP_PEERS:-$peers/home}"
mkdir -p "$home"

# die MESSAGE...
die() {
  printf 'peer: %s\n' "$*" >&2
  exit 1
}

# need COMMAND REMEDY
need() {
  command -v "$1" >/dev/null 2>&1 || die "$1 is missing; $2"
}

# package NAME REQUIREMENT INSTALL: a folder $home/NAME that holds exactly this release, as the function INSTALL puts it there. Safe
# to call from several tests at once: the first installs, the others wait for it.
package() {
  local name=$1 requirement=$2 install=$3 mark="$home/$1/.holds"
  need flock "install it: apt-get install util-linux"
  exec 9>"$home/$name.lock"
  flock 9
  if [ "$(cat "$mark" 2>/dev/null || true)" != "$requirement" ]; then
    rm -rf "${home:?}/$name"
    "$install" "$home/$name" "$requirement" "$home/$name.log"
    printf '%s' "$requirement" >"$mark"
  fi
  flock -u 9
  exec 9>&-
}

# python_package NAME REQUIREMENT: a virtual environment.
python_package() {
  need python3 "install it: apt-get install python3 python3-venv"
  package "$1" "$2" from_pypi
}

from_pypi() {
  python3 -m venv "$1" >"$3" 2>&1 ||
    die "python3 cannot make a virtual environment; install it: apt-get install python3-venv (see $3)"
  "$1/bin/pip" install --quiet --disable-pip-version-check "$2" >>"$3" 2>&1 || die "pip could not install $2 (see $3)"
}

# node_package NAME REQUIREMENT: a folder with node_modules.
node_package() {
  need npm "install Node.js 20 or newer"
  package "$1" "$2" from_npm
}

from_npm() {
  mkdir -p "$1"
  echo '{ "private": true }' >"$1/package.json"
  npm install --prefix "$1" --no-audit --no-fund --loglevel=error "$2" >"$3" 2>&1 || die "npm could not install $2 (see $3)"
}
