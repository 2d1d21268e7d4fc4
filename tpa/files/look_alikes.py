"""Names of applications that users would take for each other: at consent they see the name alone.

Two names are alike where they share a skeleton (https://www.unicode.org/reports/tr39/): the same
letters, once case, accents, spaces, punctuation and letters of other scripts that look the same are
left out of account.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any

from auth0_third_party.model.application import Application
from auth0_third_party.model.text import shown
from tpa.files.declaration import Declaration
from tpa.files.problems import Problem
from tpa.files.sources import application_file

RULE = "FILE-15"
FIX = "have the partner choose another name, or make sure that users may take one for the other"


def skeletons(name: str) -> tuple[str, str]:
    """Names that look alike have one in common: with any letter in lower case, or with a capital I
    as an l. Without a letter, the name itself.
    """
    text = unicodedata.normalize("NFKD", name)
    plain = [_plain(letter) for letter in text if letter.isalnum()]
    lower = unicodedata.normalize("NFKD", text.casefold())
    folded = [_plain(letter) for letter in lower if letter.isalnum()]
    found = "".join(folded), "".join("l" if each == "I" else each.casefold() for each in plain)
    return found if folded else (name, name)


def named_alike(one: str, other: str) -> str:
    """Of two names that look alike."""
    return "the same name" if one == other else "a name that looks the same"


def look_alikes(declaration: Declaration, of: str = "") -> Iterator[Problem]:
    """Applications with user access whose names can't be told apart. `of`: from that one alone."""
    first: dict[str, tuple[str, Application]] = {}
    for key, application in declaration.applications.items():
        if application.signs_users_in:
            found = [
                first.setdefault(each, (key, application)) for each in skeletons(application.name)
            ]
            other, named = min(found, key=lambda each: each[0] == key)
            if other != key and of in ("", key, other):
                yield look_alike(key, application, named.name, other)


def look_alike(key: str, application: Application, name: str, other: str) -> Problem:
    """The warning about an application; `other` has the `name` that looks like its own."""
    what = f"{other} has {named_alike(application.name, name)}, '{shown(name)}'"
    return Problem(application_file(key), 0, ("name",), what, "", FIX, "warning", rule=RULE)


def _plain(letter: str) -> str:
    """The ASCII letter that it looks like, else itself."""
    if letter.isascii():
        return {"0": "o", "1": "l"}.get(letter, letter)
    looks = (each["c"] for each in _confusables().get(letter, ()))
    return next((each for each in looks if each.isascii() and each.isalpha()), letter)


@cache
def _confusables() -> Mapping[str, Any]:
    """The table of Unicode, which takes a while to read; most names need none of it."""
    found: Mapping[str, Any] = import_module("confusable_homoglyphs.confusables").confusables_data
    return found
