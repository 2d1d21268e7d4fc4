"""What a text that people read may hold: no hidden characters, something to see, no secret."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

import idna

from auth0_third_party.rules.violation import Path, Violation

# Letters and symbols by their category that show nothing: fillers and the empty Braille pattern.
_BLANK = "\u115f\u1160\u2800\u3164\uffa0\u034f\u17b4\u17b5"
CURLY_QUOTES = "\u201c\u201d\u201e\u2018\u2019\u201a\u00ab\u00bb"
STRAIGHT = "the only quotes of YAML are ' and \""
_SECRET_WORDS = frozenset(
    (
        *("password", "passwords", "passwd", "passphrase", "passcode", "pwd", "secret", "secrets"),
        *("token", "tokens", "credential", "credentials", "apikey", "privatekey", "accesskey"),
        *("authorization", "sig", "sas"),
    )
)
_SECRET_ENDS = ("password", "passwd", "passphrase", "secret", "token", "apikey")
_SECRET_PAIRS = frozenset(("api key", "private key", "access key", "secret key", "signing key"))
_SECRET_VALUE = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}"  # a JWT (RFC 7519)
    r"|\b(?:gh[pousr]_|github_pat_|glpat-|sk_live_|rk_live_|xox[abprs]-|pul-)[\w-]{16,}"
    r"|\bA(?:KIA|SIA)[A-Z0-9]{16}\b"
    r"|\b[a-z][a-z0-9+.-]*://[^/\s:@]*:[^/\s@]+@"  # an address with a password in it
)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def hidden_character(text: str) -> str:
    """The first character that is not seen, such as `U+202E`; "" where there is none.

    The joiners U+200C and U+200D count only where they join nothing: Persian words and many emoji
    need them (RFC 5892, appendix A; https://www.unicode.org/reports/tr51/).
    """
    if text.isascii() and text.isprintable():
        return ""
    for at, character in enumerate(text):
        category = unicodedata.category(character)
        hidden = category in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") or character in _BLANK
        if hidden and not _joins(text, at):
            return f"U+{ord(character):04X}"
    return ""


def in_curly_quotes(text: str) -> bool:
    """Whether it is quoted as a word processor does it, which makes the quotes a part of it."""
    return len(text) > 1 and text[0] in CURLY_QUOTES and text[-1] in CURLY_QUOTES


def is_visible(text: str) -> bool:
    """Whether there is anything to read in it."""
    return any(unicodedata.category(one)[0] in "LNPS" and one not in _BLANK for one in text)


def check_text(path: Path, text: str, *, required: bool = True) -> Iterator[Violation]:
    """What users and reviewers read is what is there."""
    hidden = hidden_character(text)
    if hidden:
        yield Violation("FILE-13", path, f"has the hidden character {hidden}", "remove it")
    elif required and not is_visible(text):
        why = "people would see nothing there"
        yield Violation("FILE-13", path, "has no visible character", "write it", why)
    elif holds_secret(text):
        fix = "remove it, and have the secret replaced: it was read by others already"
        yield Violation("FILE-14", path, "looks like a secret", fix)


def names_secret(name: str) -> bool:
    """Whether what has this name is a secret: `password`, `apiKey`, `DB_PASSWORD`."""
    words = [word.lower() for word in _WORD.findall(name)]
    pairs = (f"{one} {two}" for one, two in pairwise(words))
    ends = any(word.endswith(_SECRET_ENDS) for word in words)
    return ends or not _SECRET_WORDS.isdisjoint(words) or not _SECRET_PAIRS.isdisjoint(pairs)


def holds_secret(text: str) -> bool:
    """Whether a text has the form of a private key, a token or an address with a password."""
    return bool(_SECRET_VALUE.search(text))


def _joins(text: str, at: int) -> bool:
    """Whether a joiner stands where a script or an emoji needs it."""
    if text[at] not in "\u200c\u200d":
        return False
    try:
        if idna.core.valid_contextj(text, at):
            return True
    except (idna.IDNAError, ValueError):
        return False
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    emoji = text[at] == "\u200d" and after and unicodedata.category(after) == "So"
    return bool(emoji and before and unicodedata.category(before) in ("So", "Sk", "Mn"))
