"""`report`: one page of what the kept runs verified. 0 all held, 1 something failed or did not finish."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pgproof.errors import UsageError

if TYPE_CHECKING:
    import argparse

    from pgproof.project import Project
    from pgproof.reporting.results import Run


def add_arguments(parser: argparse.ArgumentParser, project: Project) -> None:
    """Add what the command takes."""
    parser.add_argument(
        "--folder",
        type=Path,
        default=folder_of(project),
        help="holds results/*.json from `pytest --results`; gets index.html",
    )
    parser.add_argument("--github", action="store_true", help="also give GitHub its annotations and job summary")


def run(arguments: argparse.Namespace, project: Project) -> int:
    """Write the page. Raises UsageError."""
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
    """Return where a project's reports lie."""
    return project.root / "report"


def kept(folder: Path) -> list[Run]:
    """The runs that this folder keeps, in the order they began. Raises UsageError."""
    from pgproof.reporting import results

    return sorted(map(results.read, (folder / "results").glob("*.json")), key=lambda run: run.started)


def write(runs: list[Run], project: Project, folder: Path) -> None:
    """The page of these runs, with the pictures that they took."""
    from pgproof.reporting import page

    file = folder / "index.html"
    file.write_text(page.render(runs, project, sorted((folder / "pictures").glob("*.png"))), encoding="utf-8")
    print(f"report: {file}")
