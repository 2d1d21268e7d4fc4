"""What changes for agents, and for what all environments' tenants share."""

from collections.abc import Iterator, Mapping

from pydantic import ValidationError

from auth0_third_party.model.application import RateLimit
from tpa.environments.application_difference import first_rights, right_changes, words
from tpa.environments.facts import Place, Right, agent_facts, clients
from tpa.environments.record import AGENTS, TENANT, Record
from tpa.environments.risks import Change, change
from tpa.files.definitions import AgentDefinition, TenantDefinition

PAGES = ("error_page", "login_page")
KNOWN_AGENT_FIELDS = frozenset(("document", "owner", "grants", "connections"))
KNOWN_TENANT_FIELDS = frozenset(("dynamic_client_registration", "rate_limit", *PAGES))


def agent_changes(
    key: str,
    before: Record,
    after: Record,
    defaults: Mapping[Place, Right],
    audiences: Mapping[str, str],
) -> Iterator[Change]:
    """The changes of one agent."""
    name = key.removeprefix(AGENTS)
    old = agent_facts(before, key, defaults, audiences)
    new = agent_facts(after, key, defaults, audiences)
    if key not in after.definitions:
        yield change("agent-removed", key, f"removed: {name}")
    elif new is None or (old is None and key in before.definitions):
        yield change("unreadable", key, "recorded by another version of this project")
    elif old is None:
        yield change("agent-added", key, f"added: {new[0].document} of {_owner(new[0])}")
        yield from first_rights(key, new[1])
    else:
        yield from right_changes(key, old[1], new[1])
        yield from _agent_fields(key, old[0], new[0])


def tenant_changes(before: Record, after: Record) -> Iterator[Change]:
    """The changes of the settings that every environment's tenant gets alike."""
    old, new = _settings(before), _settings(after)
    if old is None or new is None:
        yield change("unreadable", "", "tenant settings recorded by another version")
        return
    yield from _registration(old, new, clients(after))
    yield from _limits("all third-party clients", old.rate_limit, new.rate_limit)
    pages = [page for page in PAGES if getattr(old, page) != getattr(new, page)]
    if pages:
        yield change("pages-changed", "", f"{words(pages)} changed", clients(after))
    for field in TenantDefinition.model_fields:
        if field not in KNOWN_TENANT_FIELDS and getattr(old, field) != getattr(new, field):
            yield change("field-changed", "", f"{field}: {getattr(new, field)}", clients(after))


def _agent_fields(key: str, old: AgentDefinition, new: AgentDefinition) -> Iterator[Change]:
    if old.document != new.document:
        yield change("agent-document-changed", key, f"{new.document} instead of {old.document}")
    if old.owner != new.owner:
        yield change("owner-changed", key, f"owner: {_owner(new)}, {new.owner.contact}")
    gained, lost = (
        frozenset(one.connections) - frozenset(other.connections)
        for one, other in ((new, old), (old, new))
    )
    if gained:
        yield change("sign-in-gained", key, f"sign-in by {words(gained)}")
    if lost:
        yield change("sign-in-lost", key, f"no sign-in by {words(lost)}")
    for field in AgentDefinition.model_fields:
        if field not in KNOWN_AGENT_FIELDS and getattr(old, field) != getattr(new, field):
            yield change("field-changed", key, f"{field} changed")


def _registration(
    old: TenantDefinition, new: TenantDefinition, touched: list[str]
) -> Iterator[Change]:
    was, will = old.dynamic_client_registration, new.dynamic_client_registration
    if was is None and will is not None:
        what = f"anybody may register a client ({will.security_mode})"
        yield change("registration-opened", "", what, touched)
    elif was is not None and will is None:
        yield change("registration-closed", "", "registration is closed", touched)
    if will is not None and will != was and will.security_mode == "permissive":
        yield change("registration-permissive", "", "registered clients are permissive", touched)
    elif was is not None and will is not None and was != will:
        yield change("registration-strict", "", "registered clients are strict", touched)


def _limits(
    whose: str, old: RateLimit | None = None, new: RateLimit | None = None
) -> Iterator[Change]:
    """Without a limit, or with one that only notes, there is none."""
    if old == new:
        return
    was, will = _requests(old), _requests(new)
    kind = "rate-limit-tighter" if will < was else "rate-limit-looser"
    shown = "none" if new is None else f"{new.action} {new.limit}"
    yield change(kind, "", f"rate limit of {whose}: {shown}", (whose,) if " " not in whose else ())


def _requests(limit: RateLimit | None) -> float:
    return float("inf") if limit is None or limit.action == "log" else limit.limit


def _settings(record: Record) -> TenantDefinition | None:
    entry = record.definitions.get(TENANT)
    try:
        return TenantDefinition.model_validate(entry.definition if entry else {})
    except ValidationError:
        return None


def _owner(agent: AgentDefinition) -> str:
    return agent.owner.organization
