"""Frozen values, resource names and ownership tags, shared by files and components."""
