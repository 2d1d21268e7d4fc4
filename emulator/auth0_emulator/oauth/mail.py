"""E-mail templates and the tenant's own pages, which are written in Liquid."""

from liquid import Environment
from liquid.exceptions import LiquidError

_LIQUID = Environment(autoescape=True)


def liquid(source: str, **values: object) -> str:
    """The rendered text, with values escaped for HTML; as it is where it is not valid Liquid."""
    try:
        return _LIQUID.from_string(source).render(**values)
    except LiquidError:
        return source
