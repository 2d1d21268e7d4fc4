"""A tenant that somebody made by hand through the API, and a project that knows nothing of it."""

import shutil
from dataclasses import dataclass
from typing import Any

from tests.e2e.conftest import Live, Project

ORDERS = "https://orders.example.com"
CATALOG = "https://catalog.example.com"
PARTNERS = "https://partners.example.com"
CALLBACK = ["https://partner.example/cb"]
STRICT = {"is_first_party": False, "third_party_security_mode": "strict"}
PERMISSIVE = {"is_first_party": False, "third_party_security_mode": "permissive"}


def empty(project: Project, environment: str = "dev", **changes: Any) -> None:
    """Nothing is declared, as in a project that is about to adopt its tenant."""
    bare: dict[str, Any] = {
        "connections": {},
        "organizations": None,
    }
    project.edit(f"stacks/{environment}.yaml", **{**bare, **changes})
    project.edit("stacks/apis.yaml", apis={}, default_permissions=None)
    (project.folder / "stacks/tenant.yaml").unlink(missing_ok=True)
    for folder in ("applications", "agents"):
        shutil.rmtree(project.folder / "stacks" / folder)


@dataclass(frozen=True)
class ByHand:
    """Makes objects as an administrator would, without any of our tags."""

    tenant: Live

    def client(self, **body: Any) -> str:
        answer = self.tenant.http.post("/api/v2/clients", json=body).raise_for_status().json()
        return str(answer["client_id"])

    def grant(self, client: str, audience: str, *scopes: str, **more: Any) -> str:
        """For users unless `more` says otherwise; without a client for every third party."""
        whose = {"client_id": client} if client else {"default_for": "third_party_clients"}
        body = {"audience": audience, "scope": list(scopes), "subject_type": "user", **whose}
        answer = self.tenant.http.post("/api/v2/client-grants", json={**body, **more})
        return str(answer.raise_for_status().json()["id"])

    def promote(self, *names: str) -> None:
        for name in names:
            (connection,) = self.tenant.get("connections", name=name)
            self.tenant.patch(f"connections/{connection['id']}", {"is_domain_connection": True})

    def stranger(self) -> str:
        """An application that no file knows, its users' grant, and a door that is open to them."""
        self.promote("customers")
        client = self.client(name="Stranger", app_type="spa", callbacks=CALLBACK, **STRICT)
        self.grant(client, ORDERS, "read:orders")
        return client

    def whole(self) -> dict[str, str]:
        """First-party applications, permissive and strict ones, grants, defaults, open doors."""
        self.promote("customers", "google-oauth2")
        self.client(name="Own shop", app_type="regular_web")
        secret = {"token_endpoint_auth_method": "client_secret_post"}
        machine = {"app_type": "non_interactive", "grant_types": ["client_credentials"]}
        ids = {
            "web": self.client(
                name="Web shop", app_type="regular_web", callbacks=CALLBACK, **secret, **STRICT
            ),
            "machine": self.client(
                name="Night job",
                token_endpoint_auth_method="client_secret_basic",
                client_metadata={"tier": "gold"},
                **machine,
                **STRICT,
            ),
            "native": self.client(
                name="Courier: «évil» # ‹3 مرحبا",
                app_type="native",
                callbacks=["com.courier://cb"],
                token_endpoint_auth_method="none",
                grant_types=["authorization_code", "refresh_token"],
                description='- : "quoted" # no comment',
                **STRICT,
            ),
            "legacy": self.client(
                name="Legacy",
                app_type="spa",
                callbacks=["https://*.legacy.example/cb"],
                **PERMISSIVE,
            ),
            "typeless": self.client(name="Registered itself", callbacks=CALLBACK, **STRICT),
            "everywhere": self.client(name="Org job", **machine, **secret, **STRICT),
        }
        self.grant(ids["web"], ORDERS, "read:orders")
        self.grant(ids["machine"], PARTNERS, "read:reports", subject_type="client")
        everything = {"allow_all_scopes": True, "subject_type": "user", "audience": ORDERS}
        body = {**everything, "client_id": ids["native"]}
        self.tenant.http.post("/api/v2/client-grants", json=body).raise_for_status()
        link = {"subject_type": "client", "organization_usage": "allow"}
        grant = self.grant(ids["everywhere"], PARTNERS, "read:partners", **link)
        (organization,) = self.tenant.get("organizations")
        path = f"/api/v2/organizations/{organization['id']}/client-grants"
        self.tenant.http.post(path, json={"grant_id": grant}).raise_for_status()
        self.grant("", CATALOG, "read:products")
        return ids
