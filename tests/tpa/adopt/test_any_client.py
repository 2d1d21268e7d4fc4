"""Any live application becomes a file that says the same, or is left out with a reason."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.tpa.matching_tenant import client, default, grant, live
from tests.tpa.preflight.conftest import Files
from tpa.adopt.candidates import AdoptionInput
from tpa.adopt.files import stage_files
from tpa.comparison.compare import compare_application
from tpa.files.catalog import load_catalog
from tpa.files.editing import staged
from tpa.tenant.objects import read_client

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
    """No client stops an adoption, and an adopted file says what the tenant has."""
    own = grant("cgr_9", client_id="tpc_9", subject_type=subject)
    with TemporaryDirectory() as folder:
        files = Files(Path(folder))
        files.dev(permissive_eligible=True)
        seen = read_client(listed)
        view = live(files.load(), clients=(client(), seen), grants=(grant(), default(), own))
        with staged(files.root) as stage:
            adoption = stage_files(stage, AdoptionInput(view))
            if not adoption.candidates:
                assert len(adoption.left_out) == 1
                assert stage.changed == ()
                return
            application = load_catalog(stage.copy, "dev").applications[adoption.candidates[0].key]
            assert [*compare_application(application, seen.values)] == []
