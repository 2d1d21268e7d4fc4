"""What each application may really call, and which line decided it."""

from auth0_third_party.model.access import effective_access
from auth0_third_party.model.application import Application
from auth0_third_party.model.permissions import ClientGrant, DefaultPermission


def grant(audience: str, subject_type: str, *scopes: str) -> ClientGrant:
    return ClientGrant.model_validate(
        {"audience": audience, "subject_type": subject_type, "scopes": scopes}
    )


def app(app_type: str, *grants: ClientGrant) -> Application:
    return Application.model_validate({"name": "A", "app_type": app_type, "grants": grants})


DEFAULT = DefaultPermission(audience="a", subject_type="user", scopes=("x", "y"))


def test_cg_06_an_own_grant_replaces_the_default() -> None:
    (row,) = effective_access({"k": app("spa", grant("a", "user", "z"))}, [DEFAULT])
    assert (row.scopes, row.source) == (("z",), "application")


def test_cg_06_the_contest_is_per_subject_type() -> None:
    rows = effective_access({"k": app("regular_web", grant("a", "client", "z"))}, [DEFAULT])
    assert [(row.subject_type, row.source) for row in rows] == [
        ("client", "application"),
        ("user", "default"),
    ]


def test_without_a_grant_the_default_holds() -> None:
    (row,) = effective_access({"k": app("native", grant("b", "user", "z"))}, [DEFAULT])[:1]
    assert (row.api, row.scopes, row.source) == ("a", ("x", "y"), "default")


def test_a_default_for_users_means_nothing_to_a_machine() -> None:
    rows = effective_access({"k": app("non_interactive", grant("b", "client", "z"))}, [DEFAULT])
    assert [row.api for row in rows] == ["b"]
