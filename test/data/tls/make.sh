#!/bin/sh
# Makes the certificates that tests of TLS use: an authority, a server (localhost, 127.0.0.1, metrics.example), a client. Valid for 100 years.
set -eu
cd "$(dirname "$0")"
days=36500
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days $days -keyout ca.key -out ca.pem -subj '/CN=Holter test authority'
sign() {
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$1.key" -out "$1.csr" -subj "/CN=$1"
  printf '%s' "$2" > "$1.ext"
  openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days $days -out "$1.pem" -extfile "$1.ext"
  rm "$1.csr" "$1.ext"
}
sign server 'subjectAltName=DNS:localhost,IP:127.0.0.1,DNS:metrics.example'
sign client 'extendedKeyUsage=clientAuth'
rm -f ca.key ca.srl
