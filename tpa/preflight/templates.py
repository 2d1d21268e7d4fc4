"""Email templates that lead nowhere for users of protected applications (ORP-03, ORP-04).

Under open redirect protection `application.callback_domain` is empty; a template that builds an
address of it sends users to an error page. See
https://auth0.com/docs/customize/email/email-templates/supported-liquid-syntax
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from auth0_third_party.management import ManagementClient, MissingScope, NotFound, UnusableAnswer
from tpa.files.problems import Problem

AFFECTED = {
    "verify_email": "email verification",
    "verify_email_by_code": "email verification by code",
    "reset_email": "password reset",
    "reset_email_by_code": "password reset by code",
    "blocked_account": "blocked account",
}
"""Templates can't be listed: one call for each. The value is what people call it."""
PARTS = {"body": "its text", "subject": "its subject", "resultUrl": "its redirect address"}
_VARIABLE = r"(?:application|client)(?:\.callback_domain|\[['\"]callback_domain['\"]\])"
_USED = re.compile(_VARIABLE)
_DEFAULT = re.compile(r"\|\s*default\s*:")
_TESTED = re.compile(rf"{_VARIABLE}\s*(?:==|!=)\s*(?:''|\"\"|blank|empty)|{_VARIABLE}\.size")
_SKIPPED = re.compile(r"{%-?\s*(comment|raw)\s*-?%}.*?{%-?\s*end\1\s*-?%}|<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"{{(?P<output>.*?)}}|{%-?\s*(?P<word>\w+)(?P<rest>.*?)-?%}", re.DOTALL)
_BLOCKS = ("if", "unless", "case")


def check_templates(client: ManagementClient) -> Iterator[Problem]:
    """A warning for each customised template that uses the callback's domain without a fallback.

    Worth asking where a protected application is live; a token that may not read templates leaves
    one warning. Raises ManagementError as any other look at the tenant.
    """
    domain = client.credentials.domain
    for name, called in AFFECTED.items():
        try:
            template = client.get(f"/email-templates/{name}")
        except NotFound:
            continue  # Auth0's own is sent, which needs no callback
        except MissingScope as error:
            why = "some fail for users of protected applications"
            yield Problem(domain, 0, "email templates", f"not looked at: {error}", why, error.fix)
            return
        if not isinstance(template, dict):
            raise UnusableAnswer(f"GET /email-templates/{name}: the answer is not an object")
        yield from _check(domain, name, called, template)


def _check(domain: str, name: str, called: str, template: Mapping[str, Any]) -> Iterator[Problem]:
    if template.get("enabled") is False:
        return
    for part, words in PARTS.items():
        text = template.get(part)
        if isinstance(text, str) and needs_fallback(text):
            yield Problem(
                domain,
                0,
                f"email template {name}",
                f"the template for {called} uses application.callback_domain in {words},"
                " without a fallback for an empty one",
                "it is empty for applications with open redirect protection, so their users end on"
                " an error page after the link",
                "test {% if application.callback_domain == '' %} and give an address of your own"
                " there, or pipe it: {{ application.callback_domain |"
                " default: 'https://www.example.com' }}",
            )


def needs_fallback(text: str) -> bool:
    """Whether Liquid in `text` uses the variable where nothing has tested it for being empty.

    `{% if application.callback_domain %}` is no such test: Liquid takes '' for true.
    """
    blocks: list[bool] = []
    for tag in _TAG.finditer(_SKIPPED.sub("", text)):
        word, rest = tag["word"], tag["output"] or tag["rest"] or ""
        if word in _BLOCKS:
            blocks.append(_tests(word, rest))
        elif word in {f"end{block}" for block in _BLOCKS}:
            del blocks[-1:]
        elif word in ("elsif", "when") and blocks:
            blocks[-1] = blocks[-1] or bool(_TESTED.search(rest))
        elif _USED.search(rest) and not _DEFAULT.search(rest) and not any(blocks):
            return True
    return False


def _tests(word: str, condition: str) -> bool:
    pattern = _USED if word == "case" else _TESTED
    return bool(pattern.search(condition))
