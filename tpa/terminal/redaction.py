"""Output without secrets; it loads little, since every command begins with it."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

from auth0_third_party.management.known_secrets import redacted, remember
from auth0_third_party.rules.texts import names_secret


class _Redacted:
    """A text stream that leaves out every secret that this process knows."""

    def __init__(self, stream: Any) -> None:
        self.unredacted = stream

    def __getattr__(self, name: str) -> Any:
        if name == "buffer":  # whoever writes bytes there would go round this
            raise AttributeError(name)
        return getattr(self.unredacted, name)

    def write(self, text: str) -> int:
        self.unredacted.write(redacted(text))
        return len(text)

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)


@contextmanager
def without_secrets(environment: Mapping[str, str] = os.environ) -> Iterator[None]:
    """Whatever is printed meanwhile is without the secrets of the shell, and those that are
    remembered later: by whatever way they got into a text.
    """
    remember(*_secrets_in(environment))
    before = sys.stdout, sys.stderr
    redacting: Any = _Redacted(before[0]), _Redacted(before[1])
    sys.stdout, sys.stderr = redacting
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def print_secret(text: str) -> None:
    """For the few commands whose result is a secret that the user asked for."""
    stream = getattr(sys.stdout, "unredacted", sys.stdout)
    stream.write(text)
    stream.flush()


def _secrets_in(environment: Mapping[str, str]) -> Iterator[str]:
    """By their names; …_FILE says where a secret is, and PWD is the working directory."""
    for name, value in environment.items():
        place = name.endswith(("PWD", "_FILE", "_PATH", "_URL", "_SOCK"))
        if names_secret(name) and not place:
            yield value
        elif "://" in value and "@" in value:
            with suppress(ValueError):
                yield urlsplit(value).password or ""
