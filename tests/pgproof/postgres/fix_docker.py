"""The Docker engine, where one answers."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def docker() -> Iterator[Any]:
    """A client of the Docker engine that answers here, or a skip with the reason."""
    # Asked before the library is, which leaves its socket open when nothing answers.
    address = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
    with socket.socket(socket.AF_UNIX) as engine:
        if not address.startswith("unix://") or engine.connect_ex(address.removeprefix("unix://")):
            pytest.skip(f"no Docker engine answers on a Unix socket at {address}")
    from docker import DockerClient

    client = DockerClient.from_env()
    yield client
    client.close()


@pytest.fixture
def container_image(docker: Any) -> str:
    """The image to try, or a skip with the reason if the engine does not have it."""
    image = os.environ.get("CONNECT_CONTAINER_IMAGE", "postgres:17")
    if not docker.images.list(name=image):
        pytest.skip(f"the Docker engine here does not have the image {image}; name one with CONNECT_CONTAINER_IMAGE")
    return image
