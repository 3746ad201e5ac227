"""The form with which a file is sent."""

from __future__ import annotations

from collections.abc import Sequence

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, ValidationError

from vsportal.imports.kinds import KINDS
from vsportal.models import Authority


class UploadForm(FlaskForm):
    """What kind of file it is, for which authority, and the file."""

    authority = SelectField("Authority")
    kind = SelectField("Kind of file")
    file = FileField("File", validators=[FileRequired("Select a CSV file")])

    def __init__(self, authorities: Sequence[Authority]) -> None:
        super().__init__()
        self.authority.choices = [(a.ref, a.name) for a in authorities]
        self.kind.choices = [("", "Select a kind"), *((kind.id, kind.title) for kind in KINDS.values())]
        if len(authorities) == 1:
            self.authority.data = authorities[0].ref

    def validate_kind(self, field: SelectField) -> None:
        """One of the kinds there are."""
        if not field.data:
            raise ValidationError("Select what kind of file it is")
