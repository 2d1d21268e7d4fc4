"""What a check can find, and what the checks of one application look at."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qsl, urlsplit

from tpa.oauth.deployed import Deployed
from tpa.oauth.http import Answer
from tpa.oauth.tokens import Token, token_in
from tpa.probe.requests import Name, Part

Result = Literal["held", "broken", "not_observable", "not_offered", "partner"]
Outcome = Literal["sign_in", "refused", "returned"]
"""Of a request to `/authorize`: users are asked to sign in, see an error, or are sent back."""


@dataclass(frozen=True)
class Verdict:
    """`not_offered`: Auth0 has no such thing; `partner`: it is for the partner's code to do."""

    result: Result
    reason: str = ""


def held(reason: str = "") -> Verdict:
    return Verdict("held", reason)


def broken(reason: str) -> Verdict:
    return Verdict("broken", reason)


def not_observable(reason: str) -> Verdict:
    return Verdict("not_observable", reason)


@dataclass(frozen=True)
class Observed:
    """The answers of a tenant about one application, by the names of their requests."""

    deployed: Deployed
    answers: Mapping[Name, Answer] = field(default_factory=dict)

    def __getitem__(self, name: Name) -> Answer:
        return self.answers[name]

    def __contains__(self, name: Name) -> bool:
        return name in self.answers

    def group(self, name: str) -> Iterator[tuple[str, Answer]]:
        """What was asked in several ways, with what differs."""
        for each, answer in self.answers.items():
            if isinstance(each, Part) and each.group == name:
                yield each.what, answer

    def outcome(self, answer: Answer) -> Outcome:
        """What `/authorize` did."""
        asked = dict(parse_qsl(urlsplit(answer.url).query)).get("redirect_uri", "")
        places = {_place(uri) for uri in (asked, *self.deployed.application.callbacks) if uri}
        if answer.location and _place(answer.location) in places:
            return "returned"
        if answer.status >= 400 or answer.error or _ERROR_PAGE.search(answer.location):
            return "refused"
        return "sign_in"

    @property
    def good(self) -> bool:
        """Whether a correct request is accepted: only then does a refusal mean something."""
        return "authorize" in self and self.outcome(self["authorize"]) == "sign_in"

    @property
    def token(self) -> Token:
        """The access token of the signed-in user."""
        return token_in(self["token"])


Judge = Callable[[Observed], Verdict]
_ERROR_PAGE = re.compile(r"^https?://[^?#]*/error\b")
"""A page of errors whose address does not name the error."""


def _place(uri: str) -> tuple[str, str]:
    parts = urlsplit(uri)
    return parts.scheme, parts.netloc.lower()
