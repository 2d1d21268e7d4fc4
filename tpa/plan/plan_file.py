"""A plan on disk: the engine's plan, what it depends on, and a seal over all of it."""

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field, field_validator

from auth0_third_party.model.values import Model
from tpa.errors import TpaError
from tpa.files.regular import read_regular, write_private
from tpa.plan.proposal import Proposal

FORMAT = 2
MOST_BYTES = 256 * 2**20
"""Of a plan: it holds what the engine would write of every resource."""
KEYED, UNKEYED = "hmac-sha256", "sha256"


class _Resource(BaseModel):
    steps: list[str] | None = None


class _EnginePlan(BaseModel):
    resources: dict[str, _Resource] = Field(default={}, alias="resourcePlans")
    manifest: dict[str, Any] = {}


class Plan(Model):
    """What was approved. `files`: path -> hash; `live`: object -> field -> hash; `state`: the hash
    of the stack's resources; `proposal`: what was shown; `engine_plan`: what
    `pulumi preview --save-plan` wrote, in which secrets are encrypted by the stack's own secrets
    provider.
    """

    format: int
    stack: str
    tenant: str
    engine: str
    made_at: str
    files: dict[str, str]
    live: dict[str, dict[str, str]]
    state: str
    proposal: Proposal
    engine_plan: dict[str, Any]

    @field_validator("engine_plan")
    @classmethod
    def _has_steps(cls, plan: dict[str, Any]) -> dict[str, Any]:
        """The parts of the engine's plan that are read here; the engine reads the others."""
        _EnginePlan.model_validate(plan)
        return plan


@dataclass(frozen=True)
class Seal:
    """With an empty `key`, the seal detects accidents, but no forgery."""

    key: str

    @property
    def kind(self) -> str:
        return KEYED if self.key else UNKEYED

    def close(self, plan: Plan, file: Path) -> None:
        """Writes the plan; only its owner may read it.

        Raises:
            TpaError: something else than a plan is there.
        """
        salt = secrets.token_hex(16)
        content = plan.model_dump(mode="json")
        seal = {"kind": self.kind, "salt": salt, "value": self._value(content, salt)}
        text = json.dumps({**content, "seal": seal}, indent=1)
        write_private(file, text.encode(), may_replace=_is_plan)

    def open(self, file: Path) -> Plan:
        """The plan in the file, unless the file was changed.

        Raises:
            TpaError: it is no plan, it was edited, or it was sealed with another key.
        """
        try:
            content = read_content(file)
            seal = content.pop("seal")
            kind, salt, value = seal["kind"], str(seal["salt"]), str(seal["value"])
        except (KeyError, TypeError):
            raise _no_plan(file) from None
        self._check_kind(file, kind)
        try:
            expected = self._value(content, salt)
        except RecursionError:
            raise _no_plan(file) from None
        if not hmac.compare_digest(expected.encode(), value.encode(errors="replace")):
            cause = ", or sealed with another TPA_PLAN_KEY or passphrase" if self.key else ""
            raise TpaError(f"{file} was edited after it was saved{cause}{_AGAIN}")
        try:
            plan = Plan.model_validate(content)
        except ValueError:
            plan = None
        if plan is None or plan.format != FORMAT:
            raise TpaError(f"{file} was saved by another version of this project{_AGAIN}")
        return plan

    def _check_kind(self, file: Path, kind: object) -> None:
        if kind == KEYED and not self.key:
            raise TpaError(
                f"{file} was sealed with a key, and there is none here\n"
                "  fix: set TPA_PLAN_KEY, or the stack's passphrase, as when it was saved"
            )
        if kind != self.kind:
            raise TpaError(f"{file} was sealed without the key that is set here{_AGAIN}")

    def _value(self, content: object, salt: str) -> str:
        text = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
        plain_salt = salt.encode("utf-8", "surrogatepass")
        if not self.key:
            return hashlib.sha256(plain_salt + text).hexdigest()
        # A key may be a passphrase, and a plan must not make it cheap to guess.
        key = hashlib.scrypt(self.key.encode(), salt=plain_salt, n=2**14, r=8, p=1)
        return hmac.new(key, text, hashlib.sha256).hexdigest()


def read_content(file: Path) -> dict[str, Any]:
    """What a plan's file holds, before its seal was checked.

    Raises:
        TpaError: it can't be read, or holds something else.
    """
    try:
        content = json.loads(read_regular(file, most=MOST_BYTES))
    except OSError as error:
        raise TpaError(f"{file} can't be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise _no_plan(file) from None
    if not isinstance(content, dict) or not isinstance(content.get("stack"), str):
        raise _no_plan(file)
    return content


def _is_plan(file: Path) -> bool:
    try:
        return "seal" in read_content(file)
    except TpaError:
        return False


def _no_plan(file: Path) -> TpaError:
    return TpaError(f"{file} is no plan of tpa plan --save")


_AGAIN = "\n  fix: make it again: tpa plan -e ENV --save FILE"
