"""What the stack has not says so, in words that the clients show."""

import pytest

from pgproof.timing import unit


@pytest.mark.parametrize(
    ("method", "path", "status", "named"),
    [
        ("GET", "/storage/v1/bucket", 501, "Storage"),
        ("POST", "/storage/v1/object/list/pictures", 501, "Storage"),
        ("POST", "/functions/v1/hello", 501, "Edge Functions"),
        ("POST", "/graphql/v1", 501, "GraphQL"),
        ("DELETE", "/nowhere/v1", 404, "no Route matched"),
        ("GET", "/storage/v10", 404, "no Route matched"),
        ("GET", "/", 404, "no Route matched"),
    ],
)
def test_a_path_of_no_service_is_answered_by_name(stack_of, method, path, status, named):
    """The answer is JSON, with a message that names what is not there and what is."""
    import httpx

    answer = httpx.request(method, stack_of("prod").api_url + path, timeout=20 * unit())
    told = answer.json()
    assert answer.status_code == status
    assert told["message"].startswith(named)
    assert told["errors"] == [{"message": told["message"]}]
    assert "/rest/v1" in told["message"]


def test_the_storage_client_shows_it(stack_of):
    """The official client of storage raises the message."""
    from storage3 import SyncStorageClient
    from storage3.exceptions import StorageApiError

    stack = stack_of("prod")
    address, headers = f"{stack.api_url}/storage/v1/", {"apikey": stack.anon_key}
    with SyncStorageClient(address, headers) as client, pytest.raises(StorageApiError) as refused:
        client.list_buckets()
    assert refused.value.message.startswith("Storage is not part of this stack")
