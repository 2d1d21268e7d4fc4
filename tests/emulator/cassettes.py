"""Replays recorded Management API traffic against a tenant of ours.

Ids, times and secrets of the recording are other ones than ours: ids are learnt from each answer
and put into later requests, the rest is blotted out on both sides before comparing.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from tests.emulator.conftest import Api

_ID = re.compile(
    r"(?:tpc_[A-Za-z0-9]{22}|(?:cgr|con|org)_[A-Za-z0-9]{16}|cred_[A-Za-z0-9]{22}|rlp_\w{21}"
    r"|[A-Za-z0-9]{32}|[0-9a-f]{24})"
)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.\d]*Z")
# Never compared: secrets, and what the recorder of the clients' traffic dropped (EV-01).
_BLOTTED = {"client_secret", "provisioning_ticket_url", "thumbprints", "app_domain"}
# The recorder put signing keys into every client, asked for or not.
_DROPPED = {"tenant", "global", "callback_url_template", "encrypted", "signing_keys"}


@dataclass(frozen=True)
class Interaction:
    number: int
    method: str
    target: str
    body: Any
    status: int
    answer: Any

    @property
    def path(self) -> str:
        return urlsplit(self.target).path


def interactions(file: Path) -> Iterator[Interaction]:
    """The recorded calls; targets are what follows `/api/v2`."""
    for item in yaml.load(file.read_text(), Loader=yaml.CSafeLoader)["interactions"]:
        request, response = item["request"], item["response"]
        yield Interaction(
            item["id"],
            request["method"],
            request["url"].partition("/api/v2")[2],
            _json(request["body"]),
            response["code"],
            _json(response["body"]),
        )


def _json(text: str) -> Any:
    return json.loads(text) if text.strip() else None


@dataclass
class Replay:
    """One recording against one tenant; `known` maps recorded ids to ours."""

    api: Api
    known: dict[str, str] = field(default_factory=dict)

    def differences(self, one: Interaction) -> list[str]:
        """Sends a recorded request; what is not as recorded, status first."""
        body = self._ours(one.body) if one.method != "GET" else None
        given = self.api(one.method, self._ours(one.target), body)
        answer = given.json() if given.content else None
        if given.status_code != one.status:
            return [f"status {given.status_code}, recorded {one.status}: {given.text[:300]}"]
        self._learn(one.answer, answer)
        return list(_compared(plain(self._ours(one.answer)), plain(answer)))

    def _learn(self, recorded: Any, ours: Any) -> None:
        if isinstance(recorded, dict) and isinstance(ours, dict):
            for key in recorded.keys() & ours.keys():
                self._learn(recorded[key], ours[key])
        elif isinstance(recorded, list) and isinstance(ours, list):
            for left, right in zip(recorded, ours, strict=False):
                self._learn(left, right)
        elif recorded != ours and all(_is_id(value) for value in (recorded, ours)):
            self.known.setdefault(recorded, ours)

    def _ours(self, value: Any) -> Any:
        text = json.dumps(value)
        for recorded, ours in self.known.items():
            text = text.replace(recorded, ours)
        return json.loads(text)


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def plain(value: Any, key: str = "") -> Any:
    """Times, secrets and what was never recorded are blotted out."""
    if key in _BLOTTED:
        return "[blotted]"
    if key == "configuration" and isinstance(value, dict) and "action" not in value:
        return dict.fromkeys(value, "[sealed]")
    if isinstance(value, dict):
        return {k: plain(v, k) for k, v in value.items() if k not in _DROPPED}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return "[time]" if isinstance(value, str) and _TIME.fullmatch(value) else value


def _compared(recorded: Any, ours: Any, path: str = "") -> Iterator[str]:
    if isinstance(recorded, dict) and isinstance(ours, dict):
        for key in sorted(recorded.keys() | ours.keys()):
            if key not in ours:
                yield f"{path}.{key} missing, recorded {json.dumps(recorded[key])[:120]}"
            elif key not in recorded:
                yield f"{path}.{key} extra: {json.dumps(ours[key])[:120]}"
            else:
                yield from _compared(recorded[key], ours[key], f"{path}.{key}")
    elif isinstance(recorded, list) and isinstance(ours, list) and len(recorded) == len(ours):
        for index, (left, right) in enumerate(zip(recorded, ours, strict=True)):
            yield from _compared(left, right, f"{path}[{index}]")
    elif recorded != ours:
        yield f"{path} is {json.dumps(ours)[:120]}, recorded {json.dumps(recorded)[:120]}"
