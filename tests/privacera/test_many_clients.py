"""Many clients at once, and a host that dies."""

from concurrent.futures import ThreadPoolExecutor

import httpx

from support.privacera import document, export, post

CLIENTS = 64
WRITERS = 256


def test_of_64_imports_of_one_name_one_is_carried_out(scope):
    with ThreadPoolExecutor(CLIENTS) as pool:
        statuses = sorted(
            pool.map(lambda _: post(scope.client, document()).status_code, range(CLIENTS))
        )
    assert statuses == [201] + [409] * (CLIENTS - 1)


def test_256_writers_get_no_error_and_lose_nothing(scope):
    limits = httpx.Limits(max_connections=WRITERS)
    headers = {"Authorization": f"Bearer {scope.key}"}
    client = httpx.Client(
        base_url=scope.client.base_url, headers=headers, timeout=120, limits=limits
    )
    with client, ThreadPoolExecutor(WRITERS) as pool:
        answers = list(pool.map(lambda n: post(client, document(name=f"c {n}")), range(WRITERS)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == WRITERS
    for number in range(0, WRITERS, 16):
        assert export(scope.client, f"c {number}").status_code == 200


def test_what_was_answered_201_survives_a_kill(own_host):
    host = own_host()
    created, total = [], 200

    def run(number):
        try:
            answer = post(client, document(name=f"c {number}"))
        except httpx.TransportError:
            return
        assert answer.status_code == 201, answer.text
        created.append(number)
        if len(created) == total // 4:
            host.kill()

    with host.client() as client, ThreadPoolExecutor(32) as pool:
        list(pool.map(run, range(total)))
    assert total // 4 <= len(created) < total
    host.start()
    with host.client() as client:
        found = {number for number in range(total) if is_whole(client, number)}
    assert set(created) <= found


def is_whole(client, number):
    answer = export(client, f"c {number}")
    if answer.status_code == 404:
        return False
    assert answer.status_code == 200, answer.text
    [application] = answer.json()["applications"]
    assert len(application["appConfigs"]) > 3
    return True
