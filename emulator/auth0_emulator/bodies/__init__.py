"""Shapes of request bodies, one module per kind of object."""
