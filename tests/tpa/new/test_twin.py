"""The plan from a permissive application to its strict twin."""

from auth0_third_party.model.application import Application
from tpa.new.twin import plan_twin


def test_what_strict_mode_refuses_is_named() -> None:
    application = Application(
        name="Old",
        app_type="regular_web",
        security_mode="permissive",
        callbacks=("https://*.old.test/cb",),
        grant_types=("authorization_code", "implicit"),
    )
    plan = plan_twin("old", application)
    assert any("implicit" in change for change in plan.changes)
    assert any("wildcard" in change for change in plan.changes)
    assert any("refresh token" in loss for loss in plan.losses)
    assert plan.steps[0].startswith("copy stacks/applications/old.yaml to old-strict.yaml")
