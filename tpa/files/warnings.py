"""Warnings about what the files say, and their author may not have meant; never a refusal."""

from collections.abc import Iterator, Mapping

from auth0_third_party.model.permissions import ClientGrant, DefaultPermission
from auth0_third_party.model.text import address_shown, shown
from tpa.files.catalog import Catalog
from tpa.files.look_alikes import look_alikes
from tpa.files.problems import Problem
from tpa.files.sources import APIS_FILE, application_file

UNKNOWN_OWNER = "unknown"
"""The owner of an adopted application, until its file names one."""


def file_warnings(catalog: Catalog) -> Iterator[Problem]:
    """Grants that take away what a default permission gives, and applications without an owner.

    Where the tenant can be read, the preflight says more about grants; use `without_owner` then.
    """
    yield from without_owner(catalog)
    yield from international_hosts(catalog)
    yield from look_alikes(catalog)
    defaults = {(d.audience, d.subject_type): d for d in catalog.default_permissions}
    for file, path, grant in catalog.stated_grants():
        default = defaults.get((grant.audience, grant.subject_type))
        if default is None or isinstance(grant, DefaultPermission):
            continue
        lost = lost_scopes(default, grant)
        if lost:
            fix = f"list {lost} here too, or leave it if that is meant; defaults are in {APIS_FILE}"
            what = replaced_default_text(lost, grant)
            yield Problem(file, 0, path, what, "", fix, "warning", rule="CG-06")


def without_owner(catalog: Catalog) -> Iterator[Problem]:
    """Applications that were adopted from a tenant and have no owner in their file yet."""
    for key, application in catalog.applications.items():
        if application.owner == UNKNOWN_OWNER:
            what, fix = "is unknown", "write the organization that runs it, and a contact there"
            file = application_file(key)
            yield Problem(file, 0, ("owner",), what, "", fix, "warning", rule="FILE-11")


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


def lost_scopes(default: DefaultPermission | Mapping[str, object], grant: ClientGrant) -> str:
    """The scopes of the default that the grant lacks, with commas; "" where it lacks none.

    `default` is a permission of the files, or a grant as the API shows it.
    """
    if grant.allow_all_scopes:
        return ""
    if isinstance(default, DefaultPermission):
        every, held = default.allow_all_scopes, list(default.scopes)
    else:
        scope = default.get("scope")
        every = bool(default.get("allow_all_scopes"))
        held = [str(item) for item in scope] if isinstance(scope, list) else []
    if every:
        return "every other scope"
    return ", ".join(scope for scope in held if scope not in grant.scopes)
