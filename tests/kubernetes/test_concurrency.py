"""Many clients at one object."""

import json
from concurrent.futures import ThreadPoolExecutor

from support.kubernetes import connector

CLIENTS = 32
ROUNDS = 5


def test_no_update_is_lost(namespace):
    """Each adds one to a field, and tries again where it was not the first."""
    namespace.create(connector("counter", address="0"))
    path = f"{namespace.connectors}/counter"

    def increment(_):
        client = namespace.scope.client_with(namespace.scope.key)
        for _ in range(ROUNDS):
            while True:
                document = client.get(path).json()
                document["spec"]["address"] = str(int(document["spec"]["address"]) + 1)
                response = client.put(path, json=document)
                if response.status_code == 200:
                    break
                assert response.status_code in (409, 503), response.text

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(increment, range(CLIENTS)))
    document = namespace.get("counter")
    assert document["spec"]["address"] == str(CLIENTS * ROUNDS)
    assert document["metadata"]["generation"] == CLIENTS * ROUNDS + 1


def test_patches_without_a_version_all_arrive(namespace):
    namespace.create(connector("git"))

    def label(number):
        client = namespace.scope.client_with(namespace.scope.key)
        patch = json.dumps({"metadata": {"labels": {f"l{number}": "x"}}})
        headers = {"content-type": "application/merge-patch+json"}
        return client.patch(
            f"{namespace.connectors}/git", content=patch, headers=headers
        ).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(label, range(8))) == {200}
    assert len(namespace.get("git")["metadata"]["labels"]) == 8


def test_one_of_many_creates_the_object(namespace):
    def create(_):
        client = namespace.scope.client_with(namespace.scope.key)
        return client.post(namespace.connectors, json=connector("one")).status_code

    with ThreadPoolExecutor(16) as pool:
        assert sorted(pool.map(create, range(16))) == [201] + [409] * 15
