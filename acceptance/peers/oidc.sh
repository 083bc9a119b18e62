#!/usr/bin/env bash
# Real OpenID providers, of two kinds.
#
#   oidc.sh install KIND                installs it; returns at once if that was done before
#   oidc.sh serve KIND PORT BACK SECRET becomes the provider http://127.0.0.1:PORT, in the foreground; it ends when its input does
#
# KIND strict is npm's certified oidc-provider with its development login page, where anybody is whoever they type; it
# knows one client, `print`, with this SECRET, which it sends back to BACK alone, and asks for PKCE. KIND lenient is
# PyPI's oidc-provider-mock, which takes any client, and signs without naming its key.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

strict="oidc-provider@9.13.3"
lenient="oidc-provider-mock==0.3.4"

install() {
  case "$1" in
    strict) node_package oidc "$strict" ;;
    lenient) python_package oidc-mock "$lenient" ;;
    *) die "there is no provider of kind $1" ;;
  esac
}

serve() {
  case "$1" in
    strict) exec node "$peers/oidc_provider.mjs" "$home/oidc" "$2" "$3" "$4" ;;
    lenient)
      "$home/oidc-mock/bin/oidc-provider-mock" -H 127.0.0.1 -p "$2" </dev/null &
      cat >/dev/null
      kill $!
      ;;
  esac
}

case "${1:-}" in
  install) install "${2:?kind}" ;;
  serve) serve "${2:?kind}" "${3:?port}" "${4:?back}" "${5:?secret}" ;;
  *)
    sed -n '2,10s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
