"""The tenant's error page."""

import pulumi

from catalog import pages
from components.narrow_resources import TenantErrorPage


class ErrorPage(pulumi.ComponentResource):
    """Where sign-in ends when it fails, for protected applications always (ORP-01).

    It owns `error_page` of the tenant's settings, all three parts of it, and puts it back.
    """

    def __init__(
        self, name: str, page: pages.ErrorPage, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        # The plugin's own resource is called ErrorPage.
        super().__init__("auth0apps:index:CustomErrorPage", name, None, opts)
        # The API merges what it gets: a part that was left out would keep its old value.
        whole = {"html": page.html, "url": page.url or "", "show_log_link": page.show_log_link}
        own = pulumi.ResourceOptions(parent=self)
        TenantErrorPage(f"{name}-page", page=whole, opts=own)
        self.register_outputs({})
