"""Where a command's own receiver listens."""

from __future__ import annotations

import re
from typing import NamedTuple

from pdfshift_async.errors import ConfigurationError

__all__ = ["Address", "address_of", "receiver_address"]

_ADDRESS = re.compile(
    r"(?:\[(?P<ipv6>[0-9A-Fa-f:.]+)\]|(?P<host>[^\s:\[\]]+)):(?P<port>[0-9]{1,5})"
)


_HIGHEST_PORT = 65_535


class Address(NamedTuple):
    """Host and port."""

    host: str
    port: int


def receiver_address(
    listen: str | None, webhook_url: str | None, *, direct: bool
) -> Address | None:
    """Give the address of ``--listen``, or None where no callback is asked for.

    Raises:
        ConfigurationError: The options contradict each other, or it is no address.
    """
    if direct and (listen or webhook_url):
        raise ConfigurationError(
            "--direct", "has no callback, so it goes with neither --webhook-url nor --listen"
        )
    if listen is None:
        if webhook_url is not None:
            raise ConfigurationError(
                "--webhook-url", "needs --listen HOST:PORT, where callbacks reach this machine"
            )
        return None
    return address_of(listen)


def address_of(listen: str) -> Address:
    """Read the value of ``--listen``.

    Raises:
        ConfigurationError: It is no address.
    """
    found = _ADDRESS.fullmatch(listen)
    if not found or int(found["port"]) > _HIGHEST_PORT:
        raise ConfigurationError(
            "--listen", f"must be HOST:PORT, for example 127.0.0.1:9000, not {listen!r}"
        )
    return Address(found["ipv6"] or found["host"], int(found["port"]))
