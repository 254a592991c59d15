#!/bin/sh
# What the tests need beside Node: strace, the mosquitto clients, pymodbus, mbpoll and socat, Chromium
# with fonts that have Chinese, osmium; a broker and two databases (unpacked into .cache only, so that no
# service is installed or started), and the route engine. Does nothing where all is there.
set -eu
cd "$(dirname "$0")/.."

# The route engine (280 MB) stays in .cache: who runs the service installs it into the data folder.
engine=.cache/valhalla/node_modules/@valhallajs/valhallajs
if [ ! -d "$engine" ]; then
  echo "setup-test: the route engine goes into .cache/valhalla"
  # npm hands the settings of this project on, of which the engine has none to keep.
  mkdir -p .cache/valhalla
  env -u npm_config_strict_allow_scripts npm install --ignore-scripts --no-audit --no-fund --prefix .cache/valhalla \
    @valhallajs/valhallajs@3.6.1 >/dev/null || echo "setup-test: no route engine here" >&2
fi

broker=.cache/debian/usr/sbin/mosquitto
databases=".cache/debian/usr/bin/influxd .cache/debian/usr/bin/victoria-metrics"
missing=
command -v strace >/dev/null || missing="$missing strace"
command -v mosquitto_pub >/dev/null || missing="$missing mosquitto-clients"
# Writes the extract of roads that the route engine builds its tiles of.
command -v osmium >/dev/null || missing="$missing osmium-tool"
command -v chromium >/dev/null || missing="$missing chromium"
# Without them a Chinese page is a page of boxes, and no screenshot shows what is cut off.
ls /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc >/dev/null 2>&1 ||
  [ -n "$(fc-list :lang=zh-cn 2>/dev/null | head -n 1)" ] || missing="$missing fonts-noto-cjk"
# Modbus that we did not write: a slave, a master, and a serial line without hardware.
command -v mbpoll >/dev/null || missing="$missing mbpoll"
command -v socat >/dev/null || missing="$missing socat"
/usr/bin/python3 -c 'import pymodbus, serial, serial_asyncio' 2>/dev/null ||
  missing="$missing python3-pymodbus python3-serial python3-serial-asyncio"
# A parser of compose files that we did not write; it starts nothing.
command -v docker-compose >/dev/null || missing="$missing docker-compose"
unpacked=yes
for program in $broker $databases; do [ -x "$program" ] || unpacked=; done
[ -z "$missing" ] && [ -n "$unpacked" ] && exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "setup-test: not root on Debian; the tests that need$missing, mosquitto and databases are left out" >&2
  exit 0
fi

echo "setup-test: installs$missing; unpacks mosquitto, influxdb and victoria-metrics into .cache/debian"

# apt must start nothing: a broker on 1883 would take the port of the next npm start.
policy=/usr/sbin/policy-rc.d
log=$(mktemp)
restore() {
  rm -f "$policy" "$log"
  [ ! -e "$policy.firelink" ] || mv "$policy.firelink" "$policy"
}
trap restore EXIT
trap 'exit 1' INT TERM
[ ! -e "$policy" ] || mv "$policy" "$policy.firelink"
printf '#!/bin/sh\nexit 101\n' >"$policy"
chmod +x "$policy"

# Quiet where all is well, everything where it is not.
quietly() {
  "$@" >"$log" 2>&1 || {
    cat "$log" >&2
    echo "setup-test: failed: $*" >&2
    return 1
  }
}

export DEBIAN_FRONTEND=noninteractive
quietly apt-get update
# shellcheck disable=SC2086
[ -z "$missing" ] || quietly apt-get install -y --no-install-recommends $missing

unpack() {
  mkdir -p .cache/debian .cache/deb
  for package in "$@"; do
    (cd .cache/deb && quietly apt-get download "$package") || return 1
  done
  for package in "$@"; do dpkg -x .cache/deb/"$package"_*.deb .cache/debian || return 1; done
}
# The broker is only the peer of a benchmark: without it that figure is null.
[ -x "$broker" ] ||
  unpack mosquitto libwebsockets17 libwrap0 libev4 libuv1 libdlt2 libcjson1 ||
  echo "setup-test: no mosquitto broker here" >&2
# shellcheck disable=SC2086
ls $databases >/dev/null 2>&1 ||
  unpack influxdb victoria-metrics ||
  echo "setup-test: no databases here: the tests that need them are left out" >&2
echo "setup-test: done"
