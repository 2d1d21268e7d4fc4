"""The report as one HTML page that needs nothing but itself, and lets nothing else in."""

import base64
import hashlib
from functools import cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from auth0_third_party.model.text import shown
from tpa.report.changes import changes_since, embedded
from tpa.report.labels import counted, manner, subject, time, unknown_fields, unread
from tpa.report.model import Report
from tpa.report.page_data import PageData
from tpa.report.views import card_views, choices, overview, row_views

NAME_LIMIT = 120
"""Characters; longer texts are cut, so that a name can't fill the page. Their length is said."""
# The page holds no form, no frame and no address to load from; no digest allows anything else.
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
            unknown={field: unread(part) for field, part in unknown.items()},
            data=Markup(embedded(report)),  # noqa: S704 - escaped there for a script element
        )
    )


def cut(text: str, limit: int = NAME_LIMIT) -> str:
    """A text out of the tenant or a file, safe to be shown on one line."""
    seen = shown(text)
    return seen if len(seen) <= limit else f"{seen[:limit]}… ({len(seen):,} characters)"


def isolated(text: str, limit: int = NAME_LIMIT) -> Markup:
    """Such a text in an element of its own, so that its direction stays its own."""
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
    environment.filters |= {"isolated": isolated, "cut": cut, "time": time}
    style, script = _file("report.css"), _file("report.js")
    environment.globals |= {
        "counted": counted,
        "manner": manner,
        "subject": subject,
        "unread": unread,
        "style": Markup(style),  # noqa: S704 - our own file
        "script": Markup(script),  # noqa: S704 - our own file
        "policy": _POLICY.format(script=_digest(script), style=_digest(style)),
    }
    return environment


def _file(name: str) -> str:
    return files("tpa.report").joinpath("page", name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
