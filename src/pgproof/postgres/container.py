"""A server in a container, by testcontainers; shared and ended like an embedded one.

Run as a program, this module is the container's supervisor. The container is published on the loopback address only.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import socket
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pgproof import paths
from pgproof.errors import UsageError
from pgproof.postgres import binaries, cluster, supervisor
from pgproof.postgres import lease as leases
from pgproof.postgres.server import Server

if TYPE_CHECKING:
    from testcontainers.postgres import PostgresContainer

    from pgproof.postgres.seed import Seed

# Pulling an image may take its time.
_ANSWER_SECONDS = 600
# The folder that contains this package.
_PACKAGES = str(Path(__file__).resolve().parents[2])
_LABEL = "connect-verification"
_SETTINGS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=logical", "max_connections=200")


def acquire(postgres: str, version: int, seed: Seed) -> Server:
    """Return a lease on the container of an image, which is started if it does not run yet.

    postgres: "container" for the official image of this version, or "container:IMAGE". version: major.
    Raises UsageError for another kind or version, or if the container cannot be started.
    """
    kind, _, image = postgres.partition(":")
    if kind != "container":
        raise UsageError(f"unknown --postgres '{postgres}'; choose embedded, container or container:IMAGE")
    if version not in binaries.SUPPORTED:
        raise UsageError(
            f"PostgreSQL {version} is not supported; choose one of {', '.join(map(str, binaries.SUPPORTED))}"
        )
    image = image or f"postgres:{version}"
    # Two checkouts share a container only if they would fill it alike.
    contents = cluster.contents_hash(seed).hexdigest()
    name = f"container-{hashlib.sha256((image + contents).encode()).hexdigest()[:16]}"

    def config() -> dict[str, str]:
        return {"image": image, "run": tempfile.mkdtemp(dir=paths.run_dir()), "superuser": seed.superuser}

    # A program of the package, found from wherever the run was started.
    program = ["-c", f"import sys; sys.path.insert(0, {_PACKAGES!r}); import {__name__} as c; c.main()"]
    try:
        holder = leases.lease(name, config, program, _ANSWER_SECONDS)
        return Server("container", leases.answer(holder), holder, seed)
    except supervisor.StartError as error:
        raise UsageError(f"no container of {image}: {error}; start Docker, or use --postgres embedded") from None


class _Container:
    """A running container of one image."""

    def __init__(self, config: dict[str, str], run: Path) -> None:
        # The library reads these when it is imported. The supervisor ends the container itself, so Ryuk, which would
        # do so too and is another image to pull, is not needed; and one poll each second would be slow.
        os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")
        os.environ.setdefault("TC_POOLING_INTERVAL", "0.05")
        os.environ.setdefault("TESTCONTAINERS_CONNECTION_MODE", "docker_host")
        from docker.errors import DockerException  # type: ignore[import-untyped]

        try:
            self._container = self._start(config["image"], config["superuser"], run)
        except (DockerException, TimeoutError) as error:
            raise supervisor.StartError(str(error).splitlines()[0]) from error
        self.parameters = {
            "host": "127.0.0.1",
            "port": str(self._container.get_exposed_port(5432)),
            "user": config["superuser"],
            "password": self._container.password,
        }

    def _start(self, image: str, superuser: str, run: Path) -> PostgresContainer:
        from testcontainers.community.postgres import PostgresContainer

        container = PostgresContainer(image, username=superuser, password=secrets.token_hex(16), dbname="postgres")
        _remove_abandoned(container.get_docker_client().client)
        # What docker-py calls a free port of one address.
        container.ports[5432] = ("127.0.0.1", None)  # type: ignore[index,assignment]
        container.with_command([word for setting in _SETTINGS for word in ("-c", setting)])
        container.with_kwargs(labels={_LABEL: f"{socket.gethostname()}:{run}"})
        return container.start()

    def has_ended(self) -> bool:
        found = self._container.get_wrapped_container()
        found.reload()
        return bool(found.status not in ("created", "running"))

    def end(self) -> None:
        self._container.stop()

    def crash(self) -> None:
        """Refuse: only a private server is crashed, and those are embedded."""
        raise NotImplementedError


def _remove_abandoned(client: Any) -> None:
    """Remove containers whose supervisor was killed before it could end them."""
    for found in client.containers.list(all=True, filters={"label": _LABEL}):
        host, _, run = found.labels[_LABEL].partition(":")
        # Whether a supervisor on another machine is alive cannot be told from here.
        if host == socket.gethostname() and leases.is_abandoned(Path(run)):
            found.remove(force=True, v=True)


def main() -> None:
    """Keep a container as its supervisor, with the configuration and the socket in argv (see supervisor.keep)."""
    supervisor.keep(_Container)
