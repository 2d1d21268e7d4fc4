"""Edits of people's files: what is asked for, and not a byte besides."""

import stat
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.tpa.files.editing.edits import changed
from tpa.files.editing import Unwritable, append_at, remove_at, set_at
from tpa.files.regular import read_regular_text, write_text

DEV = """\
# What differs.
tenant:   embedded # or a domain
audiences: {}   # none yet
connections:
  customers: customers


# Live where its key stands.
applications:
  order-portal: # the oldest
    # by hand
    callbacks: [https://orders.example/callback]   # one
    web_origins:
    - https://a.example

    - https://b.example   # the second
  'courier-app':
  report-collector:

# Agents that are live here.
agents: [ shopping-agent,other ]
keys:
  - name: one
    pem: |
      BEGIN
      END
  # the next one
  - {name: two, pem: x}
"""


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (
            "tenant",
            "acme.example",
            ["-tenant:   embedded # or a domain", "+tenant: acme.example # or a domain"],
        ),
        ("applications.fleet-view", None, ["+  fleet-view:"]),
        ("applications.courier-app.callbacks", ["com.x:/cb"], ["+    callbacks: [com.x:/cb]"]),
        ("applications.order-portal.connections", ["x"], ["+    connections: [x]"]),
        (
            "applications.order-portal.callbacks",
            ["https://n.example/cb"],
            [
                "-    callbacks: [https://orders.example/callback]   # one",
                "+    callbacks: [https://n.example/cb]   # one",
            ],
        ),
        ("applications.order-portal", None, None),
        (
            "audiences.orders",
            "https://o.example",
            [
                "-audiences: {}   # none yet",
                "+audiences:   # none yet",
                "+  orders: https://o.example",
            ],
        ),
        ("protect", True, ["+protect: true"]),
        ("a.b.c", 1, ["+a:", "+  b:", "+    c: 1"]),
        ("keys.0.pem", "x\ny\n", ["-      BEGIN", "-      END", "+      x", "+      y"]),
        ("keys.0.pem", "short", ["-    pem: |", "-      BEGIN", "-      END", "+    pem: short"]),
        ("keys.1.pem", "a, b", ["-  - {name: two, pem: x}", "+  - {name: two, pem: 'a, b'}"]),
        ("keys.1.kind", "rsa", ["-  - {name: two, pem: x}", "+  - {name: two, pem: x, kind: rsa}"]),
    ],
)
def test_set(path: str, value: object, expected: list[str] | None) -> None:
    after = set_at(DEV, parts(path), value)
    if expected is not None:
        assert changed(DEV, after) == expected
    assert at(after, path) == value


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (
            "agents",
            "third",
            ["-agents: [ shopping-agent,other ]", "+agents: [ shopping-agent,other, third ]"],
        ),
        (
            "applications.order-portal.web_origins",
            "https://c.example",
            ["+    - https://c.example"],
        ),
        ("applications.courier-app.callbacks", "com.x:/cb", ["+    callbacks: [com.x:/cb]"]),
        (
            "keys",
            {"name": "three", "pem": "a\nb\n"},
            ["+  - name: three", "+    pem: |", "+      a", "+      b"],
        ),
        ("new", {"a": [1]}, ["+new:", "+  - a: [1]"]),
    ],
)
def test_append(path: str, value: object, expected: list[str]) -> None:
    after = append_at(DEV, parts(path), value)
    assert changed(DEV, after) == expected
    assert at(after, path)[-1] == value


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("applications.report-collector", ["-  report-collector:"]),
        ("applications.order-portal.web_origins.0", ["-    - https://a.example"]),
        ("applications.order-portal.web_origins.1", ["-    - https://b.example   # the second"]),
        ("agents.0", ["-agents: [ shopping-agent,other ]", "+agents: [ other ]"]),
        ("agents.1", ["-agents: [ shopping-agent,other ]", "+agents: [ shopping-agent ]"]),
        ("keys.0.name", ["-  - name: one", "-    pem: |", "+  - pem: |"]),
        ("keys.1.pem", ["-  - {name: two, pem: x}", "+  - {name: two}"]),
        ("connections.customers", ["-connections:", "-  customers: customers", "+connections: {}"]),
        ("audiences", ["-audiences: {}   # none yet"]),
    ],
)
def test_remove(path: str, expected: list[str]) -> None:
    after = remove_at(DEV, parts(path))
    assert changed(DEV, after) == expected


def test_line_ends_and_a_missing_last_one_are_kept() -> None:
    text = "tenant: embedded\r\napplications:\r\n  portal:"
    assert set_at(text, ("applications", "fleet"), None) == f"{text}\r\n  fleet:\r\n"


@pytest.mark.parametrize(
    "text", ["", "- a\n", "a: &x [1]\nb: *x\n", "a: [\n", "a: 1\n---\nb: 2\n", "a: {b}\n"]
)
def test_what_a_program_should_not_touch(text: str) -> None:
    with pytest.raises(Unwritable, match="edit it by hand"):
        append_at(text, ("a", "b", 0), 2)


@pytest.mark.parametrize("path", ["nothing", "agents.7", "applications.order-portal.nothing"])
def test_what_is_not_there_can_not_be_removed(path: str) -> None:
    with pytest.raises(Unwritable):
        remove_at(DEV, parts(path))


TEXTS = some.text(some.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=12)
VALUES = some.recursive(
    some.none() | some.booleans() | some.integers() | TEXTS,
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
PATHS = [
    "tenant",
    "agents",
    "agents.0",
    "applications.order-portal",
    "keys.0",
    "keys.1.pem",
    "new.x",
]


@settings(max_examples=150, deadline=None)
@given(some.sampled_from(PATHS), VALUES)
def test_any_value_reads_as_it_was_written(path: str, value: object) -> None:
    after = set_at(DEV, parts(path), value)
    assert at(after, path) == value
    assert "# Live where its key stands.\n" in after


def test_a_file_is_written_whole_and_keeps_its_mode(tmp_path: Path) -> None:
    file = tmp_path / "dev.yaml"
    file.write_bytes(b"a: 1\r\n")
    file.chmod(0o640)
    write_text(file, set_at(read_regular_text(file), ("a",), 2))
    assert file.read_bytes() == b"a: 2\r\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert [found.name for found in tmp_path.iterdir()] == ["dev.yaml"]


def test_a_new_file_never_replaces_one(tmp_path: Path) -> None:
    file = tmp_path / "applications" / "x.yaml"
    write_text(file, "a: 1\n", new=True)
    with pytest.raises(FileExistsError):
        write_text(file, "a: 2\n", new=True)
    assert file.read_text(encoding="utf-8") == "a: 1\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o644
    assert [found.name for found in file.parent.iterdir()] == ["x.yaml"]


def parts(path: str) -> tuple[str | int, ...]:
    return tuple(int(part) if part.isdigit() else part for part in path.split("."))


def at(text: str, path: str) -> Any:
    data = yaml.safe_load(text)
    for part in parts(path):
        data = data[part]
    return data
