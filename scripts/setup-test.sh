#!/bin/sh
# What the tests need beside Node: strace, the mosquitto clients, and the mosquitto broker (unpacked
# into .cache only, so that no service is installed or started). Does nothing where all is there.
set -eu
cd "$(dirname "$0")/.."

broker=.cache/debian/usr/sbin/mosquitto
missing=
command -v strace >/dev/null || missing="$missing strace"
command -v mosquitto_pub >/dev/null || missing="$missing mosquitto-clients"
[ -z "$missing" ] && [ -x "$broker" ] && exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "setup-test: not root on Debian; the tests that need$missing and mosquitto are left out" >&2
  exit 0
fi

echo "setup-test: installs$missing; unpacks mosquitto into .cache/debian"

# apt must start nothing: a broker on 1883 would take the port of the next npm start.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
fi

export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086
[ -z "$missing" ] || apt-get install -y -qq --no-install-recommends $missing >/dev/null 2>&1

if [ ! -x "$broker" ]; then
  mkdir -p .cache/debian .cache/deb
  needed="mosquitto libwebsockets17 libwrap0 libev4 libuv1 libdlt2 libcjson1"
  # shellcheck disable=SC2086
  (cd .cache/deb && apt-get download -qq $needed 2>/dev/null)
  for package in .cache/deb/*.deb; do dpkg -x "$package" .cache/debian; done
fi
echo "setup-test: done"
