"""Members of batches as rows, and back: the columns of the tables ``members``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from pdfshift_async._core.members import Ending, Member, SavedFile

__all__ = ["COLUMNS", "columns_of", "member_of"]

COLUMNS: Final = (
    "batch, key, content, conversion_id, run, number, twin, ending, detail, credits,"
    " path, size, digest"
)


def columns_of(member: Member) -> tuple[Any, ...]:
    """Give what a row holds."""
    saved = member.file
    return (
        *(member.batch, member.key, member.content, member.conversion_id),
        *(member.run, member.number, member.twin, member.ending, member.detail, member.credits),
        *((None, None, None) if saved is None else (saved.path, saved.size, saved.digest)),
    )


def member_of(row: Sequence[Any]) -> Member:
    """Read a row."""
    *fields, path, size, digest = row
    batch, key, content, conversion_id, run, number, twin, ending, detail, spent = fields
    return Member(
        batch=batch,
        key=key,
        content=content,
        conversion_id=conversion_id,
        run=run,
        number=number,
        twin=bool(twin),
        ending=None if ending is None else Ending(ending),
        detail=detail,
        credits=spent,
        file=None if path is None else SavedFile(path, size, digest),
    )
