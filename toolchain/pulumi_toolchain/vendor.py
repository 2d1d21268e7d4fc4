"""The vendor's download of the CLI with its language hosts, and whether the vendor answers.

The vendor's install script is not used: it has no time-outs. The archive and its checksums are
those that https://www.pulumi.com/docs/iac/download-install/versions/ links to; digests that pins.py
knows count as well.
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tarfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pulumi_toolchain import pins
from pulumi_toolchain.errors import ToolchainError, VendorUnreachableError
from pulumi_toolchain.layout import Layout
from pulumi_toolchain.report import Report

if TYPE_CHECKING:
    from pulumi_toolchain.download import Client

BASE_URL = "https://get.pulumi.com/releases/sdk"
# Seconds to connect, and for which a download may receive nothing.
CONNECT, STALL = 5.0, 30.0
DAY_SECONDS = 24 * 3600.0
# Name resolution has no time-out that we could set; connection and answer have their own.
GIVE_UP_SECONDS = 8.0

_SYSTEMS = {"linux": "linux", "darwin": "darwin"}
_MACHINES = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}


@dataclass(frozen=True)
class Vendor:
    """Where the download comes from; times are seconds."""

    base_url: str = BASE_URL
    connect: float = CONNECT
    stall: float = STALL

    def installed(self, layout: Layout) -> Path | None:
        """The CLI of an earlier download of the pinned version."""
        command = self._folder(layout) / "pulumi"
        return command if os.access(command, os.X_OK) else None

    def reach(self) -> str:
        """The published checksums: the smallest download that shows whether the vendor answers.

        Raises VendorUnreachableError.
        """
        return self._client().text(f"{self.base_url}/pulumi-{pins.CLI}-checksums.txt")

    def download(self, layout: Layout, report: Report) -> Path:
        """Download, verify and unpack; returns the CLI.

        Raises VendorUnreachableError, and ToolchainError for a download that must not be used.
        """
        if not hasattr(tarfile, "data_filter"):
            version = platform.python_version()
            raise VendorUnreachableError(f"Python {version} can't unpack it safely, 3.11.4 can")
        name = archive_name()
        expected = _published(self.reach(), name)
        _check_pinned(name, expected)
        layout.vendor.mkdir(parents=True, exist_ok=True)
        archive = layout.vendor / f"{name}.part"
        try:
            with report.step(f"Downloading Pulumi {pins.CLI} from its vendor") as show:
                actual = self._client().file(f"{self.base_url}/{name}", archive, show)
            if actual != expected:
                raise ToolchainError(
                    f"{name} was refused: its SHA-256 is {actual}, its vendor published {expected}"
                )
            self._unpack(archive, layout)
        finally:
            archive.unlink(missing_ok=True)
        if (command := self.installed(layout)) is None:
            raise ToolchainError(f"{name} holds no pulumi/pulumi: it is not the CLI's archive")
        return command

    def _unpack(self, archive: Path, layout: Layout) -> None:
        fresh = layout.vendor / "unpacking"
        shutil.rmtree(fresh, ignore_errors=True)
        try:
            with tarfile.open(archive) as tar:
                tar.extractall(fresh, filter="data")
        except tarfile.TarError as error:
            raise ToolchainError(f"{archive.stem} can't be unpacked: {error}") from None
        folder = self._folder(layout)
        shutil.rmtree(folder.parent, ignore_errors=True)
        fresh.replace(folder.parent)

    def _folder(self, layout: Layout) -> Path:
        # The archive's own top folder is called `pulumi`.
        return layout.vendor / f"v{pins.CLI}" / "pulumi"

    def _client(self) -> Client:
        from pulumi_toolchain.download import Client  # noqa: PLC0415 - slow, once a day at most

        return Client(self.connect, self.stall)


@dataclass(frozen=True)
class Reachability:
    """Whether the vendor can be asked. `file` remembers a failure for a day.

    `probe` raises VendorUnreachableError when the vendor does not answer; `patience` is how many
    seconds it may take.
    """

    file: Path
    probe: Callable[[], object]
    patience: float = GIVE_UP_SECONDS

    def check(self, *, fresh: bool) -> None:
        """Raises VendorUnreachableError if there is no answer; `fresh` asks despite the memory."""
        if not fresh and (reason := self._remembered()):
            raise VendorUnreachableError(f"{reason}; asked again after a day")
        try:
            _within(self.patience, self.probe)
        except VendorUnreachableError as error:
            self.failed(str(error))
            raise
        self.file.unlink(missing_ok=True)

    def failed(self, reason: str) -> None:
        """Remember that nothing could be had from the vendor, and why."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(reason, "utf-8")

    def _remembered(self) -> str:
        try:
            age = time.time() - self.file.stat().st_mtime
            return self.file.read_text("utf-8") if age < DAY_SECONDS else ""
        except FileNotFoundError:
            return ""


def archive_name() -> str:
    """The vendor's name for this machine's archive; VendorUnreachableError if it has none."""
    system, machine = _SYSTEMS.get(sys.platform), _MACHINES.get(platform.machine().lower())
    if not system or not machine:
        raise VendorUnreachableError(
            f"the vendor has no archive for {sys.platform} on {platform.machine()}"
        )
    return f"pulumi-v{pins.CLI}-{system}-{machine}.tar.gz"


def _published(checksums: str, name: str) -> str:
    for line in checksums.splitlines():
        if line.split()[1:] == [name]:
            return line.split()[0].lower()
    # For example the page of a proxy in place of the list.
    raise VendorUnreachableError(f"the vendor's list of checksums doesn't name {name}")


def _check_pinned(name: str, published: str) -> None:
    """Who could replace the archive could replace the vendor's list of checksums beside it."""
    system = name.removeprefix(f"pulumi-v{pins.CLI}-").removesuffix(".tar.gz")
    pinned = pins.ARCHIVES.get(system, published)
    if pinned != published:
        raise ToolchainError(
            f"{name} was refused: its vendor published the SHA-256 {published}, but pins.py has"
            f" {pinned}"
        )


def _within(seconds: float, call: Callable[[], object]) -> None:
    """Call, and give up after `seconds`. What `call` raises is raised here."""
    raised: list[Exception] = []

    def run() -> None:
        try:
            call()
        except VendorUnreachableError as error:
            raised.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise VendorUnreachableError("the vendor can't be reached (no answer in time)")
    if raised:
        raise raised[0]
