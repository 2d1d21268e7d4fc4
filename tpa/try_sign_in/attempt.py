"""One sign-in: the request, the browser, the return, the tokens."""

import secrets
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from auth0_third_party.model.access import Access
from auth0_third_party.rules.hosts import is_loopback
from auth0_third_party.rules.violation import nearest
from tpa.errors import TpaError
from tpa.oauth.deployed import Deployed
from tpa.oauth.http import Answer, TenantHttp
from tpa.oauth.requests import AUTHORIZE, OFFLINE, Pkce, authorization_request, code_form
from tpa.oauth.tokens import TokenClient
from tpa.terminal.output import say
from tpa.try_sign_in.callback import listening, loopback_callback


@dataclass(frozen=True)
class Wanted:
    """What to sign in for. `scopes`: () for all that the API's row grants."""

    deployed: Deployed
    row: Access
    scopes: tuple[str, ...] = ()

    @property
    def asked(self) -> tuple[str, ...]:
        """The scopes of the request, with a refresh token where the application can have one."""
        offline = (OFFLINE,) if "refresh_token" in self.deployed.flows else ()
        return (*(self.scopes or self.row.scopes), *offline)


@dataclass
class Attempt:
    """`timeout`: seconds that the user has. `open_browser`: returns whether one was opened."""

    client: TokenClient
    wanted: Wanted
    timeout: float
    open_browser: Callable[[str], bool] = webbrowser.open
    pkce: Pkce = field(default_factory=Pkce)
    state: str = field(default_factory=lambda: secrets.token_urlsafe(16), repr=False)

    def run(self) -> Answer:
        """The answer of the token endpoint.

        Raises:
            TpaError: no callback on this machine, a port in use, nobody came back, or the sign-in
                or the exchange failed.
        """
        deployed = self.wanted.deployed
        parts = urlsplit(loopback_callback(deployed))
        native = deployed.application.app_type == "native"
        port = 0 if native and not parts.port else parts.port or 80
        with listening(parts.hostname or "", port, parts.path, self.state) as (chosen, came):
            callback = loopback_callback(deployed, chosen)
            self._show(self._address(callback))
            if not came.arrived.wait(self.timeout):
                raise TpaError(_nobody(deployed, self.timeout))
        return self._redeem(came.parameters, callback)

    def _address(self, callback: str) -> str:
        asked = authorization_request(
            self.wanted.deployed,
            self.wanted.row,
            self.pkce,
            state=self.state,
            scopes=self.wanted.asked,
            callback=callback,
        )
        return f"{self.client.http.url}{AUTHORIZE}?{urlencode(asked)}"

    def _show(self, address: str) -> None:
        try:
            opened = self.open_browser(address)
        except (webbrowser.Error, OSError):
            opened = False
        how = "sign in in the browser" if opened else "open this address in a browser"
        say(f"{how} (Ctrl-C ends it):\n  {address}")

    def _redeem(self, came: dict[str, str], callback: str) -> Answer:
        if "code" not in came:
            text = " ".join(f"{came.get('error')} {came.get('error_description', '')}".split())
            raise TpaError(f"the sign-in failed: {text}\n  causes: docs/causes.md")
        client_id = self.wanted.deployed.client_id
        form = code_form(client_id, came["code"], self.pkce.verifier, callback)
        answer = self.client.token(form)
        if answer.status >= 300:
            raise TpaError(f"the code was not exchanged: {answer.error_text}{_hint(answer)}")
        return answer


def row_of(deployed: Deployed, api: str) -> Access:
    """The user access to an API, by its key or audience; "": the first.

    Raises:
        TpaError: the application has no user access, or none to that API.
    """
    rows = deployed.user_access
    if not rows:
        raise TpaError(f"{deployed.key} has no user access: its users can't sign in (tpa probe)")
    found = [row for row in rows if api in ("", row.api, row.audience)]
    if not found:
        known = [row.api for row in rows]
        raise TpaError(f"{deployed.key} has no user access to '{api}': {nearest(api, known)}")
    return found[0]


def check_api(url: str) -> None:
    """Keeps tokens from travelling in clear.

    Raises:
        TpaError: it is no https address, and not on this machine.
    """
    parts = urlsplit(url)
    local = parts.scheme == "http" and is_loopback(parts.hostname or "")
    if not parts.netloc or not (parts.scheme == "https" or local):
        raise TpaError(
            f"'{url}' is no https address, and a token would be sent there\n"
            "  fix: name the API's address in full"
        )


def call_api(client: TokenClient, url: str, access_token: str) -> int:
    """The status of a GET with the access token.

    Raises:
        TpaError: the API can't be reached.
    """
    with TenantHttp(urlsplit(url).netloc) as http:
        return http.send("GET", url, headers=client.authorization(url, access_token)).status


def _nobody(deployed: Deployed, timeout: float) -> str:
    text = f"nobody came back within {timeout:.0f} s"
    if deployed.protected:
        text += (
            "\n  note: the application is protected, so an error stays on the tenant's page in the"
            " browser; read it there (causes: docs/causes.md)"
        )
    return text


def _hint(answer: Answer) -> str:
    if answer.status == 401:
        return "\n  fix: the secret or key at hand is expired, rotated, or another application's"
    return ""
