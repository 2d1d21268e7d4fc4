"""Agents that describe themselves in a client id metadata document (CIMD)."""

from collections.abc import Sequence

import pulumi
import pulumi_auth0 as auth0

from auth0_third_party.client_grants import declare_grants
from auth0_third_party.model.application import Agent as AgentModel
from auth0_third_party.model.names import client_name, grants_name
from auth0_third_party.resources import MetadataDocuments


class Agent(pulumi.ComponentResource):
    """One registered agent with its client grants.

    The OAuth client id is the document's URL; `client_id` is the `tpc_` id that the Management
    API knows it by (CIMD-04). Name, callbacks and flows come from the document. `after` is what
    must be there before, above all the tenant's switch.
    """

    client_id: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        agent: AgentModel,
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("auth0-third-party:index:Agent", name, None, opts)
        client = auth0.ClientCimd(
            client_name(name),
            external_client_id=agent.document,
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(after)),
        )
        self.client_id = client.client_id
        declare_grants(self, grants_name(name), agent.grants, client.client_id)
        self.register_outputs({"client_id": self.client_id})


class MetadataDocumentSupport(pulumi.ComponentResource):
    """The tenant's switch for client id metadata documents (CIMD-01)."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("auth0-third-party:index:MetadataDocumentSupport", name, None, opts)
        MetadataDocuments(f"{name}-switch", opts=pulumi.ResourceOptions(parent=self))
        self.register_outputs({})
