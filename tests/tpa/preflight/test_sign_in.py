"""Settings of the tenant that make sign-in fail after a successful deployment; side effects."""

from dataclasses import replace
from typing import Any

import pytest

from tests.tpa.preflight.conftest import (
    APIS_SEEN,
    DEV,
    DOMAIN,
    FITTING,
    STACK,
    Files,
    errors,
    snapshot,
    warnings,
)
from tpa.environments.stack_state import (
    ORGANIZATION_ACCESS,
    PROMOTION,
    REGISTRATION_SETTING,
    StateResource,
    StateResources,
)
from tpa.preflight.context import PreflightContext
from tpa.preflight.side_effects import check_demotions
from tpa.preflight.sign_in import check_consent
from tpa.tenant.objects import Api, Client, Connection, Grant, Organization
from tpa.tenant.snapshot import TenantSnapshot, Unknown, narrow_to_catalog

ORDERS = "https://orders.example.com"


def only_error(files: Files, seen: TenantSnapshot) -> str:
    (problem,) = errors(files.load(), seen)
    return str(problem)


def test_active_rules(files: Files) -> None:
    said = only_error(files, snapshot(rules=("add-roles", "geo")))
    assert "has active Rules: add-roles, geo" in said
    assert "Actions" in said


def test_an_active_hook(files: Files) -> None:
    assert "credentials-exchange Hook: scopes" in only_error(files, snapshot(hooks=("scopes",)))


def test_classic_login(files: Files) -> None:
    said = only_error(files, snapshot(classic_login=True))
    assert "Classic login page" in said
    assert "universal_login_experience: new" in said


@pytest.mark.parametrize("policy", ["deny_all", "allow_all", "require_client_grant"])
def test_an_api_that_denies_all(files: Files, policy: str) -> None:
    """CG-15: what an API allows never makes a grant unneeded, what it denies makes one useless."""
    denied = Api(APIS_SEEN[ORDERS].scopes, {"user": policy, "client": "deny_all"})
    found = errors(files.load(), snapshot(apis={**APIS_SEEN, ORDERS: denied}))
    expected = [f"the API '{ORDERS}' denies user access to all applications"]
    assert [problem.what for problem in found] == (expected if policy == "deny_all" else [])


def test_one_of_auth0s_own_apis(files: Files) -> None:
    own = Api(APIS_SEEN[ORDERS].scopes, system=True)
    assert "Auth0's own" in only_error(files, snapshot(apis={**APIS_SEEN, ORDERS: own}))


def organization(**changes: Any) -> dict[str, Any]:
    return {"north": {"name": "northwind", "connections": ["people"], **changes}}


def test_an_organization_that_does_not_exist(files: Files) -> None:
    files.dev(organizations=organization())
    said = only_error(files, snapshot(organizations={"northwinds": Organization("org_1")}))
    assert "stacks/dev.yaml: organizations.north" in said
    assert "did you mean 'northwinds'?" in said


def test_a_connection_of_an_organization_that_is_not_promoted(files: Files) -> None:
    connections = {"people": "customers", "staff": "acme"}
    files.dev(connections=connections, organizations=organization(connections=["staff"]))
    live = {**FITTING.connections, "acme": Connection("con_2")}
    seen = snapshot(organizations={"northwind": Organization("org_1")}, connections=live)
    assert "organizations.north.connections[0]: 'acme' is not promoted" in only_error(files, seen)
    files.dev(connections=connections, organizations=organization())
    assert errors(files.load(), seen) == []


def test_open_registration_without_default_permissions(files: Files) -> None:
    files.apis(default_permissions=[])
    (found,) = warnings(files.load(), snapshot(open_registration=True))
    assert "has open dynamic registration, and no users' access by default" in found.what
    for subject_type, scopes in (("user", ()), ("client", ("read:orders",))):
        nothing = Grant("cgr_1", "", ORDERS, subject_type, scopes)
        seen = snapshot(open_registration=True, grants=(nothing,))
        assert "no users' access" in " ".join(each.what for each in warnings(files.load(), seen))
    default = Grant("cgr_1", "", ORDERS, "user", ("read:orders",))
    (found,) = warnings(files.load(), snapshot(open_registration=True, grants=(default,)))
    assert (found.rule, found.path) == ("DCR-02", ("dynamic_client_registration",))
    assert "lets everyone register a client" in found.what
    assert "no file states it" in found.what


def test_metadata_documents_that_no_file_states(files: Files) -> None:
    seen = snapshot(settings={"client_id_metadata_document_supported": True})
    (found,) = (each for each in warnings(files.load(), seen) if each.rule == "CIMD-01")
    assert (found.file, found.path) == ("stacks/dev.yaml", ("tenant",))


def test_what_could_not_be_read_is_unknown(files: Files) -> None:
    (found,) = warnings(
        files.load(), snapshot(unknown_parts=(Unknown("Rules", "read:rules"),), grants=(default(),))
    )
    assert "the token lacks read:rules" in found.what
    assert "first sign-in" in found.why


def test_a_matching_tenant_gives_no_warning(files: Files) -> None:
    client = Client("tpc_9", "Other", third_party=True, mode="strict")
    assert warnings(files.load(), snapshot(clients=(client,), grants=(default(),))) == []


def default() -> Grant:
    return Grant("cgr_d", "", "https://catalog.example.com", "user", ("read:products",))


def test_a_promotion_lists_the_other_applications(files: Files) -> None:
    files.dev(connections=DEV["connections"])
    closed = {"customers": Connection("con_1", promoted=False)}
    (found,) = warnings(files.load(), snapshot(connections=closed, grants=(default(),)))
    assert "'customers' becomes usable by all third-party applications" in found.what
    assert "Another (tpc_1, not in these files)" in found.what


def held(kind: str, identity: str) -> StateResources:
    return StateResources(
        (StateResource(f"urn:pulumi:dev::project::{kind}::a", kind, identity),),
    )


def of_rule(rule: str, files: Files, seen: TenantSnapshot, known: StateResources) -> list[str]:
    found = warnings(files.load(), seen, known)
    return [each.what for each in found if each.rule == rule]


def test_what_this_stack_promoted_and_somebody_closed(files: Files) -> None:
    """Its state knows nothing of it, so no update would say so."""
    files.dev(connections=DEV["connections"])
    closed = snapshot(connections={"customers": Connection("con_1")}, grants=(default(),))
    (said,) = of_rule("LIVE-09", files, closed, held(PROMOTION, "con_1"))
    assert "the connection 'customers' of portal was closed outside this stack" in said


def test_an_organization_that_somebody_closed(files: Files) -> None:
    files.dev(organizations={"north": {"name": "northwind", "connections": ["people"]}})
    organizations = {"northwind": Organization("org_1", admits=False)}
    seen = snapshot(organizations=organizations, grants=(default(),))
    (said,) = of_rule("LIVE-09", files, seen, held(ORGANIZATION_ACCESS, "org_1"))
    assert "the organization 'northwind' was closed outside this stack" in said
    assert of_rule("LIVE-09", files, seen, held(ORGANIZATION_ACCESS, "org_2")) == []


def test_registration_that_somebody_switched_off(files: Files) -> None:
    files.dev(connections=DEV["connections"])
    name = f"urn:pulumi:dev::project::{REGISTRATION_SETTING}::dynamic-registration-setting"
    known = StateResources((StateResource(name, REGISTRATION_SETTING, "tenant"),))
    settings: dict[str, Any] = {"flags": {"enable_dynamic_client_registration": False}}
    (said,) = of_rule("LIVE-09", files, snapshot(settings=settings), known)
    assert said == "open registration was closed outside this stack"
    settings["flags"]["enable_dynamic_client_registration"] = True
    assert of_rule("LIVE-09", files, snapshot(settings=settings), known) == []


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (Client("tpc_9", "Shop", True, "strict", ("shop", "other/dev")), "stays open for Shop"),
        (Client("tpc_9", "Shop", True, "strict", ("portal", STACK)), "is closed again; until now"),
    ],
    ids=["another stack signs in by it", "this stack alone"],
)
def test_dc_14_a_demotion_lists_who_signs_in_by_it(files: Files, other: Client, said: str) -> None:
    connections = {"customers": Connection("con_1", True), "old": Connection("con_2", True)}
    seen = snapshot(connections=connections, clients=(other,), grants=(default(),))
    (what,) = of_rule("DC-14", files, seen, held(PROMOTION, "con_2"))
    assert "'old' is named by no application here" in what
    assert said in what
    context = PreflightContext(
        files.load(), DOMAIN, seen, STACK, held(PROMOTION, "con_2"), left_open=frozenset({"old"})
    )
    assert list(check_demotions(context)) == []


def test_a_new_default_permission_lists_the_affected_applications(files: Files) -> None:
    (found,) = warnings(files.load(), FITTING)
    assert "the default permission on 'https://catalog.example.com' is new" in found.what
    assert "Another (tpc_1" in found.what
    granted = Grant("cgr_2", "tpc_1", "https://catalog.example.com", "user")
    assert warnings(files.load(), snapshot(grants=(granted,))) == []


def test_an_agent_with_a_grant_of_its_own_is_not_affected(files: Files) -> None:
    """It carries no ownership tag; its document says which file is its own."""
    document = "https://agent.test/client.json"
    owner = {"organization": "A", "contact": "a@agent.test"}
    agent = {"document": document, "owner": owner}
    live = Client("tpc_8", "Bot", True, "strict", document=document)
    grants = [{"api": "catalog", "subject_type": "user", "scopes": ["read:products"]}]
    for own, affected in (([], True), (grants, False)):
        files.write("stacks/agents/bot.yaml", {**agent, "grants": own})
        files.live("bot")
        found = warnings(files.load(), snapshot(clients=(live,)))
        named = [each.what for each in found if each.rule == "LIVE-07"]
        assert any("bot" in what for what in named) == affected


def test_a_changed_default_permission_says_how(files: Files) -> None:
    live = Grant("cgr_d", "", "https://catalog.example.com", "user", ("read:prices",))
    (found,) = warnings(files.load(), snapshot(grants=(live,)))
    assert "changed (gains read:products; loses read:prices)" in found.what


def test_a_tenant_that_was_read_whole_is_narrowed_to_the_catalog(files: Files) -> None:
    """Rules and the Classic page break strict applications only."""
    whole = replace(FITTING, rules=("Old",), hooks=("Old",), classic_login=True)
    strict = narrow_to_catalog(whole, files.load())
    assert (strict.rules, strict.hooks, strict.classic_login) == (("Old",), (), True)
    files.dev(permissive_eligible=True)
    files.portal(security_mode="permissive")
    assert narrow_to_catalog(whole, files.load()) == FITTING


@pytest.mark.parametrize(
    ("live", "told"),
    [
        (Client("tpc_9", "PORTAL", third_party=True, mode="strict"), True),
        (Client("own_1", "Portal"), True),  # the company's
        (Client("tpc_9", "Portal", values={("app_type",): "non_interactive"}), False),
        (Client("tpc_9", "Portal 2", third_party=True, mode="strict"), False),
        (Client("tpc_9", "Portal", third_party=True, mode="strict", tag=("portal", STACK)), False),
    ],
)
def test_a_live_application_with_a_name_that_looks_the_same(
    files: Files, live: Client, *, told: bool
) -> None:
    every = warnings(files.load(), snapshot(clients=(live,)))
    found = [each for each in every if each.rule == "FILE-15"]
    assert [each.what.startswith(f"{live.id} in the tenant has") for each in found] == [True] * told


def undescribed(files: Files, *described: str, shown: bool = True) -> list[str]:
    catalog = files.load()
    tenant = catalog.tenant.model_copy(update={"scope_descriptions_at_consent": shown})
    orders = replace(APIS_SEEN[ORDERS], described=frozenset(described))
    live = snapshot(apis={**APIS_SEEN, ORDERS: orders})
    context = PreflightContext(replace(catalog, tenant=tenant), DOMAIN, live, STACK)
    return [found.what for found in check_consent(context) if ORDERS in found.what]


def test_rt_09_a_scope_without_a_description(files: Files) -> None:
    assert undescribed(files) == [f"the scope 'read:orders' of '{ORDERS}' has no description"]


def test_rt_09_a_described_scope(files: Files) -> None:
    assert undescribed(files, "read:orders") == []


def test_rt_09_where_names_are_shown_descriptions_don_t_matter(files: Files) -> None:
    assert undescribed(files, shown=False) == []


def test_rt_09_all_scopes_include_every_scope_of_the_api(files: Files) -> None:
    reason = {"allow_all_scopes": True, "allow_all_scopes_reason": "ours"}
    files.portal(grants=[{"api": "orders", "subject_type": "user", **reason}])
    assert len(undescribed(files, "read:orders")) == 1


def test_rt_09_client_access_needs_no_consent(files: Files) -> None:
    grant = {"api": "orders", "subject_type": "client", "scopes": ["read:orders"]}
    files.portal(grants=[grant])
    assert undescribed(files) == []
