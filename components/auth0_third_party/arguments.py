"""The arguments of a component: checked at once where they are known, and as soon as they are known
otherwise.

A program may pass a value that another resource of it makes, an `Output`. Such a value is checked
with the same rules before the resource that it belongs to is written; the resource is not written
when the check fails.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar

import pulumi
from pulumi.output import Unknown
from pydantic import BaseModel, ValidationError

from auth0_third_party.rules import Path, Violation, field_name

PLACEHOLDERS: Mapping[str, Any] = {
    "audience": "https://unknown.invalid/{index}",
    "baseline": {"unknown-user": "unknown"},
    "connection": "unknown",
    "connections": "unknown",
    "document": "https://unknown.invalid/client.json",
    "html": "unknown",
    "integrity": "sha256-" + "A" * 43 + "=",
    "limit": 1,
    "name": "unknown {index}",
    "organization": "unknown",
    "pem": "-----BEGIN PUBLIC KEY-----",
    "strategy": "unknown",
    "url": "https://unknown.invalid/",
    "version": "14.0.0",
}
"""The placeholder of a required value while it is unknown; findings about it are not reported."""


M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")


class InvalidArguments(pulumi.RunError):
    """All problems of one component's arguments; the program ends with their text alone."""

    def __init__(self, component: str, name: str, problems: Sequence[Violation]) -> None:
        self.component, self.name = component, name
        self.problems = tuple(problems)
        count = len(self.problems)
        head = f"{component} '{name}' has {count} problem{'' if count == 1 else 's'}:"
        super().__init__("\n".join([head, *map(_text, self.problems)]))


class Arguments(Generic[M]):
    """The arguments of one component as a model, some of whose values may be unknown still.

    Args:
        component: the component's type, for messages.
        name: the component's name, for messages.
        model: the shape of the values, and their defaults.
        values: the arguments; None means "not stated".
        rules: the rules they must keep besides.
        known: names of fields, at any depth, that can't be an `Output`: resource names are made of
            them, or they decide which resources there are.

    Raises:
        InvalidArguments: what is known breaks a rule.
    """

    def __init__(
        self,
        component: str,
        name: str,
        model: type[M],
        values: Mapping[str, Any],
        *,
        rules: Callable[[M], Iterable[Violation]] = lambda _: (),
        known: Collection[str] = (),
    ) -> None:
        self._component, self._name, self._model, self._rules = component, name, model, rules
        self._tree = stated(values)
        self._pending = tuple(_pending(self._tree, ()))
        early = [path for path in self._pending if path[-1] in known]
        if early:
            raise InvalidArguments(
                component, name, [_must_be_known(p, "pass a plain value") for p in early]
            )
        self._known = self._tree
        for path in self._pending:
            self._known = _replaced(self._known, path, _placeholder(path))
        self.model: M = self._checked(self._known, lambda path: not self._touches_pending(path))
        """The values, a placeholder for each that is not known yet."""

    def get(self, *path: str | int) -> Any:
        """The value at a path, lists as lists; an `Output` where it is not known yet."""
        if not any(_related(path, pending) for pending in self._pending):
            return _plain(_at(self.model, path))
        # Values of one field are checked together: two lifetimes, all grants.
        group = [pending for pending in self._pending if pending[:1] == path[:1] or not path]
        values = pulumi.Output.all(*(_at(self._tree, pending) for pending in group))
        return values.apply(lambda known: self._later(group, path, known))

    def require_known(self, path: Path, fix: str) -> None:
        """Refuses a value that is an `Output` where a resource's name is made of it.

        Raises:
            InvalidArguments: it is one.
        """
        if path in self._pending:
            raise InvalidArguments(self._component, self._name, [_must_be_known(path, fix)])

    def _later(self, group: Sequence[Path], path: Path, known: Sequence[Any]) -> Any:
        """The value at a path, now that those at the paths of `group` are known."""
        plain = self._known
        for pending, value in zip(group, known, strict=True):
            plain = _replaced(plain, pending, stated(value))
        fields = {pending[:1] for pending in group}
        model = self._checked(plain, lambda found: not found or found[:1] in fields)
        return _plain(_at(model, path))

    def _checked(self, plain: Any, counts: Callable[[Path], bool]) -> M:
        try:
            model = self._model.model_validate(plain)
        except ValidationError as error:
            found = [v for v in _shape_violations(error) if counts(v.path)]
            raise InvalidArguments(
                self._component, self._name, found or [*_shape_violations(error)]
            ) from None
        broken = [violation for violation in self._rules(model) if counts(violation.path)]
        if broken:
            raise InvalidArguments(self._component, self._name, broken)
        return model

    def _touches_pending(self, path: Path) -> bool:
        return any(_related(path, pending) for pending in self._pending)


def together(values: Mapping[str, pulumi.Input[T]]) -> pulumi.Output[Mapping[str, T]]:
    """One output of many."""
    inputs: Any = dict(values)
    return pulumi.Output.from_input(inputs)


def child_options(
    parent: pulumi.ComponentResource, opts: pulumi.ResourceOptions | None, **own: Any
) -> pulumi.ResourceOptions:
    """Options of a component's child.

    The engine hands on what children inherit; `depends_on` is not among it, and a component that
    waits must have children that wait.
    """
    waits = pulumi.ResourceOptions(depends_on=opts.depends_on if opts else None)
    return pulumi.ResourceOptions.merge(waits, pulumi.ResourceOptions(parent=parent, **own))


def _text(violation: Violation) -> str:
    where = f"{field_name(violation.path)}: " if violation.path else ""
    rest = (("why", violation.why), ("fix", violation.fix))
    lines = (f"\n      {label}: {text}" for label, text in rest if text)
    return f"  {where}{violation.what} ({violation.rule}){''.join(lines)}"


def _must_be_known(path: Path, fix: str) -> Violation:
    return Violation("FILE-12", path, "is the output of a resource", fix)


def _shape_violations(error: ValidationError) -> Iterator[Violation]:
    for found in error.errors(include_url=False, include_context=False):
        yield Violation("FILE-06", tuple(found["loc"]), found["msg"], "")


def _related(one: Path, other: Path) -> bool:
    """Whether one path leads to the other, or they are the same."""
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def _is_pending(value: object) -> bool:
    return isinstance(value, pulumi.Output | Awaitable | Unknown)


def stated(value: Any) -> Any:
    """Plain containers, without what is not stated. A model counts as what it states: it may have
    been changed after it was checked.
    """
    if isinstance(value, BaseModel):
        value = {name: getattr(value, name, None) for name in value.model_fields_set}
    if isinstance(value, Mapping):
        return {key: stated(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [stated(item) for item in value]
    return value


def _pending(value: Any, path: Path) -> Iterator[Path]:
    """Where values are not known yet; a list of plain values counts as one."""
    if _is_pending(value):
        yield path
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _pending(item, (*path, key))
    elif isinstance(value, list):
        if any(map(_is_pending, value)):
            yield path
            return
        for index, item in enumerate(value):
            yield from _pending(item, (*path, index))


def _placeholder(path: Path) -> Any:
    """None leaves an optional value out; texts differ, so that two of them are not the same.

    A value of a mapping has the placeholder of the mapping's field.
    """
    fields = [part for part in path[-2:] if isinstance(part, str)]
    found = next((PLACEHOLDERS[field] for field in reversed(fields) if field in PLACEHOLDERS), None)
    index = "-".join(str(part) for part in path if isinstance(part, int))
    return found.format(index=index) if isinstance(found, str) else found


def _replaced(tree: Any, path: Path, value: Any) -> Any:
    """A copy with another value at a path; None takes it away."""
    if not path:
        return value
    first, rest = path[0], path[1:]
    if isinstance(tree, list):
        return [_replaced(item, rest, value) if i == first else item for i, item in enumerate(tree)]
    changed = {**tree, first: _replaced(tree.get(first), rest, value)}
    return {key: item for key, item in changed.items() if item is not None}


def _at(value: Any, path: Path) -> Any:
    for part in path:
        if value is None:
            return None
        if isinstance(value, BaseModel):
            value = getattr(value, str(part))
        elif isinstance(value, Mapping):
            value = value.get(part)
        else:
            value = value[part]
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value
