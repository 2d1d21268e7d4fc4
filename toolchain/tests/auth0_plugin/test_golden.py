"""What the official plugin was measured to do, repeated with the stand-in.

The measurements are in no repository (`FACTS`); without them the test skips. The other tests of
this folder check what they taught.
"""

import difflib
import json
import re
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from pulumi_toolchain.auth0_plugin.servicer import Auth0
from pulumi_toolchain.auth0_plugin.tenant import Retries

from .playback import Exchange, PlaybackTenant
from .stack import FACTS, PROJECT, Result, Stack, new_stack

GOLDEN = FACTS / "golden"
SCENARIOS = sorted(GOLDEN.glob("*.json"))
ABSENT = pytest.param(GOLDEN, marks=pytest.mark.skip(reason=f"no measurements in {GOLDEN}"))

pytestmark = pytest.mark.e2e

Step = dict[str, Any]
_REMOVED_BEFORE = {
    ("client_import", "destroy"): ":Client::c",
    (
        "organization_connection",
        "500 for ever on create: 12 attempts",
    ): ":OrganizationConnection::oc",
    ("rate_limit_policy", "destroy"): ":RateLimitPolicy::r",
}
"""Removed from the state by hand; the measurements show it by its absence only."""


def _with_domain(value: Any, domain: str) -> Any:
    text = json.dumps(value)
    port, own = "8543", domain.rsplit(":", 1)[1]
    text = text.replace(f"localhost:{port}", f"localhost:{own}")
    return json.loads(text.replace(f"localhost%3A{port}", f"localhost%3A{own}"))


def _exchanges(step: Step, domain: str) -> list[Exchange]:
    faults = step.get("injected_faults") or {}
    made = []
    for call in _with_domain(step["calls"], domain):
        headers = faults.get("headers", {}) if call["status"] == faults.get("status") else {}
        timed = {k: str(int(time.time()) + 1) if v == "+1" else v for k, v in headers.items()}
        path, body, status = call["path"], call["body"], call["status"]
        answer = Exchange(
            call["method"], path, body, status, call["response"], tuple(timed.items())
        )
        made.append(answer)
    return made


def _command(stack: Stack, step: Step, source: str) -> Result:
    words = step["command"].split()[1:]
    if words[0] == "up":
        return stack.up(source)
    if words[0] == "preview":
        return stack.preview(source, *words[1:])
    if words[0] == "import":
        return stack.run(
            *words, "--yes", "--skip-preview", "--generate-code=false", "--protect=false"
        )
    return stack.refresh() if words[0] == "refresh" else stack.destroy()


def _comparable(entry: dict[str, Any], stack: str, project: str) -> dict[str, Any]:
    text = json.dumps(entry).replace(f"urn:pulumi:{stack}::{project}::", "URN::")
    text = text.replace(f'-{stack}"', '-STACK"')
    plain: dict[str, Any] = json.loads(text)
    plain.get("dependencies", []).sort()
    for unsteady in ("created", "modified", "provider", "parent", "sourcePosition", "stackTrace"):
        plain.pop(unsteady, None)
    (plain.get("outputs") or {}).pop("__pulumi_raw_state_delta", None)
    return plain


def _states(step: Step, golden: Step, stack: Stack) -> tuple[str, str]:
    ours = [_comparable(each, stack.stack, PROJECT) for each in stack.entries().values()]
    theirs = [_comparable(each, golden["stack"], golden["project"]) for each in step["state"]]
    kept = [[e for e in side if ":index/" in e["type"]] for side in (ours, theirs)]
    ours, theirs = (sorted(side, key=lambda each: each["urn"]) for side in kept)
    texts = [_unnamed(json.dumps(side, indent=1, sort_keys=True)) for side in (theirs, ours)]
    return texts[0], texts[1]


def _difference(expected: str, found: str) -> str:
    lines = difflib.unified_diff(
        expected.splitlines(), found.splitlines(), "measured", "ours", lineterm="", n=2
    )
    return "\n".join(lines)


def _calls(step: Step, domain: str) -> str:
    calls = [(e.method, e.path, e.body) for e in _exchanges(step, domain)]
    return _lines(calls)


def _lines(calls: Iterable[tuple[str, str, Any]]) -> str:
    return _unnamed("\n".join(json.dumps(each, sort_keys=True) for each in calls))


def _unnamed(text: str) -> str:
    """Automatic names come from a random seed of the engine, some ids from the clock."""
    return re.sub(r"terraform-[0-9a-f]+", "CLOCK", re.sub(r'-[0-9a-f]{7}"', '-AUTO"', text))


@pytest.mark.parametrize("file", SCENARIOS or [ABSENT], ids=lambda each: each.stem)
def test_scenario(
    file: Path, tenant: PlaybackTenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    golden = json.loads(file.read_text())
    source = ""
    with new_stack(tmp_path, {}, Auth0(retries=Retries(sleep=lambda _: None))) as stack:
        for step in golden["steps"]:
            source = step.get("program", source)
            stack.forget(_REMOVED_BEFORE.get((file.stem, step["step"])))
            _environment(step, tenant, monkeypatch)
            tenant.script.expect(*_exchanges(step, tenant.domain))
            done = _command(stack, step, _with_domain(source, tenant.domain))
            where = f"{file.stem}: {step['step']}\n{done.output}\n"
            expected, seen = _calls(step, tenant.domain), _lines(tenant.script.seen)
            if step["command"] == "pulumi refresh":
                # Resources are refreshed at the same time.
                expected, seen = ("\n".join(sorted(e.splitlines())) for e in (expected, seen))
            assert not (gap := _difference(expected, seen)), where + gap
            assert (done.code == 0) == (step["rc"] == 0), where
            for line in step.get("errors", []):
                text = line.replace(f"{golden['stack']}::{golden['project']}", f"s::{PROJECT}")
                wanted = _with_domain(text, tenant.domain).removeprefix("error: ").strip("* ")
                assert wanted in done.output, where + wanted
            for line in _shown(step, golden):
                assert line in done.output, where + line
            assert _summary(done.output) == step["resources"], where
            if "state" in step:
                assert not (gap := _difference(*_states(step, golden, stack))), where + gap


def _shown(step: Step, golden: Step) -> list[str]:
    """The measured display of a preview, without what differs from stack to stack."""
    own = (golden["stack"], "[provider=", "Duration")
    return [line for line in step.get("stdout", []) if not any(part in line for part in own)]


def _summary(output: str) -> list[str]:
    """The lines below `Resources:`, as `+ 2 created`."""
    lines = [line.strip() for line in output.splitlines()]
    if "Resources:" not in lines:
        return []
    start = lines.index("Resources:") + 1
    rest = lines[start:]
    return rest[: rest.index("")] if "" in rest else rest


def _environment(step: Step, tenant: PlaybackTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = {"AUTH0_DOMAIN": tenant.domain, "AUTH0_API_TOKEN": "token"}
    usual |= {"AUTH0_CLIENT_ID": "", "AUTH0_CLIENT_SECRET": ""}
    for name, value in {**usual, **step.get("env", {})}.items():
        monkeypatch.setenv(name, value)
