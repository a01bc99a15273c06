"""`soak`: runs the same tests many times in a row, to find those that sometimes fail.

Exit code 0: every run passed; 1: some did not.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from pgproof.cli import report
from pgproof.errors import UsageError

if TYPE_CHECKING:
    import argparse

    from pgproof.project import Project
    from pgproof.reporting.results import Run


def add_arguments(parser: argparse.ArgumentParser, project: Project) -> None:
    """Add the command's arguments to its parser."""
    parser.add_argument("--times", type=int, default=50, metavar="N", help="the number of runs (default: 50)")
    parser.add_argument(
        "--folder",
        type=Path,
        default=report.folder_of(project) / "soak",
        help="where each run and the pass rate are kept (default: report/soak/)",
    )
    parser.add_argument(
        "words", nargs="*", metavar="WORD", help="arguments for pytest, after -- (default: -m e2e -n 2)"
    )


def run(arguments: argparse.Namespace, project: Project) -> int:
    """Run the tests, print and keep the pass rate after each run, and return the exit code. Raises UsageError."""
    if arguments.times < 1:
        raise UsageError(f"--times {arguments.times} is not a number of runs; give at least 1")
    folder = arguments.folder.absolute()
    _empty(folder)
    failures: Counter[str] = Counter()
    passed = 0
    for number in range(1, arguments.times + 1):
        file = folder / "results" / f"{number:03}.json"
        words = arguments.words or ["-m", "e2e", "-n", "2"]
        command = [sys.executable, "-m", "pytest", "-q", *words, "--results", str(file)]
        done = subprocess.run(command, cwd=project.root, capture_output=True, text=True, check=False)
        (folder / f"{number:03}.log").write_text(done.stdout + done.stderr, encoding="utf-8")
        failures.update(_failed(folder, file, done.returncode))
        passed += done.returncode == 0
        rate = {"runs": number, "passed": passed, "failures": dict(failures.most_common())}
        (folder / "rate.json").write_text(json.dumps(rate, indent=2), encoding="utf-8")
        print(f"{passed} of {number} runs passed", flush=True)
    for name, times in failures.most_common():
        print(f"failed {times} times: {name}")
    return 0 if passed == arguments.times else 1


def _empty(folder: Path) -> None:
    """Make the folder, without what an earlier soak left in it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        logs = (log for log in folder.glob("*.log") if log.stem.isdecimal())
        for old in (*(folder / "results").glob("*.json"), *logs, folder / "rate.json"):
            old.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"--folder {folder} cannot be used: {error.strerror}; name another one") from None


def _failed(folder: Path, file: Path, code: int) -> list[str]:
    if not file.exists():
        return [f"a run ended with exit code {code} before it began; see {folder}"]
    from pgproof.reporting import results

    kept: Run = results.read(file)
    names = [result.id for result in kept.results if result.is_bad]
    return names or ([f"a run ended with exit code {code}; see {folder}"] if code else [])
