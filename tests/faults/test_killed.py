"""Application, receiver and service in processes of their own, killed while they work.

When they are killed is decided by a seed, and by how fast they are. For more of it:
``PDFSHIFT_TEST_KILL_SEEDS=20 pytest tests/faults/test_killed.py``.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from urllib.request import urlopen

import pytest

from pdfshift_async import State, open_store

HERE = Path(__file__).parent
COUNT = 500
KILLS = 3
SEEDS = range(int(os.environ.get("PDFSHIFT_TEST_KILL_SEEDS", "1")))
COMMAND = "import sys; from pdfshift_async.cli import main; sys.exit(main())"

pytestmark = [pytest.mark.timeout(120), pytest.mark.parametrize("seed", SEEDS)]


def free_port() -> int:
    """Give a port that stays free while nobody listens: no outgoing connection ever gets it."""
    while True:
        port = random.randint(10_000, 30_000)  # noqa: S311 -- no secret
        with socket.socket() as sock:
            try:
                sock.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port


def answers(port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as sock:
        return sock.connect_ex(("127.0.0.1", port)) == 0


@dataclass
class Part:
    """A process that is killed, and started again."""

    arguments: list[str]
    """Of Python."""
    environment: dict[str, str]
    output: Path
    """Has what it says in all its lives."""
    port: int | None = None
    """Where it listens once it is ready."""
    process: subprocess.Popen[bytes] = field(init=False, repr=False)

    def start(self) -> None:
        """Run it."""
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(  # noqa: S603 -- our own scripts
                (sys.executable, *self.arguments),
                env=os.environ | self.environment,
                stdout=output,
                stderr=output,
            )

    def await_ready(self) -> None:
        """Wait until it listens, if it does."""
        while self.port is not None and not answers(self.port):
            assert self.process.poll() is None, self.output.read_text()
            time.sleep(0.01)

    def kill(self) -> None:
        """End it without a warning."""
        self.process.kill()
        self.process.wait()

    @property
    def lines(self) -> list[list[str]]:
        """What it has said, as words."""
        return [line.split() for line in self.output.read_text().splitlines()]


@dataclass
class World:
    """Everything that takes part, and what each has written down."""

    store: str
    diary: Path
    service: Part
    application: Part
    receiver: Part

    def kill(self, seed: int, *parts: Part) -> None:
        """Kill each of them, and sometimes two at once, again and again after some progress."""
        dice = random.Random(seed)  # noqa: S311 -- no secret
        turns = [parts[number % len(parts)] for number in range(KILLS)]
        dice.shuffle(turns)
        for part in turns:
            self._proceed(dice.randint(1, COUNT // KILLS))
            other = dice.choice(parts)
            victims = [part] if other is part else [part, other]
            for victim in victims:
                victim.kill()
            for victim in victims:
                victim.start()
            for victim in victims:
                victim.await_ready()
        assert self.application.process.wait(90) == 0, self.application.output.read_text()

    def _proceed(self, lines: int) -> None:
        """Wait for so many more lines in the diary."""
        until = len(self.diary.read_bytes().splitlines()) + lines
        while len(self.diary.read_bytes().splitlines()) < until:
            assert self.application.process.poll() is None, self.application.output.read_text()
            time.sleep(0.005)

    def ends(self) -> dict[str, list[str]]:
        """Give what became of each document: id, outcome, and the URL if there is one."""
        lines = [line.split() for line in self.diary.read_text().splitlines()]
        return {key: rest for word, key, *rest in lines if word == "ended"}

    def accepted(self) -> list[list[str]]:
        """Give of all that the service accepted the id, the id there, and the source's hash."""
        return [rest for word, *rest in self.service.lines if word == "accepted"]

    def acknowledged(self) -> set[str]:
        """Give the ids that the receiver has said it has, by its own log."""
        return {line[-2] for line in self.receiver.lines if line[2:3] == ["200"]}

    def lost(self) -> set[str]:
        """Give the ids that the store has no true outcome of; some had one after their await."""
        given_up = [name for name, outcome, *_ in self.ends().values() if outcome == "lost"]

        async def read() -> set[str]:
            store = open_store(self.store)
            await store.open()
            try:
                records = [await store.get(name) for name in given_up]
            finally:
                await store.close()
            return {record.id for record in records if record and record.state is State.LOST}

        return asyncio.run(read())


@contextmanager
def running(folder: Path, store: str, *, alone: bool, insist: bool) -> Iterator[World]:
    """Run everything.

    Args:
        folder: Has what they write.
        store: Where they meet.
        alone: Whether the receiver is a process of its own.
        insist: Whether the service calls back until somebody has answered.
    """
    service_port, receiver_port = free_port(), free_port()
    environment = {
        "PDFSHIFT_API_KEY": "sk_test",
        "PDFSHIFT_BASE_URL": f"http://127.0.0.1:{service_port}/v3",
        "PDFSHIFT_WEBHOOK_URL": f"http://127.0.0.1:{receiver_port}/pdfshift",
        "PDFSHIFT_WEBHOOK_SECRET": "secret",
        "PDFSHIFT_STORE": store,
    }
    (diary := folder / "diary").touch()
    serve = [f"{HERE / 'service_process.py'}", f"{service_port}"]
    receive = ["-c", COMMAND, "receive", "--listen", f"127.0.0.1:{receiver_port}"]
    convert = [f"{HERE / 'application_process.py'}", f"{diary}", f"{COUNT}"]
    if insist:
        serve.append("--insist")
    if not alone:
        convert += ["--listen", f"{receiver_port}"]
    service = Part(serve, {}, folder / "service", service_port)
    receiver = Part(receive, environment, folder / "receiver", receiver_port)
    application = Part(convert, environment, folder / "application")
    parts = [service, receiver, application] if alone else [service, application]
    with ExitStack() as started:
        for part in parts:
            part.start()
            started.callback(part.kill)
        for part in parts:
            part.await_ready()
        yield World(store, diary, service, application, receiver)


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    """URL of a file that is not there yet."""
    return f"sqlite:///{tmp_path}/pdfshift.db"


@pytest.fixture(params=["sqlite", "postgres"])
def store_url(request: pytest.FixtureRequest) -> str:
    """A durable store that is empty."""
    url: str = request.getfixturevalue(request.param)
    return url


def delivered(world: World) -> set[str]:
    """Give the ids whose callback was acknowledged, by the service's record."""
    with urlopen(f"http://127.0.0.1:{world.service.port}/_emulator/conversions") as answer:
        conversions = json.load(answer)["conversions"]
    return {
        each["webhook_url"].rpartition("/")[2].partition(".")[0]
        for each in conversions
        if any(delivery["status"] == 200 for delivery in each["deliveries"])
    }


def assert_nothing_was_sent_twice(world: World) -> None:
    """The service accepted no id twice, and no document under two ids."""
    for values in zip(*world.accepted(), strict=True):
        assert [value for value, times in Counter(values).items() if times > 1] == []


def assert_each_has_its_own(world: World) -> None:
    """Every document came to an end, most were converted, and each to what was asked for."""
    ends = world.ends()
    assert len(ends) == COUNT
    assert sum(outcome == "converted" for _, outcome, *_ in ends.values()) > COUNT / 2
    accepted = {there: (name, source) for name, there, source in world.accepted()}
    for key, (name, outcome, *url) in ends.items():
        if outcome == "converted":
            there = url[0].rpartition("/")[2].removesuffix(".pdf")
            assert accepted[there] == (name, sha256(f"<p>{key}</p>".encode()).hexdigest())


def test_nothing_is_lost_when_application_and_receiver_are_killed(
    tmp_path: Path, store_url: str, seed: int
) -> None:
    """By a sender that repeats what nobody acknowledged, every document has its result, once."""
    with running(tmp_path, store_url, alone=True, insist=True) as world:
        world.kill(seed, world.application, world.receiver)
        assert_nothing_was_sent_twice(world)
        assert_each_has_its_own(world)
        assert world.lost() & {name for name, *_ in world.accepted()} == set()


def test_what_is_sent_while_the_receiver_is_down_is_overdue_and_not_forgotten(
    tmp_path: Path, store_url: str, seed: int
) -> None:
    """A receiver in the application goes with it; each await ends, and only such are lost."""
    with running(tmp_path, store_url, alone=False, insist=False) as world:
        world.kill(seed, world.application)
        assert_nothing_was_sent_twice(world)
        assert_each_has_its_own(world)
        assert (lost := world.lost())
        assert lost & delivered(world) == set()


def test_a_service_that_forgets_loses_its_own_and_nothing_else(
    tmp_path: Path, sqlite: str, seed: int
) -> None:
    """What it had accepted and not called back is lost; what the receiver had taken is not."""
    with running(tmp_path, sqlite, alone=True, insist=True) as world:
        world.kill(seed, world.application, world.receiver, world.service)
        assert_nothing_was_sent_twice(world)
        assert_each_has_its_own(world)
        assert world.lost() & world.acknowledged() == set()
