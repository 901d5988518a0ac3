"""What happens to a PDF after layout: a PDF laid over it, its metadata, its protection."""

from __future__ import annotations

import io
import secrets
from typing import TYPE_CHECKING, Any

import pikepdf

from pdfshift_async.emulator.rendering.documents import RenderFailed
from pdfshift_async.emulator.rendering.lengths import POINT
from pdfshift_async.emulator.rendering.watermarks import Placement, binary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pdfshift_async.emulator.rendering.fetching import Fetcher

__all__ = ["finish"]


def finish(content: bytes, parameters: Mapping[str, Any], fetcher: Fetcher) -> bytes:
    """Apply ``watermark.source``, ``metadata`` and ``protection``.

    Raises:
        RenderFailed: The watermark is no PDF.
    """
    watermark = (parameters.get("watermark") or {}).get("source")
    metadata = dict(parameters.get("metadata") or {})
    protection = parameters.get("protection")
    if protection and protection.get("author"):
        metadata["author"] = protection["author"]
    if not (watermark or metadata or protection):
        return content
    with pikepdf.open(io.BytesIO(content)) as pdf:
        if watermark:
            _overlay(pdf, parameters["watermark"], binary(watermark, fetcher, "watermark"))
        for key, value in metadata.items():
            pdf.docinfo[f"/{key[:1].upper()}{key[1:]}"] = value
        finished = io.BytesIO()
        pdf.save(finished, encryption=_encryption(protection) if protection else False)
    return finished.getvalue()


def _encryption(protection: Mapping[str, Any]) -> pikepdf.Encryption:
    """Read ``protection``.

    Source: PDFShift API v3, `protection`; 128 bit by its documentation (read 2026-11).
    """
    printing, changing = not protection.get("no_print"), not protection.get("no_modify")
    allow = pikepdf.Permissions(
        extract=not protection.get("no_copy"),
        print_lowres=printing,
        print_highres=printing,
        modify_annotation=changing,
        modify_assembly=changing,
        modify_form=changing,
        modify_other=changing,
    )
    # An empty owner password would let everyone lift the restrictions.
    owner = protection.get("owner_password") or secrets.token_urlsafe(24)
    user = protection.get("user_password") or ""
    return pikepdf.Encryption(user=user, owner=owner, R=4, aes=True, allow=allow)


def _overlay(pdf: pikepdf.Pdf, watermark: Mapping[str, Any], content: bytes) -> None:
    try:
        with pikepdf.open(io.BytesIO(content)) as source:
            form = pdf.copy_foreign(source.pages[0].as_form_xobject())
            box = source.pages[0].trimbox
    except (pikepdf.PdfError, pikepdf.PasswordError, IndexError) as error:
        text = 'Invalid document provided. Must be a PDF or change the key to "image" or "text".'
        raise RenderFailed(400, text, "A127") from error
    width, height = float(box[2] - box[0]), float(box[3] - box[1])
    placement = Placement.read(watermark)
    room = placement.turned(width / POINT, height / POINT)
    for page in pdf.pages:
        _, _, page_width, page_height = (float(side) for side in page.mediabox)
        x, y = placement.centre(room, (page_width / POINT, page_height / POINT))
        name = page.add_resource(form, pikepdf.Name.XObject)
        # The matrices of PDF count upwards and counter-clockwise, placements the other way.
        matrix = (
            pikepdf.Matrix()
            .translated(x * POINT, page_height - y * POINT)
            .rotated(-placement.degrees)
            .translated(-width / 2, -height / 2)
        )
        placed = page.calc_form_xobject_placement(
            form, name, pikepdf.Rectangle(0, 0, width, height)
        )
        # The content of a page may leave its own matrix behind.
        page.contents_add(b"q\n", prepend=True)
        page.contents_add(b"\nQ\nq " + matrix.encode() + b" cm\n" + placed + b"\nQ\n")
