"""Where a receiver listens."""

from __future__ import annotations

import pytest

from pdfshift_async.cli.addresses import Address, address_of, receiver_address
from pdfshift_async.errors import ConfigurationError

_URL = "https://app.example.com/pdfshift"


@pytest.mark.parametrize(
    ("listen", "address"),
    [
        ("127.0.0.1:9000", Address("127.0.0.1", 9000)),
        ("localhost:0", Address("localhost", 0)),
        ("[::1]:65535", Address("::1", 65535)),
    ],
)
def test_host_and_port_are_told_apart(listen: str, address: Address) -> None:
    """IPv6 addresses stand in brackets, as in URLs."""
    assert address_of(listen) == receiver_address(listen, _URL, direct=False) == address


def test_without_callback_there_is_no_address() -> None:
    """Direct is the default, and may be asked for."""
    assert receiver_address(None, None, direct=False) is None
    assert receiver_address(None, None, direct=True) is None


@pytest.mark.parametrize(
    "listen", ["9000", "127.0.0.1", "127.0.0.1:", ":9000", "h:65536", "h:x", "::1:9000", "a b:1"]
)
def test_what_is_no_address_is_refused_with_an_example(listen: str) -> None:
    """The message shows the form."""
    with pytest.raises(ConfigurationError, match=r"--listen: must be HOST:PORT, for example"):
        receiver_address(listen, _URL, direct=False)


@pytest.mark.parametrize(("listen", "url"), [("h:1", None), (None, _URL), ("h:1", _URL)])
def test_direct_goes_with_no_callback(listen: str | None, url: str | None) -> None:
    """Which of both was meant cannot be known."""
    with pytest.raises(ConfigurationError, match="--direct: has no callback"):
        receiver_address(listen, url, direct=True)


def test_a_webhook_needs_somebody_who_listens() -> None:
    """Without a receiver the command would wait for a callback that cannot arrive."""
    with pytest.raises(ConfigurationError, match="--webhook-url: needs --listen HOST:PORT"):
        receiver_address(None, _URL, direct=False)
