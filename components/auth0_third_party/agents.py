"""Agents that describe themselves in a client id metadata document (CIMD)."""

from collections.abc import Mapping, Sequence
from typing import NotRequired, TypedDict

import pulumi
import pulumi_auth0 as auth0

from auth0_third_party.arguments import Arguments, child_options, together
from auth0_third_party.client_grants import KNOWN, ClientGrantArgs, declare_client_grants
from auth0_third_party.model.application import Agent as AgentModel
from auth0_third_party.model.names import client_name, grants_name
from auth0_third_party.official import declare


class AgentArgs(TypedDict):
    """An agent and what it may call."""

    document: pulumi.Input[str]
    """The https address of its client id metadata document."""
    grants: NotRequired[Sequence[ClientGrantArgs]]
    """What it may call, besides the default permissions."""


class Agent(pulumi.ComponentResource):
    """One registered agent with its client grants.

    The OAuth client id is the document's address. Name, callbacks and flows come from the document.
    The tenant must support such documents first: let the agent depend on a
    `MetadataDocumentSetting`.
    """

    client_id: pulumi.Output[str]
    """The `tpc_` id that the Management API knows it by (CIMD-04)."""
    grants: pulumi.Output[Mapping[str, str]]
    """Ids of its client grants by `<api>-<subject type>`."""

    def __init__(
        self,
        resource_name: str,
        args: AgentArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        arguments = Arguments(
            "Agent",
            resource_name,
            AgentModel,
            args,
            rules=AgentModel.violations,
            known=("grants", *KNOWN),
        )
        super().__init__("auth0-third-party:index:Agent", resource_name, None, opts)
        self.document = arguments.get("document")
        client = declare(
            auth0.ClientCimd,
            client_name(resource_name),
            child_options(self, opts),
            external_client_id=self.document,
        )
        self.client_id = client.client_id
        grants = declare_client_grants(
            self, grants_name(resource_name), arguments, client.client_id, opts
        )
        self.grants = together(grants)
        self.register_outputs({"clientId": self.client_id, "grants": self.grants})
