"""What is live in tenant settings and organizations, written into the files."""

from catalog.sources import TENANT_FILE
from catalog.staging import Stage
from survey.drift import Difference
from survey.shared_facts import (
    ALLOW,
    DOCUMENTS,
    ERROR_PAGE,
    OFF,
    RATE_LIMIT,
    REGISTRATION_MODE,
    limit_of,
)
from survey.unexpressible import Unexpressible
from survey.view import View


def accept_tenant(stage: Stage, view: View, each: Difference) -> None:
    """A setting; what is off, or is not there, is not stated any more."""
    _, name, *part = each.path.split("/")
    if each.path == DOCUMENTS:
        raise Unexpressible("agents that are live need it; restore it, or take the agents out")
    if each.path == REGISTRATION_MODE:
        if name in stage.data(TENANT_FILE):  # else registration itself was accepted as off
            stage.set(TENANT_FILE, (name, *part), each.live)
    elif each.path.startswith(f"{ERROR_PAGE}/"):
        _error_page(stage, view, part[0], each.live)
    elif each.live in (None, OFF):
        stage.remove(TENANT_FILE, (name,))
    elif each.path == RATE_LIMIT:
        stage.set(TENANT_FILE, (name,), limit_of(str(each.live)))
    else:
        raise Unexpressible(f"change {name} in {TENANT_FILE} by hand")


def _error_page(stage: Stage, view: View, part: str, live: object) -> None:
    """A page without html and without an address is none."""
    settings = (view.snapshot.settings if view.snapshot else None) or {}
    page = settings.get("error_page") or {}
    stated = stage.data(TENANT_FILE).get("error_page") or {}
    if not (page.get("html") or page.get("url")):
        if stated:
            stage.remove(TENANT_FILE, ("error_page",))
    elif live != "":
        stage.set(TENANT_FILE, ("error_page", part), live)
    elif part in stated:
        stage.remove(TENANT_FILE, ("error_page", part))


def accept_organization(stage: Stage, view: View, each: Difference) -> None:
    """Whether it admits third parties, or how its members sign in."""
    _, name, what, *rest = each.path.split("/")
    if each.live is None and what == "third_parties":
        raise Unexpressible("the tenant has no such organization any more; take it out by hand")
    for key, organization in view.catalog.environment.organizations.items():
        if organization.name == name and what == "third_parties":
            path = ("organizations", key, "admits_third_parties")
            stage.set(view.catalog.file, path, each.live == ALLOW)
        elif organization.name == name:
            _unlink(stage, view, (key, rest[0]))


def _unlink(stage: Stage, view: View, link: tuple[str, str]) -> None:
    """A connection that its members don't sign in by any more; one too many is never told of."""
    (key, connection), file = link, view.catalog.file
    stated = stage.data(file)["organizations"][key].get("connections") or []
    names = [view.catalog.environment.connections.get(each, each) for each in stated]
    if connection in names:
        stage.remove(file, ("organizations", key, "connections", names.index(connection)))
