"""`python -m core.cli`: the commands without a window, as processes of their own start them."""

from __future__ import annotations

import sys

from core.cli import main

if __name__ == "__main__":
    sys.exit(main())
