"""The tables, as the steps that lead from one version of them to the next."""

from __future__ import annotations

from typing import Any, Final, LiteralString

from psycopg import AsyncConnection, sql

from pdfshift_async.errors import ConfigurationError, StoreTooNew

__all__ = ["STEPS", "VERSION", "migrate"]

# Moments are microseconds since 1970, in UTC; outcomes and requests are JSON in text, since jsonb
# refuses zero bytes and infinite numbers, which a service may well send.
_TABLES: Final = (
    """
    CREATE TABLE conversions (
        id text PRIMARY KEY,
        key text,
        created_at bigint NOT NULL,
        sandbox boolean NOT NULL,
        own_bucket boolean NOT NULL,
        state text NOT NULL,
        attempt integer NOT NULL,
        resubmits integer NOT NULL,
        deadline bigint,
        outcome text,
        settled_at bigint,
        request text,
        sender integer,
        settlement bigint
    )
    """,
    "CREATE INDEX deadlines ON conversions (deadline) WHERE deadline IS NOT NULL",
    "CREATE INDEX ages ON conversions (settled_at) WHERE settled_at IS NOT NULL",
    "CREATE INDEX senders ON conversions (sender) WHERE sender IS NOT NULL",
    "CREATE INDEX settlements ON conversions (settlement) WHERE settlement IS NOT NULL",
    "CREATE TABLE counters (settlements bigint NOT NULL)",
    "INSERT INTO counters VALUES (0)",
    "CREATE TABLE schema_version (number integer NOT NULL)",
    "INSERT INTO schema_version VALUES (0)",
)

_MEMBERS: Final = (
    """
    CREATE TABLE members (
        batch text COLLATE "C" NOT NULL,
        key text COLLATE "C" NOT NULL,
        content text NOT NULL,
        conversion_id text NOT NULL,
        run text NOT NULL,
        number integer NOT NULL,
        twin boolean NOT NULL,
        ending text,
        detail text,
        credits integer NOT NULL,
        path text,
        size bigint,
        digest text,
        folded text NOT NULL,
        holder integer,
        PRIMARY KEY (batch, key)
    )
    """,
    "CREATE UNIQUE INDEX folded_keys ON members (batch, folded) WHERE NOT twin",
    "CREATE INDEX awaited ON members (conversion_id) WHERE ending IS NULL",
    "CREATE INDEX holders ON members (holder) WHERE holder IS NOT NULL",
)

# Unlogged: nothing waits for the disk, and where a crash has emptied it, paces begin anew.
_PACES: Final = ("CREATE UNLOGGED TABLE paces (name text PRIMARY KEY, content text NOT NULL)",)

STEPS: Final = (_TABLES, _MEMBERS, _PACES)
"""A new schema takes all of them, an old one those that it lacks; none is ever edited."""

VERSION: Final = len(STEPS)

_CONTENT: Final = """
    SELECT to_regclass('schema_version') IS NOT NULL, (
        SELECT count(*) FROM pg_class WHERE relnamespace = to_regnamespace(%s)
    )
"""


async def migrate(connection: AsyncConnection, schema: str, place: str) -> None:
    """Bring the schema to the version that this library knows.

    Args:
        connection: To the database.
        schema: Name of the schema, which is the only one on the search path.
        place: Names it in errors.

    Raises:
        StoreTooNew: A newer library wrote it.
        ConfigurationError: It holds tables of another program.
    """
    if await _version_of(connection, schema, place) == VERSION:
        return
    async with connection.transaction():
        # Replicas that start together take turns; then read again, since another was faster.
        await connection.execute(
            "SELECT pg_advisory_xact_lock(hashtext('pdfshift_async'), hashtext(%s))", (schema,)
        )
        version = await _version_of(connection, schema, place)
        if version is None:
            await _create(connection, schema)
        for step in STEPS[version or 0 :]:
            for statement in step:
                await connection.execute(statement)
        await connection.execute("UPDATE schema_version SET number = %s", (VERSION,))


async def _create(connection: AsyncConnection, schema: str) -> None:
    """Make the schema, unless somebody has made it for us, who may not let us make one."""
    if await _value(connection, "SELECT to_regnamespace(%s) IS NULL", schema):
        await connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))


async def _version_of(connection: AsyncConnection, schema: str, place: str) -> int | None:
    """Give the version, or None where nothing is there yet."""
    # Both in one statement: another replica may be making the tables.
    ((marked, tables),) = await (await connection.execute(_CONTENT, (schema,))).fetchall()
    if not marked:
        if tables:
            raise ConfigurationError(
                "store",
                f"the schema {schema} of {place} holds something else",
                hint="Name a schema of its own for the store, and let its user use it.",
            )
        return None
    version: int = await _value(connection, "SELECT number FROM schema_version")
    if version > VERSION:
        msg = f"{place} has schema version {version}, and this library knows up to {VERSION}"
        raise StoreTooNew(msg)
    return version


async def _value(connection: AsyncConnection, statement: LiteralString, *values: Any) -> Any:
    ((value,),) = await (await connection.execute(statement, values)).fetchall()
    return value
