"""A PDF after layout: overlay, metadata, protection."""

from __future__ import annotations

import base64
import io
from typing import Any

import pikepdf
import pytest

from pdfshift_async.emulator.rendering import RenderFailed
from pdfshift_async.emulator.rendering.fetching import Fetcher
from pdfshift_async.emulator.rendering.finishing import finish


def blank(width: int = 600, height: int = 800, content: bytes = b"") -> bytes:
    """Give a PDF of one page."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(width, height))
        page.Contents = pdf.make_stream(content)
        stream = io.BytesIO()
        pdf.save(stream)
    return stream.getvalue()


@pytest.fixture
def finished(offline: Fetcher) -> Any:
    """Finish a blank PDF, or another, and open it."""

    def finish_(content: bytes = b"", *, password: str = "", **parameters: Any) -> pikepdf.Pdf:
        done = finish(content or blank(), parameters, offline)
        return pikepdf.open(io.BytesIO(done), password=password)

    return finish_


def test_without_such_parameters_nothing_is_touched(offline: Fetcher) -> None:
    """Not even parsed."""
    assert finish(b"as it is", {"watermark": {"text": "x"}, "metadata": {}}, offline) == b"as it is"


def test_metadata_is_written(finished: Any) -> None:
    """Under the names that PDF gives it; others are kept as they are."""
    with finished(metadata={"title": "Größe ł", "x y": "1"}) as pdf:
        assert str(pdf.docinfo["/Title"]) == "Größe ł"
        assert str(pdf.docinfo["/X y"]) == "1"


def test_protection_encrypts_with_128_bits(finished: Any) -> None:
    """The password opens it, and nothing is forbidden that was not asked for."""
    with finished(protection={"user_password": "pw", "author": "A"}, password="pw") as pdf:
        assert pdf.encryption.bits == 128
        assert str(pdf.encryption.stream_method) == "EncryptionMethod.aes"
        assert pdf.allow.print_highres
        assert pdf.allow.extract
        assert pdf.allow.modify_other
        assert str(pdf.docinfo["/Author"]) == "A"


def test_the_wrong_password_does_not_open_it(finished: Any) -> None:
    """Nor does none."""
    with pytest.raises(pikepdf.PasswordError):
        finished(protection={"user_password": "pw"})


def test_restrictions_hold_without_an_owner_password(finished: Any) -> None:
    """An empty one would lift them."""
    with finished(protection={"no_print": True, "no_copy": True, "no_modify": True}) as pdf:
        assert not pdf.owner_password_matched
        allowed = pdf.allow
    assert not (allowed.print_lowres)
    assert not (allowed.print_highres)
    assert not (allowed.extract)
    assert not (allowed.modify_other)
    assert not (allowed.modify_annotation)
    assert not (allowed.modify_form)


def test_the_owner_password_lifts_them(finished: Any) -> None:
    """It is the one that was given."""
    with finished(protection={"owner_password": "own", "no_print": True}, password="own") as pdf:
        assert pdf.owner_password_matched


def _overlay_corners(pdf: pikepdf.Pdf) -> list[tuple[int, int]]:
    """Give where the corners of a 100 x 50 overlay come to lie, from the lower left of the page."""
    matrix, stack, corners = pikepdf.Matrix(), [], []
    for instruction in pikepdf.parse_content_stream(pdf.pages[0]):
        operands: Any = instruction.operands
        match str(instruction.operator):
            case "q":
                stack.append(matrix)
            case "Q":
                matrix = stack.pop()
            case "cm":
                matrix = pikepdf.Matrix(*map(float, operands)) @ matrix
            case "Do":
                places = [matrix.transform(corner) for corner in ((0, 0), (100, 50))]
                corners = [(round(x), round(y)) for x, y in places]
            case _:
                pass
    return corners


@pytest.mark.parametrize(
    ("watermark", "corners"),
    [
        ({}, [(250, 375), (350, 425)]),
        ({"offset_x": "left", "offset_y": "top"}, [(0, 750), (100, 800)]),
        ({"offset_x": "1in", "offset_y": "bottom"}, [(72, 0), (172, 50)]),
        ({"rotate": 90}, [(275, 450), (325, 350)]),
    ],
)
def test_a_pdf_is_laid_over_every_page(
    watermark: dict[str, Any], corners: list[tuple[int, int]], finished: Any
) -> None:
    """In its own size, upright by default, whatever matrix the content of the page leaves behind."""
    overlay = base64.b64encode(blank(100, 50, b"0 0 100 50 re f")).decode()
    page = blank(content=b"1 0 0 -1 0 800 cm q Q")
    with finished(page, watermark={"source": overlay} | watermark) as pdf:
        assert _overlay_corners(pdf) == corners


@pytest.mark.parametrize("source", ["", "%%%", base64.b64encode(b"<html>").decode()])
def test_an_overlay_that_is_no_pdf_fails(source: str, finished: Any) -> None:
    """In the words of the service."""
    with pytest.raises(RenderFailed, match="Must be a PDF") as failure:
        finished(watermark={"source": source or "!"})
    assert (failure.value.code, failure.value.identifier) == (400, "A127")


def test_a_locked_overlay_fails_alike(finished: Any, offline: Fetcher) -> None:
    """It cannot be read either."""
    locked = finish(blank(), {"protection": {"user_password": "pw"}}, offline)
    with pytest.raises(RenderFailed, match="Must be a PDF"):
        finished(watermark={"source": base64.b64encode(locked).decode()})
