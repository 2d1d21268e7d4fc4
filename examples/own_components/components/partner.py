"""A partner as this company has them: always a web application that may read orders."""

import pulumi

from auth0_third_party import ClientGrantArgs, ThirdPartyApplication, ThirdPartyApplicationArgs


class Partner(pulumi.ComponentResource):
    """A third-party application with this company's defaults."""

    client_id: pulumi.Output[str]

    def __init__(
        self, name: str, title: str, callback: str, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("acme:index:Partner", name, None, opts)
        orders = ClientGrantArgs(
            audience="https://orders.example.com", subject_type="user", scopes=["read:orders"]
        )
        application = ThirdPartyApplication(
            name,
            ThirdPartyApplicationArgs(
                name=title, app_type="regular_web", callbacks=[callback], grants=[orders]
            ),
            pulumi.ResourceOptions(parent=self),
        )
        self.client_id = application.client_id
        self.register_outputs({"client_id": self.client_id})
