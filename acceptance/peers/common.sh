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

# python_package NAME REQUIREMENT: a virtual environment $home/NAME that holds exactly this release. Safe to call
# from several tests at once: the first installs, the others wait for it.
python_package() {
  local name=$1 requirement=$2 mark="$home/$1/.holds"
  need python3 "install it: apt-get install python3 python3-venv"
  need flock "install it: apt-get install util-linux"
  exec 9>"$home/$name.lock"
  flock 9
  if [ "$(cat "$mark" 2>/dev/null || true)" != "$requirement" ]; then
    rm -rf "${home:?}/$name"
    python3 -m venv "$home/$name" >"$home/$name.log" 2>&1 ||
      die "python3 cannot make a virtual environment; install it: apt-get install python3-venv (see $home/$name.log)"
    "$home/$name/bin/pip" install --quiet --disable-pip-version-check "$requirement" >>"$home/$name.log" 2>&1 ||
      die "pip could not install $requirement (see $home/$name.log)"
    printf '%s' "$requirement" >"$mark"
  fi
  flock -u 9
  exec 9>&-
}

# node_package NAME REQUIREMENT: a folder $home/NAME whose node_modules hold exactly this release, as above.
node_package() {
  local name=$1 requirement=$2 mark="$home/$1/.holds"
  need npm "install Node.js 20 or newer"
  need flock "install it: apt-get install util-linux"
  exec 9>"$home/$name.lock"
  flock 9
  if [ "$(cat "$mark" 2>/dev/null || true)" != "$requirement" ]; then
    rm -rf "${home:?}/$name"
    mkdir -p "$home/$name"
    echo '{ "private": true }' >"$home/$name/package.json"
    npm install --prefix "$home/$name" --no-audit --no-fund --loglevel=error "$requirement" >"$home/$name.log" 2>&1 ||
      die "npm could not install $requirement (see $home/$name.log)"
    printf '%s' "$requirement" >"$mark"
  fi
  flock -u 9
  exec 9>&-
}
