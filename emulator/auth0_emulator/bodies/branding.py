"""Bodies of `/prompts`, `/branding`, `/custom-domains` and `/rate-limit-policies`."""

from auth0_emulator.shapes import (
    FLAG,
    TEXT,
    Schema,
    choice,
    either,
    loose,
    null_or,
    number,
    record,
    table,
    text,
    whole,
)
from auth0_emulator.validation import Body

_COLOR = text(form="html-color")
_HTTPS = null_or(text(form="absolute-https-uri-or-empty"))

_PHONE = record(
    {
        "formatting": choice("regional", "international"),
        "masking": choice("show_all", "hide_country_code", "mask_digits"),
    },
    required=("formatting", "masking"),
)

PROMPTS = Body(
    record(
        {
            "universal_login_experience": choice("new", "classic"),
            "identifier_first": null_or(FLAG),
            "webauthn_platform_first_factor": null_or(FLAG),
        },
        least=1,
    )
)

BRANDING = Body(
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
TEMPLATE = Body(
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

THEME = Body(
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

CUSTOM_DOMAIN = Body(
    record(
        {
            "domain": text(3, 255, form="hostname"),
            "type": choice("auth0_managed_certs", "self_managed_certs"),
            "verification_method": choice("txt"),
            "tls_policy": choice("recommended"),
            "custom_client_ip_header": null_or(
                choice(
                    "true-client-ip", "cf-connecting-ip", "x-forwarded-for", "x-azure-clientip", ""
                )
            ),
            "domain_metadata": table(null_or(text(high=255)), 10),
            "relying_party_identifier": text(high=255, form="hostname"),
        },
        required=("domain", "type"),
    )
)

_LIMIT = whole(0, 10_000)
_CONFIGURATION = either(
    record({"action": choice("allow")}, required=("action",)),
    record({"action": choice("block", "log"), "limit": _LIMIT}, required=("action", "limit")),
    record(
        {"action": choice("redirect"), "limit": _LIMIT, "redirect_uri": text(form="uri")},
        required=("action", "limit", "redirect_uri"),
    ),
)
CREATE_POLICY = Body(
    record(
        {
            "resource": choice("oauth_authentication_api"),
            "consumer": choice("client"),
            "consumer_selector": TEXT,
            "configuration": _CONFIGURATION,
        },
        required=("resource", "consumer", "consumer_selector", "configuration"),
    )
)
UPDATE_POLICY = Body(record({"configuration": _CONFIGURATION}, required=("configuration",)))
