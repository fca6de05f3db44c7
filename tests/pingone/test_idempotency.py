"""Idempotency-Key: a repeated POST gets the first answer and does nothing."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from support import privacera
from support.pingone import check_error, instance

CLIENTS = 32


@pytest.fixture
def key():
    return {"Idempotency-Key": str(uuid.uuid4())}


def test_a_repeated_create_gets_the_first_answer(environment, key):
    first = environment.create(instance(properties={"password": {"value": "hunter2"}}), headers=key)
    assert first.status_code == 201, first.text
    environment.replace(first.json()["id"], instance(name="renamed"))
    again = environment.create(instance(properties={"password": {"value": "hunter2"}}), headers=key)
    assert again.status_code == 201
    assert again.json() == first.json()
    assert again.headers["etag"] == first.headers["etag"]
    assert [one["name"] for one in environment.list()] == ["renamed"]


def test_a_repeat_is_answered_after_what_was_made_is_deleted(environment, key):
    first = environment.create(headers=key)
    environment.delete(first.json()["id"])
    assert environment.create(headers=key).json() == first.json()
    assert environment.list() == []


def test_a_repeated_clone_gets_the_first_answer(environment, key):
    source = environment.created()
    first = environment.clone(source["id"], headers=key)
    again = environment.clone(source["id"], headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert len(environment.list()) == 2


def test_the_same_key_for_another_request_is_refused(environment, key):
    source = environment.create(headers=key).json()
    for answer in (
        environment.create(instance(name="other"), headers=key),
        environment.clone(source["id"], headers=key),
    ):
        assert check_error(answer, 400, "INVALID_DATA") == [
            ("UNIQUENESS_VIOLATION", "Idempotency-Key")
        ]
    assert environment.list() == [source]


def test_a_key_is_its_callers_own(environment, key):
    other = environment.scope.client_with(environment.scope.new_key("write")["key"])
    assert environment.create(headers=key).status_code == 201
    assert other.post(environment.instances, json=instance(), headers=key).status_code == 201
    assert len(environment.list()) == 2


def test_a_refused_request_leaves_its_key_free(environment, key):
    check_error(environment.create({}, headers=key), 400, "INVALID_DATA")
    assert environment.create(params={"preview": "true"}, headers=key).status_code == 200
    assert environment.create(headers=key).status_code == 201


@pytest.mark.parametrize("value", ["", "x" * 256])
def test_a_key_has_1_to_255_characters(environment, value):
    details = check_error(
        environment.create(headers={"Idempotency-Key": value}), 400, "INVALID_DATA"
    )
    assert details == [("INVALID_VALUE", "Idempotency-Key")]


def test_of_requests_at_the_same_time_one_is_carried_out(environment, key):
    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = list(pool.map(lambda _: environment.create(headers=key), range(CLIENTS)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert len(environment.list()) == 1


def test_an_import_can_be_repeated(scope, key):
    def post():
        return scope.client.post(
            "/v2/runtime/connector/import", json=privacera.document(), headers=key
        )

    first = post()
    assert first.status_code == 201, first.text
    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = list(pool.map(lambda _: post(), range(CLIENTS)))
    assert {(answer.status_code, answer.text) for answer in answers} == {(201, first.text)}
    other = scope.client.post(
        "/v2/runtime/connector/import", json=privacera.document(name="other"), headers=key
    )
    assert other.status_code == 400
    assert other.json()["errors"][0]["field"] == "Idempotency-Key"
    assert privacera.post(scope.client, privacera.document()).status_code == 409


def test_imports_of_one_key_at_the_same_time_get_one_answer(scope, key):
    def post(_):
        return scope.client.post(
            "/v2/runtime/connector/import", json=privacera.document(), headers=key
        )

    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = list(pool.map(post, range(CLIENTS)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
