"""What users of an application meet on the way to a token."""

from collections.abc import Iterator

from survey.view import View
from survey.ways import Gate, Way, unseen


def login_gates(view: View, way: Way) -> Iterator[Gate]:
    """Every gate of a sign-in, in the order in which Auth0 asks."""
    yield from _page(view, way)
    yield _connection(view, way)
    yield from _members(view, way)


def _page(view: View, way: Way) -> Iterator[Gate]:
    """Strict applications know neither Rules nor the Classic page (RT-15, RT-16)."""
    seen = view.snapshot
    if seen is None or not way.strict:
        return
    for thing, closed in (
        ("Rules", bool(seen.rules)),
        ("the login experience", seen.classic_login),
    ):
        place = f"{thing} of the tenant"
        if thing in view.blind:
            yield unseen("login", view, thing, place)
        elif closed:
            named = f"active: {', '.join(seen.rules)}" if thing == "Rules" else "the Classic page"
            what = f"{thing}: {named}; sign-in to strict applications fails"
            yield Gate(gate="login", open=False, place=place, what=what)


def _connection(view: View, way: Way) -> Gate:
    """DC-01: a promoted connection serves every third-party application."""
    if view.snapshot is None:
        return _stated_connection(view, way)
    if "connections" in view.blind:
        return unseen("connection", view, "connections", "connections of the tenant")
    promoted = view.promoted
    place = f"connection{'s' if len(promoted) != 1 else ''} {', '.join(promoted) or '(none)'}"
    closed = [name for name in way.connections if name not in promoted]
    what = f"its users can sign in by {', '.join(promoted)}"
    if closed:
        what += f", not by {', '.join(closed)}"
    if not promoted:
        what = "no connection is promoted to the domain level, so no user can sign in"
    return Gate(gate="connection", open=bool(promoted), place=place, what=what)


def _stated_connection(view: View, way: Way) -> Gate:
    """An application that names none signs in by what others had promoted."""
    catalog = view.catalog
    names = ", ".join(way.connections or catalog.connections)
    what = f"its users sign in by {names}" if names else "no application names a connection"
    place = catalog.line(catalog.file, "connections")
    return Gate(gate="connection", open=bool(names), place=place, what=what)


def _members(view: View, way: Way) -> Iterator[Gate]:
    """ORG-01 to ORG-03, ORG-08: outside of organizations nothing is asked, so it never closes."""
    seen, named = view.snapshot, view.catalog.environment.organizations
    if not way.strict or (seen is None and not named):
        return
    if "organizations" in view.blind:
        yield unseen("organization", view, "organizations", "organizations of the tenant")
        return
    place = "organizations of the tenant"
    if seen is None:
        place = view.catalog.line(view.catalog.file, "organizations")
    shown = ", ".join(view.admitting) or "no organization"
    what = f"users outside of organizations are admitted, and members of: {shown}"
    yield Gate(gate="organization", open=True, place=place, what=what)
