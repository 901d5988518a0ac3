from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator

import psycopg
import pytest

from pdfshift_async._clock import SystemClock
from pdfshift_async.errors import ConfigurationError, StoreUnavailable
from pdfshift_async.stores.postgres import connections
from pdfshift_async.stores.postgres.connections import Line, Server, cut_off, is_away


@pytest.fixture
async def line(server: Server) -> AsyncIterator[Line]:
    """A line to the database."""
    line = Line(server, SystemClock(), 1)
    yield line
    await line.close()


async def pid(connection: psycopg.AsyncConnection) -> int:
    """Ask for the server's process at the other end."""
    return connection.info.backend_pid


async def asked(connection: psycopg.AsyncConnection) -> int:
    """Ask the server something."""
    await connection.execute("SELECT 1")
    return connection.info.backend_pid


@pytest.mark.parametrize(
    ("conninfo", "address"),
    [
        ("postgresql://app:secret@db.example.com:6432/shop", "db.example.com:6432/shop"),
        ("postgres:///shop", "localhost:5432/shop"),
        ("host=/run/postgresql user=app password=secret", "/run/postgresql:5432/app"),
    ],
)
def test_a_server_is_named_without_its_password(
    conninfo: str, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Host, port and database are enough to find it."""
    for name in ("PGHOST", "PGPORT", "PGUSER", "PGDATABASE"):
        monkeypatch.delenv(name, raising=False)
    assert Server(conninfo, "pdfshift").place == f"PostgreSQL at {address}"


def test_what_is_not_said_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """As for psql."""
    monkeypatch.setenv("PGHOST", "db.example.com")
    monkeypatch.setenv("PGPORT", "6432")
    monkeypatch.setenv("PGDATABASE", "shop")
    assert Server("postgresql://", "pdfshift").address == "db.example.com:6432/shop"


@pytest.mark.parametrize(
    "conninfo",
    ["postgresql://app:sec%ret@db/shop", "postgresql:///shop?secret=1", "host"],
)
def test_a_connection_string_that_is_none_is_not_shown(conninfo: str) -> None:
    """What libpq says of it quotes parts, maybe of the password, and stays out of tracebacks."""
    with pytest.raises(ConfigurationError, match="is no connection string") as caught:
        Server(conninfo, "pdfshift")
    assert "ret" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_an_error_says_where_and_what_to_do() -> None:
    """With the code for those who look it up; each time as an error of its own."""
    server = Server("postgresql://app:secret@db/shop", "pdfshift")
    error = psycopg.errors.DiskFull("no space left on device")
    translated = server.translated(error)
    assert translated.message == "PostgreSQL at db:5432/shop: no space left on device (53100)"
    assert translated.hint is not None
    assert translated.hint.startswith("Make space")
    assert translated.__cause__ is error
    assert server.translated(error) is not translated


def test_an_error_without_a_code_keeps_its_first_line() -> None:
    """The others guess at reasons."""
    translated = Server("host=db dbname=shop", "pdfshift").translated(
        psycopg.OperationalError("connection refused\n\tIs the server running?")
    )
    assert translated.message == "PostgreSQL at db:5432/shop: connection refused"
    assert translated.hint == StoreUnavailable.default_hint


@pytest.mark.parametrize(
    "error",
    [
        psycopg.errors.UntranslatableCharacter("secret document"),
        UnicodeEncodeError("utf-8", "secret document", 0, 1, "secret"),
    ],
)
def test_what_cannot_be_held_is_not_shown(error: Exception) -> None:
    """It may be a document."""
    translated = Server("host=db dbname=shop", "pdfshift").translated(error)
    expected = f"PostgreSQL at db:5432/shop cannot hold this: {type(error).__name__}"
    assert translated.message == expected


async def test_a_connection_waits_for_the_disk(
    postgres: str, server: Server, admin: psycopg.AsyncConnection
) -> None:
    """Also where somebody has switched that off; a stricter setting is kept."""
    (name,) = await (await admin.execute("SELECT current_database()")).fetchone() or ("",)
    for setting, expected in (("off", "on"), ("remote_apply", "remote_apply")):
        await admin.execute(f"ALTER DATABASE {name} SET synchronous_commit TO {setting}".encode())
        async with await server.connect(5) as connection:
            cursor = await connection.execute("SHOW synchronous_commit")
            assert await cursor.fetchone() == (expected,)


async def test_a_line_is_made_once(line: Line) -> None:
    """And used again."""
    assert await line.do(asked) == await line.do(asked)


async def test_a_line_that_was_lost_is_made_again(
    line: Line, admin: psycopg.AsyncConnection
) -> None:
    """Nobody notices."""
    lost = await line.do(asked)
    await admin.execute("SELECT pg_terminate_backend(%s, 5000)", (lost,))
    assert await line.do(asked) != lost


async def test_a_line_is_lost_after_every_error_of_the_server(line: Line) -> None:
    """Another server, or the same one after a change, may do better."""
    used = await line.do(pid)

    async def ask(connection: psycopg.AsyncConnection) -> None:
        await connection.execute("SELECT nonsense")

    with pytest.raises(psycopg.errors.UndefinedColumn):
        await line.do(ask)
    assert await line.do(pid) != used


async def test_a_line_to_nowhere_is_tried_until_the_timeout(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Then the error says what is wrong; where once is enough it says so at once."""
    monkeypatch.setattr(connections, "_PAUSE", 0.01)
    tries = 0

    class Away(Server):
        async def connect(self, timeout: float) -> psycopg.AsyncConnection:
            nonlocal tries
            tries += 1
            return await super().connect(timeout)

    line = Line(Away("postgresql://127.0.0.1:1/none", "pdfshift"), SystemClock(), 0.2)
    with pytest.raises(psycopg.OperationalError, match="refused"):
        await line.once(pid)
    assert tries == 1
    with pytest.raises(psycopg.OperationalError, match="refused"):
        await line.do(pid)
    assert tries > 2


async def test_a_line_that_is_closed_stays_so(line: Line) -> None:
    """Closing waits for what is being done; whoever waited behind it is told."""
    going = asyncio.Event()

    async def wait(connection: psycopg.AsyncConnection) -> int:
        going.set()
        await connection.execute("SELECT pg_sleep(0.05)")
        return await pid(connection)

    first = asyncio.ensure_future(line.do(wait))
    await going.wait()
    closing = asyncio.ensure_future(line.close())
    await asyncio.sleep(0)
    late = asyncio.ensure_future(line.do(pid))
    assert await first
    await closing
    with pytest.raises(StoreUnavailable, match="the store is not open"):
        await late


async def test_a_server_that_never_answers_is_away() -> None:
    """One that takes the connection and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        server = Server(f"postgresql://127.0.0.1:{silent.getsockname()[1]}/none", "pdfshift")
        with pytest.raises(psycopg.errors.ConnectionTimeout, match=r"no connection within 0\.1 s"):
            await server.connect(0.1)


async def test_what_takes_too_long_is_cut_off(server: Server) -> None:
    """It looks like a lost connection."""
    async with await server.connect(5) as connection:
        with pytest.raises(psycopg.Error) as caught, cut_off(connection, 0.05):
            await connection.execute("SELECT pg_sleep(30)")
    assert is_away(caught.value)


async def test_what_may_take_its_time_is_not_cut_off(server: Server) -> None:
    """Nor is what was quick enough, afterwards, or what is closed anyway."""
    connection = await server.connect(5)
    with cut_off(connection, None):
        await connection.execute("SELECT 1")
    with cut_off(connection, 0.01):
        pass
    await connection.execute("SELECT pg_sleep(0.03)")
    with cut_off(connection, 0):
        await connection.close()
        await asyncio.sleep(0.01)


async def test_a_connection_that_cannot_be_set_up_is_closed(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is left of it: an open one would warn."""
    monkeypatch.setattr(connections, "_SETTINGS", "SELECT nonsense, %s")
    with pytest.raises(psycopg.errors.UndefinedColumn):
        await server.connect(5)
