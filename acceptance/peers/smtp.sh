#!/usr/bin/env bash
# A real SMTP server that keeps every letter and passes none on.
#
#   smtp.sh install            installs it; returns at once if that was done before
#   smtp.sh serve PORT FOLDER  becomes the server on 127.0.0.1:PORT, in the foreground; it ends when its input does
#
# Each letter it takes becomes a line of JSON in FOLDER/letters.jsonl, read by Python's own `email`. It refuses whoever
# is called nobody…@ for good, and asks to come again for later…@. With SMTP_TLS=upgrade it takes mail only after
# STARTTLS, with SMTP_TLS=always it encrypts from the first byte; its certificate, for 127.0.0.1, is
# FOLDER/certificate.pem. With SMTP_ACCOUNT=user:password it takes mail from that user alone.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

release="aiosmtpd==1.4.6"

install() {
  need openssl "install it: apt-get install openssl"
  python_package smtp "$release"
}

serve() {
  local port=$1 folder=$2
  mkdir -p "$folder"
  [ -e "$folder/certificate.pem" ] || [ -z "${SMTP_TLS:-}" ] ||
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1 \
      -addext subjectAltName=IP:127.0.0.1 -addext basicConstraints=critical,CA:FALSE \
      -keyout "$folder/key.pem" -out "$folder/certificate.pem" 2>"$folder/openssl.log" ||
    die "openssl could not make a certificate (see $folder/openssl.log)"
  exec "$home/smtp/bin/python" "$peers/smtp_sink.py" "$port" "$folder"
}

case "${1:-}" in
  install) install ;;
  serve) serve "${2:?port}" "${3:?folder}" ;;
  *)
    sed -n '2,10s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
