"""Verdicts on what a stranger can see: metadata, `/authorize` without a user, refused requests."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from auth0_third_party.model.access import Access
from tpa.oauth.http import Answer
from tpa.oauth.requests import OFFLINE
from tpa.oauth.tokens import token_in
from tpa.probe.requests import STATE, Part
from tpa.probe.verdict import Judge, Observed, Verdict, broken, held, not_observable

NOT_ALLOWED = ("unauthorized_client", "unsupported_grant_type", "unsupported_response_type")
UNKNOWN_CLIENT = ("invalid_client", "access_denied", "unauthorized", "unauthorized_client")
"""What Auth0 answers to a client that does not prove who it is."""


def metadata(seen: Observed) -> Verdict:
    answer = seen["metadata"]
    issuer = str(answer.json.get("issuer", ""))
    if answer.status != 200 or not issuer:
        return broken(f"no metadata: {answer.error_text or answer.status}")
    asked, told = urlsplit(answer.url).netloc, urlsplit(issuer).netloc
    if asked != told:
        return broken(
            f"the issuer is {issuer}: partners use that domain, so probe it with --domain {told}"
        )
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    missing = [name for name in names if not answer.json.get(name)]
    return broken(f"it lacks {', '.join(missing)}") if missing else held(f"issuer {issuer}")


def pkce_metadata(seen: Observed) -> Verdict:
    methods = seen["metadata"].json.get("code_challenge_methods_supported")
    if not isinstance(methods, list) or "S256" not in methods:
        return broken("code_challenge_methods_supported does not name S256")
    return held(f"methods {', '.join(map(str, methods))}")


def signing_keys(seen: Observed) -> Verdict:
    keys = seen["keys"].json.get("keys")
    usable = [key for key in keys or () if isinstance(key, dict) and key.get("kty") == "RSA"]
    private = [key for key in usable if "d" in key]
    if private:
        return broken("a private key is published")
    return held(f"{len(usable)} of RSA") if usable else broken("no RSA key is published")


def issuer_identification(seen: Observed) -> Verdict:
    if seen["metadata"].json.get("authorization_response_iss_parameter_supported") is True:
        return held("responses name their issuer (RFC 9207)")
    return Verdict(
        "not_offered", "responses need not name their issuer; one server per callback does it too"
    )


def callbacks(seen: Observed) -> Verdict:
    wrong = _not_signing_in(seen, [(seen.deployed.callback, seen["authorize"])])
    wrong += _not_signing_in(seen, seen.group("callback"))
    return (
        broken("; ".join(wrong))
        if wrong
        else held(f"{len(seen.deployed.application.callbacks)} accepted")
    )


def connections(seen: Observed) -> Verdict:
    asked = list(seen.group("connection"))
    wrong = _not_signing_in(seen, asked)
    if wrong:
        return broken(f"{'; '.join(wrong)} (is it promoted, and enabled?)")
    return held(", ".join(name for name, _ in asked))


def refused(name: str, told: str = "") -> Judge:
    """That each request of a group is refused; or the one of that name, which a message calls
    `told`.
    """
    return lambda seen: _refused(seen, [(told, seen[name])] if told else seen.group(name))


def open_redirect(seen: Observed) -> Verdict:
    """ORP-01. An address that is not registered must never be returned to, so that is broken
    under either policy.
    """
    foreign = [uri for uri, a in seen.group("redirect") if seen.outcome(a) == "returned"]
    if foreign:
        return broken(f"it redirects to {', '.join(foreign)}")
    errors = [
        (name, answer)
        for name, answer in [
            ("no_pkce", seen["no_pkce"]),
            ("plain", seen["plain"]),
            *seen.group("parameter"),
            *seen.group("response_type"),
        ]
        if answer.error
    ]
    returned = [(name, a) for name, a in errors if seen.outcome(a) == "returned"]
    if not errors:
        return not_observable("no request ended in an error")
    if not seen.deployed.protected:
        return _returned_with_state(returned)
    if returned:
        return broken(f"errors redirect to the callback: {', '.join(name for name, _ in returned)}")
    return held(f"{len(errors)} errors stayed on the tenant's page")


def _returned_with_state(returned: list[tuple[str, Answer]]) -> Verdict:
    """ORP-02, for an application that may have errors at its callback."""
    if not returned:
        return broken("the file says allow_always, and errors stay on the tenant's page")
    lost = [name for name, answer in returned if answer.returned.get("state") != STATE]
    if lost:
        return broken(f"state is not returned: {', '.join(lost)}")
    return held("as the file allows, errors return to the callback, with state")


def cors(seen: Observed) -> Verdict:
    allowed = seen["authorize"].headers.get("access-control-allow-origin")
    return broken(f"a foreign origin may read it: {allowed}") if allowed else held("no CORS header")


def frames(seen: Observed) -> Verdict:
    if not seen.good:
        return not_observable("no sign-in page was shown")
    page = seen["page"] if "page" in seen else seen["authorize"]
    policy = page.headers.get("content-security-policy", "").lower()
    option = page.headers.get("x-frame-options", "").lower()
    if option in ("deny", "sameorigin") or "frame-ancestors" in policy:
        return held("the sign-in page refuses frames")
    return broken("the sign-in page can be framed: no X-Frame-Options, no frame-ancestors")


def client_id(seen: Observed) -> Verdict:
    """TP-CREATE-03."""
    if seen.deployed.client_id.startswith("tpc_"):
        return held("Auth0 chose it")
    return broken("it is not that of a strict third-party application")


def password_grant(seen: Observed) -> Verdict:
    answer = seen["password"]
    if answer.status < 300:
        return broken("a token came back")
    if answer.error in NOT_ALLOWED:
        return held(answer.error_text)
    return not_observable(f"without a credential or a user: {answer.error_text}")


def client_authentication(seen: Observed) -> Verdict:
    """A made-up code: whether the tenant looks at it tells whether the client was let in."""
    method, bare = seen.deployed.application.auth_method, seen["code"]
    if method == "none":
        if bare.error == "invalid_grant":
            return held("none, as declared; PKCE protects the code")
        return broken(f"declared none, and the tenant asks for more: {bare.error_text}")
    tries = [("without a credential", bare), ("with a wrong one", seen["wrong_secret"])]
    tries += [
        ("client access without a credential", a) for _, a in seen.group("client_unauthenticated")
    ]
    let_in = [name for name, a in tries if a.status < 300 or a.error == "invalid_grant"]
    if let_in:
        return broken(f"declared {method}, and the tenant goes on {', '.join(let_in)}")
    unclear = [a.error_text for _, a in tries if a.status != 401 and a.error not in UNKNOWN_CLIENT]
    return not_observable(unclear[0]) if unclear else held(f"{method}: {bare.error_text}")


def proof_of_possession(seen: Observed) -> Verdict:
    if not seen.deployed.application.require_proof_of_possession:
        return Verdict("partner", "not required by its file; its code can send DPoP proofs")
    tokens = [a for _, a in seen.group("client_token")]
    if any(a.status < 300 for a in tokens):
        return broken("required by its file, and a token came without a proof")
    return held(tokens[0].error_text) if tokens else not_observable("needs its credential")


def rate_limit(seen: Observed) -> Verdict:
    names = [n for n in seen["code"].headers if n.startswith(("x-ratelimit-", "ratelimit"))]
    return held(", ".join(sorted(names))) if names else not_observable("no such header came")


def api_not_granted(seen: Observed) -> Verdict:
    """CG-01. Auth0's pages do not say whether it is refused here or at the token endpoint."""
    verdict = _refused(seen, [("the API", seen["api"])])
    if verdict.result == "broken":
        return not_observable("sign-in begins; it may be refused after it")
    return verdict


def client_tokens(seen: Observed) -> Verdict:
    """What came for each API, against the files; TP-CREATE-16 for the lifetime."""
    application, wrong, right = seen.deployed.application, [], []
    for row in seen.deployed.client_access:
        answer = seen[Part("client_token", row.audience)]
        if answer.status >= 300:
            text = f"{row.api}: {answer.error_text}"
            if application.require_proof_of_possession:
                return not_observable(f"{text}; the probe sends no DPoP proof")
            if answer.status == 401 or answer.error == "invalid_client":
                text += " (the credential at hand is expired, rotated, or another application's)"
            wrong.append(text)
            continue
        faults = token_faults(answer, row, application.access_token_lifetime)
        wrong += [f"{row.api}: {fault}" for fault in faults]
        right.append(f"{row.api}: {' '.join(granted(answer)) or 'no scope'}")
    return broken("; ".join(wrong)) if wrong else held("; ".join(right))


def client_scopes(seen: Observed) -> Verdict:
    wider = []
    for row in seen.deployed.client_access:
        answer = seen[Part("client_scope", row.audience)]
        if answer.status < 300 and not row.all_scopes:
            wider += [f"{row.api}: {s}" for s in granted(answer) if s not in row.scopes]
        elif answer.status == 401:
            return not_observable(answer.error_text)
    if wider:
        return broken(f"granted although not in the files: {', '.join(wider)}")
    return held("cut or refused, whatever is asked for")


def granted(answer: Answer) -> list[str]:
    """The API's scopes of a token response: those of the token, else those that it names."""
    claims = token_in(answer).claims
    scopes = str(claims.get("scope", answer.json.get("scope", ""))).split()
    return [scope for scope in scopes if scope != OFFLINE]


def token_faults(answer: Answer, row: Access, lifetime: int) -> list[str]:
    """What of a token differs from what was declared: audience, algorithm, scopes, lifetime."""
    token, faults = token_in(answer), list[str]()
    found, wanted = set(granted(answer)), set(row.scopes)
    if token.claims and row.audience not in token.audiences:
        faults.append(f"its audience is {', '.join(token.audiences) or 'missing'}")
    if token.header and token.header.get("alg") != "RS256":
        faults.append(f"it is signed with {token.header.get('alg')}")
    if found - wanted and not row.all_scopes:
        faults.append(f"more than declared: {' '.join(sorted(found - wanted))}")
    if wanted - found:
        faults.append(f"less than declared: {' '.join(sorted(wanted - found))} missing")
    lives = answer.json.get("expires_in")
    if lives != lifetime:
        faults.append(f"it lives {lives} s, declared are {lifetime}")
    return faults


def _not_signing_in(seen: Observed, asked: Iterable[tuple[str, Answer]]) -> list[str]:
    return [
        f"{name}: {answer.error_text or 'refused'}"
        for name, answer in asked
        if seen.outcome(answer) != "sign_in"
    ]


def _refused(seen: Observed, asked: Iterable[tuple[str, Answer]]) -> Verdict:
    """Held if each is refused; that says something only where a correct request is not."""
    tried = list(asked)
    accepted = [
        name
        for name, answer in tried
        if seen.outcome(answer) == "sign_in"
        or (seen.outcome(answer) == "returned" and not answer.error)
    ]
    if accepted:
        return broken(f"accepted: {', '.join(accepted)}")
    if not seen.good:
        return not_observable("a correct request is refused too")
    told = dict.fromkeys(answer.error or str(answer.status) for _, answer in tried)
    return held(f"{len(tried)} × {', '.join(told)}" if len(tried) > 1 else next(iter(told)))
