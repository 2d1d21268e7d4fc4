"""What of a tenant changes what a token holds, besides grants: settings of APIs, and its own.

Sources: the Management API's reference of /resource-servers and /tenants/settings,
https://auth0.com/docs/api/management/v2.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from auth0_third_party.model.application import Agent, Application
from tpa.tenant.objects import Api, Client, GrantTarget, Json, block

DEFAULT_LIFETIME = 86_400
"""Seconds: `token_lifetime` of an API that does not set it."""
DIALECTS = {
    "access_token_authz": "and have the claim permissions",
    "rfc9068_profile": "of the type at+jwt, with client_id and jti in place of azp",
    "rfc9068_profile_authz": (
        "of the type at+jwt, with client_id and jti in place of azp, and have the claim permissions"
    ),
}
READS = "make sure that the API, and whatever else reads its tokens, expects this"


@dataclass(frozen=True)
class Holder:
    """What of an application matters to its tokens. None: unknown.

    `lifetime`: seconds, of its access tokens. `proves`: it sends DPoP proofs.
    """

    strict: bool = True
    agent: bool = False
    grant_types: tuple[str, ...] | None = None
    public: bool | None = None
    lifetime: int | None = None
    proves: bool | None = None


@dataclass(frozen=True)
class TokenEffect:
    """What a setting does to tokens. `passed`: as of an authorization check, False where no token
    is given, None where that is not documented or depends on the partner. `of_tenant`: it is a
    setting of the tenant, not of the API.
    """

    rule: str
    what: str
    fix: str
    passed: bool | None = True
    of_tenant: bool = False


def declared_holder(client: Application | Agent, live: Client | None = None) -> Holder:
    """As its file says. An agent's document says more, as far as its live client shows it."""
    if isinstance(client, Agent):
        return live_holder(live) if live else Holder(agent=True)
    return Holder(
        client.strict,
        grant_types=client.flows,
        public=client.public,
        lifetime=client.access_token_lifetime,
        proves=client.require_proof_of_possession,
    )


def live_holder(client: Client) -> Holder:
    """As the tenant has it."""
    values = client.values
    grant_types, lifetime = values.get(("grant_types",)), values.get(("access_token_lifetime",))
    method = values.get(("token_endpoint_auth_method",))
    return Holder(
        client.mode == "strict",
        bool(client.document),
        grant_types if isinstance(grant_types, tuple) else None,
        None if method is None else method == "none",
        lifetime if isinstance(lifetime, int) else None,
        values.get(("require_proof_of_possession",)) is True,
    )


def token_effects(
    api: Api | None,
    settings: Json | None,
    holder: Holder,
    target: GrantTarget,
    details: tuple[str, ...] = (),
) -> Iterator[TokenEffect]:
    """Everything that makes a token of this application for this API other than its grant says.

    Args:
        api: None where the tenant does not have it, or it is unknown.
        settings: those of the tenant; None where they are unknown.
        details: the types of authorization details that the grant allows.
    """
    user = target.subject_type == "user"
    yield from _of_tenant(settings or {}, holder, target.audience, user=user)
    if api is None:
        return
    of_api = api.settings
    yield from _form(of_api, holder)
    yield from _lifetime(of_api, holder)
    yield from _proof(of_api, holder)
    if user:
        yield from _sign_in(of_api, holder)
        yield from _details(of_api, details)


def _of_tenant(
    settings: Json, holder: Holder, audience: str, *, user: bool
) -> Iterator[TokenEffect]:
    """RT-20, RT-26."""
    default = str(settings.get("default_audience") or "")
    profile = str(settings.get("resource_parameter_profile") or "audience")
    if user and holder.agent and settings and profile != "compatibility" and default != audience:
        ends = f"such a request is for {default}" if default else "such a request gets no token"
        yield TokenEffect(
            "RT-20",
            f"resource_parameter_profile is {profile}: the tenant ignores the parameter resource,"
            f" by which agents name an API; {ends}",
            "write resource_indicators: true in stacks/tenant.yaml, which sets"
            " resource_parameter_profile to compatibility",
            passed=None,
            of_tenant=True,
        )
    if default == audience:
        what = f"default_audience: a request that names no API gets a token for {audience}"
        fix = "leave it if that is meant; else empty default_audience in the tenant's settings"
        yield TokenEffect("RT-26", what, fix, of_tenant=True)
    quota = block(settings, "default_token_quota", "clients").get("client_credentials")
    if not user and isinstance(quota, Mapping):
        rates = ((quota.get("per_hour"), "an hour"), (quota.get("per_day"), "a day"))
        most = " and ".join(f"{number} {each}" for number, each in rates if number)
        enforced = "" if quota.get("enforce", True) else " (not enforced: it is logged only)"
        what = f"default_token_quota: an application gets at most {most} tokens{enforced}"
        fix = "have the partner keep a token until it ends, or raise the quota"
        yield TokenEffect("RT-26", what, fix, of_tenant=True)


def _form(of_api: Json, holder: Holder) -> Iterator[TokenEffect]:
    """RT-23."""
    dialect = of_api.get("token_dialect", "access_token")
    if dialect != "access_token":
        form = DIALECTS.get(str(dialect), "of a form that this version of tpa does not know")
        yield TokenEffect("RT-23", f"token_dialect is {dialect}: its tokens are {form}", READS)
    algorithm = of_api.get("signing_alg", "RS256")
    if algorithm != "RS256":
        what = f"signing_alg is {algorithm}"
        if holder.strict:
            what += ", and strict applications are documented with RS256 alone"
        fix = "set the API's signing_alg to RS256, or try a sign-in first: tpa probe"
        yield TokenEffect("RT-23", what, fix, passed=None if holder.strict else True)
    if of_api.get("token_encryption"):
        what = "token_encryption: its tokens are encrypted, so that only the API can read them"
        yield TokenEffect("RT-23", what, READS)


def _lifetime(of_api: Json, holder: Holder) -> Iterator[TokenEffect]:
    """RT-24: a default is no statement, unless it is the shorter one."""
    stated, own = of_api.get("token_lifetime"), holder.lifetime
    if not isinstance(stated, int) or own is None or stated == own:
        return
    if stated != DEFAULT_LIFETIME or stated < own:
        yield TokenEffect(
            "RT-24",
            f"token_lifetime is {stated} s, and access_token_lifetime of the application {own} s",
            "state the same lifetime in both, so that it does not matter which one counts",
        )


def _proof(of_api: Json, holder: Holder) -> Iterator[TokenEffect]:
    """RT-25: certificates are not open to strict applications (TP-CREATE-10)."""
    proof = block(of_api, "proof_of_possession")
    spared = proof.get("required_for") == "public_clients" and holder.public is False
    if proof.get("required") is not True or spared:
        return
    mechanism = proof.get("mechanism")
    if mechanism == "mtls" and holder.strict:
        what = (
            "proof_of_possession asks for a client certificate (mtls), which no strict application"
            " can have"
        )
        yield TokenEffect("RT-25", what, "let the API ask for dpop, or for none", passed=False)
    elif mechanism != "dpop" or not holder.proves:
        what = f"proof_of_possession: its tokens are given only with a proof by {mechanism}"
        fix = "agree on it with the partner, and state require_proof_of_possession: true"
        yield TokenEffect("RT-25", what, fix, passed=None)


def _sign_in(of_api: Json, holder: Holder) -> Iterator[TokenEffect]:
    """RT-22, CG-17, RT-27."""
    if of_api.get("allow_offline_access") is False and "refresh_token" in (
        holder.grant_types or ()
    ):
        yield TokenEffect(
            "RT-22",
            "allow_offline_access is off: no refresh token comes for it, though the application has"
            " the grant type refresh_token",
            "allow offline access at the API, or take refresh_token out of the application",
        )
    if of_api.get("enforce_policies") is True:
        what = "enforce_policies is on (RBAC): a token has only the scopes that its user has"
        fix = "give the users of the application these permissions by roles"
        yield TokenEffect("CG-17", what, fix)
    if of_api.get("consent_policy"):
        what = f"consent_policy is {of_api['consent_policy']}: users confirm each transaction"
        fix = "agree with the partner on sign-ins that ask for more than a password"
        yield TokenEffect("RT-27", what, fix)
    if of_api.get("authorization_policy"):
        what = "authorization_policy: a policy of the tenant decides about each token"
        yield TokenEffect("RT-27", what, "look the policy up in the tenant", passed=None)


def _details(of_api: Json, details: tuple[str, ...]) -> Iterator[TokenEffect]:
    """CG-08."""
    listed = of_api.get("authorization_details") or ()
    known = {item.get("type") for item in listed if isinstance(item, Mapping)}
    missing = [name for name in details if name not in known]
    if missing and "authorization_details" in of_api:
        what = f"the API does not define the authorization details {', '.join(missing)}"
        yield TokenEffect("CG-08", what, "define them there, or take them out here", passed=None)
