#!/usr/bin/env bash
# A real OctoPrint with its own virtual printer.
#
#   octoprint.sh install          installs it and makes the template folder; returns at once if that was done before
#   octoprint.sh prepare DIR PORT makes DIR a base folder with one user, ready to serve on 127.0.0.1:PORT
#   octoprint.sh serve DIR PORT   becomes OctoPrint, in the foreground; whoever called it ends or kills it
#
# The user is `house`, its password `house-password`, its key below. Plug-ins that keep a history of prints stay on;
# only those that would call somebody on the internet are off. OCTOPRINT_THROTTLE is the virtual machine's delay per
# line in seconds: it decides how long a print takes.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

release="OctoPrint==1.11.8"
user_key="00112233445566778899AABBCCDDEEFF"
program="$home/octoprint/bin/octoprint"
template="$home/octoprint-template"

install() {
  python_package octoprint "$release"
  exec 9>"$home/octoprint-template.lock"
  flock 9
  if [ ! -e "$template/.complete" ]; then
    rm -rf "$template"
    mkdir -p "$template"
    printf 'accessControl: {salt: only-for-tests}\n' >"$template/config.yaml"
    "$program" -b "$template" user add house --password house-password --admin >"$home/octoprint-user.log" 2>&1 ||
      die "OctoPrint could not make its user (see $home/octoprint-user.log)"
    sed -i "s/apikey: null/apikey: $user_key/" "$template/users.yaml"
    touch "$template/.complete"
  fi
  flock -u 9
  exec 9>&-
}

prepare() {
  local base=$1 port=$2
  mkdir -p "$base"
  cp "$template/users.yaml" "$base/"
  cat >"$base/config.yaml" <<YAML
accessControl: {salt: only-for-tests, autologinLocal: false}
server:
  host: 127.0.0.1
  port: $port
  firstRun: false
  seenWizards: {backup: null, classicwebcam: 1, corewizard: 4, errortracking: null, tracking: null}
  onlineCheck: {enabled: false}
  pluginBlacklist: {enabled: false}
plugins:
  _disabled: [announcements, discovery, errortracking, health_check, pluginmanager, softwareupdate, tracking]
  virtual_printer:
    _config_version: 1
    enabled: true
    throttle: ${OCTOPRINT_THROTTLE:-0.01}
serial: {port: VIRTUAL, baudrate: 115200, autoconnect: true, disconnectOnErrors: false}
webcam: {webcamEnabled: false, timelapseEnabled: true}
YAML
}

case "${1:-}" in
  install) install ;;
  prepare) prepare "${2:?folder}" "${3:?port}" ;;
  serve)
    exec "$program" -b "${2:?folder}" serve --host 127.0.0.1 --port "${3:?port}" --iknowwhatimdoing
    ;;
  *)
    sed -n '2,10s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
