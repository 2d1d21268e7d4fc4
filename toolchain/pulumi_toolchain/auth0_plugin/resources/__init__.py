"""The resource types, one module each: a description and the order of its calls."""
