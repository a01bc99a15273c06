"""Where Connect's files are: in the repository, or in the package that was installed from it."""

from pathlib import Path

_REPOSITORY = Path(__file__).resolve().parent.parent.parent
_INSTALLED = Path(__file__).resolve().parent / "files"

# The folder of environments.toml and sql/.
ROOT = _INSTALLED if _INSTALLED.is_dir() else _REPOSITORY
SQL = ROOT / "sql"
VALIDATION = SQL / "004_validation.sql"
ROLLBACK = SQL / "rollback.sql"
