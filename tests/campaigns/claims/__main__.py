"""The command; see the package."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import click

from core import files
from tests.campaigns import claims
from tests.campaigns.claims.campaign import run
from tests.campaigns.claims.every import CLAIMS
from tests.campaigns.claims.store import Store
from tests.campaigns.claims.table import page, section, told
from tests.campaigns.claims.verdict import FEWEST, MOST


def main(words: list[str]) -> int:
    """Run what is missing, print each claim, write the page after each."""
    given = _parsed(words)
    store = Store(given.store)
    for claim in CLAIMS:
        if given.claims and claim.id not in given.claims:
            continue
        for result in run(claim, range(given.seeds or claim.seeds), store, quick=given.quick):
            numbers = "  ".join(f"{name} {value:.4g}" for name, value in result.measures.items())
            click.echo(f"{claim.id} {result.side}, seed {result.seed}: {numbers}")
        known = told(claim, store, quick=given.quick)
        if known:
            click.echo(section(known))
        if given.markdown:
            write_page(store, given.markdown)
    return 0


def write_page(store: Store, path: Path) -> None:
    """Everything the store knows of all claims, once there are seeds enough for a verdict."""
    known = [one for claim in CLAIMS if (one := told(claim, store))]
    files.write(path, page([one for one in known if len(one.seeds) >= FEWEST]).encode())


def _parsed(words: list[str]) -> argparse.Namespace:
    """What was asked for; ends with a sentence where that makes no sense."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.campaigns.claims", description=claims.__doc__
    )
    names = [claim.id for claim in CLAIMS]
    parser.add_argument("claims", nargs="*", metavar="T1", help=f"of {', '.join(names)}; all")
    parser.add_argument("--seeds", type=int, default=0, help="as many as each claim wants")
    parser.add_argument("--quick", action="store_true", help="few items, one epoch: does it run?")
    parser.add_argument(
        "--store",
        type=Path,
        help="file of results to go on from; take a new one when something else is measured",
    )
    parser.add_argument("--markdown", type=Path, help="page to write")
    given = parser.parse_args(words)
    unknown = [name for name in given.claims if name not in names]
    if unknown:
        parser.error(f"there is no claim {unknown[0]}: {', '.join(names)} are known")
    if given.seeds and not FEWEST <= given.seeds <= MOST:
        parser.error(f"{FEWEST} to {MOST} seeds are expected, {given.seeds} came")
    if given.quick and given.markdown:
        parser.error("quick runs say nothing about a claim: leave out --markdown")
    return given


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
