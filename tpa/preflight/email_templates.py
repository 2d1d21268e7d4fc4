"""Email templates whose links fail for applications with open redirect protection (ORP-03, ORP-04).

With that protection `application.callback_domain` is empty; a template that builds an address from
it sends users to an error page. See
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
"""Templates can't be listed, so each takes one call. The value names the e-mail in messages."""
TENANT = ("tenant",)
FALLBACK = (
    "test {% if application.callback_domain == '' %} and give an address of your own there, or pipe"
    " it: {{ application.callback_domain | default: 'https://www.example.com' }}"
)
PARTS = {"body": "its text", "subject": "its subject", "resultUrl": "its redirect address"}
_VARIABLE = r"(?:application|client)(?:\.callback_domain|\[['\"]callback_domain['\"]\])"
_USED = re.compile(_VARIABLE)
_DEFAULT = re.compile(r"\|\s*default\s*:")
_TESTED = re.compile(rf"{_VARIABLE}\s*(?:==|!=)\s*(?:''|\"\"|blank|empty)|{_VARIABLE}\.size")
_SKIPPED = re.compile(r"{%-?\s*(comment|raw)\s*-?%}.*?{%-?\s*end\1\s*-?%}|<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"{{(?P<output>.*?)}}|{%-?\s*(?P<word>\w+)(?P<rest>.*?)-?%}", re.DOTALL)
_BLOCKS = ("if", "unless", "case")


def check_templates(client: ManagementClient, file: str) -> Iterator[Problem]:
    """A warning for each customised template that uses the callback's domain without a fallback.
    `file` is the environment's.

    A token that may not read templates gives one warning instead.

    Raises:
        ManagementError: the tenant can't be read.
    """
    domain = client.credentials.domain
    for name, label in AFFECTED.items():
        try:
            template = client.get(f"/email-templates/{name}")
        except NotFound:
            continue  # Auth0's own template is used, which needs no callback domain
        except MissingScope as error:
            why = "one without a fallback leads users of protected applications to an error page"
            what = f"unknown: the email templates of {domain}: {error}"
            yield Problem(file, 0, TENANT, what, why, error.fix, rule="PRE-03")
            return
        if not isinstance(template, dict):
            raise UnusableAnswer(f"GET /email-templates/{name}: the answer is not an object")
        for what in _faults(label, template):
            told = f"the email template {name} of {domain} {what}"
            yield Problem(file, 0, TENANT, told, fix=FALLBACK, rule="ORP-03")


def _faults(label: str, template: Mapping[str, Any]) -> Iterator[str]:
    if template.get("enabled") is False:
        return
    for part, part_label in PARTS.items():
        text = template.get(part)
        if isinstance(text, str) and needs_fallback(text):
            yield (
                f"({label}) uses application.callback_domain in {part_label}, without a fallback"
                " for an empty one"
            )


def needs_fallback(text: str) -> bool:
    """Whether Liquid in `text` uses the variable without a test for an empty one.

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
