"""The vendor's download from a real HTTPS server on this machine, and a vendor out of reach."""

from __future__ import annotations

import hashlib
import io
import ssl
import tarfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import trustme

from pulumi_toolchain import pins, vendor
from pulumi_toolchain.errors import ToolchainError, VendorUnreachableError
from pulumi_toolchain.layout import Layout
from pulumi_toolchain.report import Report
from pulumi_toolchain.vendor import Reachability, Vendor


@dataclass
class Site:
    """What the server has, by file name; sending of one may stall half way."""

    port: int = 0
    files: dict[str, bytes] = field(default_factory=dict)
    stalling: set[str] = field(default_factory=set)
    released: threading.Event = field(default_factory=threading.Event)

    def publish(self, archive: bytes, digest: str | None = None) -> None:
        name = vendor.archive_name()
        shown = digest or hashlib.sha256(archive).hexdigest()
        self.files[name] = archive
        lines = f"{'0' * 64}  pulumi-v{pins.CLI}-windows-x64.zip\n{shown}  {name}\n"
        self.files[f"pulumi-{pins.CLI}-checksums.txt"] = lines.encode()


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.rpartition("/")[2]
            if (body := site.files.get(name)) is None:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if name in site.stalling:
                self.wfile.write(body[:10])
                self.wfile.flush()
                site.released.wait(60)
                return
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    site.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield site
    site.released.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path / "project")


@pytest.fixture
def report() -> Report:
    return Report(io.StringIO())


def archive(*names: str) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name in names:
            content = f"#!/bin/sh\necho {name}\n".encode()
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(content), 0o755
            tar.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def at(site: Site, stall: float = 10.0) -> Vendor:
    return Vendor(f"https://127.0.0.1:{site.port}/releases/sdk", connect=5.0, stall=stall)


@pytest.fixture(autouse=True)
def unpinned(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The pinned digests; none, so that an archive made here can be a good one."""
    digests: dict[str, str] = {}
    monkeypatch.setattr(pins, "ARCHIVES", digests)
    return digests


def test_a_good_download_is_unpacked_and_found_again(
    site: Site, layout: Layout, report: Report
) -> None:
    site.publish(archive("pulumi/pulumi", "pulumi/pulumi-language-python"))
    source = at(site)
    assert source.installed(layout) is None
    command = source.download(layout, report)
    assert command == source.installed(layout)
    assert (command.parent / "pulumi-language-python").is_file()
    assert [path.name for path in layout.vendor.iterdir()] == [f"v{pins.CLI}"]


def test_a_wrong_checksum_is_refused(site: Site, layout: Layout, report: Report) -> None:
    site.publish(archive("pulumi/pulumi"), digest="f" * 64)
    with pytest.raises(ToolchainError, match="was refused: its SHA-256 is") as raised:
        at(site).download(layout, report)
    assert not isinstance(raised.value, VendorUnreachableError)
    assert at(site).installed(layout) is None
    assert list(layout.vendor.iterdir()) == []


def test_a_digest_that_is_not_the_pinned_one_is_refused(
    site: Site, layout: Layout, report: Report, unpinned: dict[str, str]
) -> None:
    """Archive and list were replaced together; no other source is tried after that."""
    system = vendor.archive_name().removeprefix(f"pulumi-v{pins.CLI}-").removesuffix(".tar.gz")
    good = archive("pulumi/pulumi")
    unpinned[system] = hashlib.sha256(good).hexdigest()
    site.publish(archive("pulumi/pulumi", "pulumi/other"))
    with pytest.raises(ToolchainError, match=r"was refused: .* pins\.py has") as raised:
        at(site).download(layout, report)
    assert not isinstance(raised.value, VendorUnreachableError)
    assert at(site).installed(layout) is None
    site.publish(good)
    assert at(site).download(layout, report).is_file()


def test_a_stalled_download_is_given_up(site: Site, layout: Layout, report: Report) -> None:
    site.publish(archive("pulumi/pulumi"))
    site.stalling.add(vendor.archive_name())
    with pytest.raises(VendorUnreachableError, match="no data in time"):
        at(site, stall=0.5).download(layout, report)
    assert list(layout.vendor.iterdir()) == []


def test_the_page_of_a_proxy_is_no_list_of_checksums(
    site: Site, layout: Layout, report: Report
) -> None:
    site.files[f"pulumi-{pins.CLI}-checksums.txt"] = b"<html>Please sign in</html>"
    with pytest.raises(VendorUnreachableError, match="doesn't name pulumi"):
        at(site).download(layout, report)


def test_a_missing_file_is_reported(site: Site, layout: Layout, report: Report) -> None:
    with pytest.raises(VendorUnreachableError, match="HTTP 404"):
        at(site).download(layout, report)


def test_an_untrusted_certificate_is_refused(
    site: Site, layout: Layout, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.publish(archive("pulumi/pulumi"))
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(VendorUnreachableError, match=r"(?i)certificate"):
        at(site).download(layout, report)


def test_a_refused_connection_is_reported(layout: Layout, report: Report) -> None:
    with pytest.raises(VendorUnreachableError, match=r"127\.0\.0\.1 can't be reached"):
        Vendor("https://127.0.0.1:1/sdk").download(layout, report)


def test_an_archive_with_a_path_outside_its_folder_is_refused(
    site: Site, layout: Layout, report: Report
) -> None:
    site.publish(archive("pulumi/pulumi", "../../escaped"))
    with pytest.raises(ToolchainError, match="can't be unpacked"):
        at(site).download(layout, report)
    assert not list(layout.root.rglob("escaped"))


def test_an_archive_without_the_cli_is_reported(site: Site, layout: Layout, report: Report) -> None:
    site.publish(archive("pulumi/readme"))
    with pytest.raises(ToolchainError, match="holds no pulumi/pulumi"):
        at(site).download(layout, report)


def unreachable() -> None:
    raise VendorUnreachableError("no route")


def test_a_failure_is_remembered_and_not_repeated(tmp_path: Path) -> None:
    note = tmp_path / "folder" / "note"
    with pytest.raises(VendorUnreachableError, match="no route"):
        Reachability(note, unreachable).check(fresh=False)
    asked: list[int] = []
    with pytest.raises(VendorUnreachableError, match="no route; asked again after a day"):
        Reachability(note, lambda: asked.append(1)).check(fresh=False)
    assert asked == []


def test_a_forced_source_asks_all_the_same_and_forgets_the_failure(tmp_path: Path) -> None:
    note = tmp_path / "note"
    Reachability(note, unreachable).failed("no route")
    Reachability(note, lambda: None).check(fresh=True)
    assert not note.exists()


def test_name_resolution_that_hangs_is_given_up(tmp_path: Path) -> None:
    never = threading.Event()
    try:
        with pytest.raises(VendorUnreachableError, match="no answer in time"):
            Reachability(tmp_path / "note", never.wait, patience=0.2).check(fresh=False)
    finally:
        never.set()


@pytest.mark.parametrize("proxy", ["socks://127.0.0.1:1", "http://127.0.0.1:x"])
def test_a_proxy_that_is_none_is_a_vendor_out_of_reach(
    monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    with pytest.raises(VendorUnreachableError, match="network settings of this shell"):
        Vendor().reach()
