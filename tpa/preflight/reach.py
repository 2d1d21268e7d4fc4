"""Who is touched by what one line changes: warnings where a person must think."""

from collections.abc import Iterable, Iterator

from auth0_third_party.model.application import Agent, Application
from auth0_third_party.model.names import DEFAULTS, grant_name
from auth0_third_party.model.permissions import ClientGrant, DefaultPermission
from tpa.files.problems import Problem
from tpa.files.sources import APIS_FILE
from tpa.files.warnings import WHY, lost_scopes, replaced_default_text
from tpa.preflight.inspection import Inspection, Wanted, warning
from tpa.preflight.natural_keys import same_content
from tpa.tenant.objects import Client, Grant

MOST = 12
"""Names that are listed before the rest is counted."""


def check_shadows(seen: Inspection) -> Iterator[Problem]:
    """N2: a grant that is about to replace a default, and gives less; said when it is made."""
    declared = {(d.audience, d.subject_type): d for d in seen.catalog.default_permissions}
    for wanted in seen.wanted():
        grant = wanted.grant
        if isinstance(grant, DefaultPermission) or _live_already(seen, wanted):
            continue
        default = declared.get((grant.audience, grant.subject_type))
        live = seen.grants.get(("", grant.audience, grant.subject_type))
        lost = lost_scopes(default, grant) if default else _lost(live, grant)
        if lost:
            fix = f"list {lost} here too, or leave it if that is meant"
            text = replaced_default_text(lost, grant)
            yield warning(Problem(wanted.file, 0, wanted.field, text, WHY, fix))


def check_defaults(seen: Inspection) -> Iterator[Problem]:
    """N3: a default permission that changes, and every live application that falls back to it."""
    for index, default in enumerate(seen.catalog.default_permissions):
        live = seen.grants.get(("", default.audience, default.subject_type))
        if live is not None and same_content(default, live):
            continue
        touched = list(_fall_back(seen, default.audience, default.subject_type))
        if touched:
            how = "new" if live is None else _change(default, live)
            yield _default_problem(seen, f"[{index}]", default.audience, how, touched)
    yield from _removed_defaults(seen)


def check_promotions(seen: Inspection) -> Iterator[Problem]:
    """N4: a connection opens to every third-party application, those that never asked included."""
    users: dict[str, Application | Agent] = {**seen.catalog.applications, **seen.catalog.agents}
    for name in seen.catalog.connections:
        live = seen.snapshot.connections.get(name)
        asked = {key for key, user in users.items() if name in user.connections}
        gain = _listed(_gaining(seen, asked))
        if live is None or live.promoted or not gain:
            continue
        what = f"'{name}' opens to all third-party applications, also to {gain}"
        why = "it can't be aimed at one application (DC-01)"
        who = _listed(sorted(asked))
        fix = f"see that all of them may sign in its users; it was asked for by {who}"
        yield warning(Problem(seen.catalog.file, 0, "connections", what, why, fix))


def _gaining(seen: Inspection, asked: set[str]) -> list[str]:
    """Applications that sign users in and did not name the connection, live ones included."""
    signing = [key for key, app in seen.catalog.applications.items() if app.signs_users_in]
    named = [key for key in (*signing, *seen.catalog.agents) if key not in asked]
    return [*named, *(_called(seen, client) for client in _outside(seen))]


def _removed_defaults(seen: Inspection) -> Iterator[Problem]:
    declared = {grant_name(DEFAULTS, d) for d in seen.catalog.default_permissions}
    for held in seen.held.resources if seen.held else ():
        live = next((g for g in seen.snapshot.grants if g.id == held.id and not g.client_id), None)
        if live is None or held.name in declared:
            continue
        touched = list(_fall_back(seen, live.audience, live.subject_type))
        if touched:
            yield _default_problem(seen, "", live.audience, "removed", touched)


def _default_problem(
    seen: Inspection, place: str, audience: str, how: str, touched: list[Client]
) -> Problem:
    names = _listed(_called(seen, client) for client in touched)
    what = f"the default on '{audience}' is {how}; it reaches {names}"
    why = "every third-party application without a grant of its own there falls back to it"
    fix = "see that all of them may gain or lose it; a grant of its own settles it for one"
    return warning(Problem(APIS_FILE, 0, f"default_permissions{place}", what, why, fix))


def _change(default: DefaultPermission, live: Grant) -> str:
    gained = [scope for scope in default.scopes if scope not in live.scopes]
    lost = [scope for scope in live.scopes if scope not in default.scopes]
    parts = (("gains", gained), ("loses", lost))
    words = [f"{verb} {', '.join(scopes)}" for verb, scopes in parts if scopes]
    return f"changed ({'; '.join(words) or 'all scopes or none'})"


def _fall_back(seen: Inspection, audience: str, subject_type: str) -> Iterator[Client]:
    """Live strict third parties without a grant of their own there, now or declared."""
    users: dict[str, Application | Agent] = {**seen.catalog.applications, **seen.catalog.agents}
    declared = {
        key
        for key, app in users.items()
        if any((g.audience, g.subject_type) == (audience, subject_type) for g in app.grants)
    }
    for client in seen.snapshot.clients:
        own = (client.id, audience, subject_type) in seen.grants
        ours = client.tag[1] == seen.stack and client.tag[0] in declared
        if client.third_party and client.mode == "strict" and not own and not ours:
            yield client


def _outside(seen: Inspection) -> Iterator[Client]:
    """Live third parties that these files do not speak of."""
    documents = {agent.document for agent in seen.catalog.agents.values()}
    for client in seen.snapshot.clients:
        ours = client.tag[1] == seen.stack and client.tag[0] in seen.catalog.applications
        if client.third_party and not ours and client.document not in documents:
            yield client


def _called(seen: Inspection, client: Client) -> str:
    """Our key for it, or how it can be found in the dashboard."""
    if client.tag[1] == seen.stack and client.tag[0]:
        return client.tag[0]
    agents = {agent.document: key for key, agent in seen.catalog.agents.items()}
    return agents.get(client.document) or f"{client.name} ({client.id}, not in these files)"


def _live_already(seen: Inspection, wanted: Wanted) -> bool:
    if wanted.client_id is None:
        return False
    live = seen.grants.get((wanted.client_id, wanted.grant.audience, wanted.grant.subject_type))
    return live is not None and same_content(wanted.grant, live)


def _lost(live: Grant | None, grant: ClientGrant) -> str:
    if live is None:
        return ""
    return lost_scopes({"scope": list(live.scopes), "allow_all_scopes": live.all_scopes}, grant)


def _listed(names: Iterable[str]) -> str:
    every = list(names)
    shown = ", ".join(every[:MOST])
    return f"{shown} and {len(every) - MOST} more" if len(every) > MOST else shown
