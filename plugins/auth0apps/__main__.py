"""Started by the engine's language host with this folder as the program."""

import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
# Packed, everything lies in one folder; in the repository, at its root.
sys.path.insert(0, str(FOLDER if (FOLDER / "management").is_dir() else FOLDER.parents[1]))

from plugins.auth0apps.server import serve  # noqa: E402  (the path comes first)

serve()
