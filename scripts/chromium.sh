#!/usr/bin/env bash
# Print the path of a Chromium for the browser tests: the machine's own, else one installed now.
# What is installed goes to standard error, so that the path alone is printed.
set -euo pipefail
cd "$(dirname "$0")/.."

# The name alone proves nothing: on some systems it only says how to install the real one.
works() { [ -n "$1" ] && [ -x "$1" ] && "$1" --version >/dev/null 2>&1; }

on_the_machine() {
  local name path
  for name in chromium chromium-browser google-chrome google-chrome-stable; do
    path="$(command -v "$name" || true)"
    if works "$path"; then echo "$path"; return 0; fi
  done
  return 1
}

of_playwright() {
  .venv/bin/python -c 'from playwright.sync_api import sync_playwright
with sync_playwright() as playwright: print(playwright.chromium.executable_path)'
}

if works "${CHROMIUM:-}"; then echo "$CHROMIUM"; exit 0; fi
if on_the_machine; then exit 0; fi

echo "No Chromium on this machine: installing one for the browser tests …" >&2
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium; } </dev/null >&2 || true
  if on_the_machine; then exit 0; fi
fi
path="$(of_playwright)"
if ! works "$path"; then
  if [ "$(id -u)" = 0 ]; then with=--with-deps; else with=; fi
  .venv/bin/playwright install $with chromium >&2 || true
fi
if works "$path"; then echo "$path"; exit 0; fi
echo "No Chromium could be installed. Install the package chromium, or name one: CHROMIUM=/path/to/chromium make test." >&2
exit 1
