"""Values with a rule of their own that several models use."""

import hashlib
import json
from typing import Annotated

from pydantic import BeforeValidator

DIGEST_FORMAT = 1


def digest_of(content: object) -> str:
    """`<format>:<sha256>` of a definition's content as JSON, the order of keys aside."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return f"{DIGEST_FORMAT}:{hashlib.sha256(text.encode()).hexdigest()}"


def _written(text: object) -> object:
    if not isinstance(text, str) or not text.strip():
        raise ValueError("an override needs a written reason")
    return text.strip()


Reason = Annotated[str, BeforeValidator(_written)]
"""Why somebody goes against a rule: never empty, kept where reviewers and auditors look."""
