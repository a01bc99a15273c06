"""A server in a container, by testcontainers; shared and ended like an embedded one.

Run as a program, this module is the container's supervisor. The container is published on the loopback address only.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import socket
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pgproof import paths
from pgproof.errors import UsageError, first_line
from pgproof.postgres import binaries, cluster, private, supervisor
from pgproof.postgres import lease as leases
from pgproof.postgres.server import Server
from pgproof.timing import eventually, unit

if TYPE_CHECKING:
    from testcontainers.postgres import PostgresContainer

    from pgproof.postgres.private import PrivateServer
    from pgproof.postgres.seed import Seed

# Pulling an image may take its time.
_ANSWER_SECONDS = 600
# The folder that contains this package.
_PACKAGES = str(Path(__file__).resolve().parents[2])
_LABEL = "connect-verification"
_SETTINGS = ("wal_level=logical", "max_connections=200")
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
# Where the package's programs are found, from wherever the run was started.
_PROGRAM = f"import sys; sys.path.insert(0, {_PACKAGES!r}); import {__name__} as c; c.main()"


def acquire(postgres: str, version: int, seed: Seed) -> Server:
    """Return a lease on the container of an image, which is started if it does not run yet.

    postgres: "container" for the official image of this version, or "container:IMAGE". version: major.
    Raises UsageError for another kind or version, or if the container cannot be started.
    """
    image = image_of(postgres, version)
    # Two checkouts share a container only if they would fill it alike.
    contents = cluster.contents_hash(seed).hexdigest()
    name = f"container-{hashlib.sha256((image + contents).encode()).hexdigest()[:16]}"

    def config() -> dict[str, str]:
        return _config(image, seed, tempfile.mkdtemp(dir=paths.run_dir()), (*_SETTINGS, *_FAST))

    try:
        holder = leases.lease(name, config, ["-c", _PROGRAM], _ANSWER_SECONDS)
        return Server("container", leases.answer(holder), holder, seed)
    except supervisor.StartError as error:
        raise _no_container(image, error) from None


def acquire_private(postgres: str, version: int, seed: Seed) -> PrivateServer:
    """Return a new container of an image, with what the image holds and nothing else; it may be killed.

    postgres, version: as for acquire(). seed: for its superuser. Raises UsageError if it cannot be started.
    """
    image = image_of(postgres, version)
    config = _config(image, seed, tempfile.mkdtemp(dir=paths.run_dir()), _SETTINGS)
    try:
        return private.started("container", config, ["-c", _PROGRAM], _ANSWER_SECONDS, seed)
    except supervisor.StartError as error:
        raise _no_container(image, error) from None


def image_of(postgres: str, version: int) -> str:
    """Return the image that is meant, the official one of this major version unless one is named. Raises UsageError."""
    kind, _, image = postgres.partition(":")
    if kind != "container":
        raise UsageError(f"unknown --postgres '{postgres}'; choose embedded, container or container:IMAGE")
    if version not in binaries.SUPPORTED:
        raise UsageError(
            f"PostgreSQL {version} is not supported; choose one of {', '.join(map(str, binaries.SUPPORTED))}"
        )
    return image or f"postgres:{version}"


def _config(image: str, seed: Seed, run: str, settings: tuple[str, ...]) -> dict[str, str]:
    return {"image": image, "run": run, "superuser": seed.superuser, "settings": json.dumps(settings)}


def _no_container(image: str, error: Exception) -> UsageError:
    return UsageError(f"no container of {image}: {error}; start Docker, or use --postgres embedded")


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
            self._container = self._start(config, run)
        except (DockerException, TimeoutError) as error:
            raise supervisor.StartError(first_line(error)) from error
        self.parameters = {
            "host": "127.0.0.1",
            "port": str(self._port),
            "user": self._container.username,
            "password": self._container.password,
        }

    def _start(self, config: dict[str, str], run: Path) -> PostgresContainer:
        from testcontainers.community.postgres import PostgresContainer

        image = config["image"]
        container = PostgresContainer(image, password=secrets.token_hex(16), dbname="postgres")
        client = container.get_docker_client().client
        _remove_abandoned(client)
        command, superuser = _own_ways(client, image)
        container.username = superuser or config["superuser"]
        # A port of one's own, since Docker would choose another one after a crash.
        self._port = _free_port()
        container.ports[5432] = ("127.0.0.1", self._port)  # type: ignore[index,assignment]
        settings = json.loads(config["settings"])
        container.with_command([*command, *(word for setting in settings for word in ("-c", setting))])
        container.with_kwargs(labels={_LABEL: f"{socket.gethostname()}:{run}"})
        return container.start()

    def has_ended(self) -> bool:
        found = self._container.get_wrapped_container()
        found.reload()
        return bool(found.status not in ("created", "running"))

    def end(self) -> None:
        self._container.stop()

    def crash(self) -> None:
        """Kill the container (SIGKILL) and start it again on the data that it left. Raises supervisor.StartError."""
        found = self._container.get_wrapped_container()
        found.kill()
        found.start()
        if not eventually(self._answers, supervisor.START_SECONDS):
            raise supervisor.StartError(f"the container did not answer within {supervisor.START_SECONDS * unit():g} s")

    def _answers(self) -> bool:
        import psycopg

        try:
            psycopg.connect(**self.parameters, dbname="postgres", connect_timeout=5).close()  # type: ignore[arg-type]
        except psycopg.OperationalError:
            return False
        return True


def _own_ways(client: Any, image: str) -> tuple[list[str], str | None]:
    """Return an image's own command, and the superuser that it is made for, None if that is left open."""
    from docker.errors import ImageNotFound

    try:
        found = client.images.get(image)
    except ImageNotFound:
        found = client.images.pull(image)
    described = found.attrs["Config"]
    variables = dict(each.partition("=")[::2] for each in described.get("Env") or ())
    return described.get("Cmd") or ["postgres"], variables.get("POSTGRES_USER")


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


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
