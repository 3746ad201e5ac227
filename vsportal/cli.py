"""The portal's own commands, as groups of `flask --app app …`; each group lives with its feature.

A group that cannot be imported stops the portal: a command that is quietly missing is found too late.
"""

from flask import Flask

from vsportal.demo.cli import demo
from vsportal.editions.cli import editions
from vsportal.files.cli import files
from vsportal.funding.cli import funding
from vsportal.imports.cli import import_file
from vsportal.messages.cli import outbox
from vsportal.peps.term_cli import term
from vsportal.policy_cli import policy
from vsportal.signing.cli import signing


def init_app(app: Flask) -> None:
    """Make the commands known to Flask."""
    for group in (demo, editions, files, funding, import_file, outbox, policy, signing, term):
        app.cli.add_command(group)
