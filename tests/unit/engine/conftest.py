"""Makes the modules of engine/ importable; they are scripts, not part of the package."""

import sys
from pathlib import Path

_ENGINE = str(Path(__file__).parents[3] / "engine")
if _ENGINE not in sys.path:
    sys.path.append(_ENGINE)
