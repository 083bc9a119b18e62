#!/usr/bin/env bash
# Installs what building, running and testing need, or says exactly what is missing.
set -euo pipefail
cd "$(dirname "$0")"

packages=()
want() { command -v "$1" >/dev/null 2>&1 || packages+=("$2"); }
want gcc gcc
want make make
want prusa-slicer prusa-slicer
want bwrap bubblewrap
want admesh admesh
want chromium chromium
want setpriv util-linux
want openssl openssl
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || packages+=(postgresql)
python3 -c 'import venv, ensurepip' >/dev/null 2>&1 || packages+=(python3-venv)

if [ ${#packages[@]} -gt 0 ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing: ${packages[*]}"
    export DEBIAN_FRONTEND=noninteractive
    # No server of PostgreSQL's own is started: tests start theirs.
    mkdir -p /etc/postgresql-common
    [ -e /etc/postgresql-common/createcluster.conf ] || echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
  else
    echo "These are missing: ${packages[*]}" >&2
    echo "Install them as root:  apt-get install ${packages[*]}" >&2
    exit 1
  fi
fi

command -v cargo >/dev/null || { echo "Rust is missing: install version 1.95 or newer with rustup" >&2; exit 1; }
cargo nextest --version >/dev/null 2>&1 || { echo "Installing cargo-nextest"; cargo install --locked --quiet cargo-nextest; }

command -v npm >/dev/null || { echo "node and npm are missing: install Node.js 20 or newer" >&2; exit 1; }
[ ui/node_modules/.package-lock.json -nt ui/package-lock.json ] || (cd ui && npm ci --no-audit --no-fund --loglevel=error)
(cd ui && npm run --silent build)
