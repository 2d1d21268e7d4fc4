"""Warnings about what the files say, and their author may not have meant; never a refusal."""

import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path as FilePath
from typing import Any

from auth0_third_party.model.application import Application
from auth0_third_party.model.permissions import ClientGrant, DefaultPermission
from auth0_third_party.model.text import address_shown, shown
from auth0_third_party.rules import Path, has_no_port
from tpa.files.catalog import Catalog
from tpa.files.declaration import Declaration
from tpa.files.layout import APIS_FILE, agent_file, application_file
from tpa.files.problems import Problem
from tpa.files.record import Identity
from tpa.files.regular import read_regular

UNKNOWN_OWNER = "unknown"
"""The owner of an adopted application, until its file names one."""


def file_warnings(catalog: Catalog, root: FilePath | None = None) -> Iterator[Problem]:
    """Grants that take away what a default permission gives, and what `plain_warnings` says."""
    yield from plain_warnings(catalog, root)
    yield from look_alikes(catalog)
    defaults = {(d.audience, d.subject_type): d for d in catalog.default_permissions}
    for file, path, grant in catalog.stated_grants():
        default = defaults.get((grant.audience, grant.subject_type))
        if default is None or isinstance(grant, DefaultPermission):
            continue
        lost = lost_scopes(default.scopes, grant, every=default.allow_all_scopes)
        if lost:
            fix = f"list {lost} here too, or leave it if that is meant; defaults are in {APIS_FILE}"
            what = replaced_default_text(lost, grant)
            yield Problem(file, 0, path, what, "", fix, "warning", rule="CG-06")


def plain_warnings(catalog: Catalog, root: FilePath | None = None) -> Iterator[Problem]:
    """What the files alone tell, also where the preflight says more about grants. `root`: the
    project, whose copies of agents' documents are looked at too.
    """
    yield from without_owner(catalog)
    yield from international_hosts(catalog)
    yield from custom_domain(catalog)
    yield from portless_callbacks(catalog, root)


def portless_callbacks(catalog: Catalog, root: FilePath | None) -> Iterator[Problem]:
    """TP-CREATE-20: callbacks on the user's own machine, without a port."""
    found: list[tuple[str, Path, str]] = [
        (application_file(key), ("callbacks", index), uri)
        for key, application in catalog.applications.items()
        for index, uri in enumerate(application.callbacks)
    ]
    for key in catalog.agents if root else ():
        uris = _copied(root, catalog, key).get("redirect_uris") if root else ()
        found += [(agent_file(key), ("copy_of_document",), str(uri)) for uri in uris or ()]
    for file, path, uri in found:
        if has_no_port(uri):
            what = f"'{uri}' has no port, and so may match port 80 alone"
            why = (
                "Auth0 compares callbacks as a whole; it does not promise what RFC 8252 (7.3) asks"
                " for, that any port of the user's own machine matches"
            )
            fix = "list the address with the port that the app listens on, such as :8765"
            yield Problem(file, 0, path, what, why, fix, "warning", rule="TP-CREATE-20")


def _copied(root: FilePath, catalog: Catalog, key: str) -> Mapping[str, Any]:
    """The reviewed copy of an agent's document, which was checked already; empty without one."""
    entry = catalog.record.definitions.get(Identity(key, "agent"))
    name = entry.definition.get("copy_of_document") if entry else ""
    if not name:
        return {}
    folder = (root / agent_file(key)).parent
    content: dict[str, Any] = json.loads(read_regular(folder / str(name), within=folder))
    return content


def without_owner(catalog: Catalog) -> Iterator[Problem]:
    """Applications that were adopted from a tenant and have no owner in their file yet."""
    for key, application in catalog.applications.items():
        if application.owner == UNKNOWN_OWNER:
            what, fix = "is unknown", "write the organization that runs it, and a contact there"
            file = application_file(key)
            yield Problem(file, 0, ("owner",), what, "", fix, "warning", rule="FILE-11")


def custom_domain(catalog: Catalog) -> Iterator[Problem]:
    """A tenant by another name than Auth0's; a private cloud may have one, so it is no error."""
    tenant = catalog.environment.tenant
    own = tenant.endswith((".auth0.com", ".auth0app.com"))
    if not own and "." in tenant and ":" not in tenant:
        what = f"'{tenant}' looks like a custom domain"
        fix = "write the tenant's own domain, such as example.eu.auth0.com"
        yield Problem(catalog.file, 0, ("tenant",), what, "", fix, "warning", rule="ENV-14")


def international_hosts(catalog: Catalog) -> Iterator[Problem]:
    """Addresses whose host people read in other letters than it is written in (RFC 5890)."""
    for key, application in catalog.applications.items():
        for field in ("callbacks", "allowed_origins", "web_origins"):
            for index, address in enumerate(getattr(application, field)):
                shown_host = address_shown(address)
                if shown_host != shown(address):
                    file, path, what = application_file(key), (field, index), f"'{shown_host}'"
                    why = "letters of other scripts can look like those of another domain"
                    fix = "compare the letters with what the partner confirmed by another way"
                    yield Problem(file, 0, path, what, why, fix, "warning", rule="TP-CREATE-19")


def replaced_default_text(lost: str, grant: ClientGrant) -> str:
    """What an application loses by a grant of its own, in one sentence."""
    where = f"'{grant.audience}' ({grant.subject_type})"
    return f"removes {lost} on {where}, which the default permission gives"


def lost_scopes(scopes: Sequence[str], grant: ClientGrant, *, every: bool) -> str:
    """The scopes of a default permission that the grant lacks, with commas; "" where it lacks none.
    `every`: the default gives all scopes.
    """
    if grant.allow_all_scopes:
        return ""
    return "every other scope" if every else ", ".join(s for s in scopes if s not in grant.scopes)


def skeletons(name: str) -> tuple[str, str]:
    """Names that users would take for each other have one in common
    (https://www.unicode.org/reports/tr39/): the same letters, once case, accents, spaces,
    punctuation and letters of other scripts that look the same are left out of account. One with
    any letter in lower case, one with a capital I as an l; without a letter, the name itself.
    """
    text = unicodedata.normalize("NFKD", name)
    plain = [_plain(letter) for letter in text if letter.isalnum()]
    lower = unicodedata.normalize("NFKD", text.casefold())
    folded = [_plain(letter) for letter in lower if letter.isalnum()]
    found = "".join(folded), "".join("l" if each == "I" else each.casefold() for each in plain)
    return found if folded else (name, name)


def look_alikes(declaration: Declaration, of: str = "") -> Iterator[Problem]:
    """Applications with user access whose names can't be told apart: at consent users see nothing
    else. `of`: from that one alone.
    """
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
    alike = "the same name" if application.name == name else "a name that looks the same"
    what, file = f"{other} has {alike}, '{shown(name)}'", application_file(key)
    fix = "have the partner choose another name, or make sure that users may take one for the other"
    return Problem(file, 0, ("name",), what, "", fix, "warning", rule="FILE-15")


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
