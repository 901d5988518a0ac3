"""The font configuration of the workers."""

from __future__ import annotations

import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from pdfshift_async.emulator.rendering import fonts


def _read(path: Path) -> tuple[str, list[Path]]:
    root = ET.parse(path).getroot()  # noqa: S314 - our own file
    return root.findtext("include", ""), [Path(node.text or "") for node in root.findall("dir")]


def test_the_fonts_of_the_wheel_are_named(tmp_path: Path) -> None:
    """The folder holds font files."""
    _, folders = _read(fonts.write_configuration(tmp_path))
    assert any(folder.glob("*.ttf") for folder in folders)


def test_a_configuration_in_force_is_extended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever set FONTCONFIG_FILE keeps those fonts."""
    monkeypatch.setenv("FONTCONFIG_FILE", "/some/<fonts>.conf")
    assert _read(fonts.write_configuration(tmp_path))[0] == "/some/<fonts>.conf"


def test_the_system_is_extended_where_it_has_a_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Linux, where the file exists."""
    monkeypatch.delenv("FONTCONFIG_FILE")
    monkeypatch.setattr(fonts, "_SYSTEM", tmp_path)
    monkeypatch.setattr(sys, "platform", "linux")
    assert _read(fonts.write_configuration(tmp_path))[0] == str(tmp_path)


def test_elsewhere_the_configuration_of_the_engine_is_extended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes with the wheel."""
    monkeypatch.delenv("FONTCONFIG_FILE")
    monkeypatch.setattr(sys, "platform", "win32")
    base, _ = _read(fonts.write_configuration(tmp_path))
    assert Path(base).is_file()
    assert "plutoprint" in base
