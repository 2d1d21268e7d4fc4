"""A loop over partners of the program's own YAML; the connection they share is promoted once."""

from pathlib import Path

import pulumi
import yaml

from auth0_third_party import (
    ClientGrantArgs,
    DomainConnections,
    ThirdPartyApplication,
    ThirdPartyApplicationArgs,
)

partners = yaml.safe_load(Path("partners.yaml").read_text(encoding="utf-8"))
applications = {
    key: ThirdPartyApplication(
        key,
        ThirdPartyApplicationArgs(
            name=partner["name"],
            app_type=partner["app_type"],
            callbacks=partner["callbacks"],
            grants=[
                ClientGrantArgs(
                    audience="https://orders.example.com",
                    api="orders",
                    subject_type="user",
                    scopes=partner["orders"],
                )
            ],
        ),
    )
    for key, partner in partners.items()
}
# Users can sign in once all applications are complete.
DomainConnections(
    "connections",
    {"connections": {"customers": "customers"}},
    pulumi.ResourceOptions(depends_on=[*applications.values()]),
)
pulumi.export("client_ids", {key: made.client_id for key, made in applications.items()})
