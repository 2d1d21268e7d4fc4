"""What changes for a tenant as a whole: its settings, default permissions, connections, APIs."""

from collections.abc import Iterator

from pydantic import ValidationError

from auth0_third_party.model.application import RateLimit
from tpa.environments.client_changes import listed
from tpa.environments.permissions import (
    ApiPermission,
    GrantKey,
    application_keys,
    client_in,
    client_keys,
    connections_in_use,
    default_permissions,
)
from tpa.environments.risks import Change, change
from tpa.files.definitions import TenantDefinition
from tpa.files.record import TENANT, Record

PAGES = ("error_page", "login_page")
KNOWN_TENANT_FIELDS = frozenset(("dynamic_client_registration", "rate_limit", *PAGES))


def tenant_changes(before: Record, after: Record) -> Iterator[Change]:
    """Everything that belongs to no single application or agent."""
    yield from default_permission_changes(before, after)
    yield from setting_changes(before, after)
    yield from _connection_changes(before, after)
    yield from _audience_changes(before, after)
    if before.definitions and before.protected != after.protected:
        state = "on" if after.protected else "off"
        everyone = application_keys(after)
        yield change(f"delete-protection-{state}", "", f"delete protection is {state}", everyone)


def merged_audiences(before: Record, after: Record) -> dict[str, str]:
    """One audience per API key, so that a changed audience is one change, not one per grant."""
    return {**before.audiences, **after.audiences}


def default_permission_changes(before: Record, after: Record) -> Iterator[Change]:
    """The changes of the default permissions, with the clients that fall back on them."""
    audiences = merged_audiences(before, after)
    old, new = default_permissions(before, audiences), default_permissions(after, audiences)
    for key in sorted(old.keys() | new.keys()):
        was, will = old.get(key), new.get(key)
        if was is None or will is None or _scopes(was) != _scopes(will):
            yield from _default_change(key, was, will, _inheriting(before, after, key))


def setting_changes(before: Record, after: Record) -> Iterator[Change]:
    """The changes of `stacks/tenant.yaml`."""
    old, new = _settings(before), _settings(after)
    if old is None or new is None:
        yield change("unreadable", "", "tenant settings recorded by another version")
        return
    touched = client_keys(after)
    yield from _registration(old, new, touched)
    yield from _limit("all third-party clients", old.rate_limit, new.rate_limit)
    pages = [page for page in PAGES if getattr(old, page) != getattr(new, page)]
    if pages:
        yield change("pages-changed", "", f"{listed(pages)} changed", touched)
    for field in TenantDefinition.model_fields:
        if field not in KNOWN_TENANT_FIELDS and getattr(old, field) != getattr(new, field):
            yield change("field-changed", "", f"{field}: {getattr(new, field)}", touched)


def _default_change(
    key: GrantKey, was: ApiPermission | None, will: ApiPermission | None, touched: list[str]
) -> Iterator[Change]:
    audience, subject = key
    known = will or was
    where = f"{subject} access to {known.api if known else audience}"
    old, new = _scopes(was), _scopes(will)
    if new - old or (was is None and will is not None):
        what = f"default permissions: {where} gains {listed(new - old) or 'a grant'}"
        yield change("default-gained", "", what, touched, consent=subject == "user")
    if old - new or (will is None and was is not None):
        what = f"default permissions: {where} loses {listed(old - new) or 'its grant'}"
        yield change("default-lost", "", what, touched)


def _scopes(permission: ApiPermission | None) -> frozenset[str]:
    """The named ones, and a word for those that the API will get."""
    if permission is None:
        return frozenset()
    return permission.scopes | ({"every scope"} if permission.every_scope else set())


def _inheriting(before: Record, after: Record, key: GrantKey) -> list[str]:
    """Clients of the files that have, or had, this permission by default."""
    found = set()
    audiences = merged_audiences(before, after)
    for record in (before, after):
        defaults = default_permissions(record, audiences)
        for name in client_keys(record):
            client = client_in(record, name, defaults, audiences)
            permission = client.permissions.get(key) if client else None
            if permission is not None and permission.by_default:
                found.add(name)
    return sorted(found)


def _connection_changes(before: Record, after: Record) -> Iterator[Change]:
    old, new = connections_in_use(before), connections_in_use(after)
    users = [key for key in client_keys(after) if _signs_users_in(after, key)]
    for name in sorted(new.keys() - old.keys()):
        what = f"connection {name} is promoted to the domain level"
        yield change("connection-promoted", "", what, users)
    for name in sorted(old.keys() - new.keys()):
        what = f"connection {name} is demoted, unless it was promoted before this stack did it"
        yield change("connection-demoted", "", what, old[name])


def _signs_users_in(record: Record, key: str) -> bool:
    return record.definitions[key].definition.get("app_type") != "non_interactive"


def _audience_changes(before: Record, after: Record) -> Iterator[Change]:
    for api in sorted(before.audiences.keys() & after.audiences.keys()):
        old, new = before.audiences[api], after.audiences[api]
        if old != new:
            touched = [
                key
                for key in application_keys(after)
                if any(g["api"] == api for g in after.definitions[key].definition.get("grants", []))
            ]
            yield change("audience-changed", "", f"{api}: {new} instead of {old}", touched)


def _registration(
    old: TenantDefinition, new: TenantDefinition, touched: list[str]
) -> Iterator[Change]:
    was, will = old.dynamic_client_registration, new.dynamic_client_registration
    if was is None and will is not None:
        what = f"dynamic client registration is on ({will.security_mode})"
        yield change("registration-opened", "", what, touched)
    elif was is not None and will is None:
        yield change("registration-closed", "", "dynamic client registration is off", touched)
    if will is not None and will != was and will.security_mode == "permissive":
        yield change("registration-permissive", "", "registered clients are permissive", touched)
    elif was is not None and will is not None and was != will:
        yield change("registration-strict", "", "registered clients are strict", touched)


def _limit(whose: str, old: RateLimit | None, new: RateLimit | None) -> Iterator[Change]:
    if old == new:
        return
    kind = "rate-limit-tighter" if _requests(new) < _requests(old) else "rate-limit-looser"
    limit = "none" if new is None else f"{new.action} {new.limit}"
    yield change(kind, "", f"rate limit of {whose}: {limit}")


def _requests(limit: RateLimit | None) -> float:
    """How many are let through; a limit that only logs stops none."""
    return float("inf") if limit is None or limit.action == "log" else limit.limit


def _settings(record: Record) -> TenantDefinition | None:
    entry = record.definitions.get(TENANT)
    try:
        return TenantDefinition.model_validate(entry.definition if entry else {})
    except ValidationError:
        return None
