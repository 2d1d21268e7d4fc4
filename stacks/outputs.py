"""What other tools rely on: the outputs of a stack."""

from typing import Any

import pulumi

from stacks.compose import Composition
from stacks.settings import Settings
from tpa.files.catalog import Catalog


def stack_outputs(
    catalog: Catalog, settings: Settings, composition: Composition
) -> dict[str, pulumi.Input[Any]]:
    """Ids, digests and effective access; secrets are handed over by `tpa credentials` alone."""
    return {
        "tenant": settings.domain,
        "applications": {**_applications(catalog, composition), **_agents(composition)},
        "definitions": dict(catalog.digests),
        "access": [row.model_dump(mode="json") for row in catalog.access],
        "connections": {
            name: {
                "id": promotion.connection_id,
                "promoted_by_us": promotion.promoted_by_us,
            }
            for name, promotion in composition.connections.promotions.items()
        },
    }


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
