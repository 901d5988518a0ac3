"""One suite for every store."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.register_assert_rewrite("pdfshift_async.testing.store_contract")

from pdfshift_async.stores import (  # noqa: E402 -- after the line above
    MemoryStore,
    SQLiteStore,
    Store,
    open_store,
)
from pdfshift_async.stores.postgres import PostgresStore  # noqa: E402 -- after the line above
from pdfshift_async.testing.store_contract import (  # noqa: E402 -- after the line above
    BatchStoreContract,
    DurableStoreContract,
    MakeStore,
    Reopen,
    SharedBatchStoreContract,
)

STORE_PROCESS = Path(__file__).parents[1] / "store_process.py"


class TestMemoryStore(DurableStoreContract, BatchStoreContract):
    """Closed and opened again it has everything, so it passes as durable within its process."""

    @pytest.fixture
    def make_store(self) -> MakeStore:
        """Each is empty."""
        return MemoryStore

    @pytest.fixture
    def reopen(self) -> Reopen:
        """Its data is nowhere but in the store itself."""
        return lambda store: store


class TestSQLiteStore(DurableStoreContract, SharedBatchStoreContract):
    """Each store is a file, and one that is opened again is another store on the same file."""

    examples = 20  # each sequence makes a file, and each write waits for the disk

    @pytest.fixture
    def make_store(self, tmp_path: Path) -> MakeStore:
        """Each is a file of its own."""
        numbers = itertools.count()
        return lambda: SQLiteStore(tmp_path / f"{next(numbers)}.db")

    @pytest.fixture
    def reopen(self) -> Reopen:
        """Give another store with connections of its own."""
        return _again


@pytest.fixture(scope="class")
def other_process(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[object], None]]:
    """Lets another process write into a store all the time, until it is given another one."""
    with subprocess.Popen(  # noqa: S603 -- our own script
        (sys.executable, STORE_PROCESS, "write", tmp_path_factory.mktemp("other") / "first.db"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:

        def write_into(place: object) -> None:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(f"{place}\n".encode())
            process.stdin.flush()
            assert process.stdout.readline() == b"ready\n"

        yield write_into
        process.communicate(b"\n")
    assert process.returncode == 0


class TestSQLiteStoreOfTwoProcesses(DurableStoreContract):
    """The same while another process writes into the same file."""

    examples = 5

    @pytest.fixture
    def make_store(self, tmp_path: Path, other_process: Callable[[object], None]) -> MakeStore:
        """Each is the file that the other process writes into until there is another one."""
        numbers = itertools.count()

        def make() -> Store:
            path = tmp_path / f"{next(numbers)}.db"
            other_process(path)
            return SQLiteStore(path)

        return make

    @pytest.fixture
    def reopen(self) -> Reopen:
        """Give another store with connections of its own."""
        return _again


def _again(store: Store) -> Store:
    assert isinstance(store, SQLiteStore)
    return SQLiteStore(store.path)


@pytest.fixture(scope="module")
def schemas(postgres_of_module: str) -> Iterator[str]:
    """URLs of stores that nobody has opened yet."""
    return (f"{postgres_of_module}&schema=store_{number}" for number in itertools.count())


class TestPostgresStore(DurableStoreContract, SharedBatchStoreContract):
    """Each store is a schema, and one that is opened again is another store on the same schema."""

    examples = 20  # each sequence makes a schema

    @pytest.fixture
    def make_store(self, schemas: Iterator[str]) -> MakeStore:
        """Each is a schema of its own."""
        return lambda: open_store(next(schemas))

    @pytest.fixture
    def reopen(self, postgres_of_module: str) -> Reopen:
        """Give another store with connections of its own."""
        return lambda store: _same_schema(postgres_of_module, store)


class TestPostgresStoreOfTwoProcesses(DurableStoreContract):
    """The same while another process writes into the same schema."""

    examples = 5

    @pytest.fixture
    def make_store(
        self, schemas: Iterator[str], other_process: Callable[[object], None]
    ) -> MakeStore:
        """Each is the schema that the other process writes into until there is another one."""

        def make() -> Store:
            url = next(schemas)
            other_process(url)
            return open_store(url)

        return make

    @pytest.fixture
    def reopen(self, postgres_of_module: str) -> Reopen:
        """Give another store with connections of its own."""
        return lambda store: _same_schema(postgres_of_module, store)


def _same_schema(url: str, store: Store) -> Store:
    assert isinstance(store, PostgresStore)
    return open_store(f"{url}&schema={store.schema}")
