"""Every live application becomes a file that says just the same, or is left out with a reason."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog import load_catalog
from catalog.facets import application_facets, facet_differences
from catalog.staging import Stage, staged
from preflight.objects import Grant, RateLimitPolicy, read_client
from survey.adoption import adopt
from survey.beside import beside
from survey.candidates import Adoption, Found, collected
from survey.definitions import Owner
from survey.view import View
from tests.preflight.conftest import Files
from tests.survey.conftest import ORDERS, PRODUCTS, client, default, grant, live

PLAIN: dict[str, Any] = {
    "client_id": "tpc_9",
    "name": "Web shop",
    "is_first_party": False,
    "third_party_security_mode": "strict",
    "app_type": "regular_web",
    "callbacks": ["https://shop.test/cb"],
    "token_endpoint_auth_method": "client_secret_post",
    "grant_types": ["authorization_code"],
    "jwt_configuration": {"alg": "RS256", "lifetime_in_seconds": 3600},
    "redirection_policy": "open_redirect_protection",
    "refresh_token": {
        "rotation_type": "non-rotating",
        "expiration_type": "expiring",
        "leeway": 0,
        "token_lifetime": 31557600,
        "infinite_token_lifetime": True,
        "infinite_idle_token_lifetime": False,
        "idle_token_lifetime": 2592000,
    },
}
AGENT = {
    "document": "https://agent.example.com/client.json",
    "owner": {"organization": "Acme", "contact": "a@acme.test"},
}
OWN = grant("cgr_9", client_id="tpc_9")


def item(**changes: Any) -> dict[str, Any]:
    """A client as the API lists it; None takes a property away."""
    whole = PLAIN | changes
    return {name: value for name, value in whole.items() if value is not None}


class Adopted:
    """What became of a tenant with the files' application and one that is in none."""

    def __init__(self, stage: Stage, view: View, made: Adoption) -> None:
        self.stage, self.view, self.made = stage, view, made

    def file(self, name: str) -> dict[str, Any]:
        content: dict[str, Any] = yaml.safe_load(self.stage.read(f"stacks/{name}.yaml") or "")
        return content

    @property
    def reason(self) -> str:
        (reason,) = self.made.left.values()
        return reason


@pytest.fixture
def adopted(files: Files) -> Iterator[Any]:
    """Adopts what is given as the API lists it, with its grants."""
    with staged(files.root) as stage:

        def run(
            listed: dict[str, Any],
            *grants: Grant,
            only: tuple[str, ...] = (),
            places: Mapping[str, tuple[str, ...]] | None = None,
            **seen: Any,
        ) -> Adopted:
            clients = (client(), read_client(listed))
            everything = (grant(), default(), *(grants or (OWN,)))
            view = live(files.load(), clients=clients, grants=everything, **seen)
            return Adopted(stage, view, adopt(stage, Found(view, places or {}, Owner(), only)))

        run.stage, run.catalog = stage, files.load()  # type: ignore[attr-defined]
        yield run


def test_only_what_differs_from_a_default_is_stated(adopted: Any) -> None:
    done = adopted(item())
    assert done.made.left == {}
    assert done.file("applications/web-shop") == {
        "name": "Web shop",
        "owner": {"organization": "unknown", "contact": "unknown"},
        "app_type": "regular_web",
        "grant_types": ["authorization_code"],
        "refresh_token": {"token_lifetime": "unlimited", "idle_token_lifetime": 2592000},
        "grants": [{"api": "orders", "subject_type": "user", "scopes": ["read:orders"]}],
        "connections": ["people"],
    }
    environment = done.file("dev")
    assert environment["applications"]["web-shop"] == {"callbacks": ["https://shop.test/cb"]}
    assert environment["adopt"] == {"web-shop": "tpc_9"}


def test_a_grant_on_an_api_that_no_file_knows(adopted: Any) -> None:
    other = grant("cgr_8", client_id="tpc_9", audience="https://api.stock.test/v2")
    done = adopted(item(), OWN, other)
    assert done.file("apis")["apis"]["stock-v2"] == {
        "audience": "https://api.stock.test/v2",
        "scopes": ["read:orders"],
    }
    assert done.file("applications/web-shop")["grants"][1]["api"] == "stock-v2"


def test_a_scope_that_the_files_did_not_give_to_anybody(adopted: Any) -> None:
    done = adopted(item(), grant("cgr_9", client_id="tpc_9", scopes=("write:orders",)))
    assert done.file("apis")["apis"]["orders"]["scopes"] == ["read:orders", "write:orders"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"app_type": None}, "it has no application type"),
        ({"callbacks": ["https://*.shop.test/cb"]}, "has a wildcard"),
        ({"grant_types": ["authorization_code", "implicit"]}, "'implicit' is not available"),
        ({"jwt_configuration": {"alg": "HS256"}}, "'HS256' is not available"),
        ({"description": "x" * 141}, "description: "),
        ({"client_metadata": {f"k{n}": "v" for n in range(9)}}, "9 keys are too many"),
        ({"refresh_token": None}, "refresh_token.rotation_type is not set"),
        ({"jwt_configuration": {}}, "access_token_lifetime is not set"),
        ({"name": "  padded  "}, "name is '  padded  '"),
        (
            {"client_authentication_methods": {"private_key_jwt": {"credentials": [{"id": "c"}]}},
             "token_endpoint_auth_method": None},
            "it signs with keys",
        ),
        ({"client_metadata": {"tpa_application": "x", "tpa_stack": "other/prod"}}, "another stack"),
        ({"client_metadata": {"partner_api_key": "sk_live_0123456789"}}, "looks like a secret"),
    ],
)  # fmt: skip
def test_what_no_file_can_say_is_left_out(
    adopted: Any, changes: dict[str, Any], reason: str
) -> None:
    done = adopted(item(**changes))
    assert reason in done.reason
    assert done.made.candidates == []
    assert done.stage.changed == ()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"any_organization": True}, "in any organization"),
        ({"organization_usage": "require"}, "in organizations only"),
        (
            {"organization_usage": "allow"},
            "and is good in none; set its organization_usage to deny",
        ),
        ({"audience": "https://acme.eu.auth0.com/api/v2/"}, "is one of Auth0's own APIs"),
        ({"scopes": ("openid",)}, "openid"),
    ],
)
def test_a_grant_that_no_file_can_say(adopted: Any, changes: dict[str, Any], reason: str) -> None:
    done = adopted(item(), grant("cgr_9", client_id="tpc_9", **changes))
    assert reason in done.reason
    assert done.stage.changed == ()


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        (None, "nobody could see whether the tenant supports metadata documents"),
        ({"flags": {}}, "the tenant does not support metadata documents"),
        ({"client_id_metadata_document_supported": True}, ""),
    ],
)
def test_an_agent_of_a_tenant_that_nobody_could_see(
    adopted: Any, settings: Any, reason: str
) -> None:
    listed = item(external_client_id=AGENT["document"], external_metadata_type="cimd")
    done = adopted(listed, settings=settings)
    assert [why for why in done.made.left.values() if reason not in why] == []
    assert bool(done.made.candidates) == (not reason)


def test_a_default_that_the_rules_refuse_is_left_out_alone(adopted: Any) -> None:
    bad = default("cgr_7", audience=ORDERS, scopes=("openid",))
    done = adopted(item(), OWN, bad)
    assert [each.key for each in done.made.candidates] == ["web-shop"]
    assert "grant cgr_7" in next(iter(done.made.left))
    assert len(done.file("apis")["default_permissions"]) == 1


def test_grants_that_somebody_added_to_what_is_in_a_file(adopted: Any) -> None:
    extra = grant("cgr_5", audience=PRODUCTS, scopes=("read:products",))
    bad = grant("cgr_6", subject_type="client", scopes=("openid",))
    apart = grant("cgr_7", audience=PRODUCTS, subject_type="client", organization_usage="require")
    done = adopted(item(), OWN, extra, bad, apart)
    assert done.made.grants == [("portal", extra)]
    assert "in organizations only" in done.made.left[f"grant cgr_7 for {PRODUCTS}"]
    assert [g["api"] for g in done.file("applications/portal")["grants"]] == ["orders", "catalog"]


def test_one_application_alone(adopted: Any) -> None:
    extra = default("cgr_7", audience=ORDERS)
    done = adopted(item(), OWN, extra, only=("tpc_9",))
    assert [each.key for each in done.made.candidates] == ["web-shop"]
    assert done.made.defaults == []


def test_one_that_works_by_defaults_is_not_taken_without_them(adopted: Any) -> None:
    machine = {"app_type": "non_interactive", "grant_types": ["client_credentials"]}
    extra = default("cgr_7", subject_type="client")
    done = adopted(item(**machine, callbacks=[]), extra, only=("tpc_9",))
    assert "give no name" in done.reason
    done = adopted(item(**machine, callbacks=[]), extra)
    assert done.made.left == {}
    assert [each.key for each in done.made.candidates] == ["web-shop"]


def test_a_rate_limit_of_its_own_is_in_its_file(adopted: Any) -> None:
    done = adopted(item(), rate_limits={"client_id:tpc_9": RateLimitPolicy("rlp_1", "block", 7)})
    assert done.file("applications/web-shop")["rate_limit"] == {"action": "block", "limit": 7}


def test_what_stays_in_the_tenant_is_told(adopted: Any) -> None:
    redirect = {"client_id:tpc_9": RateLimitPolicy("rlp_1", "redirect", 7)}
    done = adopted(item(), rate_limits=redirect)
    assert "rate_limit" not in done.file("applications/web-shop")
    told = dict(beside(done.view, done.made, {"tpc_9": ("addons",), "tpc_1": ("mobile",)}))
    assert told == {"Web shop (tpc_9)": "addons, a rate limit that no file can say"}


def test_where_a_machine_s_grant_is_good(adopted: Any) -> None:
    machine = {"app_type": "non_interactive", "grant_types": ["client_credentials"]}
    own = replace(OWN, subject_type="client", organization_usage="allow")
    places = {"cgr_9": ("northwind", "south")}
    done = adopted(item(**machine, callbacks=[]), own, places=places)
    assert done.file("applications/web-shop")["grants"][0]["organizations"] == [
        "northwind",
        "south",
    ]
    assert done.file("dev")["organizations"] == {
        "northwind": {"name": "northwind"},
        "south": {"name": "south", "admits_third_parties": False},
    }


def test_a_file_that_is_there_is_not_used_for_other_organizations(adopted: Any) -> None:
    machine = {"app_type": "non_interactive", "grant_types": ["client_credentials"]}
    own = replace(OWN, subject_type="client", organization_usage="allow")
    listed = item(**machine, callbacks=[])
    adopted(listed, own, places={"cgr_9": ("northwind",)})  # written, and live in no environment
    adopted.stage.set("stacks/dev.yaml", ("applications",), {"portal": None})
    adopted.stage.remove("stacks/dev.yaml", ("adopt",))
    done = adopted(listed, replace(own, organization_usage="deny"))
    assert "says otherwise: its grant cgr_9" in done.reason


def test_a_file_of_another_environment_that_means_nothing_here(adopted: Any) -> None:
    """It is left out; the others are adopted, and nobody is told of a fault in the files."""
    other = {**yaml.safe_load(adopted.stage.read("stacks/applications/portal.yaml")), "name": "X"}
    adopted.stage.write_new("stacks/applications/x.yaml", {**other, "connections": ["elsewhere"]})
    done = adopted(item(name="X"))
    assert "there is no connection 'elsewhere' in the environment dev" in done.reason
    assert "add it under 'connections'" in done.reason
    assert done.made.candidates == []


def test_organizations_that_a_file_of_another_environment_names(adopted: Any) -> None:
    machine = {"app_type": "non_interactive", "grant_types": ["client_credentials"]}
    own = replace(OWN, subject_type="client", organization_usage="allow")
    listed, places = item(**machine, callbacks=[]), {"cgr_9": ("south",)}
    adopted(listed, own, places=places)
    adopted.stage.set("stacks/dev.yaml", ("applications",), {"portal": None})
    for field in ("adopt", "organizations"):
        adopted.stage.remove("stacks/dev.yaml", (field,))
    done = adopted(listed, own, places=places)
    assert [(each.key, each.known) for each in done.made.candidates] == [("web-shop", True)]
    assert done.file("dev")["organizations"]["south"]["name"] == "south"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Web shop", "web-shop"),
        ("\U0001f600", "application"),
        ("\u0645\u0631\u062d\u0628\u0627", "application"),
        ("Agent", "agent-2"),
        ("Portal", "portal-2"),
    ],
)
def test_names_become_keys(adopted: Any, name: str, key: str) -> None:
    """Also a name without any letter that a key has, and one that an agent's file has."""
    adopted.stage.write_new("stacks/agents/agent.yaml", AGENT)
    done = adopted(item(name=name))
    assert done.made.left == {}
    assert [each.key for each in done.made.candidates] == [key]


def test_a_file_with_another_key_is_found_by_its_name(adopted: Any) -> None:
    adopted.stage.write_new("stacks/applications/application.yaml", {"name": "?"})
    adopted.stage.write_new("stacks/applications/shop.yaml", {"name": "\U0001f600"})
    view = live(adopted.catalog, clients=(client(), read_client(item(name="\U0001f600"))))
    (found,) = collected(adopted.stage, Found(view, {}, Owner())).candidates
    assert (found.key, found.known) == ("shop", True)


def test_a_problem_of_the_files_themselves_is_not_blamed_on_the_tenant(
    files: Files, adopted: Any
) -> None:
    view_before = files.load()
    assert view_before.applications.keys() == {"portal"}
    with staged(files.root) as stage:
        stage.set("stacks/applications/portal.yaml", ("app_type",), "webapp")
        view = live(view_before, clients=(client(), read_client(item())), grants=(grant(), OWN))
        with pytest.raises(Exception, match="'webapp' is not a value"):
            adopt(stage, Found(view, {}, Owner()))


TEXT = st.text(max_size=30)
LIFETIMES = st.one_of(st.integers(1, 157_788_000), st.none())
CLIENTS = st.fixed_dictionaries(
    {
        "client_id": st.just("tpc_9"),
        "name": TEXT,
        "is_first_party": st.just(False),
        "third_party_security_mode": st.sampled_from(["strict", "permissive"]),
    },
    optional={
        "app_type": st.sampled_from(["regular_web", "spa", "native", "non_interactive", "sso"]),
        "description": TEXT,
        "logo_uri": st.sampled_from(["", "https://a.test/l.png", "ftp://a.test", "no"]),
        "callbacks": st.lists(
            st.sampled_from(["https://a.test/cb", "com.a://cb", "http://a.test", "https://*.b/x"]),
            max_size=3,
        ),
        "web_origins": st.lists(
            st.sampled_from(["https://a.test", "https://a.test/x"]), max_size=2
        ),
        "token_endpoint_auth_method": st.sampled_from(
            ["none", "client_secret_post", "client_secret_basic", "odd"]
        ),
        "grant_types": st.lists(
            st.sampled_from(
                ["authorization_code", "refresh_token", "client_credentials", "implicit"]
            ),
            unique=True,
        ),
        "jwt_configuration": st.fixed_dictionaries(
            {},
            optional={"alg": st.sampled_from(["RS256", "HS256"]), "lifetime_in_seconds": LIFETIMES},
        ),
        "redirection_policy": st.sampled_from(["open_redirect_protection", "allow_always"]),
        "require_proof_of_possession": st.booleans(),
        "client_metadata": st.dictionaries(TEXT, TEXT, max_size=3),
        "refresh_token": st.fixed_dictionaries(
            {
                "rotation_type": st.sampled_from(["rotating", "non-rotating"]),
                "expiration_type": st.sampled_from(["expiring", "non-expiring"]),
            },
            optional={
                "leeway": st.integers(0, 400),
                "token_lifetime": LIFETIMES,
                "idle_token_lifetime": LIFETIMES,
                "infinite_token_lifetime": st.booleans(),
                "infinite_idle_token_lifetime": st.booleans(),
            },
        ),
    },
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(listed=CLIENTS, subject=st.sampled_from(["user", "client"]))
def test_any_client_at_all(listed: dict[str, Any], subject: str) -> None:
    """No client stops an adoption, and what is adopted says just what is live."""
    own = grant("cgr_9", client_id="tpc_9", subject_type=subject)
    with TemporaryDirectory() as folder:
        files = Files(Path(folder))
        files.dev(permissive_eligible=True)
        seen = read_client(listed)
        view = live(files.load(), clients=(client(), seen), grants=(grant(), default(), own))
        with staged(files.root) as stage:
            made = adopt(stage, Found(view, {}, Owner()))
            if not made.candidates:
                assert len(made.left) == 1
                assert stage.changed == ()
                return
            application = load_catalog(stage.copy, "dev").applications[made.candidates[0].key]
            assert facet_differences(application_facets(application), seen.facets) == {}
