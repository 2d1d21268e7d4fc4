"""A problem of a file or a tenant: where it is, what is wrong, why it matters, how to fix it.

Pydantic's errors about the shape of a value are said here, for authors of YAML.
"""

from collections.abc import Iterable, Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from auth0_third_party.model.text import counted, shown
from auth0_third_party.rules import Path, Violation, field_name, holds_secret
from auth0_third_party.rules.registry import rules
from auth0_third_party.rules.violation import nearest
from tpa.verbs import pastable

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Problem:
    """One finding. `file` is relative to the project, `line` counts from 1 (0: unknown).

    `why`: where this case needs another reason than the rule's own. An error stops a run before it
    writes; a warning does not.
    """

    file: str
    line: int
    path: Path
    what: str
    why: str = ""
    fix: str = ""
    severity: Severity = "error"
    _: KW_ONLY
    rule: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "why", self.why or rules()[self.rule].why)

    def __lt__(self, other: "Problem") -> bool:
        return self._order < other._order

    @property
    def _order(self) -> tuple[str | int, ...]:
        return (self.file, self.line, self.field, self.what, self.why, self.fix, self.severity)

    @property
    def field(self) -> str:
        """The path as people write it; for output only."""
        return field_name(self.path)

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        head = ": ".join(filter(None, (where, self.field, self.what)))
        reasons = (("why", self.why), ("fix", self.fix))
        rest = (f"    {label}: {text}" for label, text in reasons if text)
        # It may hold texts of files and tenants: no control character must reach a terminal.
        return pastable("\n".join(map(shown, (f"{head} ({self.rule})", *rest))))


class CatalogError(Exception):
    """All problems of a run at once; `str()` is the text a user reads."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(set(problems)))
        super().__init__(str(self))

    def __str__(self) -> str:
        head = f"{counted(len(self.problems), 'problem')} found, nothing was changed:"
        return "\n\n".join([head, *map(str, self.problems)])


LONGEST = 60
"""Characters of a wrong value that are shown."""
NUMBER = "is not a whole number", "write digits, without quotes"
SWITCH = "is neither true nor false", "write true or false, without quotes"
MAPPING = "is not a mapping", "write 'field: value' lines below it"
KINDS: Mapping[str, tuple[str, str]] = {
    "string_type": ("is not text", "put quotes around it"),
    "string_too_short": ("is empty", "write it, or remove the line"),
    "string_too_long": ("is too long, {length} characters", "use {max_length} characters at most"),
    "int_type": NUMBER,
    "int_parsing": NUMBER,
    "int_from_float": NUMBER,
    "bool_type": SWITCH,
    "bool_parsing": SWITCH,
    "tuple_type": ("is not a list", "write a '- value' line for each"),
    "dict_type": MAPPING,
    "model_type": MAPPING,
    "greater_than_equal": ("is too small", "use {ge} or more"),
    "less_than_equal": ("is too large", "use {le} or less"),
}
HTTPS = "is not an https address", "write it in full: https://host/path"
FORMS: Mapping[str, tuple[str, str]] = {
    r"^[^<>]+$": ("has < or > in it", "remove them; Auth0 allows neither in a name"),
    r"^(https://\S+)?$": HTTPS,
    r"^https://[^\s\"'<>\\]+$": HTTPS,
    r"^#[0-9a-fA-F]{6}$": ("is not a colour", "write # and six hexadecimal digits: '#0055aa'"),
    r"^(embedded|[a-z0-9-]+(\.[a-z0-9-]+)*(:\d+)?)$": (
        "is not a tenant",
        "write embedded, or the tenant's own domain, in lower case: example.eu.auth0.com",
    ),
    r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$": (
        "is not a key",
        "use lower-case letters, digits and inner hyphens",
    ),
}
"""The message by the pattern that a text should match."""


def shape_violation(detail: ErrorDetails, path: Path, model: type[BaseModel]) -> Violation:
    """One of pydantic's errors. `path`: the part of its place that is in the file."""
    kind, value, place = detail["type"], detail["input"], _model_at(model, path[:-1])
    if kind == "extra_forbidden":
        elsewhere = getattr(place, "ELSEWHERE", {})
        fix = nearest(str(path[-1]), getattr(place, "model_fields", ()))
        rule, what, fix = elsewhere.get(path[-1], ("FILE-04", "unknown field", fix))
        return Violation(rule, path, what, fix)
    if kind == "missing":
        missing = str(detail["loc"][-1])
        return Violation("FILE-05", path, f"the field '{missing}' is missing", f"add {missing}: …")
    if kind == "literal_error":
        allowed = detail["ctx"]["expected"].replace(" or ", ", ").replace("'", "").split(", ")
        fix = nearest(value, allowed) if isinstance(value, str) else f"one of {', '.join(allowed)}"
        return Violation("FILE-06", path, f"'{value}' is not a value it can have", fix)
    return Violation("FILE-06", path, *_shape_message(detail))


def _model_at(model: Any, path: Path) -> Any:
    """The model, or another type, of the value at `path`."""
    for part in path:
        if isinstance(model, type) and issubclass(model, BaseModel):
            info = model.model_fields.get(str(part))
            model = _plain(info.annotation) if info else None
        elif get_origin(model) in (dict, Mapping, tuple):
            arguments = get_args(model)
            model = _plain(arguments[0 if get_origin(model) is tuple else 1])
    return model


def _plain(annotation: Any) -> Any:
    """`Overlay | None` -> `Overlay`."""
    options = [option for option in get_args(annotation) if option is not type(None)]
    is_union = type(None) in get_args(annotation)
    return options[0] if is_union and len(options) == 1 else annotation


def _shape_message(detail: ErrorDetails) -> tuple[str, str]:
    """What is wrong, and the fix."""
    value, context = detail["input"], detail.get("ctx", {})
    if value is None and detail["type"] in KINDS:
        return "has no value", "write one, or remove the line"
    if detail["type"] == "dict_type" and detail["loc"] == ("environments",):
        return f"is not a mapping{_excerpt(value)}", _as_mapping(value)
    forms = FORMS.get(str(context.get("pattern"))) or KINDS.get(detail["type"])
    if forms is None:
        text = detail["msg"].removeprefix("Value error, ")
        return f"{text[0].lower()}{text[1:]}{_excerpt(value)}", "correct the value"
    if detail["type"] not in KINDS:
        what, fix = forms
        return what + _excerpt(value), fix
    length = len(value) if isinstance(value, str) else 0
    what, fix = (text.format(**context, length=length) for text in forms)
    return what + _excerpt(value), fix


def _as_mapping(value: object) -> str:
    """The names of environments as each can have what differs there."""
    names = value if isinstance(value, list) else [value]
    texts = [name for name in names if isinstance(name, str) and not holds_secret(name)] or ["dev"]
    return f"write environments: {{{', '.join(f'{name}: {{}}' for name in texts)}}}"


def _excerpt(value: object) -> str:
    """A plain value, cut to one line."""
    if not isinstance(value, str | int | float | bool) or value == "":
        return ""
    if isinstance(value, str) and holds_secret(value):
        return ""
    text = repr(value)
    return f": {text}" if len(text) <= LONGEST else f": {text[:LONGEST]}…"
