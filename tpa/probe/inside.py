"""Verdicts on what only a signed-in user can see; the probe has one on embedded tenants alone."""

from tpa.probe.outside import granted, token_faults
from tpa.probe.requests import STATE
from tpa.probe.verdict import Judge, Observed, Verdict, broken, held, not_observable


def sign_in(seen: Observed) -> Verdict:
    """The whole way, and what came of it: audience, scopes, lifetime, algorithm."""
    answer, row = seen["token"], seen.deployed.user_access[0]
    if answer.status >= 300:
        return broken(answer.error_text)
    faults = token_faults(answer, row, seen.deployed.application.access_token_lifetime)
    if seen.token.claims.get("azp") != seen.deployed.client_id:
        faults.append("azp is not its client id")
    return broken("; ".join(faults)) if faults else held(f"{row.api}: {' '.join(granted(answer))}")


def state(seen: Observed) -> Verdict:
    came = seen["callback"].returned.get("state")
    return held("unchanged") if came == STATE else broken(f"state is {came or 'missing'}")


def issuer_in_response(seen: Observed) -> Verdict:
    promised = seen["metadata"].json.get("authorization_response_iss_parameter_supported") is True
    came, issuer = seen["callback"].returned.get("iss"), seen["metadata"].json.get("issuer")
    if came is not None and came != issuer:
        return broken(f"the response names the issuer {came}, the metadata {issuer}")
    if came is None and promised:
        return broken("the metadata promises iss, and the response lacks it")
    if came is None:
        return Verdict("not_offered", "responses do not name their issuer")
    return held(came)


def redirect_after_password(seen: Observed) -> Verdict:
    """A 307 would hand the password on to where the browser is sent."""
    if "password_form" not in seen:
        return not_observable("no password was typed")
    status = seen["password_form"].status
    return broken("307 repeats the form elsewhere") if status == 307 else held(str(status))


def verifier(seen: Observed) -> Verdict:
    wrong = [name for name, answer in seen.group("verifier") if answer.status < 300]
    if wrong:
        return broken(f"a token came with {', '.join(wrong)}")
    return held(", ".join(f"{name}: {a.error_text}" for name, a in seen.group("verifier")))


def scopes(seen: Observed) -> Verdict:
    """CG-17: what was asked for beyond the grant is refused, or cut."""
    answer = seen["wider_token"] if "wider_token" in seen else seen["wider"]
    row = seen.deployed.user_access[0]
    if answer.status >= 400 or answer.error:
        return held(answer.error_text)
    wider = [scope for scope in granted(answer) if scope not in row.scopes]
    if wider and not row.all_scopes:
        return broken(f"granted although not in the files: {', '.join(wider)}")
    return held("cut to what the files grant")


def consent(seen: Observed) -> Verdict:
    if "consent_page" not in seen:
        return broken("prompt=consent shows no consent page")
    return held("asked")


def declined(seen: Observed) -> Verdict:
    """ORP-02."""
    if "declined" not in seen:
        return not_observable("consent was not asked for")
    answer = seen["declined"]
    returned = seen.outcome(answer) == "returned"
    if "code" in answer.returned:
        return broken("a user who declines is signed in")
    if returned == seen.deployed.protected:
        where = "at the callback" if returned else "on the tenant's page"
        return broken(f"a user who declines ends {where}")
    return held("ends at the callback" if returned else "ends on the tenant's page")


def rotation(seen: Observed) -> Verdict:
    """RFC 9700 2.2.2: of public applications, refresh tokens change and an old one is refused."""
    if "refreshed" not in seen:
        return broken(
            "no refresh token comes, though its file has one (RT-11: does the API allow it?)"
        )
    if seen["refreshed"].status >= 300:
        return broken(f"a refresh fails: {seen['refreshed'].error_text}")
    stated = seen.deployed.application.refresh_token
    again = seen["refreshed_again"]
    if stated is not None and stated.leeway:
        return not_observable(f"an old token works for {stated.leeway} s, by its file")
    if again.status >= 300:
        return held(f"an old token: {again.error_text}")
    if seen.deployed.application.public:
        return broken("an old refresh token of a public application works")
    return held("not rotated; bound to the application's credential")


def refresh_bound(seen: Observed) -> Verdict:
    answer = seen["refreshed_wider"]
    wider = [s for s in granted(answer) if s not in seen.deployed.user_access[0].scopes]
    if answer.status < 300 and wider:
        return broken(f"a refresh adds {', '.join(wider)}")
    return held(answer.error_text or "cut to what was consented to")


def revoked(seen: Observed) -> Verdict:
    if seen["revoked"].status >= 300:
        return broken(f"/oauth/revoke: {seen['revoked'].error_text}")
    return fails("refresh_after_revoke", "a revoked refresh token works")(seen)


def id_token(seen: Observed) -> Verdict:
    came = "id_token" in seen["openid_token"].json
    return broken("an ID token came") if came else held("none, even when asked for")


def organizations(seen: Observed) -> Verdict:
    """RT-18, ORG-03: the seeded user is a member of none, so none may let the user in."""
    asked = list(seen.group("organization"))
    let_in = [name for name, answer in asked if "code" in answer.returned]
    if let_in:
        return broken(f"a user who is no member signs in to {', '.join(let_in)}")
    if not asked:
        return not_observable("the tenant has no organization")
    return held(f"a stranger at {', '.join(name for name, _ in asked)}: {asked[0][1].error}")


def fails(name: str, otherwise: str, missing: str = "") -> Judge:
    """That a request fails. `missing`: why it may not have been made."""

    def judge(seen: Observed) -> Verdict:
        if missing and name not in seen:
            return not_observable(missing)
        return held(seen[name].error_text) if seen[name].status >= 400 else broken(otherwise)

    return judge
