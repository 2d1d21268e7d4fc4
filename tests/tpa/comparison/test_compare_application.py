"""A declared application compared with a live client."""

from typing import Any

from auth0_third_party.model.application import Application
from auth0_third_party.model.client import declared_values
from auth0_third_party.rules.violation import Path
from tpa.comparison.compare import compare_application


def application(**fields: Any) -> Application:
    return Application.model_validate({"name": "A", "app_type": "spa"} | fields)


def differences(declared: Application, **live: object) -> dict[Path, tuple[object, object]]:
    """What differs where the tenant has the same except for these fields; None: it has none."""
    values: dict[Path, object] = {**declared_values(declared)}
    values |= {(name,): value for name, value in live.items()}
    values = {path: value for path, value in values.items() if value is not None}
    return {each.path: (each.before, each.after) for each in compare_application(declared, values)}


def test_every_default_is_filled_in() -> None:
    found = declared_values(application())
    assert found["grant_types",] == ("authorization_code",)
    assert found["token_endpoint_auth_method",] == "none"
    assert found["refresh_token", "rotation_type"] == "rotating"
    assert found["redirection_policy",] == "open_redirect_protection"


def test_an_algorithm_that_files_leave_to_the_tenant_never_differs() -> None:
    stated = application(security_mode="permissive", signing_algorithm="default")
    assert ("signing_algorithm",) not in declared_values(stated)
    assert differences(stated, signing_algorithm="RS256") == {}


def test_a_permissive_application_has_no_redirection_policy() -> None:
    permissive = application(security_mode="permissive")
    assert ("redirection_policy",) not in declared_values(permissive)


def test_a_difference_has_both_values() -> None:
    stated = application(callbacks=["https://a.test/cb"])
    assert differences(stated, callbacks=("https://b.test/cb",)) == {
        ("callbacks",): (("https://a.test/cb",), ("https://b.test/cb",))
    }


def test_the_order_of_redirect_uris_is_no_difference() -> None:
    first, second = "https://a.test/cb", "https://b.test/cb"
    stated = application(callbacks=[first, second])
    assert differences(stated, callbacks=(second, first)) == {}
    assert differences(stated, callbacks=(second,)) != {}


def test_metadata_that_was_added_or_removed_differs() -> None:
    stated = application(client_metadata={"region": "eu"})
    live = {**declared_values(stated), ("client_metadata", "tier"): "gold"}
    del live["client_metadata", "region"]
    found = {each.path[1]: (each.before, each.after) for each in compare_application(stated, live)}
    assert found == {"region": ("eu", None), "tier": (None, "gold")}


def test_a_live_property_that_files_do_not_manage_is_no_difference() -> None:
    assert differences(application(), sso_disabled=True) == {}


def test_a_property_that_the_tenant_leaves_out_differs() -> None:
    found = differences(application(), grant_types=None)
    assert found == {("grant_types",): (("authorization_code",), None)}
