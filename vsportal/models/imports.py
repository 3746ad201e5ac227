"""Files that business support brings in: what was asked, what was found, what was done."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from vsportal.models.base import Base, Json, Referred, Stamped, UTCDateTime


class ImportRun(Referred, Stamped, Base):
    """One file of one kind, checked and perhaps applied. Its rows are kept only until it is applied."""

    __tablename__ = "import_run"
    __table_args__ = (CheckConstraint("rows >= 0 AND changed >= 0", name="counted"),)

    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"), index=True)
    kind: Mapped[str]
    file_name: Mapped[str]
    sha256: Mapped[str]
    content: Mapped[bytes | None]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    """None when it was run from the command line."""
    applied_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    rows: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    problems: Mapped[list[Any]] = mapped_column(Json, default=list)
    """[{line, column, value, sentence}]: every rejected row in one report."""
