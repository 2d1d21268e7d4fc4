"""Secrets that this process was given, and texts without them.

A tenant, a proxy or a library may quote what we sent. Whatever is said passes `redacted`.
"""

import base64
import html
import json
import threading
from urllib.parse import quote, quote_plus

SHORTEST = 8
"""Characters: a shorter one is part of ordinary words."""
REDACTED = "[secret]"
MOST = 200
"""Secrets that are kept, the latest ones; a token is renewed about once a day."""
_known: dict[str, tuple[str, ...]] = {}
_lock = threading.Lock()


def remember(*secrets: str) -> None:
    """From now on these are left out of what is said, in the forms in which they travel."""
    with _lock:
        for secret in secrets:
            if len(secret) >= SHORTEST:
                _known[secret] = _known.pop(secret, ()) or _forms(secret)
        while len(_known) > MOST:
            del _known[next(iter(_known))]


def redacted(text: str) -> str:
    """The text without any secret that this process knows."""
    with _lock:
        found = [form for forms in _known.values() for form in forms if form in text]
    for form in sorted(found, key=len, reverse=True):  # one may be a part of another
        text = text.replace(form, REDACTED)
    return text


def _forms(secret: str) -> tuple[str, ...]:
    """As it is, in JSON, in an address, in HTML, in Python, in base64 (RFC 4648)."""
    plain = secret.encode("utf-8", "surrogatepass")
    forms = {
        secret,
        json.dumps(secret)[1:-1],
        quote(plain, safe=""),
        quote_plus(plain),
        html.escape(secret),
        repr(secret)[1:-1],
        base64.b64encode(plain).decode().rstrip("="),
        base64.urlsafe_b64encode(plain).decode().rstrip("="),
    }
    return tuple(forms)
