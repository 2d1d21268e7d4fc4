"""What a program declares for one partner, as a function that a test can call."""

from auth0_third_party import ClientGrantArgs, ThirdPartyApplication, ThirdPartyApplicationArgs


def declare_portal(callback: str) -> ThirdPartyApplication:
    """The partner's portal, which may read orders for users who sign in."""
    orders = ClientGrantArgs(
        audience="https://orders.example.com", subject_type="user", scopes=["read:orders"]
    )
    return ThirdPartyApplication(
        "portal",
        ThirdPartyApplicationArgs(
            name="Portal", app_type="regular_web", callbacks=[callback], grants=[orders]
        ),
    )
