"""What the files say, and a person may not have meant: warnings, never a refusal."""

from collections.abc import Iterator, Mapping

from auth0_third_party.model.permissions import ClientGrant, DefaultPermission
from tpa.files.catalog import Catalog
from tpa.files.problems import Problem
from tpa.files.sources import APIS_FILE, application_file

UNKNOWN_OWNER = "unknown"
"""Who owns an application, where neither the tenant nor a person says it."""
WHY = (
    "a grant of its own replaces the default permission on that API and subject type, it does not"
    " add to it (CG-06)"
)


def file_warnings(catalog: Catalog) -> Iterator[Problem]:
    """Grants that take away what a default permission gave, and applications without an owner.

    Of grants, a look at the tenant says more; `unowned` is for the files alone to say.
    """
    yield from unowned(catalog)
    defaults = {(d.audience, d.subject_type): d for d in catalog.default_permissions}
    for file, field, grant in catalog.places():
        default = defaults.get((grant.audience, grant.subject_type))
        if default is None or isinstance(grant, DefaultPermission):
            continue
        lost = lost_scopes(default, grant)
        if lost:
            fix = f"list {lost} here too, or leave it if that is meant; defaults are in {APIS_FILE}"
            yield Problem(file, 0, field, shadow_text(lost, grant), WHY, fix, "warning")


def unowned(catalog: Catalog) -> Iterator[Problem]:
    """What was taken over from a tenant has no owner until somebody writes one."""
    for key, application in catalog.applications.items():
        if application.owner == UNKNOWN_OWNER:
            what, why = "is unknown", "nobody can be asked about it, or told of a change"
            fix = "write who runs it, and whom to call"
            yield Problem(application_file(key), 0, "owner", what, why, fix, "warning")


def shadow_text(lost: str, grant: ClientGrant) -> str:
    """One sentence about what the application loses by its own grant."""
    place = f"'{grant.audience}' ({grant.subject_type})"
    return f"removes {lost} on {place}, which the default permission gives"


def lost_scopes(default: DefaultPermission | Mapping[str, object], grant: ClientGrant) -> str:
    """Scopes of the default that the grant lacks, in words; "" when there are none.

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
