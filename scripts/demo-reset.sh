#!/usr/bin/env bash
# Throw the demo's data away and make it again; called by `make demo-reset`, in a fresh clone too.
# Only the demo's own file is ever deleted: another database is for its owner to empty.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ -n "${DATABASE_URL:-}" ]; then
  echo "DATABASE_URL is set: make demo-reset only throws away the demo's own file, instance/demo.db." >&2
  echo "Empty that database yourself, or try again without DATABASE_URL." >&2
  exit 2
fi
mkdir -p instance
rm -f instance/demo.db instance/demo.db-wal instance/demo.db-shm
.venv/bin/flask db upgrade
.venv/bin/flask demo load
echo "The demo is as new. If it is running, start it again."
