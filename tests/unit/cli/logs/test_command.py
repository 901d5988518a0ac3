"""``pdfshift logs``."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

import httpx
import pytest

from pdfshift_async.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable

    import respx

    from tests.unit.cli.conftest import Ended


class Service:
    """Answers with the entries of a log, newest first, and remembers what it was asked."""

    def __init__(self) -> None:
        self.ids = list(range(130, 0, -1))
        self.asked: list[dict[str, str]] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Give one page, as the service does."""
        query = dict(request.url.params)
        self.asked.append(query)
        cursor, limit = int(query.get("cursor", 1000)), int(query["limit"])
        after = [number for number in self.ids if number < cursor]
        data = [_entry(number) for number in after[:limit]]
        return httpx.Response(200, json={"logs": {"data": data, "has_more": len(after) > limit}})


def _entry(number: int) -> dict[str, object]:
    return {
        "id": number,
        "executed": 1_700_000_000_000 + number * 1000,
        "code": 200,
        "credits": 1,
        "filesize": 34980,
        "request_id": f"r{number}",
        "query": None,
    }


@pytest.fixture
def log(api: respx.MockRouter) -> Service:
    """A service whose log has 130 entries."""
    service = Service()
    api.get("/logs").mock(side_effect=service.answer)
    return service


class Pauses:
    """A clock whose sleeps are steps of the test; the last one is Ctrl-C."""

    def __init__(self, *steps: Callable[[], object]) -> None:
        self.steps = list(steps)
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        """Let something happen instead of waiting."""
        self.slept.append(seconds)
        if not self.steps:
            raise KeyboardInterrupt
        self.steps.pop(0)()


@pytest.fixture
def pauses(log: Service, monkeypatch: pytest.MonkeyPatch) -> Pauses:
    """Two more entries appear, then nothing, then a hundred."""

    def more(count: int) -> None:
        self = log.ids
        self[:0] = range(self[0] + count, self[0], -1)

    found = Pauses(lambda: more(2), lambda: None, lambda: more(100))
    monkeypatch.setattr("pdfshift_async.cli.logs.command.SystemClock", lambda: found)
    return found


@pytest.mark.parametrize(
    ("limit", "sizes"), [("2", ["5"]), ("20", ["20"]), ("100", ["100"]), ("120", ["100", "100"])]
)
def test_as_many_entries_are_listed_as_asked_for(
    pdfshift: Callable[..., Ended], log: Service, limit: str, sizes: list[str]
) -> None:
    """Across the pages of the service, whose size has limits of its own."""
    ended = pdfshift("logs", "--limit", limit)
    lines = ended.out.splitlines()
    assert (ended.code, ended.err) == (0, "")
    assert lines[0] == "2023-11-14T22:15:30Z\t200\t1\t34980\tr130\t"
    assert len(lines) == int(limit)
    assert [query["limit"] for query in log.asked] == sizes


def test_a_log_may_be_shorter(pdfshift: Callable[..., Ended], log: Service) -> None:
    """Then it is listed to its end."""
    log.ids = [2, 1]
    assert len(pdfshift("logs").out.splitlines()) == 2


def test_the_entries_as_json_are_one_object(pdfshift: Callable[..., Ended], log: Service) -> None:
    """With all that the service tells of each."""
    shown = json.loads(pdfshift("logs", "--json", "--limit", "2").out)["logs"]
    assert [entry["id"] for entry in shown] == [130, 129]
    assert shown[0]["executed"] == "2023-11-14T22:15:30Z"


@pytest.mark.parametrize(
    ("before", "sent"),
    [
        ("2026-10-31T18:00:00Z", "2026-10-31T18:00:00+00:00"),
        ("2026-10-31 18:00+01:00", "2026-10-31T18:00:00+01:00"),
        ("2026-10-31", "2026-10-31T00:00:00+00:00"),
    ],
)
def test_the_filters_reach_the_service(
    pdfshift: Callable[..., Ended], log: Service, before: str, sent: str
) -> None:
    """A time without a zone is in UTC, as the list itself writes them."""
    assert pdfshift("logs", "--status", "error", "--before", before).code == 0
    (query,) = log.asked
    assert datetime.fromisoformat(query.pop("before")) == datetime.fromisoformat(sent)
    assert query == {"limit": "20", "status": "error"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--before", "noon"], "--before: must be a time such as 2026-10-31T18:00:00Z, not 'noon'"),
        (["--follow", "--before", "2026-10-31"], "--follow: goes on with new entries, so without"),
        (["--limit", "0"], "Invalid value for '--limit'"),
        (["--status", "bad"], "Invalid value for '--status'"),
        (["--status", "error", "show", "r1"], "logs show: takes its options behind its name"),
    ],
)
def test_bad_input_is_one_line_and_nothing_is_sent(
    pdfshift: Callable[..., Ended], log: Service, arguments: list[str], message: str
) -> None:
    """An option that would have no effect is bad input too."""
    ended = pdfshift("logs", *arguments)
    assert (ended.code, ended.out) == (ExitCode.BAD_INPUT, "")
    assert ended.err.startswith(f"error: {message}")
    assert ended.err.count("\n") == 1
    assert log.asked == []


def test_following_prints_each_entry_once_oldest_first(
    pdfshift: Callable[..., Ended], log: Service, pauses: Pauses
) -> None:
    """First the latest, then what appears; Ctrl-C is its ordinary end."""
    ended = pdfshift("logs", "--follow", "--limit", "3", "--pause", "2.5")
    assert (ended.code, ended.err) == (0, "")
    ids = [int(line.split("\t")[4].removeprefix("r")) for line in ended.out.splitlines()]
    assert ids == list(range(128, 233))
    assert pauses.slept == [2.5] * 4


def test_following_as_json_prints_an_object_for_each_line(
    pdfshift: Callable[..., Ended], log: Service, pauses: Pauses
) -> None:
    """There is no end at which one object could be closed."""
    ended = pdfshift("logs", "-f", "--json", "--limit", "1")
    assert [json.loads(line)["id"] for line in ended.out.splitlines()] == list(range(130, 233))


def test_an_error_ends_following_with_its_exit_code(
    pdfshift: Callable[..., Ended], api: respx.MockRouter, log: Service, pauses: Pauses
) -> None:
    """Whoever reads the lines learns why there are no more."""

    def refuse() -> None:
        api.get("/logs").respond(401, json={"error": "Invalid API Key provided."})

    pauses.steps = [refuse]
    ended = pdfshift("logs", "--follow", "--json", "--limit", "1")
    assert ended.code == ExitCode.REFUSED
    entry, error = map(json.loads, ended.out.splitlines())
    assert entry["id"] == 130
    assert error["error"]["type"] == "AuthenticationFailed"


def test_one_entry_is_shown_with_everything(
    pdfshift: Callable[..., Ended], api: respx.MockRouter
) -> None:
    """A line for each thing, also what the list has no room for."""
    entry = _entry(7) | {"error": "No luck.", "code": 400, "duration": 12, "sandbox": True}
    api.get("/logs/r7").respond(json={"log": entry})
    ended = pdfshift("logs", "show", "r7")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines() == [
        "Entry\t7",
        "Request\tr7",
        "Executed\t2023-11-14T22:13:27Z",
        "Code\t400",
        "Error\tNo luck.",
        "Credits\t1",
        "Sandbox\tyes",
        "Bytes\t34980",
        "Duration in ms\t12",
    ]


def test_an_entry_that_is_not_there_is_refused(
    pdfshift: Callable[..., Ended], api: respx.MockRouter
) -> None:
    """The error names it."""
    api.get("/logs/r0").respond(404, json={"error": "Log not found."})
    ended = pdfshift("logs", "show", "r0")
    assert ended.code == ExitCode.REFUSED
    assert "Log not found (log entry 'r0')" in ended.err
