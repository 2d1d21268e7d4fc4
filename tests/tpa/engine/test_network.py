"""What a company's network needs, for this process and its children."""

from pathlib import Path

import pytest

from tpa.engine.network import network_variables

PROXY = "http://proxy.corp.example:3128"
LOOPBACK = "localhost,127.0.0.1,::1"


@pytest.mark.parametrize(
    "name", ["http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "grpc_proxy"]
)
def test_loopback_stays_out_of_every_proxy(name: str) -> None:
    assert network_variables({name: PROXY}) == {"no_proxy": LOOPBACK, "NO_PROXY": LOOPBACK}


@pytest.mark.parametrize(
    ("stated", "merged"),
    [
        ({"no_proxy": "corp.example"}, f"corp.example,{LOOPBACK}"),
        ({"NO_PROXY": "a.example, b.example"}, f"a.example,b.example,{LOOPBACK}"),
        ({"no_proxy": "a.example", "NO_PROXY": "b.example"}, f"a.example,b.example,{LOOPBACK}"),
        ({"no_proxy": "localhost"}, LOOPBACK),
        ({"NO_PROXY": "*"}, "*"),
    ],
)
def test_what_is_excepted_already_stays_so(stated: dict[str, str], merged: str) -> None:
    found = network_variables({"https_proxy": PROXY, **stated})
    assert found == {"no_proxy": merged, "NO_PROXY": merged}


def test_grpc_has_a_list_of_its_own() -> None:
    shell = {"grpc_proxy": PROXY, "no_grpc_proxy": "corp.example"}
    assert network_variables(shell)["no_grpc_proxy"] == f"corp.example,{LOOPBACK}"


def test_without_a_proxy_nothing_is_added() -> None:
    assert network_variables({"https_proxy": "", "no_proxy": "corp.example"}) == {}


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_a_companys_certificates_by_another_name(tmp_path: Path, name: str) -> None:
    file = tmp_path / "company.pem"
    assert network_variables({name: str(file)}) == {}
    file.touch()
    assert network_variables({name: str(file)}) == {"SSL_CERT_FILE": str(file)}
    assert network_variables({name: str(file), "SSL_CERT_FILE": "/other.pem"}) == {}
