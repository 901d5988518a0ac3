"""The base of all option models: judged as a whole, sent in part, silent about secrets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from pdfshift_async.errors import InvalidOptions, Problem

from ._problems import problems_in, refuse, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Self

_HIDDEN = "***"


class OptionModel(BaseModel):
    """Named values that are sent as one JSON object.

    Two are equal when they are of one class and send the same.

    Raises:
        InvalidOptions: With everything that is wrong. As part of another pydantic model, and by
            ``model_validate``, the same is raised as pydantic's ``ValidationError``.
    """

    # Deferred: building the validators is half of the import's time, and few need all classes.
    model_config = ConfigDict(
        defer_build=True, extra="forbid", frozen=True, hide_input_in_errors=True, strict=True
    )

    _foreign_names: ClassVar[Mapping[str, str]] = {}
    """Names that guides and other services use, and what to do instead."""

    # Type checkers derive the signature from the fields, and this constructor would hide it.
    # Pydantic calls it for nested mappings too, so each level words its own problems.
    if not TYPE_CHECKING:  # pragma: no branch

        def __init__(self, **options: Any) -> None:
            known = {name: options[name] for name in options if name in type(self).model_fields}
            problems = [self._unknown(name) for name in options if name not in known]
            try:
                super().__init__(**known)
            except ValidationError as error:
                problems += problems_in(error)
            problems += self._conflicts(known)
            # Raised outside the handler: pydantic's error holds every value, passwords included.
            if problems:
                raise InvalidOptions(problems)

    def wire(self) -> dict[str, Any]:
        """Give what is sent: the options which were set, as JSON values."""
        return self.model_dump(mode="json", exclude_unset=True, exclude_none=True)

    def replace(self, **changes: Any) -> Self:
        """Copy with changes; ``None`` takes an option away that has no default of its own.

        Raises:
            InvalidOptions: The result breaks a rule.
        """
        kept = {name: getattr(self, name) for name in self.model_fields_set}
        return type(self)(**{**kept, **changes})

    # What copy.replace calls; pydantic's own would not validate.
    __replace__ = replace

    @classmethod
    def _conflicts(cls, _given: Mapping[str, Any], /) -> Iterable[Problem]:
        """Judge the options together.

        They come as the caller gave them, of whatever type, so that these problems are told
        together with those of each option.
        """
        return ()

    @classmethod
    def _unknown(cls, name: str) -> Problem:
        return Problem(shown(name), f"is not an option of {cls.__name__}", cls._hint(name))

    @classmethod
    def _hint(cls, name: str) -> str | None:
        for owner in cls.__mro__:
            if hint := getattr(owner, "_foreign_names", {}).get(name):
                return str(hint)
        near = get_close_matches(name[:40], cls.model_fields, n=1)
        return f"did you mean {near[0]}?" if near else None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, OptionModel):
            return NotImplemented
        return type(self) is type(other) and self.wire() == other.wire()

    def __hash__(self) -> int:
        return hash((type(self), json.dumps(self.wire(), sort_keys=True)))

    def __repr_args__(self) -> Iterator[tuple[str, object]]:
        """Show what was set; of fields with ``repr=False`` only that they are set."""
        for name, field in type(self).model_fields.items():
            if name in self.model_fields_set:
                value = getattr(self, name)
                yield name, value if field.repr or value is None else _hidden(value)


def _hidden(value: object) -> object:
    return dict.fromkeys(value, _HIDDEN) if isinstance(value, Mapping) else _HIDDEN


def _check_names(value: object) -> object:
    return named(value) if isinstance(value, Mapping) else value


def named(value: Mapping[Any, Any]) -> dict[str, Any]:
    """Copy a mapping that a constructor can take, or refuse it."""
    if not all(isinstance(name, str) for name in value):
        refuse("must be a mapping with names as its keys")
    return dict(value)


_Model = TypeVar("_Model", bound=OptionModel)

Part = Annotated[_Model, BeforeValidator(_check_names)]
"""Another option model, or a mapping of its options."""
