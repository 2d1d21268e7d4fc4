"""Secrets that this process was given, and texts without them.

A tenant, a proxy or a library may quote what we sent. Whatever is said passes `redacted`.
"""

import base64
import html
import json
import re
import threading
from urllib.parse import quote, quote_plus

SHORTEST = 8
"""Characters: a shorter one is part of ordinary words."""
REDACTED = "[secret]"
_known: set[str] = set()
_pattern = re.compile(r"(?!)")
_lock = threading.Lock()


def remember(*secrets: str) -> None:
    """From now on these are left out of what is said, in the forms in which they travel."""
    global _pattern  # noqa: PLW0603 - one process, one list of secrets
    new = {form for one in secrets if len(one) >= SHORTEST for form in _forms(one)}
    with _lock:
        if new <= _known:
            return
        _known.update(new)
        longest_first = sorted(_known, key=len, reverse=True)
        _pattern = re.compile("|".join(map(re.escape, longest_first)))


def redacted(text: str) -> str:
    """The text without any secret that this process knows."""
    return _pattern.sub(REDACTED, text)


def _forms(secret: str) -> set[str]:
    """As it is, in JSON, in an address, in HTML, in Python, in base64 (RFC 4648)."""
    plain = secret.encode("utf-8", "surrogatepass")
    return {
        secret,
        json.dumps(secret)[1:-1],
        quote(plain, safe=""),
        quote_plus(plain),
        html.escape(secret),
        repr(secret)[1:-1],
        base64.b64encode(plain).decode().rstrip("="),
        base64.urlsafe_b64encode(plain).decode().rstrip("="),
    }
