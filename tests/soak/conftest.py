"""The fixtures of tests/node."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "node"))
from fixtures import *  # noqa: E402, F403
