#!/usr/bin/env bash
# Installs from Debian what some tests need: Chromium with its driver, the shells that complete commands, and promtool, which
# reads Prometheus' rules. Everything else those tests say themselves. Usage: install_tools.sh FOLDER-FOR-PROMTOOL
set -uo pipefail
bin=$1

has() { command -v "$1" >/dev/null || [ -x "$bin/$1" ]; }

missing() {
  has chromium || has google-chrome || echo chromium
  has chromedriver || echo chromium-driver
  has fish || echo fish
  has zsh || echo zsh
  has promtool || echo prometheus
}

install() {
  apt-get update
  # Of Prometheus its tool alone: the package would start a service on machines that run some.
  local packages
  packages=$(missing | grep -vx prometheus)
  [ -z "$packages" ] || DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $packages || return
  has promtool || fetch_promtool
}

fetch_promtool() {
  local folder
  folder=$(mktemp -d) && chmod 755 "$folder" \
    && (cd "$folder" && apt-get download prometheus) \
    && dpkg-deb --fsys-tarfile "$folder"/prometheus_*.deb | tar -xO ./usr/bin/promtool >"$folder/promtool" \
    && chmod +x "$folder/promtool" && mv "$folder/promtool" "$bin/promtool"
  local code=$?
  rm -rf "$folder"
  return $code
}

wanted=$(missing | paste -sd ' ')
[ -n "$wanted" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing from Debian (once): $wanted ..."
  said=$(install 2>&1) && exit 0
  echo "$said"
  echo "Not everything could be installed: the tests that need it will be skipped and say so."
else
  echo "Missing: $wanted. The tests that need them will be skipped and say so. On Debian, as root: make tools"
fi
[ "${CI:-}" != true ]
