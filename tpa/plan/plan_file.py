"""A plan on disk: the engine's plan, what it depends on, and a seal over all of it."""

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auth0_third_party.model.values import Model
from tpa.errors import TpaError

FORMAT = 1
KEYED, UNKEYED = "hmac-sha256", "sha256"


class Plan(Model):
    """What was approved. `files`: path -> hash; `live`: object -> field -> hash; `state`: the hash
    of the stack's resources; `engine_plan`: what `pulumi preview --save-plan` wrote, in which
    secrets are encrypted by the stack's own secrets provider.
    """

    format: int
    stack: str
    tenant: str
    engine: str
    made_at: str
    files: dict[str, str]
    live: dict[str, dict[str, str]]
    state: str
    engine_plan: dict[str, Any]


@dataclass(frozen=True)
class Seal:
    """With an empty `key`, the seal detects accidents, but no forgery."""

    key: str

    @property
    def kind(self) -> str:
        return KEYED if self.key else UNKEYED

    def close(self, plan: Plan, file: Path) -> None:
        """Writes the plan; only its owner may read it."""
        salt = secrets.token_hex(16)
        content = plan.model_dump(mode="json")
        seal = {"kind": self.kind, "salt": salt, "value": self._value(content, salt)}
        file.touch(mode=0o600)
        file.write_text(json.dumps({**content, "seal": seal}, indent=1), encoding="utf-8")

    def open(self, file: Path) -> Plan:
        """The plan in the file, unless the file was changed.

        Raises:
            TpaError: it is no plan, it was edited, or it was sealed with another key.
        """
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
            seal = content.pop("seal")
            kind, salt, value = seal["kind"], str(seal["salt"]), str(seal["value"])
        except OSError as error:
            raise TpaError(f"{file} can't be read: {error.strerror}") from None
        except (ValueError, KeyError, TypeError, AttributeError):
            raise TpaError(f"{file} is no plan of tpa plan --save") from None
        self._check_kind(file, kind)
        if not hmac.compare_digest(self._value(content, salt), value):
            cause = ", or sealed with another key" if self.key else ""
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
        if not self.key:
            return hashlib.sha256(salt.encode() + text).hexdigest()
        # A key may be a passphrase, and a plan must not make it cheap to guess.
        key = hashlib.scrypt(self.key.encode(), salt=salt.encode(), n=2**14, r=8, p=1)
        return hmac.new(key, text, hashlib.sha256).hexdigest()


_AGAIN = "\n  fix: make it again: tpa plan -e ENV --save FILE"
