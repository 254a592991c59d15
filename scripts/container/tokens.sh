#!/bin/sh
# Run by the image of InfluxDB when it has set itself up: a token for the gateway, which may write and
# not read, and one for Grafana, which may read and not write. To make them anew:
#   docker compose --profile full exec influxdb /docker-entrypoint-initdb.d/tokens.sh
set -eu
umask 0227
secrets=${SECRETS:-/secrets}
bucket=${DOCKER_INFLUXDB_INIT_BUCKET:-firelink}
id=$(influx bucket list --name "$bucket" --hide-headers | cut -f 1)
[ -n "$id" ] || { echo "tokens: there is no bucket $bucket" >&2; exit 1; }

# Columns of its answer: id, description, token.
make() {
  new="$secrets/$1.new"
  rm -f "$new"
  influx auth create --description "$2" "$3" "$id" --hide-headers | cut -f 3 >"$new"
  [ -s "$new" ] || { echo "tokens: none for $2" >&2; exit 1; }
  mv -f "$new" "$secrets/$1"
}

make gateway/token "firelink gateway" --write-bucket
make grafana/token "firelink grafana" --read-bucket
