"""Addresses: what is accepted is read by a browser as a reviewer reads it."""

import json
import random
import re
import subprocess
from pathlib import Path

import playwright
import pytest

from auth0_third_party.model.text import address_shown
from auth0_third_party.rules import (
    check_document_url,
    check_origins,
    check_redirect_uris,
    has_no_port,
)
from auth0_third_party.rules.agents import check_document

NODE = Path(playwright.__file__).parent / "driver" / "node"
READ_BY_A_BROWSER = """
const texts = JSON.parse(require("fs").readFileSync(0, "utf8"));
const read = (text) => {
  try {
    const url = new URL(text);
    const user = url.username + url.password;
    return [url.protocol, user, url.hostname, url.port, url.hash, url.pathname];
  } catch { return null; }
};
console.log(JSON.stringify(texts.map(read)));
"""
GOOD = [
    "https://acme.example",
    "https://portal.acme.example/callback",
    "https://acme.example:8443/a/b?c=d&e=%20",
    "https://xn--bcher-kva.example/cb",
    "https://192.0.2.7/cb",
    "https://[2001:db8::1]:8443/cb",
    "http://localhost:3000/cb",
    "http://[::1]:3000/",
]
PIECES = [
    *(
        "\\",
        "/",
        "//",
        ":",
        "::",
        "@",
        "?",
        "#",
        "%",
        "%2e",
        "%2E%2e",
        "%00",
        "%5C",
        "%2A",
        "*",
        "{x}",
    ),
    *(
        " ",
        "\t",
        "\n",
        "\r",
        "\0",
        "\x7f",
        "\u00a0",
        "\u200b",
        "\u202e",
        "\u2044",
        "\uff0f",
        "\uff0e",
    ),
    *(
        "\u3002",
        "\uff0a",
        "\u0430",
        "\u00df",
        "\u2100",
        "xn--",
        "xn--80ak6aa92e",
        "..",
        ".",
        "-",
        "_",
    ),
    *(
        "0",
        "0x7f.1",
        "127.1",
        "[::ffff:7f00:1]",
        "localhost",
        "evil.test",
        ":@",
        "u:p@",
        ":0",
        ":443",
    ),
    *(
        ":99999",
        "http:",
        "https:",
        "javascript:",
        "data:",
        "'",
        '"',
        "<",
        ">",
        "|",
        "^",
        "`",
        "HTTPS",
        "A",
    ),
]


def faults(app_type: str, uri: str, *, strict: bool = True) -> list[str]:
    return [found.what for found in check_redirect_uris(app_type, [uri], strict=strict)]


def mutations(count: int) -> list[str]:
    """Good addresses with one to three pieces put in or put over what is there."""
    chance = random.Random(1)  # noqa: S311 - the same mutations in every run
    made = []
    for _ in range(count):
        text = chance.choice(GOOD)
        for _ in range(chance.randint(1, 3)):
            at = chance.randint(0, len(text))
            text = text[:at] + chance.choice(PIECES) + text[at + chance.randint(0, 3) :]
        made.append(text)
    return made


def as_reviewers_read(text: str) -> list[str]:
    """By the letter (RFC 3986, appendix B): whoever reads from left to right."""
    found = re.fullmatch(
        r"([a-z]+):(?://([^/?#]*))?([^?#]*)(?:\\?[^#]*)?(#.*)?", text, re.IGNORECASE
    )
    assert found, text
    scheme, authority, path, fragment = found[1].lower(), found[2] or "", found[3], found[4] or ""
    user, _, place = authority.rpartition("@")
    halves = re.fullmatch(r"(\[.*\]|[^:]*)(?::(.*))?", place)
    assert halves, text
    host, port = halves.groups()
    default = {"http": "80", "https": "443"}[scheme]
    shown = "" if port in (None, default) else port
    return [f"{scheme}:", user, host.lower(), shown, fragment, path or "/"]


def test_what_is_accepted_is_read_by_a_browser_as_it_is_written() -> None:
    texts = [*GOOD, *mutations(20_000)]
    accepted = [text for text in texts if not faults("regular_web", text)]
    done = subprocess.run(
        [NODE, "-e", READ_BY_A_BROWSER],
        input=json.dumps(accepted),
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == [as_reviewers_read(text) for text in accepted]
    assert set(GOOD) <= set(accepted)
    assert len(accepted) > 500, "the mutations must leave some that are good"


@pytest.mark.parametrize(
    "uri",
    [
        "https://evil.example\\.good.example/cb",
        "https://:@evil.example",
        "https://acme.example/cb\n",
        "https://acme.example/\tcb",
        "https://acme.example/\0",
        "https://acme.example/cb ",
        "https://%2A.acme.example/cb",
        "https://\uff0a.acme.example/cb",
        "https://acme.example/cb#",
        "https://acme.example:0/cb",
        "https:acme.example/cb",
        "https:///acme.example/cb",
        "https://acme.example./cb",
        "https://acme..example/cb",
        "https://a_b.example/cb",
        "https://127.1/cb",
        "https://0x7f000001/cb",
        "https://acme.example/a/../cb",
        "https://acme.example/%2e%2e/cb",
        "https://acme.example/%0d%0aSet-Cookie:x",
        "https://g\u043e\u043egle.example/cb",
        "https://xn--ggle-55da.example/cb",
        "https://xn--a/cb",
        "",
    ],
)
def test_addresses_that_no_application_may_have(uri: str) -> None:
    for app_type in ("regular_web", "native"):
        for strict in (True, False):
            assert faults(app_type, uri, strict=strict)


@pytest.mark.parametrize(
    "uri",
    [
        *(
            "ftp://a/b",
            "ws://a/b",
            "mailto:a@b.example",
            "intent:a",
            "view-source:https://a.example",
        ),
        *("feed:javascript:alert(1)", "javascript:alert(1)", "data:text/html,a", "vbscript:a"),
        *(
            "file:///etc/passwd",
            "blob:https://a.example/b",
            "about:blank",
            "tel:1",
            "*",
            "https://*",
        ),
    ],
)
def test_schemes_that_open_no_app(uri: str) -> None:
    assert faults("native", uri)
    assert faults("native", uri, strict=False)
    assert faults("regular_web", uri, strict=False)


@pytest.mark.parametrize(
    ("uri", "accepted"),
    [
        *(("com.acme.app:/cb", True), ("com.acme.app://cb", True), ("acme-app.example:cb", True)),
        *(("myapp://cb", False), ("com.acme.app:", False), ("com.acme.app://", False)),
        *(
            ("acme.example:8080/cb", False),
            ("com.acme.app://u@h", False),
            ("com.acme.app:/a#", False),
        ),
        *(("com.acme.app:/a/../b", False), ("com.acme.app://h:0/", False), (".acme:/cb", False)),
    ],
)
def test_private_use_schemes_have_a_dot(uri: str, accepted: bool) -> None:
    """RFC 8252 7.1."""
    assert (not faults("native", uri)) is accepted
    assert faults("spa", uri)


@pytest.mark.parametrize(
    ("uri", "accepted"),
    [
        *(("https://*.acme.example/cb", True), ("https://{organization_name}.acme.example", True)),
        *(("http://acme.example/cb", True), ("myapp://cb", True)),
        *(("https://*.example", False), ("https://a*.acme.example", False), ("*", False)),
        *(("https://*.*.acme.example", False), ("https://acme.example/*", False)),
    ],
)
def test_what_the_legacy_mode_may_have_besides(uri: str, accepted: bool) -> None:
    assert (not faults("native", uri, strict=False)) is accepted


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize(
    "origin",
    [
        *("https://a.example\\", "https://a.example?", "https://a.example#", "https://a.example "),
        *(
            "https://A.example",
            "https://a.example:443",
            "https://a.example/",
            "https://a.example:0",
        ),
        *("https://u@a.example", "data:a", "null", "*", "com.acme.app://a"),
    ],
)
def test_origins_are_what_a_browser_sends(origin: str, strict: bool) -> None:
    assert list(check_origins("web_origins", [origin], strict=strict))


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.2", "169.254.169.254", "[::ffff:7f00:1]", "[::ffff:a00:1]", "[64:ff9b::7f00:1]"),
        *("[fe80::1]", "[fc00::1]", "10.0.0.1", "100.64.0.1", "192.168.1.1", "0.0.0.1", "[::]"),
        *("localhost", "a.localhost", "printer.local", "metadata.google.internal", "intranet"),
        *("2130706433", "0177.0.0.1", "localhost.", "224.0.0.1", "[2002:7f00:1::]"),
    ],
)
def test_a_server_fetches_from_the_internet_alone(host: str) -> None:
    assert list(check_document_url(f"https://{host}/client.json"))
    document = {
        "client_id": "https://agent.example/a.json",
        "client_name": "Bot",
        "grant_types": ["refresh_token"],
        "token_endpoint_auth_method": "private_key_jwt",
        "jwks_uri": f"https://{host}/jwks.json",
    }
    found = check_document("https://agent.example/a.json", document, 9)
    assert [violation.what for violation in found] == [
        "jwks_uri is not on the document's own origin"
    ]


@pytest.mark.parametrize(
    "document",
    [
        {"redirect_uris": "https://a.example"},
        {"redirect_uris": {"a": 1}},
        {"redirect_uris": [["https://a.example"], None, {}]},
        {"grant_types": 5},
        {"grant_types": {"authorization_code": 1}},
        {"client_name": ["Bot"]},
        {"client_name": "B\u202eot"},
        {"application_type": ["web"], "token_endpoint_auth_method": {}},
        {"redirect_uris": ["https://a.example\\@b.example/cb"]},
    ],
)
def test_documents_of_a_wrong_shape_are_findings(document: dict[str, object]) -> None:
    whole = {
        "client_id": "https://a.example/c",
        "client_name": "Bot",
        "grant_types": ["refresh_token"],
    }
    assert list(check_document("https://a.example/c", {**whole, **document}, 9))


AGENT_DOCUMENT: dict[str, object] = {
    "client_id": "https://a.example/c",
    "client_name": "Bot",
    "application_type": "native",
    "grant_types": ["authorization_code"],
    "redirect_uris": ["https://a.example/cb", "http://127.0.0.1:8765/cb", "http://localhost/cb"],
}


def document_faults(document: dict[str, object]) -> list[tuple[str, str]]:
    found = check_document("https://a.example/c", document, 9)
    return [(each.what.partition(" ")[0], each.fix) for each in found]


@pytest.mark.parametrize("kind", [{}, {"application_type": "web"}])
def test_loopback_in_a_document_needs_a_native_application(kind: dict[str, object]) -> None:
    """Most agents run on the user's machine, and leave out what they are."""
    plain = {name: each for name, each in AGENT_DOCUMENT.items() if name != "application_type"}
    assert document_faults(AGENT_DOCUMENT) == []
    found = document_faults({**plain, **kind})
    assert [field for field, _ in found] == ["redirect_uris[1]", "redirect_uris[2]"]
    assert all('"application_type": "native"' in fix for _, fix in found)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"redirect_uris": ["http://agent.example/cb"]}, "redirect_uris[0]"),
        ({"redirect_uris": ["com.agent:/cb"]}, "redirect_uris[0]"),
        ({"redirect_uris": []}, "redirect_uris"),
        ({"description": "x" * 141}, "description"),
        ({"logo_uri": "/logo.png"}, "logo_uri"),
    ],
)
def test_other_faults_of_a_document(change: dict[str, object], field: str) -> None:
    ((found, fix),) = document_faults({**AGENT_DOCUMENT, **change})
    assert (found, "native" in fix) == (field, False)


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("http://127.0.0.1/cb", True),
        ("http://[::1]/cb", True),
        ("http://localhost/cb", True),
        ("http://localhost:8765/cb", False),
        ("https://app.example/cb", False),
        ("com.example.app:/cb", False),
        ("no address", False),
    ],
)
def test_loopback_without_a_port(uri: str, expected: bool) -> None:
    assert has_no_port(uri) is expected


def test_the_name_is_shown_beside_its_punycode() -> None:
    assert address_shown("https://xn--bcher-kva.example/cb").endswith("(reads b\u00fccher.example)")
    assert address_shown("https://acme.example/cb") == "https://acme.example/cb"
