"""The tenant's error page, and the Classic login page with Lock for permissive applications."""

import base64
import hashlib
import html
import json
from importlib.resources import files
from string import Template
from typing import NotRequired, TypedDict

import pulumi

from auth0_third_party.arguments import Arguments, child_options
from auth0_third_party.model.names import setting_name
from auth0_third_party.model.pages import ErrorPage, LoginPage
from auth0_third_party.resources import ErrorPageSetting, LoginPageSetting


class TenantErrorPageArgs(TypedDict):
    """A page of your own (`url`), or one that Auth0 shows (`html`)."""

    html: NotRequired[pulumi.Input[str]]
    """What Auth0 shows."""
    url: NotRequired[pulumi.Input[str]]
    """The https address of a page of your own."""
    show_log_link: NotRequired[pulumi.Input[bool]]
    """Adds a link to the log for administrators."""


class TenantErrorPage(pulumi.ComponentResource):
    """Where sign-in ends when it fails, for protected applications always (ORP-01).

    It owns `error_page` of the tenant's settings, all three parts of it, and restores it.
    """

    def __init__(
        self,
        resource_name: str,
        args: TenantErrorPageArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        arguments = Arguments("TenantErrorPage", resource_name, ErrorPage, args)
        super().__init__("auth0-third-party:index:TenantErrorPage", resource_name, None, opts)
        # The API merges what it gets: a part that was left out would keep its old value.
        page = {
            "html": arguments.get("html"),
            "url": arguments.get("url") or "",
            "show_log_link": arguments.get("show_log_link"),
        }
        ErrorPageSetting(setting_name(resource_name), page=page, opts=child_options(self, opts))
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


class LockArgs(TypedDict):
    """One release of Auth0's sign-in widget, with one content."""

    version: pulumi.Input[str]
    """A release in full, such as `14.3.0`; 10.7.0 or newer."""
    integrity: pulumi.Input[str]
    """The digest of its script, such as `sha384-…` (https://www.w3.org/TR/SRI/)."""
    script_url: NotRequired[pulumi.Input[str]]
    """The https address of a copy of your own; default: the vendor's."""


class ClassicLoginPageArgs(TypedDict):
    """What the Classic login page shows."""

    lock: LockArgs
    """The widget on it."""
    title: NotRequired[pulumi.Input[str]]
    """Above the widget; default `Sign in`."""
    logo_url: NotRequired[pulumi.Input[str]]
    """An https address; above the title."""
    primary_color: NotRequired[pulumi.Input[str]]
    """Such as `#1a2b3c`."""
    settings_from: NotRequired[pulumi.Input[str]]
    """Where Lock finds the connections: `tenant` (default), `custom_domain` or `appliance`."""


class ClassicLoginPage(pulumi.ComponentResource):
    """The login page that all permissive applications of the tenant share, first-party ones too.

    For third-party clients Lock asks for the connections of the tenant instead of those of the
    client (LP-01). Strict applications never see it: they sign in through Universal Login. It
    owns `custom_login_page_on` and `custom_login_page` of the global client, and restores both.
    """

    def __init__(
        self,
        resource_name: str,
        args: ClassicLoginPageArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        arguments = Arguments("ClassicLoginPage", resource_name, LoginPage, args)
        super().__init__("auth0-third-party:index:ClassicLoginPage", resource_name, None, opts)
        page = arguments.get()
        known = not isinstance(page, pulumi.Output)
        LoginPageSetting(
            setting_name(resource_name),
            html=login_page_html(page) if known else page.apply(login_page_html),
            opts=child_options(self, opts),
        )
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
