"""What the library promises to programs: a change here is a change for its users."""

import auth0_third_party


def test_every_public_name_exists() -> None:
    assert sorted(auth0_third_party.__all__) == auth0_third_party.__all__
    for name in auth0_third_party.__all__:
        assert hasattr(auth0_third_party, name)


def test_each_component_has_its_arguments() -> None:
    names = set(auth0_third_party.__all__)
    arguments = {name.removesuffix("Args") for name in names if name.endswith("Args")}
    nested = {"ClientGrant", "DefaultPermission", "Lock", "PublicKey", "RateLimit", "RefreshToken"}
    assert arguments - nested <= names
