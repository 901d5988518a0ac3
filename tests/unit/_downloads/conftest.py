"""A storage that is mocked, a clock that does not wait, and results that name documents."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import httpx
import pytest
import respx

from pdfshift_async._downloads import Downloader
from pdfshift_async.models.results import HostedDocument, Result, Via

NOW = datetime(2026, 10, 3, 12, 0, tzinfo=UTC)
URL = "https://pdfshift.s3.amazonaws.com/d/2/2026-10/0123456789abcdef/invoice.pdf"


class Recorder:
    """A clock that remembers the pauses asked of it."""

    def __init__(self) -> None:
        self.pauses: list[float] = []

    def now(self) -> datetime:
        """Advance by the pauses only."""
        return NOW + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        """Give the sum of the pauses."""
        return sum(self.pauses)

    async def sleep(self, seconds: float) -> None:
        """Return at once."""
        self.pauses.append(seconds)


class MakeResult(Protocol):
    """Makes a result out of what its callback said."""

    def __call__(self, url: str = URL, *, own_bucket: bool = False, **said: Any) -> Result:
        """Make one; further arguments are keys of the service's answer."""
        ...


@pytest.fixture
def clock() -> Recorder:
    """A clock that does not wait."""
    return Recorder()


@pytest.fixture
def storage() -> respx.MockRouter:
    """Answers for every host."""
    return respx.MockRouter(assert_all_called=False)


@pytest.fixture
def transport(storage: respx.MockRouter) -> httpx.AsyncBaseTransport:
    """Reaches the mocked storage only."""
    return httpx.MockTransport(storage.async_handler)


@pytest.fixture
def downloader(clock: Recorder, transport: httpx.AsyncBaseTransport) -> Downloader:
    """What is tested, with a limit of 1 MiB and one further host."""
    return Downloader(
        base_url="http://127.0.0.1:8765/v3",
        download_hosts=frozenset({"files.example.com"}),
        clock=clock,
        limit=1024 * 1024,
        timeout=5,
        transport=transport,
    )


@pytest.fixture
def make_result(downloader: Downloader) -> MakeResult:
    """A maker of results that download with the tested downloader."""

    def make(url: str = URL, *, own_bucket: bool = False, **said: Any) -> Result:
        return Result.of(
            HostedDocument.model_validate({"url": url, **said}),
            downloader,
            conversion_id="cv_one",
            key="inv-1",
            via=Via.CALLBACK,
            received_at=NOW,
            own_bucket=own_bucket,
        )

    return make
