"""Entity tags: who changes what another one changed meanwhile is told."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from support.pingone import check_error, instance

WRITERS = 16


def test_a_tag_changes_with_the_instance_and_only_then(environment):
    response = environment.create()
    id, tag = response.json()["id"], response.headers["etag"]
    assert environment.get(id).headers["etag"] == tag
    unchanged = environment.replace(id, instance())
    assert unchanged.headers["etag"] == tag
    assert unchanged.json() == response.json()
    changed = environment.replace(id, instance(name="other"))
    assert changed.headers["etag"] != tag
    assert environment.clone(id).headers["etag"] not in (tag, changed.headers["etag"])


def test_who_has_it_already_gets_no_body(environment):
    response = environment.create()
    id, tag = response.json()["id"], response.headers["etag"]
    for value in (tag, f'"x", W/{tag}', "*"):
        known = environment.get(id, headers={"If-None-Match": value})
        assert (known.status_code, known.content) == (304, b"")
        assert known.headers["etag"] == tag
    assert environment.get(id, headers={"If-None-Match": '"0"'}).json() == response.json()


def test_a_stale_tag_changes_nothing(environment):
    response = environment.create()
    id, stale = response.json()["id"], {"If-Match": response.headers["etag"]}
    changed = environment.replace(id, instance(name="other"), headers=stale)
    assert changed.status_code == 200
    for answer in (
        environment.replace(id, instance(name="third"), headers=stale),
        environment.delete(id, headers=stale),
        environment.clone(id, headers=stale),
        environment.replace(id, instance(name="third"), headers={"If-None-Match": "*"}),
    ):
        check_error(answer, 412, "REQUEST_FAILED")
    assert environment.list() == [changed.json()]
    current = {"If-Match": f'"0", {changed.headers["etag"]}'}
    assert environment.delete(id, headers=current).status_code == 204


@pytest.mark.parametrize("name", ["If-Match", "If-None-Match"])
def test_what_is_no_tag_is_refused(environment, name):
    id = environment.created()["id"]
    check_error(
        environment.replace(id, instance(name="b"), headers={name: "17"}), 400, "INVALID_REQUEST"
    )


def test_concurrent_replacements_with_if_match_lose_no_update(environment):
    id = environment.created(properties={"count": {"value": 0}, "writers": {"value": []}})["id"]

    def add(writer):
        while True:
            read = environment.get(id)
            properties = read.json()["properties"]
            properties["count"]["value"] += 1
            properties["writers"]["value"].append(writer)
            document = {**read.json(), "properties": properties}
            answer = environment.replace(id, document, headers={"If-Match": read.headers["etag"]})
            if answer.status_code != 412:
                return answer.status_code

    with ThreadPoolExecutor(WRITERS) as pool:
        assert set(pool.map(add, range(WRITERS))) == {200}
    properties = environment.get(id).json()["properties"]
    assert properties["count"]["value"] == WRITERS
    assert sorted(properties["writers"]["value"]) == list(range(WRITERS))


def test_concurrent_replacements_without_if_match_all_succeed(environment):
    id = environment.created()["id"]

    def replace(writer):
        return environment.replace(id, instance(name=f"n {writer}")).status_code

    with ThreadPoolExecutor(WRITERS) as pool:
        assert set(pool.map(replace, range(WRITERS))) == {200}
    assert environment.get(id).json()["name"].startswith("n ")
