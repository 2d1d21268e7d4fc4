"""What is made from the code: docs/reference.md, from the docstrings of commands and models;
docs/rules.md, from the registry of rules; and the table of what commands take, for the Tab key.

python -m tpa.cli.reference      writes all of them
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Any, get_args, get_type_hints

import typer

from auth0_third_party.rules.registry import LOOKS_AT, Rule, families, rules
from tpa.cli.app import app, command, function_of, manual
from tpa.cli.completion import TABLE
from tpa.files.regular import write_text
from tpa.files.schemas import FILES, schema
from tpa.terminal import completion
from tpa.verbs import VERBS

PAGE = "docs/reference.md"
RULES_PAGE = "docs/rules.md"
COMPLETION = f"tpa/cli/{TABLE.name}"
HEAD = """\
# Reference

Every command and every field. `make reference` makes this page from the code: edit the docstrings
there.

## Commands

All commands run in the project's folder or in any folder inside of it. Exit status: 0 fine,
1 findings or a failed update, 2 a mistake in the command line or in the environment,
3 waiting for another environment (`tpa advance` alone), 130 interrupted. Results go to standard
output, everything else to standard error. In a pipe the output is plain text; `NO_COLOR` turns
colours off on a terminal as well. `tpa --version` prints the version; `tpa --install-completion`
makes the Tab key complete commands, options, environments, applications, APIs and connections.
"""
FILES_HEAD = """\
## Files

A field that is left out has its default; an unknown field is an error. `tpa schema` writes the same
as JSON Schemas, which editors read.
"""
RULES_HEAD = """\
# Rules

Every finding ends with the id of its rule, in the terminal, in `--json` (`rule`) and on the report;
`tpa explain CG-07` prints one of these rows. An id leads to the page that the rule is from. Where
pages of the vendor's disagree, the reason says so. `make reference` makes this page from
`components/auth0_third_party/rules/registry.toml`.
"""


def reference() -> str:
    parts = [HEAD, *map(_command, VERBS), FILES_HEAD, *map(_file, FILES)]
    return "\n".join(parts)


def rules_page() -> str:
    """The page of rules: a table for each family, and what the last column means."""
    parts = [RULES_HEAD, *_table(("looks at", "is"), LOOKS_AT.items()), ""]
    for family, title in families().items():
        found = [_rule(rule) for rule in rules().values() if rule.family == family]
        parts += [f"## {family}: {title}", "", *_table(("rule", "title", "why", "looks at"), found)]
        parts.append("")
    return "\n".join(parts)


def _rule(rule: Rule) -> tuple[str, ...]:
    """A row, with an anchor."""
    page = rule.source.removeprefix("docs/")
    warns = " (warning)" if rule.severity == "warning" else ""
    link = f'<a id="{rule.id.lower()}"></a>[{rule.id}]({page})'
    return link, _cell(rule.title), _cell(rule.why), rule.looks_at + warns


def table() -> str:
    """What commands take, as `tpa.cli.completion.parameters` has it."""
    found = {}
    for name in VERBS:
        hints = get_type_hints(function_of(name), include_extras=True)
        rows = [_parameter(each, hints) for each in command(name).params]
        found[name] = ",\n".join(f"    {json.dumps(row)}" for row in rows)
    lines = [f"  {json.dumps(name)}: [\n{rows}\n  ]" for name, rows in found.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _parameter(param: Any, hints: Mapping[str, Any]) -> dict[str, Any]:
    argument, many = param.param_type_name == "argument", getattr(param, "multiple", False)
    takes = 0 if getattr(param, "is_flag", False) else -1 if many else param.nargs
    row = {
        "flags": [] if argument else [*param.opts, *param.secondary_opts],
        "help": "" if argument else param.help,
        "values": _completed_by(hints.get(param.name)),
    }
    return {"name": param.name, "takes": takes, **{key: each for key, each in row.items() if each}}


def _completed_by(hint: Any) -> str | list[str]:
    """The name of the function that has a parameter's values, or all of them."""
    kind, *about = get_args(hint) or (None,)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return [each.value for each in kind]
    found = (each.autocompletion for each in about if hasattr(each, "autocompletion"))
    values_of = next(found, None)
    if values_of is None:
        return []
    name: str = values_of.__name__
    return name if getattr(completion, name, None) is values_of else list(values_of(""))


def _context(name: str = "", own: Any = None) -> typer.Context:
    group = typer.main.get_group(app)
    parent = typer.Context(group, info_name="tpa", **group.context_settings)
    return typer.Context(own, parent=parent, info_name=name) if own else parent


def _command(name: str) -> str:
    own = command(name)
    context = _context(name, own)
    records = (param.get_help_record(context) for param in own.get_params(context))
    rows = [(f"`{record[0]}`", _cell(record[1])) for record in records if record is not None]
    usage = own.get_usage(context).removeprefix("Usage: ")
    text = manual(function_of(name))
    lines = [f"### tpa {name}", "", text.text, "", f"```text\n{usage}\n```", ""]
    lines += [*_table(("option", "meaning"), rows), ""]
    lines += ["```sh norun", *text.examples, "```", ""]
    return "\n".join(lines)


def _file(name: str) -> str:
    """One kind of file, and the objects in it that no kind before has."""
    files, _ = FILES[name]
    made = schema(name)
    parts = [f"### `{files}`", "", made["description"], "", *_fields(made), ""]
    for inner, definition in made.get("$defs", {}).items():
        if _first_in(inner) == name:
            parts += [f"#### {inner}", "", definition["description"], "", *_fields(definition), ""]
    return "\n".join(parts)


def _first_in(inner: str) -> str:
    return next(name for name in FILES if inner in schema(name).get("$defs", {}))


def _fields(made: Mapping[str, Any]) -> Iterator[str]:
    required = made.get("required", ())
    rows = []
    for field, content in made["properties"].items():
        default = "required" if field in required else _default(content.get("default"))
        rows.append((f"`{field}`", _type(content), default, _cell(content["description"])))
    yield from _table(("field", "type", "default", "meaning"), rows)


def _type(content: Mapping[str, Any]) -> str:
    """A type in plain words, such as `list of text`."""
    if "$ref" in content:
        name = content["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in content:
        # "Nothing" differs from a missing field only inside of a mapping.
        options = (o for o in content["anyOf"] if o.get("type") != "null")
        return " or ".join(map(_type, options))
    for word in ("const", "enum"):
        if word in content:
            values = content[word] if word == "enum" else [content[word]]
            return ", ".join(f"`{value}`" for value in values)
    return _plain(content)


def _plain(content: Mapping[str, Any]) -> str:
    kind = str(content.get("type", ""))
    if kind == "array":
        return f"list of {_type(content['items'])}"
    if kind == "object":
        value = content.get("additionalProperties", {})
        nothing = any(o.get("type") == "null" for o in value.get("anyOf", ()))
        return f"mapping to {_type(value)}{' or nothing' if nothing else ''}"
    if kind == "integer":
        low, high = content.get("minimum"), content.get("maximum")
        limits = f" {low} to {high}" if high is not None else f" from {low}" if low else ""
        return f"number{limits}"
    return {"string": "text", "boolean": "true or false"}.get(kind, kind)


def _default(value: object) -> str:
    if value in (None, "", [], {}):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("|", "\\|")


def main() -> None:
    """Writes them."""
    made = {PAGE: reference(), RULES_PAGE: rules_page(), COMPLETION: table()}
    for page, text in made.items():
        write_text(Path(__file__).parents[2] / page, text)
        typer.echo(f"wrote {page}")


if __name__ == "__main__":
    main()
