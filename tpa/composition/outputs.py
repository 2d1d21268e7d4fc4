"""What other tools rely on: the outputs of a stack."""

from typing import Any

import pulumi

from tpa.composition.applied import existing
from tpa.composition.compose import Composition
from tpa.composition.settings import Settings
from tpa.files.catalog import Catalog
from tpa.files.declaration import declaration_in
from tpa.files.record import OUTPUT, Record


def stack_outputs(
    catalog: Catalog, settings: Settings, composition: Composition, record: Record
) -> dict[str, pulumi.Input[Any]]:
    """Ids, digests, effective access and the record of what was applied; secrets are handed over by
    `tpa credentials` alone. The engine shows none that begins with `__`: each of these holds every
    definition, and would hide what changes.

    Args:
        record: what the stack records if the engine applies all of it.
    """
    before = settings.state.record(catalog.name)
    applied = composition.applied.record(record, before)
    return {
        "tenant": settings.domain,
        "applications": existing({**_applications(catalog, composition), **_agents(composition)}),
        "__definitions": applied.apply(lambda each: dict(each.digests)),
        "__access": applied.apply(_access),
        "connections": existing(
            {
                name: {
                    "id": promotion.connection_id,
                    "promoted_by_us": promotion.promoted_by_us,
                }
                for name, promotion in composition.connections.promotions.items()
            }
        ),
        OUTPUT: applied.apply(lambda each: each.as_output()),
    }


def _access(record: Record) -> list[dict[str, Any]]:
    return [row.model_dump(mode="json") for row in declaration_in(record).access]


def _applications(catalog: Catalog, composition: Composition) -> dict[str, Any]:
    return {
        key: {
            "client_id": component.client_id,
            "app_type": catalog.applications[key].app_type,
            "security_mode": catalog.applications[key].security_mode,
        }
        for key, component in composition.applications.items()
    }


def _agents(composition: Composition) -> dict[str, Any]:
    return {
        key: {"client_id": agent.client_id, "app_type": "agent", "security_mode": "strict"}
        for key, agent in composition.agents.items()
    }
