"""What `tpa check --offline` costs for 100 and 1,000 applications with two grants each.

Processor seconds of the whole process, start-up included. The baseline is a process that does no
more than `yaml.safe_load` the same files.
"""

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
SIZES = (100, 1000)
RUNS = 3
"""The fastest one counts: whatever else the machine does only adds."""
CHECK = (sys.executable, "-m", "tpa", "check", "--offline")
BARE = (
    sys.executable,
    "-c",
    "import pathlib, yaml\n"
    "for file in pathlib.Path('stacks').rglob('*.yaml'): yaml.safe_load(file.read_text('utf-8'))",
)
ROW = "{:>12} {:>8} {:>9} {:>6}"


def main() -> None:
    print(ROW.format("applications", "check", "baseline", "ratio"))
    checks: dict[int, float] = {}
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            _write(Path(folder), size)
            checks[size] = check = _seconds(folder, CHECK)
            bare = _seconds(folder, BARE)
        print(ROW.format(size, f"{check:.3f}", f"{bare:.3f}", f"{check / bare:.1f}"))
    small, large = SIZES
    growth = checks[large] / checks[small]
    print(f"{large // small} times the applications: {growth:.1f} times the processor time")
    assert checks[small] < 1, "100 applications take a second or more"


def _seconds(folder: str, command: tuple[str, ...]) -> float:
    return min(_once(folder, command) for _ in range(RUNS))


def _once(folder: str, command: tuple[str, ...]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run(  # noqa: S603
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, check=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _write(root: Path, size: int) -> None:
    stacks = root / "stacks"
    (stacks / "applications").mkdir(parents=True)
    (root / "Pulumi.yaml").write_text("name: sample\nruntime: python\n", encoding="utf-8")
    scopes = ["read:orders", "write:orders"]
    apis = {"orders": {"audience": "https://orders.example.com", "scopes": scopes}}
    _dump(stacks / "apis.yaml", {"apis": apis})
    names = [f"partner-{number}" for number in range(size)]
    own = {"tenant": "embedded", "embedded_port": 8441, "connections": {"customers": "customers"}}
    _dump(stacks / "dev.yaml", own)
    for name in names:
        _dump(stacks / f"applications/{name}.yaml", _application(name, scopes))


def _application(name: str, scopes: list[str]) -> dict[str, Any]:
    return {
        "name": name,
        "owner": {"organization": name, "contact": f"it@{name}.example"},
        "app_type": "regular_web",
        "callbacks": [f"https://{name}.example/callback"],
        "grants": [
            {"api": "orders", "subject_type": "user", "scopes": scopes},
            {"api": "orders", "subject_type": "client", "scopes": scopes[:1]},
        ],
        "connections": ["customers"],
        "environments": {"dev": {}},
    }


def _dump(file: Path, content: object) -> None:
    file.write_text(yaml.safe_dump(content), encoding="utf-8")


if __name__ == "__main__":
    main()
