#!/bin/sh
# The passwords of the database and of Grafana: made once, 160 bits each, into files that only their
# owner and its group read. What is there already stays as it is: a start changes no password.
#   secrets.sh FOLDER
set -eu
umask 0227
folder=${1:?usage: secrets.sh FOLDER}

make() {
  [ -s "$folder/$1" ] && return
  new="$folder/$1.new"
  rm -f "$new"
  head -c 20 /dev/urandom | od -An -v -tx1 | tr -d ' \n' >"$new"
  mv "$new" "$folder/$1"
  echo "secrets: $1 made"
}

make influxdb/password
make influxdb/token
make grafana/password
