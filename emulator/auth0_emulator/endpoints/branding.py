"""`/branding`: colors and logo, the theme, and the page template of Universal Login."""

from auth0_emulator.call import Answer, Call, Json, select
from auth0_emulator.endpoints.tenant_settings import KIND as SETTINGS
from auth0_emulator.endpoints.tenant_settings import patch, settings
from auth0_emulator.errors import ApiError
from auth0_emulator.routing import op
from auth0_emulator.schema import (
    FLAG,
    TEXT,
    Body,
    Schema,
    choice,
    either,
    loose,
    null_or,
    number,
    record,
    text,
)
from auth0_emulator.tenant import Tenant


def read_branding(tenant: Tenant, call: Call) -> Answer:
    """Colors, logo and font."""
    return Answer(200, select(settings(tenant, "branding"), call))


def update_branding(tenant: Tenant, call: Call) -> Answer:
    """Objects are merged one level deep, null removes."""
    return Answer(200, patch(tenant, "branding", call.body))


def read_template(tenant: Tenant, _: Call) -> Answer:
    """The page template of Universal Login."""
    stored = settings(tenant, "universal-login")
    if not stored:
        raise ApiError(404, "Template not found", "inexistent_template")
    return Answer(200, stored)


def write_template(tenant: Tenant, call: Call) -> Answer:
    """201 for the first one, 204 after that; needs a custom domain."""
    if not tenant.has("custom_domain"):
        raise ApiError(402, "A custom domain is required for a page template. (emulator wording)")
    page = call.body if isinstance(call.body, str) else call.body["template"]
    if settings(tenant, "universal-login"):
        tenant.store.replace(SETTINGS, "universal-login", {"body": page})
        return Answer(204)
    tenant.add(SETTINGS, "universal-login", {"body": page})
    return Answer(201)


def delete_template(tenant: Tenant, _: Call) -> Answer:
    """204, also when there is none."""
    tenant.store.remove(SETTINGS, "universal-login")
    return Answer(204)


_THEME = "branding_theme"


def create_theme(tenant: Tenant, call: Call) -> Answer:
    """200 as recorded; 409 if there is one already, a tenant has one theme at most."""
    if tenant.store.find(_THEME):
        raise ApiError(409, "A theme already exists for this tenant. (emulator wording)")
    theme = {"themeId": tenant.ids.prefixed("thm"), **call.body}
    return Answer(200, tenant.add(_THEME, theme["themeId"], theme))


def read_default_theme(tenant: Tenant, _: Call) -> Answer:
    """The only theme, or 404."""
    return Answer(200, _existing_theme(tenant.store.find(_THEME)))


def read_theme(tenant: Tenant, call: Call) -> Answer:
    """One theme."""
    return Answer(200, _find_theme(tenant, call))


def update_theme(tenant: Tenant, call: Call) -> Answer:
    """The body replaces the theme."""
    theme = {**_find_theme(tenant, call), **call.body}
    tenant.store.replace(_THEME, theme["themeId"], theme)
    return Answer(200, theme)


def delete_theme(tenant: Tenant, call: Call) -> Answer:
    """204; 404 when there is none."""
    tenant.store.remove(_THEME, _find_theme(tenant, call)["themeId"])
    return Answer(204)


def _find_theme(tenant: Tenant, call: Call) -> Json:
    found = tenant.store.get(_THEME, call.path["id"])
    return _existing_theme([found] if found else [])


def _existing_theme(found: list[Json]) -> Json:
    if not found:
        message = "There was an error retrieving branding settings: invalid theme ID"
        raise ApiError(404, message, "theme_not_found")
    return found[0]


_COLOR = text(form="html-color")
_HTTPS = null_or(text(form="absolute-https-uri-or-empty"))

_PHONE = record(
    {
        "formatting": choice("regional", "international"),
        "masking": choice("show_all", "hide_country_code", "mask_digits"),
    },
    required=("formatting", "masking"),
)

_UPDATE = Body(
    record(
        {
            "colors": null_or(
                record(
                    {
                        "primary": null_or(_COLOR),
                        "page_background": either(TEXT, {"type": "null"}, loose({})),
                    },
                    least=1,
                )
            ),
            "favicon_url": _HTTPS,
            "logo_url": _HTTPS,
            "font": null_or(record({"url": _HTTPS}, least=1)),
            "identifiers": null_or(
                record(
                    {
                        "login_display": choice("unified", "separate"),
                        "otp_autocomplete": FLAG,
                        "phone_display": null_or(_PHONE),
                    },
                    least=1,
                )
            ),
        },
        least=1,
    )
)
_TEMPLATE = Body(
    either(text(high=102_400), record({"template": text(high=102_400)}, required=("template",)))
)


def _all(properties: dict[str, Schema], *optional: str) -> Schema:
    return record(properties, required=tuple(sorted(set(properties) - set(optional))))


_TEXT_STYLE = _all({"bold": FLAG, "size": number(0, 150)})
_IMAGE = text(form="absolute-https-uri-or-empty")
_THEME_COLORS = (
    "body_text error header icons input_background input_border input_filled_text"
    " input_labels_placeholders links_focused_components primary_button primary_button_label"
    " secondary_button_border secondary_button_label success widget_background widget_border"
    " base_focus_color base_hover_color read_only_background"
).split()

_THEME_BODY = Body(
    _all(
        {
            "displayName": text(high=2048, pattern="^[^<>]*$"),
            "borders": _all(
                {
                    "button_border_radius": number(1, 10),
                    "button_border_weight": number(0, 10),
                    "buttons_style": choice("pill", "rounded", "sharp"),
                    "input_border_radius": number(0, 10),
                    "input_border_weight": number(0, 3),
                    "inputs_style": choice("pill", "rounded", "sharp"),
                    "show_widget_shadow": FLAG,
                    "widget_border_weight": number(0, 10),
                    "widget_corner_radius": number(0, 50),
                }
            ),
            "colors": _all(
                {
                    **dict.fromkeys(_THEME_COLORS, _COLOR),
                    "captcha_widget_theme": choice("auto", "dark", "light"),
                },
                *("base_focus_color", "base_hover_color", "read_only_background"),
                "captcha_widget_theme",
            ),
            "fonts": _all(
                {
                    **dict.fromkeys(
                        "body_text buttons_text input_labels links subtitle".split(), _TEXT_STYLE
                    ),
                    "title": _all({"bold": FLAG, "size": number(75, 150)}),
                    "font_url": _IMAGE,
                    "links_style": choice("normal", "underlined"),
                    "reference_text_size": number(12, 24),
                }
            ),
            "page_background": _all(
                {
                    "background_color": _COLOR,
                    "background_image_url": _IMAGE,
                    "page_layout": choice("center", "left", "right"),
                }
            ),
            "widget": _all(
                {
                    "header_text_alignment": choice("center", "left", "right"),
                    "logo_height": number(1, 100),
                    "logo_position": choice("center", "left", "none", "right"),
                    "logo_url": _IMAGE,
                    "social_buttons_layout": choice("bottom", "top"),
                }
            ),
        },
        "displayName",
    )
)

_ONE_THEME = "/branding/themes/{id}"
_PAGE = "/branding/templates/universal-login"
OPERATIONS = (
    op("GET /branding", read_branding, "read:branding"),
    op("PATCH /branding", update_branding, "update:branding", _UPDATE),
    op("POST /branding/themes", create_theme, "update:branding", _THEME_BODY),
    op("GET /branding/themes/default", read_default_theme, "read:branding"),
    op(f"GET {_ONE_THEME}", read_theme, "read:branding"),
    op(f"PATCH {_ONE_THEME}", update_theme, "update:branding", _THEME_BODY),
    op(f"DELETE {_ONE_THEME}", delete_theme, "delete:branding"),
    op(f"GET {_PAGE}", read_template, "read:branding"),
    op(f"PUT {_PAGE}", write_template, "update:branding", _TEMPLATE),
    op(f"DELETE {_PAGE}", delete_template, "delete:branding"),
)
