"""What `tpa advance` costs beyond reading the two stacks, for 100 and 1,000 applications.

Processor seconds of this process. The baseline is what a reviewer has without us: a text difference
of the two stacks' outputs as JSON.
"""

import difflib
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from tpa.environments.difference import difference
from tpa.environments.gate import decide
from tpa.files.catalog import load_catalog
from tpa.files.record import OUTPUT, read_record

SIZES = (100, 1000)
CHANGED = 10
"""Every tenth application differs."""
ROW = "{:>12} {:>8} {:>8} {:>8} {:>9} {:>6}"


def main() -> None:
    print(ROW.format("applications", "files", "meaning", "total", "baseline", "ratio"))
    totals: dict[int, float] = {}
    for size in SIZES:
        files, meaning, baseline = _measure(size)
        totals[size] = total = files + meaning
        shown = (f"{seconds:.3f}" for seconds in (files, meaning, total, baseline))
        print(ROW.format(size, *shown, f"{total / baseline:.1f}"))
    small, large = SIZES
    growth = totals[large] / totals[small]
    print(f"{large // small} times the applications: {growth:.1f} times the processor time")


def _measure(size: int) -> tuple[float, float, float]:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        _write(root, size, changed=False)
        before = load_catalog(root, "staging").record
        _write(root, size, changed=True)
        files, catalog = _timed(lambda: load_catalog(root, "staging"))
    outputs = before.as_output(), catalog.record.as_output()

    def meaning() -> object:
        old = read_record({OUTPUT: outputs[0]})
        earlier = read_record({OUTPUT: outputs[1]})
        found = difference(old, catalog.record)
        assert len(found) == size // CHANGED, found
        return decide(old, catalog.record, earlier, "dev", {})

    old_text, new_text = (json.dumps(output, indent=2).splitlines() for output in outputs)
    seconds, _ = _timed(meaning)
    baseline, _ = _timed(lambda: list(difflib.unified_diff(old_text, new_text)))
    return files, seconds, baseline


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def _write(root: Path, size: int, *, changed: bool) -> None:
    stacks = root / "stacks"
    (stacks / "applications").mkdir(parents=True, exist_ok=True)
    scopes = ["read:orders", "write:orders"]
    apis = {"orders": {"audience": "https://orders.example.com", "scopes": scopes}}
    _dump(stacks / "apis.yaml", {"apis": apis})
    names = [f"partner-{number}" for number in range(size)]
    own = {"tenant": "embedded", "connections": {"customers": "customers"}}
    for port, name in enumerate(("dev", "staging")):
        earlier = {"advances_from": "dev"} if name == "staging" else {}
        _dump(stacks / f"{name}.yaml", {**own, "embedded_port": 8441 + port, **earlier})
    for number, name in enumerate(names):
        more = changed and number % CHANGED == 0
        _dump(
            stacks / f"applications/{name}.yaml", _application(name, scopes if more else scopes[:1])
        )


def _application(name: str, scopes: list[str]) -> dict[str, Any]:
    return {
        "name": name,
        "owner": {"organization": name, "contact": f"it@{name}.example"},
        "app_type": "regular_web",
        "callbacks": [f"https://{name}.example/callback"],
        "grants": [{"api": "orders", "subject_type": "user", "scopes": scopes}],
        "connections": ["customers"],
        "environments": {"dev": {}, "staging": {}},
    }


def _dump(file: Path, content: object) -> None:
    file.write_text(yaml.safe_dump(content), encoding="utf-8")


if __name__ == "__main__":
    main()
