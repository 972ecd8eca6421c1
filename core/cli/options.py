"""What several commands take."""

from __future__ import annotations

import click

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
NETWORK = click.argument("network", metavar="PROJECT|TEMPLATE")
