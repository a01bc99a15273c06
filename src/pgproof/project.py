"""A project as data: the folder with an environments.toml, and one sentence for each mistake in the file.

CONTRIBUTING.md explains every key. If the file names Hooks of the project, they answer what data cannot express.
"""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pgproof.environments import Environment
from pgproof.errors import UsageError
from pgproof.hooks import Hooks
from pgproof.postgres.seed import EMPTY, Seed
from pgproof.supabase import PLATFORM

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pgproof.settings import Settings

FILE = "environments.toml"
# The folder beside it with what was recorded of its environments.
RECORDED = "recorded"
_TOP = {
    "title": str,
    "variables": str,
    "hooks": str,
    "platform": str,
    "suite": str,
    "baseline": list,
    "environments": dict,
}
_OF_ONE = {
    "title": str,
    "baseline": list,
    "migrations": list,
    "rollback": list,
    "settings": dict,
    "read_only": bool,
    "differences": list,
    "not_copied": list,
}
_KINDS = {str: "text", list: "a list of texts", dict: "a table", bool: "true or false"}
# What is_name asks of a name, for a message.
NAME_RULE = "consists of lower-case letters a-z, digits and _, and begins with a letter"
_PLATFORMS = ("supabase", "none")
# In the first line of each file that `adopt` writes.
ADOPTED = "as `adopt` copied it"


@dataclass(frozen=True)
class Project:
    """What the tool knows of one project. root: the folder of its environments.toml.

    prefix: what its environment variables begin with. seed: what all its environments share. platform: "supabase" or
    "none". suite: the folder whose tests judge it, None for its own.
    """

    root: Path
    title: str = ""
    prefix: str = "PGPROOF"
    environments: Mapping[str, Environment] = field(default_factory=dict)
    seed: Seed = EMPTY
    hooks: Hooks = field(default_factory=Hooks)
    platform: str = "none"
    suite: Path | None = None

    @property
    def accepted(self) -> Path:
        """The file of the violations that the project accepts, which need not exist."""
        return self.root / self.hooks.accepted

    def hosted_seed(self, environment: Environment) -> Seed:
        """Return the seed on all that a hosted Supabase project has, as that project's owner; as it is without it.

        A copy that `adopt` wrote brings stand-ins for what its own beginning lacks, so it keeps that.
        """
        copied = any(map(is_adopted, environment.baseline))
        if self.platform != "supabase" or copied:
            return self.seed
        from pgproof.supabase import hosted

        own = self.seed
        return replace(hosted.seed(), baseline=self.shared, load=own.load, sources=own.sources, fit=own.fit)

    @property
    def shared(self) -> tuple[Path, ...]:
        """The files that all its environments begin with, after the platform's."""
        return tuple(path for path in self.seed.files if path != PLATFORM)

    @property
    def known(self) -> str:
        """The names of its environments, for a message."""
        return ", ".join(self.environments)

    def chosen(self, names: Sequence[str] = (), *, live_only: bool = False) -> tuple[Environment, ...]:
        """Return the named environments, all if none is named, each with its DSN if one is set.

        Raises UsageError for an unknown name, and with live_only for an environment without a DSN.
        """
        for name in names:
            if name not in self.environments:
                if not self.environments:
                    raise UsageError(f"unknown environment '{name}'; there is no {FILE} in {self.root} that names any")
                raise UsageError(f"unknown environment '{name}'; choose one of {self.known}")
        found = self.settings()
        environments = tuple(
            _with_settings(self.environments[name], found) for name in dict.fromkeys(names or self.environments)
        )
        for environment in environments:
            if live_only and not environment.is_live:
                advice = f" (see {self.hooks.verifier_script} for a role that can only read)"
                raise UsageError(
                    f"a live run needs the database of {environment.name}: set {environment.dsn_variable}"
                    + (advice if self.hooks.verifier_script else "")
                )
        return environments

    def settings(self) -> Settings | None:
        """Return the settings of live environments, from variables and .env; None if there are none.

        The file is .env in the project's folder, or the one that PREFIX_ENV_FILE names. Raises UsageError.
        """
        env_file = Path(os.environ.get(f"{self.prefix}_ENV_FILE", self.root / ".env"))
        names = tuple(each.variables for each in self.environments.values())
        if not names or (not any(name.startswith(names) for name in os.environ) and not env_file.exists()):
            return None
        # Importing the settings library takes longer than the rest of a replica run's start.
        from pgproof import settings

        return settings.read(self.prefix, self.environments, env_file)


def _with_settings(environment: Environment, found: Settings | None) -> Environment:
    if found is None:
        return environment
    name = environment.name
    return replace(environment, dsn=found.get(name, "dsn"), expected_messages=found.get(name, "expected_messages"))


def is_adopted(path: Path) -> bool:
    """Return whether `adopt` wrote this file of a schema."""
    return ADOPTED in path.read_text(encoding="utf-8").partition("\n")[0]


def is_name(text: str) -> bool:
    """Return whether an environment can have this name."""
    return re.fullmatch(r"[a-z][a-z0-9_]*", text) is not None


def root_of(start: Path) -> Path | None:
    """Return the nearest folder, this one or one above, with an environments.toml; None if there is none."""
    start = start.resolve()
    return next((folder for folder in (start, *start.parents) if (folder / FILE).is_file()), None)


def find(start: Path) -> Project:
    """Return the project of the nearest environments.toml, in this folder or above; else one without environments.

    Raises UsageError, which names every mistake in the file.
    """
    found = root_of(start)
    return Project(start.resolve()) if found is None else read(found)


def read(root: Path) -> Project:
    """Return the project in exactly this folder. Raises UsageError, which names every mistake in its file."""
    path = root / FILE
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path} is not TOML: {error}") from None
    except (OSError, UnicodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise UsageError(f"{path} cannot be read: {why}") from None
    mistakes = list(_mistakes(content, root))
    if mistakes:
        raise UsageError(f"{path}: {'; '.join(mistakes)}")
    return _made(content, root)


def _mistakes(content: dict[str, Any], root: Path) -> Iterator[str]:
    yield from _wrong_keys(content, _TOP, "")
    if content.get("platform", "none") not in _PLATFORMS:
        yield f"platform is '{content['platform']}'; expected {' or '.join(_PLATFORMS)}"
    if isinstance(content.get("suite"), str) and not (root / content["suite"]).is_dir():
        yield f"there is no folder {content['suite']} for suite"
    environments = content.get("environments", {})
    if not isinstance(environments, dict):
        return
    if not environments:
        yield "it has no environment; add a table [environments.NAME]"
    files = _texts(content.get("baseline"))
    for name, table in environments.items():
        if not is_name(name):
            yield f"environments.{name}: a name {NAME_RULE}"
        if not isinstance(table, dict):
            yield f"environments.{name} must be a table"
            continue
        yield from _wrong_keys(table, _OF_ONE, f"environments.{name}.")
        files += [each for key in ("baseline", "migrations", "rollback") for each in _texts(table.get(key))]
        yield from _wrong_patterns(table.get("differences"), f"environments.{name}.differences")
    for file in dict.fromkeys(files):
        if not (root / file).is_file():
            yield f"there is no file {file}"


def _texts(value: object) -> list[str]:
    """Return the texts of a list; a value of another kind is a mistake that is named elsewhere."""
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _wrong_patterns(value: object, where: str) -> Iterator[str]:
    for pattern in _texts(value):
        try:
            re.compile(pattern)
        except re.error as error:
            yield f"{where}: '{pattern}' is not a regular expression: {error}"


def _wrong_keys(table: dict[str, Any], known: Mapping[str, type[Any]], where: str) -> Iterator[str]:
    for key, value in table.items():
        if key not in known:
            yield f"unknown key {where}{key}; expected one of {', '.join(known)}"
        elif not isinstance(value, known[key]) or (
            known[key] is list and not all(isinstance(each, str) for each in value)
        ):
            yield f"{where}{key} must be {_KINDS[known[key]]}"


def _made(content: dict[str, Any], root: Path) -> Project:
    def files(names: list[str]) -> tuple[Path, ...]:
        return tuple(root / name for name in names)

    hooks = _hooks(content["hooks"], root) if "hooks" in content else Hooks()
    prefix = content.get("variables", "PGPROOF")
    environments = {
        name: Environment(
            name,
            table.get("title", name),
            f"{prefix}_{name.upper()}",
            files(table.get("baseline", [])),
            files(table.get("migrations", [])),
            files(table.get("rollback", [])),
            {key: str(value) for key, value in table.get("settings", {}).items()},
            table.get("read_only", True),
            tuple(table.get("differences", [])),
            tuple(table.get("not_copied", [])),
        )
        for name, table in content["environments"].items()
    }
    platform = content.get("platform", "none")
    before = (PLATFORM,) if platform == "supabase" else ()
    shared = files(content.get("baseline", []))
    # Where nothing is shared, the tables come with an environment's own baseline, and the rows after it.
    load, fit = (hooks.load_samples, None) if shared else (None, hooks.fit_samples)
    seed = Seed((*before, *shared), load, hooks.sources, fit=fit)
    suite = root / content["suite"] if "suite" in content else None
    return Project(root, content.get("title", root.name), prefix, environments, seed, hooks, platform, suite)


def _hooks(named: str, root: Path) -> Hooks:
    """Import and return a project's hooks. named: "module:Class"."""
    module, _, name = named.partition(":")
    try:
        made = getattr(import_module(module), name)(root)
    except (ImportError, AttributeError, ValueError) as error:
        raise UsageError(f"{root / FILE}: hooks = '{named}' cannot be loaded: {error}; expected module:Class") from None
    assert isinstance(made, Hooks), f"{named} is not a pgproof.hooks.Hooks"
    return made
