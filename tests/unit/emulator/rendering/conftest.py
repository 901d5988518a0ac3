"""What the tests of the renderer share: fonts, and eyes for what came out."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import pikepdf
import pytest

from pdfshift_async.emulator.rendering import FetchPolicy
from pdfshift_async.emulator.rendering.fetching import Fetcher
from pdfshift_async.emulator.rendering.fonts import write_configuration


@pytest.fixture(scope="session", autouse=True)
def _fonts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The engine reads its font configuration once in a process: here, that of the workers."""
    with pytest.MonkeyPatch.context() as patch:
        path = write_configuration(tmp_path_factory.mktemp("fonts"))
        patch.setitem(os.environ, "FONTCONFIG_FILE", str(path))
        yield


@pytest.fixture
def offline() -> Fetcher:
    """A fetcher that may load nothing."""
    return Fetcher(FetchPolicy(hosts=()), {})


def _characters(font: Any) -> Callable[[bytes], str]:
    """Read a font's own table of characters, as a search in a PDF viewer does."""
    two_bytes = font["/Subtype"] == "/Type0"
    table: dict[int, str] = {}
    if "/ToUnicode" in font:
        cmap = font["/ToUnicode"].read_bytes().decode()
        for block in re.findall(r"beginbfchar(.*?)endbfchar", cmap, re.DOTALL):
            for code, text in re.findall(r"<(\w+)>\s*<(\w+)>", block):
                table[int(code, 16)] = bytes.fromhex(text).decode("utf-16-be")
        for block in re.findall(r"beginbfrange(.*?)endbfrange", cmap, re.DOTALL):
            for first, last, text in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
                for offset in range(int(last, 16) - int(first, 16) + 1):
                    table[int(first, 16) + offset] = chr(int(text, 16) + offset)

    def read(raw: bytes) -> str:
        if not two_bytes:
            return "".join(
                table.get(code, bytes([code]).decode("cp1252", "replace")) for code in raw
            )
        codes = (int.from_bytes(raw[at : at + 2]) for at in range(0, len(raw), 2))
        return "".join(table.get(code, "?") for code in codes)

    return read


@pytest.fixture
def texts() -> Callable[[bytes], list[str]]:
    """Give the text of each page of a PDF, without spaces: the engine places words one by one."""

    def read(content: bytes) -> list[str]:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            return [_text(page.obj) for page in pdf.pages]

    return read


def _text(content: Any) -> str:
    """Read a page, or a form that it draws: what is translucent comes as one."""
    resources = content.get("/Resources", {})
    fonts, forms = resources.get("/Font", {}), resources.get("/XObject", {})
    readers = {str(name): _characters(fonts[name]) for name in fonts.keys()}  # noqa: SIM118
    text = ""
    read = _characters({"/Subtype": "/Type1"})
    for instruction in pikepdf.parse_content_stream(content):
        operands: Any = instruction.operands
        operator = str(instruction.operator)
        if operator == "Tf":
            read = readers[str(operands[0])]
        elif operator == "Tj":
            text += read(bytes(operands[0]))
        elif operator == "TJ":
            parts = [part for part in operands[0] if isinstance(part, pikepdf.String)]
            text += "".join(read(bytes(part)) for part in parts)
        elif operator == "Do" and forms[str(operands[0])]["/Subtype"] == "/Form":
            text += _text(forms[str(operands[0])])
    return text.replace(" ", "")


@pytest.fixture
def sizes() -> Callable[[bytes], list[tuple[int, int]]]:
    """Give the size of each page of a PDF, in whole points."""

    def read(content: bytes) -> list[tuple[int, int]]:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            return [
                (round(float(page.mediabox[2])), round(float(page.mediabox[3])))
                for page in pdf.pages
            ]

    return read
