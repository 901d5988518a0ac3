"""What the pages name exists, and what exists is on the pages."""

from __future__ import annotations

import ast
import inspect
import re
import tomllib
from pathlib import Path
from typing import get_args

import pytest

import pdfshift_async
from pdfshift_async import CallbackOverdue, PDFShift, State, _settings
from pdfshift_async._core.states import Trigger
from pdfshift_async.cli.app import app
from pdfshift_async.cli.demo.conversions import convert_all
from pdfshift_async.cli.exit_codes import ExitCode
from pdfshift_async.emulator.faults import _OWN_VALUES, FaultKind
from pdfshift_async.emulator.rendering import UNSUPPORTED

ROOT = Path(__file__).parents[2]
PAGES = sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").glob("*.md"))


def text_of(page: str) -> str:
    """Give the source of a page."""
    return (ROOT / "docs" / f"{page}.md").read_text()


def linked_tests() -> list[str]:
    """Give every test, with its file, that a page names."""
    pattern = re.compile(r"\btests/[\w/]+\.py(?:::\w+)?")
    return sorted({found for page in PAGES for found in pattern.findall(page.read_text())})


@pytest.mark.parametrize("link", linked_tests())
def test_a_test_that_the_pages_name_exists(link: str) -> None:
    """The file is there, and has the function if one is named."""
    path, _, function = link.partition("::")
    tree = ast.parse((ROOT / path).read_text())
    functions = {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert not function or function in functions


def test_every_failure_has_a_test() -> None:
    """Each row of the tables names at least one, with its function."""
    rows = [line for line in text_of("failures").splitlines() if line.startswith("| ")]
    without = [row for row in rows if "::test_" not in row and not row.endswith("| Test |")]
    assert without == []


def test_every_state_and_step_is_explained() -> None:
    """In the tables below the picture of the life cycle, which has the same words."""
    page = text_of("concepts")
    callbacks = {Trigger.CONVERTED, Trigger.FAILED}
    steps = [f"callback: {step}" if step in callbacks else str(step) for step in Trigger]
    assert [state for state in State if f"| `{state}` |" not in page] == []
    assert [step for step in steps if f"| {step} |" not in page] == []


def test_every_public_name_is_in_the_reference() -> None:
    """Whatever can be imported from the package has an entry."""
    entries = set(
        re.findall(r"^\.\. auto\w+:: (?:[\w.]*\.)?(\w+)", text_of("reference"), re.MULTILINE)
    )
    assert set(pdfshift_async.__all__) - entries == {"__version__"}


def test_the_error_shown_on_the_page_reads_like_that() -> None:
    """Word for word as the library words it."""
    error = CallbackOverdue(30).about("cv_md2a2damsgk36zkgykrf44wyde", "inv-1")
    assert f"```text\n{error}\n```" in text_of("errors")


def test_every_setting_is_on_its_page() -> None:
    """Arguments of the client, and variables of the environment."""
    page = text_of("configuration")
    arguments = list(inspect.signature(PDFShift).parameters)
    variables = set(re.findall(r"PDFSHIFT_[A-Z_]+", inspect.getsource(_settings)))
    assert [name for name in arguments if f"| `{name}` |" not in page] == []
    assert [name for name in variables if f"| `{name}` |" not in page] == []


@pytest.mark.parametrize("kind", get_args(FaultKind))
def test_every_fault_is_on_the_page_with_its_values(kind: FaultKind) -> None:
    """The row of the kind names all the values that belong to it."""
    row = next(row for row in text_of("emulator").splitlines() if row.startswith(f"| `{kind}` |"))
    assert all(f"`{value}`" in row for value in _OWN_VALUES[kind])


@pytest.mark.parametrize("option", UNSUPPORTED)
def test_every_unsupported_option_is_on_the_page_with_its_reason(option: str) -> None:
    """In the words of the renderer."""
    assert f"| `{option}` | {UNSUPPORTED[option]} |" in text_of("emulator")


def test_every_command_is_on_its_page() -> None:
    """With a heading of its own."""
    names = [command.name or command.callback.__name__ for command in app.registered_commands]  # type: ignore[union-attr]
    assert [name for name in names if f"## `pdfshift {name}`" not in text_of("cli")] == []


@pytest.mark.parametrize("code", ExitCode, ids=lambda code: code.name.lower())
def test_every_exit_code_is_on_its_page(code: ExitCode) -> None:
    """With the words that the command line has for it, and in the README as well."""
    row = f"| {code.value} | {code.meaning} |"
    assert row in text_of("cli")
    assert row in (ROOT / "README.md").read_text()


def test_the_heart_of_the_demo_is_in_the_readme() -> None:
    """As it is run."""
    assert f"\n\n{inspect.getsource(convert_all)}```\n" in (ROOT / "README.md").read_text()


def test_every_module_is_on_the_map() -> None:
    """All that stand directly in the package, but for the version."""
    package = (ROOT / "pdfshift_async").iterdir()
    names = {path.stem for path in package if not path.name.startswith(("__", "py.typed"))}
    page = text_of("architecture")
    assert [name for name in names - {"_version"} if f"`{name}" not in page] == []


def test_every_dependency_has_its_reason() -> None:
    """In the tables of the architecture page."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = project["dependencies"] + [
        package for extra in project["optional-dependencies"].values() for package in extra
    ]
    names = {re.match(r"[\w-]+", package)[0] for package in wanted} - {"pdfshift-async"}  # type: ignore[index]
    assert [name for name in names if f"| {name} |" not in text_of("architecture")] == []
