"""Facets of a declared application, and how they differ from live ones."""

from typing import Any

from auth0_third_party.model.application import Application
from tpa.tenant.facets import application_facets, facet_differences


def facets(**fields: Any) -> dict[str, object]:
    return application_facets(Application.model_validate({"name": "A", "app_type": "spa"} | fields))


def test_every_default_is_filled_in() -> None:
    found = facets()
    assert found["grant_types"] == ("authorization_code",)
    assert found["token_endpoint_auth_method"] == "none"
    assert found["refresh_token.rotation_type"] == "rotating"
    assert found["redirection_policy"] == "open_redirect_protection"


def test_an_algorithm_that_files_leave_to_the_tenant_never_differs() -> None:
    stated = facets(security_mode="permissive", signing_algorithm="default")
    assert "signing_algorithm" not in stated
    assert facet_differences(stated, {**stated, "signing_algorithm": "RS256"}) == {}


def test_a_permissive_application_has_no_redirection_policy() -> None:
    assert "redirection_policy" not in facets(security_mode="permissive")


def test_a_difference_has_both_values() -> None:
    stated = facets(callbacks=["https://a.test/cb"])
    live = {**stated, "callbacks": ("https://b.test/cb",)}
    assert facet_differences(stated, live) == {
        "callbacks": (("https://a.test/cb",), ("https://b.test/cb",))
    }


def test_the_order_of_redirect_uris_is_a_difference() -> None:
    """Auth0 takes the first one where it needs a default."""
    first, second = "https://a.test/cb", "https://b.test/cb"
    stated = facets(callbacks=[first, second])
    assert facet_differences(stated, {**stated, "callbacks": (second, first)}) != {}


def test_metadata_that_was_added_or_removed_differs() -> None:
    stated = facets(client_metadata={"region": "eu"})
    live = {name: value for name, value in stated.items() if name != "client_metadata.region"}
    live["client_metadata.tier"] = "gold"
    assert facet_differences(stated, live) == {
        "client_metadata.region": ("eu", None),
        "client_metadata.tier": (None, "gold"),
    }


def test_a_live_property_that_files_do_not_manage_is_no_difference() -> None:
    stated = facets()
    assert facet_differences(stated, {**stated, "sso_disabled": True}) == {}


def test_a_property_that_the_tenant_leaves_out_differs() -> None:
    stated = facets()
    live = {**stated, "grant_types": None}
    assert facet_differences(stated, live) == {"grant_types": (("authorization_code",), None)}
