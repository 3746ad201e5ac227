"""Entry point: `flask --app app …` and `gunicorn app:app` find the application here."""

import sys

from vsportal import create_app
from vsportal.settings import SettingsError

try:
    app = create_app()
except SettingsError as error:
    sys.exit(f"vsportal cannot start. {error}")
