"""The tenant's error page, and the Classic login page with Lock for permissive applications."""

import base64
import hashlib
import html
import json
from importlib.resources import files
from string import Template

import pulumi

from auth0_third_party.model import pages
from auth0_third_party.model.pages import LoginPage
from auth0_third_party.resources import TenantErrorPage, TenantLoginPage


class ErrorPage(pulumi.ComponentResource):
    """Where sign-in ends when it fails, for protected applications always (ORP-01).

    It owns `error_page` of the tenant's settings, all three parts of it, and puts it back.
    """

    def __init__(
        self, name: str, page: pages.ErrorPage, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        # The plugin's own resource is called ErrorPage.
        super().__init__("auth0-third-party:index:CustomErrorPage", name, None, opts)
        # The API merges what it gets: a part that was left out would keep its old value.
        whole = {"html": page.html, "url": page.url or "", "show_log_link": page.show_log_link}
        own = pulumi.ResourceOptions(parent=self)
        TenantErrorPage(f"{name}-page", page=whole, opts=own)
        self.register_outputs({})


# The script that this digest allows, and what that loads (Lock, and what Lock loads), run; the
# last word is for browsers that do not know `strict-dynamic`, the others ignore it.
POLICY = (
    "default-src 'none'; script-src 'strict-dynamic' 'sha256-{digest}' https:;"
    " style-src 'unsafe-inline'; img-src https: data:; connect-src https:; frame-src https:;"
    " worker-src blob:; base-uri 'none'"
)
NO_LOGO = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
APPLIANCE = "configurationBaseUrl: 'https://' + config.auth0Domain + '/',"
CUSTOM_DOMAIN = """configurationBaseUrl: config.clientConfigurationBaseUrl,
      overrides: {
        __tenant: config.auth0Tenant,
        __token_issuer: config.authorizationServer.issuer
      },"""
SETTINGS = {"tenant": "", "custom_domain": CUSTOM_DOMAIN, "appliance": APPLIANCE}


class ClassicLoginPage(pulumi.ComponentResource):
    """The login page that all permissive applications of the tenant share, first-party ones too.

    For third-party clients Lock asks for the connections of the tenant instead of those of the
    client (LP-01). Strict applications never see it: they sign in through Universal Login. It
    owns `custom_login_page_on` and `custom_login_page` of the global client, and puts both back.
    """

    def __init__(
        self, name: str, page: LoginPage, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("auth0-third-party:index:ClassicLoginPage", name, None, opts)
        own = pulumi.ResourceOptions(parent=self)
        TenantLoginPage(f"{name}-page", html=login_page_html(page), opts=own)
        self.register_outputs({})


def login_page_html(page: LoginPage) -> str:
    """The page as Auth0 stores it, `@@config@@` still in it."""
    script = _template("login_page.js").substitute(
        settings=SETTINGS[page.settings_from],
        title=_literal(page.title),
        primary_color=_literal(page.primary_color),
        logo=_literal(page.logo_url or NO_LOGO),
        lock_url=_literal(page.lock.url),
        integrity=_literal(page.lock.integrity),
    )
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = POLICY.format(digest=digest)
    title = html.escape(page.title)
    return _template("login_page.html").substitute(policy=policy, title=title, script=script)


def _template(name: str) -> Template:
    return Template(files("auth0_third_party").joinpath(name).read_text(encoding="utf-8").strip())


def _literal(text: str | None) -> str:
    """A value as JavaScript that can't end the script around it."""
    return json.dumps(text).replace("<", "\\u003c")
