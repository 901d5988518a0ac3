"""Fonts on any machine: the ones of a wheel beside whatever the system has.

Without a single font the layout engine writes documents without text, and raises nothing.
"""

from __future__ import annotations

import os
import sys
from importlib import metadata
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

__all__ = ["write_configuration"]

_SYSTEM: Final = Path("/etc/fonts/fonts.conf")
_CONFIGURATION: Final = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">{base}</include>
  <dir>{fonts}</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
  <cachedir>{cache}</cachedir>
  <alias>
    <family>sans-serif</family>
    <prefer><family>Noto Sans</family></prefer>
  </alias>
</fontconfig>
"""


def write_configuration(folder: Path) -> Path:
    """Write a ``fonts.conf`` into the folder and give its path, for ``FONTCONFIG_FILE``.

    It extends the configuration in force: the one that ``FONTCONFIG_FILE`` names already, else the
    system's, else the one that comes with the layout engine.
    """
    fonts = _package("fontpkg-noto-sans", "fontpkg_noto_sans/files")
    base = os.environ.get("FONTCONFIG_FILE") or _base()
    path = folder / "fonts.conf"
    text = _CONFIGURATION.format(
        base=escape(str(base)), fonts=escape(str(fonts)), cache=escape(str(folder / "cache"))
    )
    path.write_text(text, encoding="utf-8")
    return path


def _base() -> Path:
    if sys.platform == "linux" and _SYSTEM.exists():
        return _SYSTEM
    return _package("plutoprint", "plutoprint/fontconfig/fonts.conf")


def _package(distribution: str, folder: str) -> Path:
    """Find a package without importing it: this runs in the parent, which loads no engine."""
    return Path(str(metadata.distribution(distribution).locate_file(folder)))
