"""A client as the API lists it, and the result of its adoption."""

from typing import Any

import yaml

from tpa.adopt.candidates import Adoption
from tpa.files.editing import StagedFiles
from tpa.tenant.view import EnvironmentView

PLAIN: dict[str, Any] = {
    "client_id": "tpc_9",
    "name": "Web shop",
    "is_first_party": False,
    "third_party_security_mode": "strict",
    "app_type": "regular_web",
    "callbacks": ["https://shop.test/cb"],
    "token_endpoint_auth_method": "client_secret_post",
    "grant_types": ["authorization_code"],
    "jwt_configuration": {"alg": "RS256", "lifetime_in_seconds": 3600},
    "redirection_policy": "open_redirect_protection",
    "refresh_token": {
        "rotation_type": "non-rotating",
        "expiration_type": "expiring",
        "leeway": 0,
        "token_lifetime": 31557600,
        "infinite_token_lifetime": True,
        "infinite_idle_token_lifetime": False,
        "idle_token_lifetime": 2592000,
    },
}
AGENT = {
    "document": "https://agent.example.com/client.json",
    "owner": {"organization": "Acme", "contact": "a@acme.test"},
}


def item(**changes: Any) -> dict[str, Any]:
    """A client as the API lists it; None takes a property away."""
    whole = PLAIN | changes
    return {name: value for name, value in whole.items() if value is not None}


class Adopted:
    """The adoption of a tenant with the files' application and one that is in no file."""

    def __init__(self, stage: StagedFiles, view: EnvironmentView, adoption: Adoption) -> None:
        self.stage, self.view, self.adoption = stage, view, adoption

    def file(self, name: str) -> dict[str, Any]:
        content: dict[str, Any] = yaml.safe_load(self.stage.read(f"stacks/{name}.yaml") or "")
        return content

    @property
    def reason(self) -> str:
        (reason,) = self.adoption.left_out.values()
        return reason
