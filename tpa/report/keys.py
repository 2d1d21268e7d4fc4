"""The public keys that live applications sign with, and since when they are there."""

from collections.abc import Mapping

from auth0_third_party.management import ManagementClient, MissingScope, NotFound
from tpa.report.model import Key
from tpa.tenant.snapshot import Unknown
from tpa.tenant.view import EnvironmentView

Keys = Mapping[str, tuple[Key, ...]]


def public_keys(
    client: ManagementClient, view: EnvironmentView
) -> tuple[Keys, tuple[Unknown, ...]]:
    """Client id -> its keys; one call for each application that has some. Keys that can't be read
    are told by their ids.

    Raises:
        ManagementError: the tenant can't be looked at.
    """
    found: dict[str, tuple[Key, ...]] = {}
    lacking: tuple[Unknown, ...] = ()
    for live in (*view.managed.values(), *view.unmanaged):
        if not live.keys:
            continue
        found[live.id] = tuple(Key(identity, "") for identity in live.keys)
        if lacking:
            continue  # the token lacks it for the others too
        try:
            listed = client.get(f"/clients/{live.id}/credentials")
        except MissingScope as error:
            lacking = (Unknown("names and ages of keys", " or ".join(error.scopes)),)
        except NotFound:
            continue  # it was deleted a moment ago
        else:
            found[live.id] = _named(listed, live.keys)
    return found, lacking


def _named(listed: object, wanted: tuple[str, ...]) -> tuple[Key, ...]:
    items = [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    by_id = {str(item.get("id")): item for item in items}
    return tuple(
        Key(
            str(by_id.get(each, {}).get("name") or by_id.get(each, {}).get("kid") or each),
            str(by_id.get(each, {}).get("created_at") or ""),
        )
        for each in wanted
    )
