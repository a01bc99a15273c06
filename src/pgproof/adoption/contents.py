"""The files of an adopted project: the schema of each environment, environments.toml, and what a person should know."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from pgproof import project as projects
from pgproof.adoption import beside, trial
from pgproof.adoption.unknown import NOTHING, Unknown
from pgproof.errors import UsageError
from pgproof.hooks import Hooks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pgproof.adoption.beside import Beside
    from pgproof.adoption.sorting import Sorted
    from pgproof.adoption.trial import Tried
    from pgproof.environments import Environment
    from pgproof.project import Project

README = "README.md"
BASELINE = "sql/baseline"


@dataclass(frozen=True)
class Adopted:
    """One copied schema. place: where it was read. sql: the file. left_out, missing: lines; what is missing matters.

    unknown: the objects that are not as they are there. beside: what is there and is not copied.
    """

    name: str
    place: str
    sql: str = field(repr=False)
    left_out: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    unknown: Unknown = NOTHING
    beside: Beside = beside.NOTHING


def sql(place: str, found: Sorted, tried: Tried, *, platform: bool) -> str:
    """Return the file that makes a schema, in one transaction and in an order that runs."""
    parts = [
        f"-- The schema of {place}, {projects.ADOPTED}, without rows. Everything belongs to the role that runs this.",
        "BEGIN;",
        trial.session(found, local=True),
    ]
    if platform:
        parts.append("-- New objects get the grants that follow, and no others.\n" + trial.NO_DEFAULTS)
    if tried.before:
        parts.append("-- Roles, and stand-ins for what the platform has.\n" + "\n".join(tried.before))
    parts += [f"{statement.text.strip()};" for statement in tried.order]
    return "\n\n".join([*parts, "COMMIT;"]) + "\n"


def files(adopted: Sequence[Adopted], project: Project, folder: Path) -> dict[str, bytes]:
    """Return the contents of each file of the new project, by its path. folder: where it will be. Raises UsageError."""
    found: dict[str, bytes] = {}
    for each in adopted:
        found[f"{BASELINE}/{each.name}.sql"] = each.sql.encode()
    copied: dict[Path, str] = {}
    for path in _scripts(adopted, project):
        copied[path] = name = _inside(path, project)
        if name in found:
            raise UsageError(f"{path} cannot be copied: there is a second {name}; give one of them another name")
        found[name] = path.read_bytes()
    found[projects.FILE] = _environments(adopted, project, folder, copied).encode()
    found[README] = _readme(adopted, project, folder).encode()
    return found


def _scripts(adopted: Sequence[Adopted], project: Project) -> Iterable[Path]:
    known = [project.environments[each.name] for each in adopted if each.name in project.environments]
    scripts = [path for each in known for path in (*each.migrations, *each.rollback)]
    # Its role is made on replicas, too.
    verifier = project.hooks.verifier_script
    return dict.fromkeys([*scripts, *([project.root / verifier] if verifier else [])])


def _inside(path: Path, project: Project) -> str:
    """Return where a script of the current project is copied to; the place of the verifier's is known to the hooks."""
    if path.is_relative_to(project.root):
        relative = PurePosixPath(path.relative_to(project.root).as_posix())
        if relative.parts[0] == "sql" or str(relative) == project.hooks.verifier_script:
            return str(relative)
    return f"sql/{path.name}"


def _environments(adopted: Sequence[Adopted], project: Project, folder: Path, copied: dict[Path, str]) -> str:
    """Return the text of environments.toml."""
    lines = ["# Written by `adopt`; README.md says what was copied."]
    lines += _pairs(
        title=project.title,
        variables=project.prefix,
        hooks=_hooks(project.hooks),
        platform=project.platform,
        suite=_relative(project.suite or project.root, folder),
    )
    for each in adopted:
        lines += ["", f"[environments.{each.name}]"]
        known = project.environments.get(each.name)
        lines += _pairs(title=known.title if known else each.name, baseline=[f"{BASELINE}/{each.name}.sql"])
        lines += _of(known, copied) if known else []
        lines += _pairs(not_copied=list(each.missing))
    return "\n".join(lines) + "\n"


def _of(known: Environment, copied: dict[Path, str]) -> Iterator[str]:
    settings = {key: value for key, value in known.settings.items() if not _secret(key)}
    yield from _pairs(
        migrations=[copied[path] for path in known.migrations],
        rollback=[copied[path] for path in known.rollback],
        differences=list(known.differences),
    )
    if settings:
        yield f"settings = {{ {', '.join(f'{_text(key)} = {_text(value)}' for key, value in settings.items())} }}"
    if not known.read_only:
        yield "read_only = false"


def _secret(name: str) -> bool:
    return any(word in name.lower() for word in ("secret", "password", "passwd", "token", "key"))


def _pairs(**values: str | list[str]) -> list[str]:
    """Return a line for each value that is not empty."""
    lines = []
    for key, value in values.items():
        if isinstance(value, str) and value:
            lines.append(f"{key} = {_text(value)}")
        elif value:
            inner = ", ".join(map(_text, value))
            lines.append(f"{key} = [{inner}]")
    return lines


def _text(value: str) -> str:
    # JSON's strings are TOML's, but for characters beyond the first plane, which stay as they are, and DEL.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _hooks(hooks: Hooks) -> str:
    kind = type(hooks)
    return "" if kind is Hooks else f"{kind.__module__}:{kind.__qualname__}"


def _relative(target: Path, folder: Path) -> str:
    """Return the path from the folder to another one, so that both can be moved together."""
    return Path(os.path.relpath(target.resolve(), folder.resolve())).as_posix()


def _readme(adopted: Sequence[Adopted], project: Project, folder: Path) -> str:
    lines = [
        f"# {project.title}, as it is",
        "",
        "Copies of schemas, without a single row; made by `adopt`, which replaces them when it is run again. Files",
        "that were added here, such as `.env`, are kept then; if one of its own was changed, it refuses.",
    ]
    for each in adopted:
        lines += ["", f"## {each.name}", "", f"Copied from {each.place} into `{BASELINE}/{each.name}.sql`."]
        if each.missing:
            lines += ["", "Could not be copied, so a run on replicas of it is inconclusive:", ""]
            lines += [f"- {line}" for line in each.missing]
        if each.left_out:
            lines += ["", "Left out:", ""]
            lines += [f"- {line}" for line in each.left_out]
    names = " ".join(f"--env {each.name}" for each in adopted[:1])
    suite = project.suite or project.root
    where = _relative(folder, suite)
    lines += [
        "",
        "## Commands",
        "",
        f"In the folder of the tests, which is `{_relative(suite, folder)}` from here:",
        "",
        f'    pytest -m "schema or functions or migration or security" --project={where}',
        f"    pytest -m e2e --project={where}",
        f"    pytest -m schema --live --project={where}",
        f"    python -m stack {names} --project {where}",
        f"    python -m harness gate --only replicas --project {where}",
        "",
        "They judge the copies, also where the DSN of a live database is set; `--live` judges the live databases.",
    ]
    return "\n".join(lines) + "\n"
