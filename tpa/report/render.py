"""The report as one HTML page that loads nothing, and that runs no script but its own."""

import base64
import hashlib
from functools import cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from auth0_third_party.model.text import access_name, shown, time_shown
from auth0_third_party.rules.registry import rules
from tpa.report.changes import PageData, changes_since, embedded
from tpa.report.model import Report, counted, unknown_fields, unknown_text
from tpa.report.views import ORDERS, card_views, choices, overview, row_views

NAME_LIMIT = 120
"""Characters; a longer text is cut and its length shown, so that a name can't fill the page."""
# The page has no form, no frame and loads nothing; only the digests allow its script and style.
_POLICY = (
    "default-src 'none'; script-src '{script}'; style-src '{style}';"
    " base-uri 'none'; form-action 'none'"
)


def render(report: Report, earlier: PageData | None) -> str:
    """The whole page; the same for the same report and the same earlier page."""
    unknown = unknown_fields(report.unknown)
    cards = card_views(report, unknown)
    return (
        _environment()
        .get_template("report.html")
        .render(
            report=report,
            earlier=earlier,
            changes=changes_since(earlier, report) if earlier else (),
            overview=overview(report),
            cards=cards,
            rows=row_views(report, cards),
            choices=choices(report.rows),
            orders=ORDERS,
            unknown={field: unknown_text(part) for field, part in unknown.items()},
            data=Markup(embedded(report)),  # noqa: S704 - escaped there for a script element
        )
    )


def cut(text: str, limit: int = NAME_LIMIT) -> str:
    """A text from the tenant or a file, safe to be shown on one line."""
    line = shown(text)
    return line if len(line) <= limit else f"{line[:limit]}… ({len(line):,} characters)"


def isolated(text: str, limit: int = NAME_LIMIT) -> Markup:
    """The same in an element of its own, so that its direction does not affect the text around."""
    return Markup("<bdi>%s</bdi>") % cut(text, limit)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_file),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"isolated": isolated, "cut": cut, "time": time_shown}
    style, script = _file("report.css"), _file("report.js")
    environment.globals |= {
        "counted": counted,
        "access_name": access_name,
        "unknown_text": unknown_text,
        "rules": rules(),
        "style": Markup(style),  # noqa: S704 - our own file
        "script": Markup(script),  # noqa: S704 - our own file
        "policy": _POLICY.format(script=_digest(script), style=_digest(style)),
    }
    return environment


def _file(name: str) -> str:
    return files("tpa.report").joinpath("page", name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
