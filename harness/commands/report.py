"""`report`: one page of what the kept runs verified. 0 all held, 1 something failed or did not finish."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from harness import paths
from harness.errors import Refusal

if TYPE_CHECKING:
    import argparse

    from harness.reporting.results import Run

FOLDER = paths.ROOT / "report"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument(
        "--folder", type=Path, default=FOLDER, help="holds results/*.json from `pytest --results`; gets index.html"
    )
    parser.add_argument("--github", action="store_true", help="also give GitHub its annotations and job summary")


def run(arguments: argparse.Namespace) -> int:
    """Write the page. Raises Refusal."""
    runs = kept(arguments.folder)
    if not runs:
        where = arguments.folder / "results"
        raise Refusal(f"there is no run to report; run pytest with --results {where}/NAME.json first")
    write(runs, arguments.folder)
    if arguments.github:
        from harness.reporting import github

        github.tell(runs)
    return 1 if any(run.exit_code for run in runs) else 0


def kept(folder: Path) -> list[Run]:
    """The runs that this folder keeps, in the order they began. Raises Refusal."""
    from harness.reporting import results

    return sorted(map(results.read, (folder / "results").glob("*.json")), key=lambda run: run.started)


def write(runs: list[Run], folder: Path) -> None:
    """The page of these runs, with the pictures that they took."""
    from harness.reporting import page

    file = folder / "index.html"
    file.write_text(page.render(runs, sorted((folder / "pictures").glob("*.png"))), encoding="utf-8")
    print(f"report: {file}")
