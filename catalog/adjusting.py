"""Edits that leave the other entries of a list or mapping, and the comments about them, alone.

They raise what those of `catalog.splicing` raise where a text has an unusual form.
"""

from collections.abc import Sequence

import yaml

from catalog.arranging import Step, arranged, with_more, without
from catalog.block_entries import rebuilt_block
from catalog.flow_entries import rebuilt_flow
from catalog.places import Place, children, data, find
from catalog.problems import Path
from catalog.rendering import inline, item
from catalog.splicing import Edit


def rearranging(value: object) -> Edit:
    """A list becomes another one: what is in both stays as it is written."""

    def edit(text: str, document: Place, path: Path) -> str:
        place = _filled(document, path)
        if not isinstance(value, list | tuple):
            raise TypeError(path)
        return _rebuilt(text, place, arranged(data(place), value), value)

    return edit


def adding(value: object) -> Edit:
    """One more item of a list."""

    def edit(text: str, document: Place, path: Path) -> str:
        place = _filled(document, path)
        return _rebuilt(text, place, with_more(len(place.node.value), 1), [value])

    return edit


def dropping(text: str, document: Place, path: Path) -> str:
    """An item or a key less; others stay."""
    place = find(document, path)
    if place.path != path or place.parent is None:
        raise LookupError(path)
    siblings = [each.path for each in children(place.parent)]
    if len(siblings) == 1:
        raise ValueError(path)
    steps = without(len(siblings), siblings.index(path))
    return _rebuilt(text, place.parent, steps, ())


def _filled(document: Place, path: Path) -> Place:
    """A list with something in it."""
    place = find(document, path)
    if place.path != path or not isinstance(place.node, yaml.SequenceNode) or not place.node.value:
        raise LookupError(path)
    return place


def _rebuilt(text: str, place: Place, steps: Sequence[Step], values: Sequence[object]) -> str:
    if all(step.entry is None and step.value is None for step in steps):
        raise ValueError(place.path)  # with nothing in it, a list is written in another form
    if place.flow:
        return rebuilt_flow(text, place, steps, [inline(value) for value in values])
    return rebuilt_block(text, place, steps, [item(value) for value in values])
