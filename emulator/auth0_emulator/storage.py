"""The data folder of a tenant: one process at a time, documents in one SQLite file.

A write is committed before it is answered, so a killed process loses nothing that was answered
(the write-ahead log is read again at the next start).
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from auth0_emulator.call import Json
from auth0_emulator.errors import StartError

FORMAT = 1
# What documents are looked up by, the more selective value first.
INDEXED = (
    ("client_id", "audience"),
    ("audience", "default_for"),
    ("connection_id",),
    ("organization_id",),
    ("grant_id",),
    ("identifier",),
    ("external_client_id",),
    ("name",),
)

_TABLES = """
CREATE TABLE objects (seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, id TEXT NOT NULL,
  at REAL NOT NULL, body TEXT NOT NULL, UNIQUE (kind, id));
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


class Store:
    """Documents by kind and id, in order of creation. Each method is one statement;
    `transaction` groups several.
    """

    def __init__(self, path: Path | None) -> None:
        """Opens or creates the file; None keeps everything in memory."""
        target = ":memory:" if path is None else str(path)
        self._db = sqlite3.connect(target, isolation_level=None, check_same_thread=False)
        try:
            self._prepare()
        except sqlite3.DatabaseError as error:
            raise StartError(f"the state in {path} is not readable ({error})") from error

    def _prepare(self) -> None:
        found = self._db.execute("PRAGMA user_version").fetchone()[0]
        empty = not self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if not empty and found != FORMAT:
            raise StartError(f"the state has format {found}, this version reads format {FORMAT}")
        self._db.execute("PRAGMA journal_mode = WAL")
        # Safe if the process is killed; only a power failure could lose the last writes.
        self._db.execute("PRAGMA synchronous = NORMAL")
        if empty:
            self._create()

    def _create(self) -> None:
        indexes = "".join(
            f"CREATE INDEX by_{keys[0]} ON objects (kind, {', '.join(map(_value, keys))});"
            for keys in INDEXED
        )
        self._db.executescript(f"BEGIN;{_TABLES}{indexes}PRAGMA user_version = {FORMAT};COMMIT;")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside happen, or none of them."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def get(self, kind: str, key: str) -> Json | None:
        """The document, or None."""
        row = self._db.execute(
            "SELECT body FROM objects WHERE kind = ? AND id = ?", (kind, key)
        ).fetchone()
        return None if row is None else json.loads(row[0])

    def add(self, kind: str, key: str, body: Json, at: float) -> None:
        """Writes a new document at the end of its kind."""
        self._db.execute(
            "INSERT INTO objects (kind, id, at, body) VALUES (?, ?, ?, ?)",
            (kind, key, at, json.dumps(body)),
        )

    def replace(self, kind: str, key: str, body: Json) -> None:
        """Overwrites a document, which keeps its place in lists."""
        self._db.execute(
            "UPDATE objects SET body = ? WHERE kind = ? AND id = ?", (json.dumps(body), kind, key)
        )

    def remove(self, kind: str, key: str) -> bool:
        """Removes a document; True if there was one."""
        cursor = self._db.execute("DELETE FROM objects WHERE kind = ? AND id = ?", (kind, key))
        return cursor.rowcount > 0

    def remove_where(self, kind: str, where: Mapping[str, Any]) -> None:
        """Removes every document whose top-level values are these."""
        condition, values = _condition(kind, where)
        self._db.execute(f"DELETE FROM objects WHERE {condition}", values)  # noqa: S608

    def remove_older(self, kind: str, moment: float) -> None:
        """Removes every document that was created before a moment."""
        self._db.execute("DELETE FROM objects WHERE kind = ? AND at < ?", (kind, moment))

    def find(self, kind: str, where: Mapping[str, Any] | None = None) -> list[Json]:
        """All documents whose top-level values are these, oldest first."""
        return [body for _, body in self.rows(kind, where or {})]

    def rows(
        self,
        kind: str,
        where: Mapping[str, Any],
        *,
        limit: int = -1,
        offset: int = 0,
        after: int = 0,
        until: float | None = None,
    ) -> list[tuple[int, Json]]:
        """Like `find`, with each document's place; `until` leaves out what was created later."""
        condition, values = _condition(kind, where, until)
        found = self._db.execute(
            f"SELECT seq, body FROM objects WHERE {condition} AND seq > ?"  # noqa: S608
            " ORDER BY seq LIMIT ? OFFSET ?",
            (*values, after, limit, offset),
        )
        return [(seq, json.loads(body)) for seq, body in found]

    def count(self, kind: str, where: Mapping[str, Any], until: float | None = None) -> int:
        """How many documents `rows` would give without a limit."""
        condition, values = _condition(kind, where, until)
        row = self._db.execute(f"SELECT count(*) FROM objects WHERE {condition}", values)  # noqa: S608
        return int(row.fetchone()[0])

    def fact(self, name: str) -> str | None:
        """A value of the tenant itself, such as the key of its tokens."""
        row = self._db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def set_fact(self, name: str, value: str) -> None:
        """Writes a value of the tenant itself."""
        self._db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    def clear(self) -> None:
        """Removes all documents; the tenant's own values stay."""
        self._db.execute("DELETE FROM objects")

    def close(self) -> None:
        """Closes the file."""
        self._db.close()


def _condition(
    kind: str, where: Mapping[str, Any], until: float | None = None
) -> tuple[str, tuple[Any, ...]]:
    parts, values = ["kind = ?"], [kind]
    for key, value in where.items():
        parts.append(f"{_value(key)} {'IS' if value is None else '='} ?")
        values.append(value)
    if until is not None:
        parts.append("at <= ?")
        values.append(until)  # type: ignore[arg-type]
    return " AND ".join(parts), tuple(values)


def _value(key: str) -> str:
    # Keys come from this package only. An index is used only where its text is repeated exactly.
    return f"json_extract(body, '$.{key}')"


@contextmanager
def open_folder(folder: Path) -> Iterator[Store]:
    """The store of a folder, locked for this process; StartError if that is not possible."""
    try:
        # The state holds in clear the secrets that the API must show again.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FileLock(folder / "lock", timeout=0)
        lock.acquire()
    except Timeout as error:
        raise StartError(
            f"the data folder {folder} is in use by another tenant process;"
            " stop that one or choose another --data"
        ) from error
    except OSError as error:
        raise StartError(
            f"the data folder {folder} cannot be used ({error.strerror}); choose another --data"
        ) from error
    try:
        store = _opened(folder)
        try:
            yield store
        finally:
            store.close()
    finally:
        lock.release()


def private_file(path: Path, content: bytes | None = None) -> None:
    """Makes a file that its owner alone can read, also in a folder that others can; None keeps
    what it holds. StartError if that is not possible.
    """
    try:
        path.touch(mode=0o600)
        path.chmod(0o600)
        if content is not None:
            path.write_bytes(content)
    except OSError as error:
        raise StartError(f"{path} cannot be written ({error.strerror})") from error


def _opened(folder: Path) -> Store:
    private_file(folder / "tenant.sqlite")
    try:
        return Store(folder / "tenant.sqlite")
    except StartError as error:
        raise StartError(
            f"stale state folder {folder}: {error}; delete the folder to start with a new tenant"
        ) from error
