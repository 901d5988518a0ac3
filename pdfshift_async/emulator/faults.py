"""What goes wrong on purpose: faults as data, one vocabulary for code, HTTP and command line."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    model_validator,
)

from pdfshift_async.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

__all__ = ["Damage", "Fault", "FaultKind", "Faults"]

FaultKind = Literal[
    "callback_damaged",
    "callback_delayed",
    "callback_duplicated",
    "callback_early",
    "callback_lost",
    "callback_reordered",
    "conversion_failed",
    "cut_after",
    "cut_before",
    "rate_limited",
    "server_error",
]

Damage = Literal["empty", "shape", "text", "truncated"]

_SELECTION = ("match", "times", "probability", "seed")

_OWN_VALUES: Mapping[FaultKind, tuple[str, ...]] = {
    "callback_damaged": ("damage",),
    "callback_delayed": ("seconds",),
    "callback_duplicated": ("copies",),
    "callback_early": (),
    "callback_lost": (),
    "callback_reordered": ("seconds",),
    "conversion_failed": ("code", "message", "identifier"),
    "cut_after": (),
    "cut_before": (),
    "rate_limited": (),
    "server_error": ("status", "accepted"),
}


class Fault(BaseModel):
    """One thing that goes wrong, which conversions it strikes, and how.

    ==================== =========================================================================
    kind                 what happens
    ==================== =========================================================================
    callback_lost        The callback is never sent.
    callback_delayed     It is sent ``seconds`` late.
    callback_duplicated  It is sent ``copies`` times.
    callback_early       It is sent before the 202.
    callback_reordered   It lets the next callback pass first, and waits ``seconds`` for one.
    callback_damaged     Its body is broken, as ``damage`` says.
    conversion_failed    The document fails with ``code``, ``message``, ``identifier``.
    rate_limited         The request is refused with 429.
    server_error         The request is answered with ``status``; see ``accepted``.
    cut_before           The connection is cut before the request is accepted.
    cut_after            The connection is cut after it is accepted, without an answer.
    ==================== =========================================================================

    Raises:
        ConfigurationError: A value is out of range, or does not belong to the kind.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: FaultKind

    match: str | None = None
    """Strikes only where the source or the webhook URL has this text; None strikes everywhere."""
    times: Annotated[int, Field(ge=1)] | None = None
    """How many conversions it strikes before it is used up; None never is."""
    probability: Annotated[float, Field(ge=0, le=1)] = 1.0
    """How likely it strikes a conversion that matches."""
    seed: int = 0
    """Of the dice for ``probability``: the same seed strikes the same conversions."""

    seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 5.0
    """Emulated: ``time_scale`` shortens them."""
    copies: Annotated[int, Field(ge=2, le=100)] = 2
    """How many deliveries there are in all."""
    damage: Damage = "truncated"
    """``truncated`` JSON, an ``empty`` body, ``text`` that is no JSON, or JSON of a foreign
    ``shape``."""
    code: Annotated[int, Field(ge=400, le=599)] = 400
    """As in the body of the error; the defaults of these three are the service's page timeout."""
    message: str = "The requested page took too long to load."
    """The words of the service."""
    identifier: str | None = "A74"
    """The service's support code."""
    status: Annotated[int, Field(ge=500, le=599)] = 500
    """HTTP status."""
    accepted: bool = False
    """Whether the conversion runs although the answer is an error."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the form of the command line: ``KIND`` or ``KIND:name=value,name=value``.

        Raises:
            ConfigurationError: It is not of that form, or a value is wrong.
        """
        kind, _, rest = text.partition(":")
        values = [pair.partition("=") for pair in rest.split(",") if pair.strip()]
        if not all(equals for _, equals, _ in values):
            raise ConfigurationError("fault", f"must be KIND:name=value,… and not {text!r}")
        given = {name.strip(): value.strip() for name, _, value in values}
        return cls.model_validate({**given, "kind": kind.strip()})

    def values(self) -> dict[str, Any]:
        """Give the kind and the values that mean something for it, ready for JSON."""
        return self.model_dump(include={"kind", *_SELECTION, *_OWN_VALUES[self.kind]})

    @model_validator(mode="wrap")
    @classmethod
    def _validated(cls, values: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            fault = handler(values)
        except ValidationError as error:
            raise ConfigurationError("fault", _first_problem(error)) from None
        foreign = fault.model_fields_set - {"kind", *_SELECTION, *_OWN_VALUES[fault.kind]}
        if foreign:
            names = ", ".join(sorted(foreign))
            raise ConfigurationError("fault", f"{fault.kind} takes no {names}")
        return fault


def _first_problem(error: ValidationError) -> str:
    problem = error.errors(include_url=False, include_context=False)[0]
    name = ".".join(str(step) for step in problem["loc"])
    return f"{name}: {problem['msg'].lower()}" if name else problem["msg"].lower()


@dataclass(slots=True)
class _Armed:
    """A fault with what is left of it."""

    fault: Fault
    left: int | None
    dice: random.Random

    def strikes(self, texts: Iterable[str]) -> bool:
        match = self.fault.match
        if self.left == 0 or (match is not None and not any(match in text for text in texts)):
            return False
        if self.dice.random() >= self.fault.probability:
            return False
        if self.left is not None:
            self.left -= 1
        return True


class Faults:
    """The faults an emulator has in store.

    Args:
        faults: What it begins with.
    """

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._armed: list[_Armed] = []
        self.add(*faults)

    def __iter__(self) -> Iterator[Fault]:
        return iter([armed.fault for armed in self._armed])

    def add(self, *faults: Fault) -> None:
        """Let these go wrong too; of two of one kind, the older strikes first."""
        self._armed += [
            # Dice that repeat are the purpose of the seed.
            _Armed(fault, fault.times, random.Random(fault.seed))  # noqa: S311
            for fault in faults
        ]

    def clear(self) -> None:
        """Let nothing go wrong any more; what has been struck stays struck."""
        self._armed.clear()

    def strike(self, sources: Sequence[str], webhook_url: str | None) -> Mapping[FaultKind, Fault]:
        """Choose what goes wrong with a request: at most one fault of each kind.

        Faults of callbacks strike only where there is a callback.
        """
        struck: dict[FaultKind, Fault] = {}
        texts = [*sources, webhook_url or ""]
        for armed in self._armed:
            kind = armed.fault.kind
            if kind in struck or (webhook_url is None and kind.startswith("callback_")):
                continue
            if armed.strikes(texts):
                struck[kind] = armed.fault
        self._armed = [armed for armed in self._armed if armed.left != 0]
        return struck
