"""One change by its meaning, and how a list of them is put in order."""

from collections.abc import Iterable

from catalog.models import Model
from catalog.risks import ORDER, RULES, Risk


class Change(Model):
    """`application` is empty for what belongs to the tenant as a whole.

    `consent`: users of the touched applications will be asked for consent again.
    """

    kind: str
    risk: Risk
    application: str
    what: str
    why: str
    touches: tuple[str, ...]
    consent: bool
    narrows: bool


def change(
    kind: str, application: str, what: str, touches: Iterable[str] = (), *, consent: bool = True
) -> Change:
    """A change of a known kind; `consent=False` where no user is involved in this one."""
    rule = RULES[kind]
    return Change(
        kind=kind,
        risk=rule.risk,
        application=application,
        what=what,
        why=rule.why,
        touches=tuple(sorted(touches)) or ((application,) if application else ()),
        consent=rule.consent and consent,
        narrows=rule.narrows,
    )


def by_risk(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Highest risk first; the tenant's before the applications', which stand by name."""
    return tuple(
        sorted(changes, key=lambda c: (ORDER.index(c.risk), c.application, c.kind, c.what))
    )
