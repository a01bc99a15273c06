"""The files of a record: FOLDER/ENVIRONMENT with a TOML file for each kind of thing, and record.toml, written last.

record.toml has the digest of every other file. A record counts only if all of them are there as they were written;
nobody edits them by hand: what is meant is recorded again, and the difference is reviewed.
"""

from __future__ import annotations

import hashlib
import shlex
import shutil
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pgproof import replacement
from pgproof.errors import UsageError
from pgproof.project import RECORDED
from pgproof.record import layout, writing

if TYPE_CHECKING:
    from pathlib import Path

    from pgproof.catalog import Catalog
    from pgproof.project import Project

_MANIFEST = "record.toml"
_FORMAT = 1
# A record that does not say what was read is of the first reading.
_READING = "reading"
_KNOWN = {_MANIFEST, *(f"{name}.toml" for name in layout.FILES)}


@dataclass(frozen=True)
class Place:
    """Where the record of one environment is. command: records it again, for a message.

    platform: of the project. A record leaves out what is the platform's, so it counts for one platform only.
    """

    folder: Path
    environment: str
    command: str
    platform: str

    @classmethod
    def of(cls, project: Project, folder: Path, environment: str, how: str = "live") -> Place:
        """Return where a project's environment is recorded. how: "live" or "replica", what is recorded there."""
        into = "" if folder.absolute() == project.root / RECORDED else f" --into {shlex.quote(str(folder))}"
        command = f"{project.hooks.command} record {how}:{environment}{into}"
        return cls(folder, environment, command, project.platform)

    @property
    def path(self) -> Path:
        """The folder of its files."""
        return self.folder / self.environment

    @property
    def exists(self) -> bool:
        """Whether anything is there, be it readable or not."""
        return self.path.exists() or self._before.exists()

    @property
    def _before(self) -> Path:
        return self.folder / f".{self.environment}.before"

    def read(self) -> Catalog:
        """Return what was recorded. Raises UsageError, in one sentence, if it is not as it was written."""
        try:
            manifest = self._manifest()
            found = {name: self._document(name, digest) for name, digest in manifest["files"].items()}
            return layout.catalog_of(found, manifest["server"], manifest.get(_READING, 1))
        except (KeyError, TypeError, AttributeError, ValueError):
            raise self._broken(f"{self.path} does not hold together") from None

    def write(self, catalog: Catalog) -> int:
        """Write a record in the place of the one that is there, whole or not at all, and return how many files it has.

        Raises UsageError if the folder cannot be written, or holds files that are not of a record.
        """
        texts = {name: writing.text(name, document) for name, document in sorted(layout.documents(catalog).items())}
        _prove_it_reads_back(catalog, texts)
        new = self.folder / f".{self.environment}.new"
        try:
            self._refuse_others()
            shutil.rmtree(new, ignore_errors=True)
            new.mkdir(parents=True)
            for name, text in texts.items():
                (new / f"{name}.toml").write_text(text, encoding="utf-8")
            (new / _MANIFEST).write_text(self._written_last(catalog, texts), encoding="utf-8")
            replacement.replace(self.path, new, self._before)
        except OSError as error:
            why = f"{self.path} cannot be written: {error.strerror}"
            raise UsageError(f"{why}; name another folder by --into") from None
        finally:
            shutil.rmtree(new, ignore_errors=True)
        return len(texts) + 1

    def _written_last(self, catalog: Catalog, texts: dict[str, str]) -> str:
        digests = "".join(f'{name} = "{_digest(text)}"\n' for name, text in texts.items())
        return (
            "# Not to be edited by hand: record again and review the difference.\n"
            f'format = {_FORMAT}\nenvironment = "{self.environment}"\nserver = {catalog.major}\n'
            f'{_READING} = {catalog.reading}\nplatform = "{self.platform}"\n\n[files]\n{digests}'
        )

    def _manifest(self) -> dict[str, Any]:
        if not self.path.exists():
            raise self._broken(f"recording {self.path} was interrupted")
        manifest = tomllib.loads(self._text(_MANIFEST))
        if manifest["format"] != _FORMAT:
            raise self._broken(f"{self.path} has format {manifest['format']}, and this version knows {_FORMAT}")
        if manifest["environment"] != self.environment:
            raise self._broken(f"{self.path} is the record of {manifest['environment']}")
        if manifest["platform"] != self.platform:
            raise self._broken(f"{self.path} was recorded with platform {manifest['platform']}, now {self.platform}")
        return manifest

    def _document(self, name: str, digest: str) -> layout.Document:
        text = self._text(f"{name}.toml")
        if _digest(text) != digest:
            raise self._broken(f"{self.path / name}.toml is not as it was written; it was edited by hand or by a merge")
        return tomllib.loads(text)

    def _text(self, name: str) -> str:
        try:
            # A checkout may have changed the ends of lines.
            return (self.path / name).read_bytes().decode().replace("\r\n", "\n")
        except OSError as error:
            raise self._broken(f"{self.path / name} cannot be read: {error.strerror}") from None

    def _broken(self, why: str) -> UsageError:
        return UsageError(f"{why}; record again and review the difference: {self.command}")

    def _refuse_others(self) -> None:
        """Raise UsageError if something is there that no record has; it would be removed."""
        if self.path.exists():
            others = sorted(each.name for each in self.path.iterdir() if each.name not in _KNOWN)
            if others:
                raise UsageError(f"{self.path} holds {others[0]}, which is no part of a record; name another by --into")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _prove_it_reads_back(catalog: Catalog, texts: dict[str, str]) -> None:
    found = layout.catalog_of({name: tomllib.loads(text) for name, text in texts.items()}, catalog.major)
    wrong = [key for key, attributes in catalog.objects.items() if found.objects.get(key) != attributes]
    assert not wrong, f"the record would not hold {wrong[0]}"
    assert found.objects.keys() == catalog.objects.keys(), "the record would hold more than there is"
