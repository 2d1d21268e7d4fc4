"""Edits of the project's YAML files that leave every other line as it is.

`set_at`, `append_at`, `merge_at` and `remove_at` edit a text, `entry_at` takes a part of one,
`block` and `indented` write what is new; `staged` tries out changes to several files on a copy. The
modules of this package are private.
"""

from tpa.files.editing.editor import (
    Unwritable,
    append_at,
    entry_at,
    merge_at,
    remove_at,
    set_at,
)
from tpa.files.editing.rendering import block, indented
from tpa.files.editing.staging import StagedFiles, staged

__all__ = [
    "StagedFiles",
    "Unwritable",
    "append_at",
    "block",
    "entry_at",
    "indented",
    "merge_at",
    "remove_at",
    "set_at",
    "staged",
]
