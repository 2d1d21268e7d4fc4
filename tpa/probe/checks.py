"""The table of checks: what is checked, whose rule it is, and what it takes to see it. A probe asks
what they look at, politely.

Sources: sections of RFC 9700 (OAuth 2.0 Security Best Current Practice), and the ids of Auth0's
rules. `asks` names the requests that a check looks at, or groups of them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from tpa.oauth.credentials import Credential
from tpa.oauth.deployed import Deployed
from tpa.oauth.http import Answer, TenantHttp
from tpa.probe import inside, outside
from tpa.probe.requests import TENANT, Name, Part, Request, planned
from tpa.probe.verdict import Judge, Observed, Result, Verdict, not_observable

Needs = Literal["nothing", "credential", "user"]


@dataclass(frozen=True)
class Check:
    """`needs`: what the requests that it looks at take. `applies`: to which applications."""

    id: str
    title: str
    source: str
    judge: Judge
    asks: tuple[str, ...]
    needs: Needs = "nothing"
    applies: Callable[[Deployed], bool] = lambda _: True

    def verdict(self, seen: Observed) -> Verdict:
        """What it finds; not observable where the tenant was not asked."""
        names = {name.group if isinstance(name, Part) else name for name in seen.answers}
        if not set(self.asks) <= names:
            stopped = self.needs == "user" and "callback" in seen
            return not_observable(_STOPPED if stopped else _MISSING[self.needs])
        return self.judge(seen)


_STOPPED = "the sign-in did not get so far"
_MISSING = {
    "nothing": "there is no such request for this application",
    "credential": "its credential is not at hand",
    "user": "takes a signed-in user: tpa try",
}


def _signs_in(deployed: Deployed) -> bool:
    return bool(deployed.user_access and deployed.callback)


def _refreshes(deployed: Deployed) -> bool:
    return _signs_in(deployed) and "refresh_token" in deployed.flows


def _several_apis(deployed: Deployed) -> bool:
    own = {row.audience for row in deployed.user_access}
    return _signs_in(deployed) and bool(deployed.known_scopes.keys() - own)


def _has_connections(deployed: Deployed) -> bool:
    return _signs_in(deployed) and bool(deployed.application.connections)


def _client_access(deployed: Deployed) -> bool:
    return bool(deployed.client_access)


TENANT_CHECKS: tuple[Check, ...] = (
    Check("metadata", "Server metadata is published", "RFC 9700 2.6", outside.metadata,
          ("metadata",)),
    Check("pkce-metadata", "PKCE support can be discovered", "RFC 9700 2.1.1",
          outside.pkce_metadata, ("metadata",)),
    Check("signing-keys", "Signing keys are published", "TP-CREATE-16", outside.signing_keys,
          ("keys",)),
    Check("issuer", "Responses name their issuer", "RFC 9700 2.1", outside.issuer_identification,
          ("metadata",)),
)  # fmt: skip
"""Once for a tenant."""

CHECKS: tuple[Check, ...] = (
    Check("callbacks", "Declared callbacks are accepted", "TP-CREATE-19", outside.callbacks,
          ("authorize",), applies=_signs_in),
    Check("connections", "Declared connections are offered", "DC-01", outside.connections,
          ("connection",), applies=_has_connections),
    Check("redirects", "Other addresses are refused", "RFC 9700 2.1, 2.6",
          outside.refused("redirect"), ("authorize", "redirect"), applies=_signs_in),
    Check("open-redirect", "Errors end where the file says", "RFC 9700 2.1, ORP-01",
          outside.open_redirect, ("no_pkce", "redirect"), applies=_signs_in),
    Check("pkce", "PKCE is required", "RFC 9700 2.1.1, RT-04",
          outside.refused("no_pkce", "a request without PKCE"), ("authorize", "no_pkce"),
          applies=_signs_in),
    Check("pkce-plain", "The PKCE method plain is refused", "RFC 9700 2.1.1",
          outside.refused("plain", "the method plain"), ("authorize", "plain"), applies=_signs_in),
    Check("parameters", "Unsupported parameters are refused", "RT-02", outside.refused("parameter"),
          ("authorize", "parameter"), applies=_signs_in),
    Check("response-types", "No tokens through the browser", "RFC 9700 2.1.2, RT-03",
          outside.refused("response_type"), ("authorize", "response_type"), applies=_signs_in),
    Check("cors", "No CORS at /authorize", "RFC 9700 2.6", outside.cors, ("authorize",),
          applies=_signs_in),
    Check("frames", "The sign-in page refuses frames", "RFC 9700 4.16", outside.frames,
          ("authorize",), applies=_signs_in),
    Check("api", "An API without a grant is refused", "CG-01", outside.api_not_granted,
          ("authorize", "api"), applies=_several_apis),
    Check("client-id", "Auth0 chose the client id", "RFC 9700 2.6, TP-CREATE-03",
          outside.client_id, ()),
    Check("password-grant", "No password grant", "RFC 9700 2.4", outside.password_grant,
          ("password",)),
    Check("client-authentication", "It authenticates as declared", "RFC 9700 2.5, TP-CREATE-15",
          outside.client_authentication, ("code",)),
    Check("proof-of-possession", "Tokens are bound to a key", "RFC 9700 2.2.1",
          outside.proof_of_possession, ()),
    Check("rate-limit", "The rate limit is announced", "RT-21, MG-15", outside.rate_limit,
          ("code",)),
    Check("client-tokens", "Client access as declared", "RFC 9700 2.3, TP-CREATE-16",
          outside.client_tokens, ("client_token",), "credential", _client_access),
    Check("client-scopes", "Client access to no more", "RFC 9700 2.3, CG-17",
          outside.client_scopes, ("client_scope",), "credential", _client_access),
    Check("sign-in", "A user signs in, token as declared", "RFC 9700 2.3, TP-CREATE-16",
          inside.sign_in, ("token",), "user", _signs_in),
    Check("state", "The callback returns state", "RFC 9700 2.1", inside.state, ("token",),
          "user", _signs_in),
    Check("response-issuer", "The callback names the issuer", "RFC 9700 2.1",
          inside.issuer_in_response, ("metadata", "token"), "user", _signs_in),
    Check("redirect-status", "No 307 after the password", "RFC 9700 2.1",
          inside.redirect_after_password, ("callback",), "user", _signs_in),
    Check("verifier", "A code needs its verifier", "RFC 9700 2.1.1", inside.verifier,
          ("verifier",), "user", _signs_in),
    Check("code-once", "A code works once", "RFC 9700 4.2",
          inside.fails("code_again", "the code worked twice"), ("code_again",), "user", _signs_in),
    Check("code-replay", "A replayed code ends its tokens", "RFC 9700 4.2",
          inside.fails("refresh_after_replay", "tokens of a replayed code live on",
                       "it has no refresh tokens"), ("code_again",), "user", _refreshes),
    Check("scopes", "No scopes outside the grant", "RFC 9700 2.3, CG-17", inside.scopes,
          ("wider",), "user", _signs_in),
    Check("consent", "Users are asked for consent", "RT-07", inside.consent, ("callback",),
          "user", _signs_in),
    Check("declined", "Declining ends where the file says", "ORP-02", inside.declined,
          ("token",), "user", _signs_in),
    Check("refresh-rotation", "An old refresh token is refused", "RFC 9700 2.2.2",
          inside.rotation, ("offline",), "user", _refreshes),
    Check("refresh-family", "Its reuse ends the new one too", "RFC 9700 4.14, RT-11",
          inside.fails("family", "after the reuse of an old token the new one still works",
                       "its refresh tokens are not rotated"), ("refreshed",), "user", _refreshes),
    Check("refresh-scopes", "A refresh adds no scopes", "RFC 9700 4.14", inside.refresh_bound,
          ("refreshed_wider",), "user", _refreshes),
    Check("revoke", "A revoked refresh token is dead", "RT-17", inside.revoked, ("revoked",),
          "user", _refreshes),
    Check("id-token", "No ID token", "RT-05", inside.id_token, ("openid_token",), "user",
          _signs_in),
    Check("userinfo", "No /userinfo", "RT-06", inside.fails("userinfo", "/userinfo answers"),
          ("userinfo",), "user", _signs_in),
    Check("organizations", "Organizations admit members alone", "RT-18", inside.organizations,
          ("token",), "user", _signs_in),
)  # fmt: skip
"""For each application."""


@dataclass(frozen=True)
class Row:
    """One check of one application; `application` is "" for the tenant itself."""

    application: str
    check: str
    title: str
    source: str
    result: Result
    reason: str = ""


@dataclass(frozen=True)
class Subject:
    """One application with the requests about it."""

    deployed: Deployed
    credential: Credential | None
    requests: tuple[Request, ...]


@dataclass
class Probe:
    """All that is asked of one tenant. `answers`: of each application, by key; "": the tenant's."""

    subjects: Sequence[Subject]
    answers: dict[str, dict[Name, Answer]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many requests are sent; each sign-in page is one more."""
        pages = sum(any(r.name == "authorize" for r in s.requests) for s in self.subjects)
        return len(TENANT) + pages + sum(len(subject.requests) for subject in self.subjects)

    def ask(self, http: TenantHttp) -> None:
        """Sends everything, each request as a stranger.

        Raises:
            TpaError: the tenant can't be reached.
        """
        self.answers[""] = {request.name: _send(http, request) for request in TENANT}
        for subject in self.subjects:
            found = self.answers.setdefault(subject.deployed.key, {})
            for request in subject.requests:
                answer = found[request.name] = _send(http, request)
                if request.name == "authorize" and _within(answer):
                    found["page"] = http.send("GET", answer.location)

    def rows(self) -> list[Row]:
        """What every check found: the tenant's first, then by application."""
        tenant = self.answers.get("", {})
        found = []
        if self.subjects:
            seen = Observed(self.subjects[0].deployed, tenant)
            found += [_row("", check, seen) for check in TENANT_CHECKS]
        for subject in self.subjects:
            deployed = subject.deployed
            seen = Observed(deployed, {**tenant, **self.answers.get(deployed.key, {})})
            found += [_row(deployed.key, each, seen) for each in CHECKS if each.applies(deployed)]
        return found


def prepare(applications: Sequence[tuple[Deployed, Credential | None]], url: str) -> Probe:
    """The probe of these applications of the tenant at `url`; nothing is sent yet."""
    return Probe(
        [
            Subject(deployed, credential, tuple(planned(deployed, credential, f"{url}/")))
            for deployed, credential in applications
        ]
    )


def _send(http: TenantHttp, request: Request) -> Answer:
    http.forget()
    return http.send(
        request.method,
        request.url,
        params=request.params or None,
        form=request.form,
        headers=request.headers or None,
    )


def _within(answer: Answer) -> bool:
    """Whether it redirects to the tenant itself."""
    return bool(answer.location) and urlsplit(answer.location).netloc == urlsplit(answer.url).netloc


def _row(application: str, check: Check, seen: Observed) -> Row:
    verdict = check.verdict(seen)
    return Row(application, check.id, check.title, check.source, verdict.result, verdict.reason)
