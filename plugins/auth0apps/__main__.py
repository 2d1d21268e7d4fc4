"""Started by the engine's language host with this folder as the program."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from plugins.auth0apps.server import serve

serve()
