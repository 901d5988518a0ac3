"""What a batch is made of: a table, a file of JSON lines, a folder or a pattern of files."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import IO, Any, Final

from pdfshift_async import InvalidOptions, Item
from pdfshift_async.cli.failures import one_line
from pdfshift_async.cli.options import options_of
from pdfshift_async.cli.sources import read_source
from pdfshift_async.cli.targets import Format
from pdfshift_async.errors import ConfigurationError

__all__ = ["Fill", "Manifest"]

Fill = Callable[[Mapping[str, Any]], str]
"""Makes the HTML of a document out of one row."""

_LONGEST_LINE: Final = 16 * 1024 * 1024
"""Characters: as long as a large document, and short enough for any memory."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """Gives items one by one, with the place of whatever is wrong in one."""

    path: str
    kind: Format
    assignments: Sequence[str]
    """Options for all items."""
    fill: Fill | None = None
    """Makes documents out of rows; without it, a row names its source."""

    def items(self) -> Iterator[Item]:
        """Read the manifest as far as it is asked for.

        Raises:
            ConfigurationError: It cannot be read, or a line is wrong; the message says which.
        """
        path = Path(self.path)
        if path.is_dir():
            return self._files(sorted(path.rglob("*.html")), path)
        if "*" in self.path:
            return self._files(sorted(Path().glob(self.path)), None)
        return self._rows(path)

    def _files(self, paths: Sequence[Path], folder: Path | None) -> Iterator[Item]:
        if not paths:
            raise _refused(f"{self.path} has no HTML files")
        options = options_of(self.kind, self.assignments)
        for path in paths:
            name = path.stem if folder is None else str(path.relative_to(folder).with_suffix(""))
            yield Item(name, read_source(str(path)), options)

    def _rows(self, path: Path) -> Iterator[Item]:
        read = _objects if path.suffix.lower() in {".jsonl", ".ndjson"} else _table
        line = 1
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                for line, row in read(file):
                    yield self._item(path, line, row)
        except OSError as error:
            raise _refused(f"cannot read {path}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise _refused(f"{path}, after line {line}: is not UTF-8 text") from error

    def _item(self, path: Path, line: int, row: Mapping[str, Any] | str) -> Item:
        """Make an item of a row, or say what is wrong with it."""
        place = f"{path}, line {line}"
        if isinstance(row, str):
            raise _refused(f"{place}: {row}")
        values = dict(row)
        key = str(values.pop("key", "") or "")
        if not key:
            raise _refused(f"{place}: has no key")
        try:
            if self.fill is not None:
                return Item(key, self.fill(row), options_of(self.kind, self.assignments))
            source = _source(path, str(values.pop("source", "") or ""))
            own = [
                f"{name}={_text(value)}"
                for name, value in values.items()
                if value not in (None, "")
            ]
            return Item(key, source, options_of(self.kind, [*self.assignments, *own]))
        except (ConfigurationError, InvalidOptions) as error:
            raise _refused(f"{place}: {one_line(error.message)}") from error


def _source(manifest: Path, text: str) -> str:
    """Give a URL or HTML as it is, and anything else as the content of a file beside."""
    if not text:
        raise ConfigurationError("source", "is missing")
    if text.lstrip().startswith("<"):
        return text
    is_url = text.lower().startswith(("http://", "https://"))
    return read_source(text if is_url else str(manifest.parent / text))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _table(file: IO[str]) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    """Give rows of a CSV file by column, with the line on which each begins."""
    reader = csv.reader(_lines(file), strict=True)
    line = 1
    try:
        columns = next(reader, [])
        if problem := _problem_of(columns):
            yield line, problem
        line = reader.line_num + 1
        for cells in reader:
            if len(cells) > len(columns):
                yield line, "has more cells than columns; quote text with commas"
            if cells:
                yield line, dict(zip_longest(columns, cells))
            line = reader.line_num + 1
    except UnicodeDecodeError:
        raise
    except (csv.Error, ValueError) as error:
        yield line, f"is no CSV: {error}"


def _problem_of(columns: Sequence[str]) -> str | None:
    if "key" not in columns:
        return "must name the columns, and one of them 'key'"
    twice = next((name for name in columns if columns.count(name) > 1), None)
    return None if twice is None else f"names the column {twice!r} twice"


def _objects(file: IO[str]) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    """Give the objects of a file that has one in each line."""
    line = 0
    try:
        for line, text in enumerate(_lines(file), 1):
            if text.strip():
                yield line, _object(text)
    except UnicodeDecodeError:
        raise
    except ValueError as error:
        yield line + 1, str(error)


def _lines(file: IO[str]) -> Iterator[str]:
    """Give lines without ever holding one that is too long."""
    while text := file.readline(_LONGEST_LINE):
        if len(text) == _LONGEST_LINE:
            msg = f"a line is longer than {_LONGEST_LINE} characters"
            raise ValueError(msg)
        yield text


def _object(text: str) -> Mapping[str, Any] | str:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return "is no JSON"
    return value if isinstance(value, dict) else "is no JSON object"


def _refused(rule: str) -> ConfigurationError:
    return ConfigurationError("MANIFEST", rule)
