"""`tpa handover`: its samples work as they are printed, and it holds no secret."""

import json
import re
import shlex
import subprocess
from itertools import pairwise
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.tpa.applied_stack import AppliedStack
from tests.tpa.conftest import Run
from tests.tpa.files.conftest import Project
from tpa.handover.command import page
from tpa.oauth.deployed import Person, deployed
from tpa.oauth.http import TenantHttp
from tpa.oauth.pages import sign_in

ANN = Person("ann@example.com", "Ann-signs-in-1")


def blocks(text: str) -> list[str]:
    return re.findall(r"```\w+\n(.*?)```", text, re.DOTALL)


def test_the_samples_work(run: Run, stack: AppliedStack) -> None:
    """PKCE by openssl, the address in a browser, the exchange by curl."""
    ended = run(stack.root, "handover", "portal")
    assert ended.status == 0, ended.error
    make, address, exchange = blocks(ended.output)
    secret = stack.client()["client_secret"]
    assert secret not in ended.output
    shell = ["sh", "-c", f'{make}\necho "$VERIFIER $CODE_CHALLENGE"']
    verifier, challenge = subprocess.check_output(shell, text=True).split()
    parts = urlsplit(address.strip().replace("CODE_CHALLENGE", challenge))
    with TenantHttp(parts.netloc) as http:
        code = sign_in(http, ANN, dict(parse_qsl(parts.query))).end.returned["code"]
        words = shlex.split(exchange.replace("CODE", code, 1))
        form = dict(
            word.replace("$VERIFIER", verifier).replace("$CLIENT_SECRET", secret).split("=", 1)
            for flag, word in pairwise(words)
            if flag == "--data-urlencode"
        )
        answer = http.send("POST", words[1], form=form)
    assert answer.status == 200, answer.text
    assert answer.json["token_type"] == "Bearer"


def test_json(run: Run, stack: AppliedStack) -> None:
    ended = run(stack.root, "handover", "widget", "--domain", "login.acme.test", "--json")
    answer = json.loads(ended.output)
    assert answer["issuer"] == "https://login.acme.test/"
    assert answer["client_id"] == stack.clients["widget"]
    assert [row["audience"] for row in answer["access"]] == ["https://catalog.test"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"token_endpoint_auth_method": "client_secret_basic"}, '--user "tpc_1:$CLIENT_SECRET"'),
        ({"require_proof_of_possession": True}, "carries a DPoP proof"),
        ({"refresh_token": {}}, "offline_access"),
        (
            {
                "app_type": "non_interactive",
                "callbacks": [],
                "connections": [],
                "grants": [{"api": "orders", "subject_type": "client", "scopes": ["read:orders"]}],
            },
            "grant_type=client_credentials",
        ),
    ],
)
def test_what_depends_on_the_application(
    changes: dict[str, object], words: str, project: Project
) -> None:
    project.portal(**changes)
    text = page(deployed(project.load(), "portal", "tpc_1"), "acme.test", "/tmp/ca.pem")  # noqa: S108
    assert words in text
    assert ("## Sign a user in" in text) == (changes.get("callbacks") != [])
    assert "/tmp/ca.pem" in text  # noqa: S108
