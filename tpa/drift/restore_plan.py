"""The way back from drift: what was done outside is undone, and nothing else is touched.

A difference is set back to what the last update left: by a request that carries the differing
property alone, since the stack's state still says so. What is gone altogether gets a new identity,
which only the engine can bring into its state: that takes an update, so it is planned only while
the files say what they said at the last one.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from auth0_third_party.model.names import rate_limit_name
from tpa.drift.differences import Difference
from tpa.drift.states import Applied
from tpa.environments.record import AGENTS, DEFAULTS, TENANT
from tpa.environments.stack_state import AGENT, RATE_LIMIT, Place, StateResource, StateResources
from tpa.tenant.view import EnvironmentView

CANT_BE_READ = (AGENT, RATE_LIMIT)
"""The official plugin fails when it is to read one that is gone; so these are replaced unread."""


class Left(Exception):
    """Why a difference stays as it is."""


class Waits(Left):
    """It takes an update, and the files are ahead of the last one."""


@dataclass(frozen=True)
class Write:
    """One request, and the paths of the differences that it sets back."""

    method: str
    path: str
    body: Mapping[str, Any]
    settles: tuple[str, ...]

    def __str__(self) -> str:
        words = {"DELETE": "deletes", "POST": "adds to"}
        return f"{words.get(self.method, 'changes')} {self.path} ({', '.join(self.settles)})"


@dataclass
class Restoration:
    """`writes`: requests, in order. `refreshed` and `replaced`: URNs of what the engine makes anew,
    after it has seen, or without looking, that it is gone.

    `reborn`: applications and agents that get another client id. `left`: path -> why it stays.
    `proofs`: applications whose keys are put on again. `properties`: client id -> what it shall
    have again; some blocks are written whole.
    """

    writes: list[Write] = field(default_factory=list)
    refreshed: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    reborn: list[str] = field(default_factory=list)
    left: dict[str, str] = field(default_factory=dict)
    proofs: list[str] = field(default_factory=list)
    properties: dict[str, dict[str, object]] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        return not (self.writes or self.urns)

    @property
    def urns(self) -> tuple[str, ...]:
        """All that the engine makes anew."""
        return (*self.refreshed, *self.replaced)

    def write(self, method: str, path: str, body: Mapping[str, Any], settles: str) -> None:
        """One more request; changes of one object become one."""
        for index, each in enumerate(self.writes):
            if (each.method, each.path) == (method, path) == ("PATCH", each.path):
                merged = _merged(each.body, body)
                self.writes[index] = Write(method, path, merged, (*each.settles, settles))
                return
        self.writes.append(Write(method, path, body, (settles,)))


@dataclass(frozen=True)
class Ground:
    """What a way back is planned on. `ahead`: what the files say now and no update applied."""

    view: EnvironmentView
    last: Applied
    resources: StateResources
    ahead: tuple[str, ...] = ()


Plan = Callable[[Ground, Restoration, Difference], None]


def restoration(
    ground: Ground, chosen: Iterable[Difference], plans: Mapping[str, Plan]
) -> Restoration:
    """What restoring these differences takes, in the order of `plans`, which opens doors last."""
    found, order = Restoration(), list(plans)
    for each in sorted(chosen, key=lambda each: (order.index(_kind(each)), each.path)):
        try:
            plans[_kind(each)](ground, found, each)
        except Waits:
            found.left[each.path] = _waiting(ground, each)
        except Left as reason:
            found.left[each.path] = str(reason)
    return found


def _kind(each: Difference) -> str:
    return each.path.partition("/")[0]


def make_anew(ground: Ground, found: Restoration, place: Place) -> None:
    """Leaves one resource to the engine.

    Raises:
        Waits: the files are ahead of the last update.
        Left: the state does not hold it.
    """
    if ground.ahead:
        raise Waits
    held = ground.resources.named(*place)
    if held is None:
        raise Left(f"the stack does not hold it: make up ENV={ground.view.catalog.name} makes it")
    _add(found, [held], seen=held.type not in CANT_BE_READ)


def bear_again(ground: Ground, found: Restoration, key: str, place: Place) -> None:
    """Leaves a client, and all that hangs on its id, to the engine.

    Raises:
        Waits, Left: as `make_anew`.
    """
    make_anew(ground, found, place)
    held = ground.resources.named(*place)
    readable = held is not None and held.type not in CANT_BE_READ
    _add(found, _siblings(ground.resources, held), seen=readable)
    limit = ground.resources.named(RATE_LIMIT, rate_limit_name(key))
    if held is not None and limit is not None:
        policies = ground.view.snapshot.rate_limits if ground.view.snapshot else {}
        _add(found, [limit], seen=f"client_id:{held.id}" in policies)
    found.reborn.append(key)


def _waiting(ground: Ground, each: Difference) -> str:
    """What comes first. An update can't change what is gone, so a change to it has to wait."""
    up, own = f"make up ENV={ground.view.catalog.name}", _record_keys(each)
    first = [key for key in ground.ahead if key in own]
    if not first:
        way = f"run {up}, then this again"
    elif len(first) == len(ground.ahead):
        way = "take that change out of the files, run this again, then put it back"
    else:
        way = f"take the change to {first[0]} out of the files, run {up}, then this again; put it"
        way += " back afterwards"
    return (
        "it has to be made anew, which takes an update, and the files are ahead of the last one"
        f" ({', '.join(ground.ahead)}); {way}"
    )


def _record_keys(each: Difference) -> tuple[str, ...]:
    """What the record calls the definition that a difference belongs to."""
    kind, key, *_ = each.path.split("/")
    if kind == DEFAULTS:
        return (DEFAULTS,)
    return (TENANT,) if kind == "tenant" else (key, AGENTS + key)


def _add(found: Restoration, resources: Iterable[StateResource], *, seen: bool) -> None:
    urns = found.refreshed if seen else found.replaced
    urns += [each.urn for each in resources if each.urn not in found.urns]


def _siblings(resources: StateResources, held: StateResource | None) -> Iterator[StateResource]:
    """What one component made together; a component by itself is nothing in a tenant."""
    for each in resources.resources:
        if held and held.parent and each.parent == held.parent and each.id:
            yield each


def _merged(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    both = {**one, **other}
    for name in one.keys() & other.keys():
        if isinstance(one[name], Mapping) and isinstance(other[name], Mapping):
            both[name] = _merged(one[name], other[name])
    return both


def texts(value: object) -> list[str]:
    """A list as requests have it."""
    return list(map(str, value)) if isinstance(value, Sequence) else []
