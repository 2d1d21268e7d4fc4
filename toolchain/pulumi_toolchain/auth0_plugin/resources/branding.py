"""The look of the tenant's pages: Branding, and the theme of the login page."""

from collections.abc import Sequence

from ..errors import ApiError
from ..fields import Field, Kind, Send, block, field, many
from ..resource import Job, Resource
from ..values import Props
from .tenant_settings import IDS

_FOUND = Field("", Kind.TEXT, computed=True)
_THEMES = "/branding/themes"
_COLORS = {
    "baseFocusColor": "#635dff",
    "baseHoverColor": "#000000",
    "bodyText": "#1e212a",
    "captchaWidgetTheme": "auto",
    "error": "#d03c38",
    "header": "#1e212a",
    "icons": "#65676e",
    "inputBackground": "#ffffff",
    "inputBorder": "#c9cace",
    "inputFilledText": "#000000",
    "inputLabelsPlaceholders": "#65676e",
    "linksFocusedComponents": "#635dff",
    "primaryButton": "#635dff",
    "primaryButtonLabel": "#ffffff",
    "secondaryButtonBorder": "#c9cace",
    "secondaryButtonLabel": "#1e212a",
    "success": "#13a688",
    "widgetBackground": "#ffffff",
    "widgetBorder": "#c9cace",
}
_SIZES = {
    "bodyText": 87.5,
    "buttonsText": 100,
    "inputLabels": 100,
    "links": 87.5,
    "subtitle": 87.5,
    "title": 150,
}


def _text(**defaults: str) -> tuple[Field, ...]:
    return tuple(field(name, Kind.TEXT, default=value or None) for name, value in defaults.items())


def _number(**defaults: float) -> tuple[Field, ...]:
    return tuple(
        field(name, Kind.NUMBER, default=value or None) for name, value in defaults.items()
    )


THEME_FIELDS = (
    field("displayName", Kind.TEXT),
    block(
        "borders",
        *_number(buttonBorderRadius=3, buttonBorderWeight=1, inputBorderRadius=3),
        *_number(inputBorderWeight=1, widgetBorderWeight=0, widgetCornerRadius=5),
        *_text(buttonsStyle="rounded", inputsStyle="rounded"),
        field("showWidgetShadow", Kind.FLAG, default=True),
        required=True,
    ),
    block("colors", *_text(**_COLORS), required=True),
    block(
        "fonts",
        *_text(fontUrl="", linksStyle="normal"),
        *_number(referenceTextSize=16),
        *(
            block(
                name,
                field("bold", Kind.FLAG, default=True if name == "links" else None),
                *_number(size=size),
                required=True,
            )
            for name, size in _SIZES.items()
        ),
        required=True,
    ),
    block(
        "pageBackground",
        *_text(backgroundColor="#000000", backgroundImageUrl="", pageLayout="center"),
        required=True,
    ),
    block(
        "widget",
        *_text(headerTextAlignment="center", logoPosition="center", logoUrl=""),
        *_text(socialButtonsLayout="bottom"),
        *_number(logoHeight=52),
        required=True,
    ),
)
BRANDING_FIELDS = (
    *many(Kind.TEXT, "faviconUrl logoUrl", _FOUND),
    block("colors", *many(Kind.TEXT, "primary pageBackground", _FOUND), computed=True),
    block("font", field("url", Kind.TEXT, required=True)),
    block("universalLogin", field("body", Kind.TEXT, required=True), send=Send.NEVER),
)


def _whole(fields: Sequence[Field], config: Props) -> Props:
    """A theme is always sent whole: what is not declared gets the default or the zero value."""
    body: Props = {}
    for each in fields:
        value = config.get(each.name)
        if each.kind is Kind.BLOCK:
            body[each.wire] = _whole(each.fields, value or {})
        elif each.name != "displayName" or value is not None:
            body[each.wire] = each.zero if value is None else value
    return body


def _create_theme(job: Job) -> None:
    body = _whole(THEME_FIELDS, job.config)
    try:
        existing = job.call("GET", f"{_THEMES}/default")
    except ApiError as error:
        if not error.gone:
            raise
        job.id = job.call("POST", _THEMES, body)["themeId"]
    else:
        job.call("PATCH", f"{_THEMES}/{existing['themeId']}", body)
        job.id = existing["themeId"]


def _read_theme(job: Job) -> Props:
    answer: Props = job.call("GET", f"{_THEMES}/default")
    job.id = str(answer["themeId"])
    return answer


def _update_theme(job: Job) -> None:
    job.call("PATCH", f"{_THEMES}/{job.id}", _whole(THEME_FIELDS, job.config))


def _delete_theme(job: Job) -> None:
    job.call("DELETE", f"{_THEMES}/{job.id}")


def _create_branding(job: Job) -> None:
    _update_branding(job)
    job.id = IDS.next()


def _update_branding(job: Job) -> None:
    body = job.declared()
    if body:
        job.call("PATCH", "/branding", body)


def _read_branding(job: Job) -> Props:
    answer: Props = job.call("GET", "/branding")
    job.call("GET", "/custom-domains")
    return answer


def _forget_branding(job: Job) -> None:
    job.call("GET", "/custom-domains")


def _no_template(job: Job) -> list[str]:
    """A page template needs a custom domain, which a loopback tenant does not have."""
    if job.config.get("universalLogin") is not None:
        return ["the property `universal_login` is not offered by the stand-in plugin"]
    return []


BRANDING_THEME = Resource(
    token="auth0:index/brandingTheme:BrandingTheme",
    fields=THEME_FIELDS,
    create=_create_theme,
    read=_read_theme,
    update=_update_theme,
    delete=_delete_theme,
)
BRANDING = Resource(
    token="auth0:index/branding:Branding",
    fields=BRANDING_FIELDS,
    create=_create_branding,
    read=_read_branding,
    update=_update_branding,
    delete=_forget_branding,
    problems=_no_template,
)
