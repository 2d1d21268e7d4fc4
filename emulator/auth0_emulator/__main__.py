"""`python -m auth0_emulator --port PORT --data DIR`: one tenant in one process."""

import argparse
import sys
from pathlib import Path

from auth0_emulator import clock
from auth0_emulator.app import create_app, ready
from auth0_emulator.certificates import certificates
from auth0_emulator.errors import StartError
from auth0_emulator.faults import Fault, Faults, parse_fault
from auth0_emulator.folder import claimed
from auth0_emulator.limits import PLANS, EntityLimits, Rate
from auth0_emulator.ratelimit import Bucket
from auth0_emulator.seed import open_tenant
from auth0_emulator.server import Transports, listen, serve
from auth0_emulator.tenant import Tenant


def main(arguments: list[str] | None = None) -> int:
    """Exit status 0 after a signal, 2 when the tenant cannot start."""
    options = _parser().parse_args(arguments)
    try:
        _run(options)
    except StartError as error:
        sys.stderr.write(f"emulator: {error}\n")
        return 2
    return 0


def _run(options: argparse.Namespace) -> None:
    with claimed(options.data) as store:
        sockets = listen(options.port)
        certs = certificates(options.data)
        plan = PLANS.get(options.plan or "")
        tenant = Tenant(
            store=store,
            domain=f"localhost:{sockets[0].getsockname()[1]}",
            clock=clock.Clock(options.clock),
            faults=Faults(options.fault),
            limits=plan.entities if plan else EntityLimits(),
            legacy=options.legacy,
        )
        open_tenant(tenant, certs.authority.read_text())
        transports, authority = Transports(), str(certs.authority.resolve())
        rate = _rate(options)
        bucket = Bucket(rate) if rate else None
        app = create_app(tenant, bucket, authority, transports.cut, options.assets)
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


def _folder(text: str) -> Path:
    if not Path(text).is_dir():
        raise argparse.ArgumentTypeError(f"{text!r} is not a folder")
    return Path(text)


def _moment(text: str) -> float:
    try:
        return clock.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not an ISO 8601 time") from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m auth0_emulator", description=__doc__)
    add = parser.add_argument
    add("--port", type=int, default=0, help="port on localhost; 0, the default, takes a free one")
    add("--data", type=Path, required=True, metavar="DIR", help="folder that keeps the state")
    add("--rate-limit", type=float, metavar="N", help="requests per second; 0 lifts a plan's limit")
    add("--burst", type=int, metavar="M", help="requests at once above the rate")
    add("--plan", choices=sorted(PLANS), help="entity limits and request rate of a plan")
    add("--clock", type=_moment, metavar="TIME", help="stand still at this ISO 8601 time")
    add("--assets", type=_folder, metavar="DIR", help="serve these files below /assets")
    add("--legacy", action="store_true", help="a tenant eligible for permissive mode")
    add(
        "--fault",
        type=_fault,
        action="append",
        default=[],
        metavar="SPEC",
        help="trouble, as in do=status,status=503,method=POST,path=/api/v2/clients,count=2",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
