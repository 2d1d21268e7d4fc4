"""Runs one tenant in this process: `auth0-emulator --port PORT --data DIR`."""

import argparse
import sys
from pathlib import Path

from auth0_emulator.errors import StartError
from auth0_emulator.faults import Fault, Faults, parse_fault
from auth0_emulator.http.app import create_app, ready
from auth0_emulator.http.server import Transports, certificates, listen, serve
from auth0_emulator.limits import PLANS, EntityLimits, Rate, RateLimiter
from auth0_emulator.seed import open_tenant
from auth0_emulator.storage import open_folder, private_file
from auth0_emulator.tenant import Clock, Tenant, parse_time

_DESCRIPTION = "A local, stateful Auth0 tenant: the Management API over HTTPS."


def main(arguments: list[str] | None = None) -> int:
    """Serves until a signal: exit status 0; 2 when the tenant cannot start."""
    options = _parser().parse_args(arguments)
    try:
        _run(options)
    except StartError as error:
        sys.stderr.write(f"auth0-emulator: {error}\n")
        return 2
    return 0


def _run(options: argparse.Namespace) -> None:
    with open_folder(options.data) as store:
        sockets = listen(options.port)
        certs = certificates(options.data)
        plan = PLANS.get(options.plan or "")
        tenant = Tenant(
            store=store,
            domain=f"localhost:{sockets[0].getsockname()[1]}",
            clock=options.clock,
            faults=Faults(options.fault),
            limits=plan.entities if plan else EntityLimits(),
            legacy=options.legacy,
        )
        open_tenant(tenant, certs.authority.read_text())
        private_file(options.data / "control-token", tenant.fact("control_token").encode())
        transports, authority = Transports(), str(certs.authority.resolve())
        rate = _rate(options)
        limiter = RateLimiter(rate) if rate else None
        app = create_app(tenant, limiter, authority, transports.cut, options.assets)
        serve(app, sockets, certs, transports, ready(tenant, authority))


def _rate(options: argparse.Namespace) -> Rate | None:
    if options.rate_limit:
        return Rate(options.rate_limit, options.burst or max(1, int(options.rate_limit)))
    return PLANS[options.plan].rate if options.plan and options.rate_limit is None else None


def _fault(text: str) -> Fault:
    try:
        return parse_fault(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r}: {error}") from error


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port, expected 0 to 65535")
    return int(text)


def _folder(text: str) -> Path:
    if not Path(text).is_dir():
        raise argparse.ArgumentTypeError(f"{text!r} is not a folder")
    return Path(text)


def _clock(text: str) -> Clock:
    try:
        moment = parse_time(text)
    except (ValueError, OverflowError) as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not an ISO 8601 time") from error
    try:
        return Clock(moment)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r}: {error}") from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="auth0-emulator", description=_DESCRIPTION)
    add = parser.add_argument
    add("--port", type=_port, default=0, help="port on localhost; 0, the default, takes a free one")
    add(
        "--data",
        type=Path,
        required=True,
        metavar="DIR",
        help="folder of state and certificates",
    )
    add(
        "--rate-limit",
        type=float,
        metavar="N",
        help="requests a second; 0 removes a plan's limit",
    )
    add("--burst", type=int, metavar="M", help="requests above the rate that may come at once")
    add("--plan", choices=sorted(PLANS), help="entity limits and request rate of a plan")
    add(
        "--clock",
        type=_clock,
        default=Clock(),
        metavar="TIME",
        help="stop the clock at this ISO 8601 time",
    )
    add("--assets", type=_folder, metavar="DIR", help="serve these files below /assets")
    add("--legacy", action="store_true", help="a tenant that is eligible for permissive mode")
    add(
        "--fault",
        type=_fault,
        action="append",
        default=[],
        metavar="SPEC",
        help="a fault, for example do=status,status=503,method=POST,path=/api/v2/clients,count=2",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
