"""What only the tenant can tell: prerequisites that are missing, as problems like any other."""

from collections.abc import Iterator, Mapping
from typing import Any

from catalog import Catalog, Problem
from catalog.problems import nearest
from preflight.snapshot import Snapshot


def check_tenant(catalog: Catalog, domain: str, snapshot: Snapshot) -> Iterator[Problem]:
    """Problems of `catalog` against the tenant."""
    yield from _check_scopes(catalog, domain, snapshot)
    if "read:resource_servers" not in snapshot.missing_scopes:
        yield from _check_apis(catalog, domain, snapshot)
    if "read:connections" not in snapshot.missing_scopes:
        yield from _check_connections(catalog, domain, snapshot)


def _check_scopes(catalog: Catalog, domain: str, snapshot: Snapshot) -> Iterator[Problem]:
    for scope in snapshot.missing_scopes:
        yield Problem(
            catalog.file,
            0,
            "tenant",
            f"the management token for {domain} lacks the scope {scope}",
            "Auth0 would refuse the run half-way",
            f"grant {scope} on the Management API to the application that signs in here",
        )


def _check_apis(catalog: Catalog, domain: str, snapshot: Snapshot) -> Iterator[Problem]:
    for file, field, grant in catalog.places():
        known = snapshot.apis.get(grant.audience)
        if known is None:
            yield Problem(
                file,
                0,
                field,
                f"{domain} has no API '{grant.audience}'",
                "an API is the first prerequisite: Auth0 refuses a grant for one it does not know",
                f"create it there, or correct it here; {nearest(grant.audience, snapshot.apis)}",
            )
            continue
        for scope in grant.scopes:
            if scope not in known:
                yield Problem(
                    file,
                    0,
                    f"{field}.scopes",
                    f"the API '{grant.audience}' at {domain} has no scope '{scope}'",
                    "a token can't carry it until the API defines it",
                    f"define it there, or remove it here; {nearest(scope, known)}",
                )


def _check_connections(catalog: Catalog, domain: str, snapshot: Snapshot) -> Iterator[Problem]:
    named = {name: key for key, name in catalog.environment.connections.items()}
    for name in catalog.connections:
        if name not in snapshot.connections:
            yield Problem(
                catalog.file,
                0,
                f"connections.{named.get(name, name)}",
                f"{domain} has no connection '{name}'",
                "a promoted connection is the second prerequisite: without one no user can sign in",
                f"create it there, or correct the name; {nearest(name, snapshot.connections)}",
            )


def check_record(
    catalog: Catalog, domain: str, snapshot: Snapshot, previous: Mapping[str, Any]
) -> Iterator[Problem]:
    """Applications of the stack's last outputs (`previous`) that are not in the tenant.

    They are worth a warning, not a refusal: a refresh mends the record and leaves the outputs.
    """
    recorded = previous.get("applications")
    if not isinstance(recorded, Mapping):
        return
    for key, application in recorded.items():
        client_id = application.get("client_id") if isinstance(application, Mapping) else None
        if client_id not in snapshot.clients:
            yield Problem(
                catalog.file,
                0,
                f"applications.{key}",
                f"the stack records {client_id}, which {domain} does not have",
                "somebody deleted it, or the tenant was made anew; the engine would see no change",
                "run pulumi refresh first, unless you just have",
            )
