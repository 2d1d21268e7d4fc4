"""What stands between a grant and a token: a grant alone opens nothing.

Auth0 asks several objects in turn; the first that says no decides. Sources: the pages on security
controls, permissive mode, API access policies and organizations,
https://auth0.com/docs/get-started/applications/third-party-applications
"""

from collections.abc import Iterator

from catalog.access import admits
from preflight.objects import Api
from survey.login_gates import login_gates
from survey.view import View
from survey.ways import Gate, Way, unseen

POLICIES = {"user": "allow_all", "client": "require_client_grant"}
"""CG-14: those of an API that does not say."""


def gates(view: View, way: Way) -> Iterator[Gate]:
    """Every gate on the way, in the order in which Auth0 asks."""
    yield from _flow(way)
    yield from _api(view, way)
    if way.for_users:
        yield from login_gates(view, way)
    else:
        yield from _hooks(view, way)
        yield _machine(way)


def policy_of(api: Api, subject_type: str) -> str:
    """Who may call an API, by its own policy."""
    return api.policies.get(subject_type) or POLICIES.get(subject_type, "")


def default_gate(way: Way) -> Iterator[Gate]:
    """Whether default permissions count at all."""
    if not way.strict:
        what = "the vendor does not say whether default permissions reach permissive applications"
        yield Gate(gate="default", open=None, place=way.place, what=what)


def _flow(way: Way) -> Iterator[Gate]:
    place = f"application {way.live.id} in the tenant" if way.live else way.place
    if way.flows is None:
        what = "the tenant does not say which grant types the application has"
        yield Gate(gate="flow", open=None, place=place, what=what)
    elif not admits(way.flows, way.subject_type, strict=way.strict):
        needed = "authorization_code" if way.for_users else "client_credentials"
        what = f"the application does not have the grant type {needed}"
        yield Gate(gate="flow", open=False, place=place, what=what)


def _api(view: View, way: Way) -> Iterator[Gate]:
    """CG-11, CG-14, CG-15; policies are the tenant's, no file states them."""
    if view.snapshot is None:
        return
    place = f"API {way.audience} in the tenant"
    if "APIs" in view.blind:
        yield unseen("api_policy", view, "APIs", place)
        return
    api = view.snapshot.apis.get(way.audience)
    if api is None:
        what = f"the tenant has no API '{way.audience}'"
        yield Gate(gate="api", open=False, place=place, what=what)
    elif api.system:
        what = "it is one of Auth0's own APIs, closed to third parties"
        yield Gate(gate="api", open=False, place=place, what=what)
    else:
        yield _policy(way, policy_of(api, way.subject_type), place)


def _policy(way: Way, policy: str, place: str) -> Gate:
    needless = "admits it without a grant, and no grant narrows that"
    words: dict[str, tuple[bool, str]] = {
        "deny_all": (False, "which refuses all"),
        "require_client_grant": (True, "which asks for a grant"),
        "allow_all": (True, f"which {needless}"),
    }
    if way.strict:
        words["allow_all"] = (True, "and a strict application needs a grant all the same")
    opened, verdict = words.get(policy, (None, "of which this version knows nothing"))
    whom = "users" if way.for_users else "applications"
    what = f"the API's policy for {whom} is {policy}, {verdict}"
    return Gate(gate="api_policy", open=opened, place=place, what=what)


def _hooks(view: View, way: Way) -> Iterator[Gate]:
    """RT-13."""
    seen = view.snapshot
    if seen is None or not way.strict:
        return
    if "Hooks" in view.blind:
        yield unseen("login", view, "Hooks", "Hooks of the tenant")
    elif seen.hooks:
        what = f"an active credentials-exchange Hook ({', '.join(seen.hooks)}) breaks its tokens"
        yield Gate(gate="login", open=False, place="Hooks of the tenant", what=what)


def _machine(way: Way) -> Gate:
    """CG-13, ORG-05: where its own tokens are good. To which organizations a live grant is linked
    takes a call for each, and is not asked.
    """
    inside = ", ".join(way.organizations) or "the organizations it is linked to"
    sentences = {
        "allow": f"good outside of organizations, and in {inside}",
        "require": f"good only in {inside}",
    }
    what = sentences.get(way.usage, "good outside of organizations only")
    return Gate(gate="organization", open=True, place=way.place, what=what)
