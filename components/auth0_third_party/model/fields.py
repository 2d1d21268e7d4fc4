"""The table of an application's fields: one row a field, written beside the field itself.

A row says where the Management API keeps the field, how a live value is read, what the declared
value is once defaults are filled in, how it is written, and what a change of it risks. The official
plugin's arguments have the API's names
(https://auth0.com/docs/api/management/v2/clients/post-clients). What files hold, the plugin's
arguments, what is read from a tenant, comparisons, adoption and locations are derived.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import NoneType
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from auth0_third_party.model.impacts import Impact, MoreOrLess
from auth0_third_party.rules.violation import Path

Json = Mapping[str, Any]


def own_value(value: Any) -> Mapping[str, Any]:
    """Written as it is, under the field's own name."""
    return {"": value}


@dataclass(frozen=True)
class Property:
    """A row of the table.

    `wire`: where the API keeps it; empty: under the field's own name. `live`: its value in a
    client; None: what is at `wire`, by the type of the field's default. `declared`: its value in
    an application, defaults filled in; None: as it is stated. A value of None is left to the
    tenant. `write`: name -> value of what is written beside each other in the block of `wire`, ""
    for the last name of `wire` itself. `written`: False where another resource writes it.
    `strict_only`: what the legacy mode does not have. `risk`: of a change; None where the field
    alone does not tell it, or it is not known.
    """

    wire: tuple[str, ...] = ()
    live: Callable[[Json], object] | None = None
    declared: Callable[[Any], object] | None = None
    write: Callable[[Any], Mapping[str, Any]] = own_value
    written: bool = True
    strict_only: bool = False
    risk: Impact | MoreOrLess | None = None


@dataclass(frozen=True)
class Field:
    """A row with its place: `path` in files, arguments and models; `default` is the model's."""

    path: tuple[str, ...]
    default: Any
    row: Property

    @property
    def wire(self) -> tuple[str, ...]:
        """Where the API keeps it."""
        return self.row.wire or self.path

    def stated(self, value: Callable[..., Any], model: object) -> Any:
        """The declared value. `value(*path)` gives what is stated; `model` decides defaults."""
        if self.row.declared is not None:
            return self.row.declared(model)
        found = value(*self.path)
        return self.default if found is None else found

    def live(self, item: Json) -> object:
        """The value in a client of the Management API; what the API leaves out has its default."""
        if self.row.live is not None:
            return self.row.live(item)
        found = at(item, self.wire)
        if isinstance(self.default, tuple):
            return texts(found)
        if isinstance(self.default, bool):
            return found is True
        return str(found or "") if self.default is None or self.default == "" else found


def fields_of(model: type[BaseModel], parents: tuple[str, ...] = ()) -> Iterator[Field]:
    """The rows of a model and of the models in it."""
    for name, info in model.model_fields.items():
        path = (*parents, name)
        for row in info.metadata:
            if isinstance(row, Property):
                default = None if info.is_required() else info.default
                yield Field(path, default, row)
        inner = _inner(info)
        if inner is not None:
            yield from fields_of(inner, path)


def at(tree: object, path: Path) -> Any:
    """What is at a path of nested mappings and models; None where nothing is."""
    for part in path:
        if isinstance(tree, BaseModel):
            tree = getattr(tree, str(part))
        else:
            tree = tree.get(part) if isinstance(tree, Mapping) else None
    return tree


def texts(value: object) -> tuple[str, ...]:
    """A list of the API's; empty where it is left out."""
    return tuple(str(each) for each in value) if isinstance(value, list) else ()


def _inner(info: FieldInfo) -> type[BaseModel] | None:
    """The model of an optional block."""
    kinds = [kind for kind in get_args(info.annotation) if kind is not NoneType]
    found = kinds[0] if len(kinds) == 1 else None
    return found if isinstance(found, type) and issubclass(found, BaseModel) else None
