"""`report`: one page on what the kept runs verified.

Exit code 0: everything held; 1: something failed or did not finish; 2: there is no run to report.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pgproof.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Collection

    from pgproof.project import Project
    from pgproof.reporting.results import Run


def add_arguments(parser: argparse.ArgumentParser, project: Project) -> None:
    """Add the command's arguments to its parser."""
    parser.add_argument(
        "--folder",
        type=Path,
        default=folder_of(project),
        help="holds results/*.json from `pytest --results`; index.html is written there (default: report/)",
    )
    parser.add_argument("--github", action="store_true", help="also give GitHub its annotations and job summary")


def run(arguments: argparse.Namespace, project: Project) -> int:
    """Write the page, and return the exit code. Raises UsageError."""
    runs = kept(arguments.folder)
    if not runs:
        where = arguments.folder / "results"
        raise UsageError(f"there is no run to report; run pytest with --results {where}/NAME.json first")
    write(runs, project, arguments.folder)
    if arguments.github:
        from pgproof.reporting import github

        github.tell(runs, project)
    return 1 if any(run.exit_code for run in runs) else 0


def folder_of(project: Project) -> Path:
    """Return the folder of a project's reports."""
    return project.root / "report"


def kept(folder: Path, names: Collection[str] = ()) -> list[Run]:
    """Return the runs kept in results/ of this folder, in the order in which they began. Raises UsageError.

    names: of the runs to return, empty for all.
    """
    from pgproof.reporting import results

    files = (file for file in (folder / "results").glob("*.json") if not names or file.stem in names)
    return sorted(map(results.read, files), key=lambda run: run.started)


def write(runs: list[Run], project: Project, folder: Path) -> None:
    """Write index.html of these runs into the folder, with the pictures in it; add their debt to its history there.

    Raises UsageError if the history cannot be read.
    """
    from pgproof.reporting import debt_history, debts, page

    history = debt_history.remember(folder, debts.of(runs))
    text = page.render(runs, project, sorted((folder / "pictures").glob("*.png")), history)
    file = folder / "index.html"
    file.write_text(text, encoding="utf-8")
    print(f"report: {file}")
