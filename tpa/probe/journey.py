"""What the probe does as a seeded user of an embedded tenant, and the answers by name.

Nothing is written through the Management API: consents and tokens are the user's own, and the user
is there for this.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from auth0_third_party.model.access import Access
from tpa.oauth.deployed import Person
from tpa.oauth.http import Answer, TenantHttp
from tpa.oauth.pages import Journey, sign_in
from tpa.oauth.requests import OFFLINE, Pkce, authorization_request, code_form, refresh_form
from tpa.oauth.tokens import TokenClient
from tpa.probe.requests import STATE, Name, Part

REQUESTS = 60
"""About so many requests for each application."""


@dataclass
class SignedIn:
    """One application and one user.

    `organizations`: name -> id; the person is a member of none.
    """

    client: TokenClient
    browser: TenantHttp
    person: Person
    organizations: Mapping[str, str] = field(default_factory=dict)
    answers: dict[Name, Answer] = field(default_factory=dict)

    @property
    def _row(self) -> Access:
        return self.client.deployed.user_access[0]

    def run(self) -> dict[Name, Answer]:
        """All of it; only the first part where no code comes at all."""
        self.browser.forget()
        pkce, scopes = Pkce(), self._row.scopes
        first = self._sign_in(pkce, scopes, prompt="consent")
        self._keep(callback=first.end, consent_page=first.consent, password_form=first.password)
        if "code" not in first.end.returned:
            return self.answers
        answer = self._redeem(first.end, pkce)
        self._keep(token=answer)
        if answer.status < 300:
            self._codes()
            self._scopes()
            if "refresh_token" in self.client.deployed.flows:
                self._refreshes()
            self._refusals(str(answer.json.get("access_token", "")))
        return self.answers

    def _codes(self) -> None:
        """Verifiers, and a code that is redeemed twice."""
        for name, verifier in (("a wrong verifier", Pkce().verifier), ("no verifier", "")):
            end = self._sign_in(Pkce(), self._row.scopes).end
            self.answers[Part("verifier", name)] = self._redeem(end, Pkce(verifier))
        pkce = Pkce()
        end = self._sign_in(pkce, self._offline).end
        refresh = _refresh_token(self._redeem(end, pkce))
        self._keep(code_again=self._redeem(end, pkce))
        if refresh:
            self._keep(refresh_after_replay=self._refresh(refresh))

    def _scopes(self) -> None:
        """More than is granted; OpenID scopes; an API without a grant."""
        pkce = Pkce()
        end = self._sign_in(pkce, self.client.deployed.wider(self._row)).end
        self._keep(wider=end)
        if "code" in end.returned:
            self._keep(wider_token=self._redeem(end, pkce))
        pkce = Pkce()
        end = self._sign_in(pkce, (*self._row.scopes, "openid", "email")).end
        if "code" in end.returned:
            self._keep(openid_token=self._redeem(end, pkce))

    def _refreshes(self) -> None:
        answer = self._offline_tokens()
        self._keep(offline=answer)
        token = _refresh_token(answer)
        if not token:
            return
        asked = self._refresh(token, " ".join(self.client.deployed.wider(self._row)))
        self._keep(refreshed_wider=asked)
        token = _refresh_token(asked) or token
        fresh = self._refresh(token)
        self._keep(refreshed=fresh)
        rotated = _refresh_token(fresh)
        again = self._refresh(token)
        self._keep(refreshed_again=again)
        if rotated and again.status >= 400:
            self._keep(family=self._refresh(rotated))
        token = _refresh_token(self._offline_tokens())
        self._keep(revoked=self.client.revoke(token), refresh_after_revoke=self._refresh(token))

    def _refusals(self, access_token: str) -> None:
        headers = self.client.authorization(f"{self.browser.url}/userinfo", access_token)
        self._keep(userinfo=self.browser.send("GET", "/userinfo", headers=headers))
        declined = self._sign_in(Pkce(), self._row.scopes, accept=False, prompt="consent")
        if declined.consent is not None:
            self._keep(declined=declined.end)
        for name, identity in self.organizations.items():
            end = self._sign_in(Pkce(), self._row.scopes, organization=identity).end
            self.answers[Part("organization", name)] = end

    def _offline_tokens(self) -> Answer:
        """Tokens of a sign-in of their own, a refresh token among them."""
        pkce = Pkce()
        return self._redeem(self._sign_in(pkce, self._offline).end, pkce)

    @property
    def _offline(self) -> tuple[str, ...]:
        return (*self._row.scopes, OFFLINE)

    def _sign_in(
        self, pkce: Pkce, scopes: tuple[str, ...], *, accept: bool = True, **more: str
    ) -> Journey:
        asked = authorization_request(
            self.client.deployed, self._row, pkce, state=STATE, scopes=scopes
        )
        return sign_in(self.browser, self.person, {**asked, **more}, accept=accept)

    def _redeem(self, end: Answer, pkce: Pkce) -> Answer:
        deployed, code = self.client.deployed, end.returned.get("code", "")
        form = code_form(deployed.client_id, code, pkce.verifier, deployed.callback)
        if not pkce.verifier:
            del form["code_verifier"]
        return self.client.token(form)

    def _refresh(self, token: str, scope: str = "") -> Answer:
        return self.client.token(refresh_form(self.client.deployed.client_id, token, scope))

    def _keep(self, **found: Answer | None) -> None:
        self.answers.update({name: each for name, each in found.items() if each is not None})


def _refresh_token(answer: Answer) -> str:
    """That of a token response; "" where none came."""
    return str(answer.json.get("refresh_token", ""))
