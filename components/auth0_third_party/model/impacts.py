"""What a change of a field risks, for the rows of the table of an application's fields."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

Risk = Literal["critical", "high", "medium", "low"]


@dataclass(frozen=True)
class Impact:
    """One kind of change, and how much it matters.

    `narrows`: access shrinks. `consent`: Auth0 asks users again, since it remembers consent per
    user, application, API and scopes (RT-07).
    """

    kind: str
    risk: Risk
    why: str
    narrows: bool = False
    consent: bool = False


class MoreOrLess(NamedTuple):
    """Of a field that has more and less: entries of a list, a longer time, a switch turned on."""

    more: Impact
    less: Impact


TEXTS = Impact("texts-changed", "low", "users read other texts when they are asked for consent")
TYPE = Impact(
    "type-changed", "high", "whether it can keep a secret, and which flows it may use, change"
)
FLOWS = MoreOrLess(
    Impact("flow-gained", "medium", "one more way to get tokens"),
    Impact("flow-lost", "medium", "the partner's code may rely on it", narrows=True),
)
ORIGINS = MoreOrLess(
    Impact(
        "origin-gained", "medium", "browser pages of that origin may call with the user's session"
    ),
    Impact("origin-lost", "low", "browser pages of that origin can't call any more", narrows=True),
)
ACCESS_TOKENS = MoreOrLess(
    Impact("tokens-longer", "medium", "access ends later after a grant is removed"),
    Impact("tokens-shorter", "low", "the partner must request tokens more often", narrows=True),
)
REFRESH_TOKENS = MoreOrLess(
    Impact("refresh-longer", "medium", "a stolen or forgotten refresh token works longer"),
    Impact("refresh-shorter", "low", "users must sign in again sooner", narrows=True),
)
