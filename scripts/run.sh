#!/usr/bin/env bash
# Start the demo: database, migrations, invented data when there is none, then the server until Ctrl-C.
# Called by `make run`, which has installed everything and set DEMO and FLASK_APP.
set -euo pipefail
cd "$(dirname "$0")/.."

port="${PORT:-5000}"
mkdir -p instance
.venv/bin/flask db upgrade
.venv/bin/flask demo load --if-empty

echo
echo "The demo is at http://127.0.0.1:$port – Ctrl-C ends it."
.venv/bin/flask demo sign-ins
echo
exec .venv/bin/gunicorn --workers 2 --threads 4 --bind "127.0.0.1:$port" --log-level warning app:app
