"""This program's own components; the library brings no package of this name."""

from components.partner import Partner

__all__ = ["Partner"]
