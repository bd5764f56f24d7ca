"""What the tests of logs that only Spark reaches share: file systems to reach them in."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
