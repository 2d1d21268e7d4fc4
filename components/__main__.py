"""The provider as a folder plugin: started by the engine's language host with this folder."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from auth0_third_party.provider.server import serve

serve()
