"""What of a live application or a grant no file of ours can say, one reason each."""

from collections.abc import Iterator, Mapping

from catalog.discretion import looks_secret
from preflight.objects import Client, Grant
from survey.view import View

Places = Mapping[str, tuple[str, ...]]
"""Id of a grant -> names of the organizations in which it is good."""


def application_obstacles(view: View, places: Places, client: Client) -> Iterator[str]:
    """Why it can't have a file."""
    if client.document:
        yield from _document_obstacles(view)
    elif not client.facets.get("app_type"):
        yield "it has no application type, as those that registered themselves; set one there first"
    if client.keys:
        yield "it signs with keys, and Auth0 gives no public key out; ask the partner for it"
    if client.mark[1] not in ("", view.stack):
        yield f"it carries the mark of another stack, {client.mark[1]}"
    for name, text in client.facets.items():
        if looks_secret(name, text):
            yield f"{name} looks like a secret, and files keep none; take it away there first"
    for grant in view.grants.get(client.id, ()):
        yield from (f"its grant {grant.id} {why}" for why in grant_obstacles(places, grant))


def grant_obstacles(places: Places, grant: Grant) -> Iterator[str]:
    """Why it can't stand under `grants`: where it is good would change."""
    if grant.any_organization:
        yield "is good in any organization, which third parties don't get"
    elif grant.organization_usage == "require":
        yield "is good in organizations only, which no file can say"
    elif grant.organization_usage == "allow" and grant.client_id and not places.get(grant.id):
        yield "may be used in organizations and is good in none; set its organization_usage to deny"


def _document_obstacles(view: View) -> Iterator[str]:
    settings = view.snapshot.settings if view.snapshot else None
    if settings is None:
        yield "it is an agent, and nobody could see whether the tenant supports metadata documents"
    elif settings.get("client_id_metadata_document_supported") is not True:
        yield "it is an agent, and the tenant does not support metadata documents (any more)"
