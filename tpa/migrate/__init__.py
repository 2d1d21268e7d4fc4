"""Moves what files of an older form say."""
