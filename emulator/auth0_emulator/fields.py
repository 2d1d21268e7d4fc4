"""`fields` and `include_fields`, and what `null` means in a PATCH."""

from collections.abc import Collection, Mapping

from auth0_emulator.call import Call, Json


def select(body: Json, call: Call, always: Collection[str] = ()) -> Json:
    """MG-08: only the named fields, or all but them; `always` are never left out."""
    named = {name.strip() for name in call.query.get("fields", "").split(",") if name.strip()}
    if not named:
        return body
    wanted = call.flag("include_fields") is not False
    return {key: value for key, value in body.items() if (key in named) is wanted or key in always}


def merge(old: Mapping[str, object], change: Mapping[str, object]) -> Json:
    """MG-10: a PATCH replaces whole values; null removes the property, which is then absent."""
    merged = {**old, **change}
    return {key: value for key, value in merged.items() if value is not None}


def merge_deep(old: Mapping[str, object], change: Mapping[str, object]) -> Json:
    """Like `merge`, but objects are merged one level deep."""
    merged = dict(change)
    for name, value in change.items():
        before = old.get(name)
        if isinstance(value, dict) and isinstance(before, dict):
            merged[name] = merge(before, value)
    return merge(old, merged)
