"""Fixtures live in fixtures.py, which tests/soak uses as well."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from fixtures import *  # noqa: E402, F403
