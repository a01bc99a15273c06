"""Which migrations others have to wait for: `harness rehearse`, which runs each, beside linters, which read it.

Asked about are the migrations by which our own findings are tested: those that block or rewrite while people wait, and
those that look alike and don't. Of a linter only the rules count that docs/hazards.md holds against such a finding:
what it says of design, types or names is neither told nor a false alarm.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from bench import rivals
from bench.measure import CouldNotRun, Line, Row, seconds
from bench.verdicts import Absent, Told
from connect import paths

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.verdicts import Verdict

WAITS = ("blocks-readers", "blocks-writers", "rewrites-table")
_CASES = paths.ROOT / "tests" / "pgproof" / "rehearsal" / "hazards.toml"
_RULES = paths.ROOT / "docs" / "hazards.md"
_BEFORE = "SET lock_timeout = '5s';\nSET statement_timeout = '60s';\n"
_INSTALL = {"squawk": "`pip install squawk-cli`", "eugene": "`cargo install eugene`, or a release of kaaveland/eugene"}


@dataclass(frozen=True)
class Linter:
    """A command that names what is wrong with a file. version: None if it is not installed.

    found: returns the names of the rules that a file breaks.
    """

    name: str
    version: str | None
    found: Callable[[Path], set[str]]


def rows(most: int | None = None) -> Iterator[Row | Line | Verdict]:
    """Yield what each tells of how many, and how long it takes for all. most: how many migrations of each kind."""
    cases = tomllib.loads(_CASES.read_text(encoding="utf-8"))
    waits = {**cases["with_an_online_form"], **cases["without_one"]}
    waits = {**{name: text for name, (text, _) in waits.items()}, **cases["earlier"]}
    asked = {
        name: dict(islice(texts.items(), most)) for name, texts in (("waits", waits), ("harmless", cases["harmless"]))
    }
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        (folder / "base.sql").write_text(cases["base"], encoding="utf-8")
        files: dict[str, dict[str, Path]] = {}
        for kind, texts in asked.items():
            files[kind] = {name: folder / kind / f"{number}.sql" for number, name in enumerate(texts)}
            (folder / kind).mkdir()
            for name, file in files[kind].items():
                file.write_text(f"{_BEFORE}{texts[name]};\n", encoding="utf-8")
        ours = Linter("rehearse", "this", partial(_rehearsed, folder / "base.sql"))
        told: dict[str, tuple[set[str], set[str]]] = {}
        for each in (ours, squawk(), eugene()):
            yield Line(each.name, each.version or f"not installed; {_INSTALL[each.name]}")
            if each.version is None:
                yield Absent(each.name, "migrations that block", f"not installed; {_INSTALL[each.name]}")
                continue
            found: list[set[str]] = []
            taken = seconds(partial(_ask, each, files, found))
            told[each.name] = (found[0], found[1])
            yield Row(f"  {each.name}, all {sum(map(len, asked.values()))} files", [taken])
            for title, names in (("does not tell", set(asked["waits"]) - found[0]), ("is wrong about", found[1])):
                yield Line(f"  {title} {len(names)}", ", ".join(sorted(names)))
    for name, (right, wrong) in told.items():
        if name != ours.name:
            mine, alarms = told[ours.name]
            yield Told(name, "migrations that block", mine, right, len(asked["waits"]), (alarms, wrong))


def _ask(linter: Linter, files: dict[str, dict[str, Path]], found: list[set[str]]) -> None:
    found += [_told(linter, each) for each in files.values()]


def _told(linter: Linter, files: dict[str, Path]) -> set[str]:
    """Return the names of the migrations that a linter says others wait for."""
    counted = set(WAITS) if linter.name == "rehearse" else counted_rules(linter.name)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = pool.map(linter.found, files.values())
        return {name for name, rules in zip(files, found, strict=True) if rules & counted}


def counted_rules(linter: str) -> set[str]:
    """Return a linter's rules that are about waiting, as docs/hazards.md lists them."""
    table = _RULES.read_text(encoding="utf-8").partition(f"| {linter} |")[2].partition("\n\n")[0]
    lines = re.findall(r"^\| `([^`]+)` \|[^|]*\|([^|]*)\|", table, flags=re.MULTILINE)
    return {rule for rule, found in lines if any(name in found for name in WAITS)}


def squawk() -> Linter:
    """Return squawk, as it is installed."""
    program = rivals.program("squawk")

    def found(file: Path) -> set[str]:
        # Its exit code says whether there is something to tell, and nothing else.
        done = subprocess.run([program, "--reporter", "json", str(file)], capture_output=True, text=True, check=False)
        if not done.stdout.strip().startswith("["):
            raise CouldNotRun(f"squawk said {(done.stdout + done.stderr).strip()[:200]}")
        return {each["rule_name"] for each in json.loads(done.stdout)}

    return Linter("squawk", rivals.version("squawk-cli") or _version(program), found)


def eugene() -> Linter:
    """Return eugene, which is in no registry of Python or Node: as it is found on the PATH."""
    program = shutil.which("eugene") or "eugene"

    def found(file: Path) -> set[str]:
        command = [program, "lint", "--format", "json", str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if not done.stdout.strip():
            raise CouldNotRun(f"eugene said {done.stderr.strip()[:200]}")
        return set(re.findall(r'"([EW]\d+)"', done.stdout))

    return Linter("eugene", _version(program), found)


def _version(program: str) -> str | None:
    if shutil.which(program) is None:
        return None
    return rivals.said([program, "--version"]).split()[-1]


def _rehearsed(base: Path, file: Path) -> set[str]:
    words = ["rehearse", "--platform", "none", "--only", "locks", "--no-down", "--json", "--baseline", str(base)]
    command = [sys.executable, "-m", "harness", *words, "--up", str(file)]
    done = subprocess.run(command, cwd=paths.ROOT, capture_output=True, text=True, check=False)
    try:
        return {each["name"] for each in json.loads(done.stdout)["findings"]}
    except (json.JSONDecodeError, KeyError):
        raise CouldNotRun(f"rehearse {file.name} ended with {done.returncode}: {done.stderr.strip()[-300:]}") from None
