"""Edits of YAML files that leave every other line as it is."""
