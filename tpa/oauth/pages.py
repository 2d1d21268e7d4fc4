"""A browser without a screen, for the pages of an embedded tenant and its seeded users alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from tpa.errors import TpaError
from tpa.oauth.deployed import Person
from tpa.oauth.http import Answer, TenantHttp
from tpa.oauth.requests import AUTHORIZE

STEPS = 12
"""Pages and redirects between `/authorize` and the end of a sign-in, at most."""


@dataclass
class Form:
    """One form: its fields by name, and its buttons (name, value) in their order."""

    action: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Journey:
    """How a sign-in went: its last answer, and what was passed on the way.

    `consent` is the page that asked for it, `password` the answer to the password.
    """

    end: Answer
    consent: Answer | None = None
    password: Answer | None = None


def sign_in(
    http: TenantHttp, person: Person, params: Mapping[str, str], *, accept: bool = True
) -> Journey:
    """Goes from `/authorize` to a redirect away from the tenant, or to an error page.

    Args:
        http: it keeps cookies, so that a second sign-in needs no password.
        accept: the answer to a consent page.
    """
    answer = http.send("GET", AUTHORIZE, params=params)
    consent = password = None
    for _ in range(STEPS):
        if answer.location:
            if urlsplit(answer.location).netloc != urlsplit(http.url).netloc:
                return Journey(answer, consent, password)
            answer = http.send("GET", answer.location)
            continue
        form = _form(answer) if answer.status < 400 else None
        if form is None:
            return Journey(answer, consent, password)
        typed = _filled(form, person, accept=accept)
        asks_password = "password" in form.types.values()
        asks_consent = not asks_password and not _identifier(form)
        consent = answer if asks_consent else consent
        answer = http.send("POST", urljoin(answer.url, form.action), form=typed)
        password = answer if asks_password else password
    raise TpaError(f"the sign-in at {http.domain} does not end after {STEPS} pages")


def _form(answer: Answer) -> Form | None:
    reader = _Reader()
    reader.feed(answer.text)
    return next(iter(reader.forms), None)


def _identifier(form: Form) -> str:
    names = ("username", "email", "identifier", "login")
    return next((n for n in names if form.types.get(n) not in (None, "hidden")), "")


def _filled(form: Form, person: Person, *, accept: bool) -> dict[str, str]:
    typed, name = dict(form.fields), _identifier(form)
    if name:
        typed[name] = person.email
    for each, kind in form.types.items():
        if kind == "password":
            typed[each] = person.password
    if form.buttons:
        typed.update([form.buttons[0] if accept or name else form.buttons[-1]])
    return typed


class _Reader(HTMLParser):
    """The forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", "")))
            return
        form = self.forms[-1] if self.forms else None
        name, kind = given.get("name", ""), given.get("type", "text")
        if form is None or not name or tag not in ("input", "button"):
            return
        if tag == "button" or kind == "submit":
            form.buttons.append((name, given.get("value", "")))
        else:
            form.fields[name], form.types[name] = given.get("value", ""), kind
