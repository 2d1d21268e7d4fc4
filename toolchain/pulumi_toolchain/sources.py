"""Where a run may take its parts from, as the user says it in TOOLCHAIN."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Self

from pulumi_toolchain.errors import ToolchainError


class Sources(Enum):
    """`ANY` tries the others in the order in which they stand here."""

    ANY = ""
    SYSTEM = "system"
    VENDOR = "vendor"
    REGISTRIES = "registries"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """The value of TOOLCHAIN. Raises ToolchainError for one that we don't know."""
        given = environment.get("TOOLCHAIN", "").strip()
        try:
            return cls(given)
        except ValueError:
            known = ", ".join(source.value for source in cls if source.value)
            raise ToolchainError(
                f"TOOLCHAIN={given} is unknown: use one of {known}, or unset it"
            ) from None

    def allows(self, source: Self) -> bool:
        """Whether `source` may be used."""
        return self in {Sources.ANY, source}
