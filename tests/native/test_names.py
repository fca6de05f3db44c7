"""Names that are words of other paths, and names that are hard to carry, in every place of every path."""

from urllib.parse import quote

import pytest

from support.errors import check_form

HARD = ["a/b", "..", "a b", "%2F", "a?b#c", "😀", "é", "\n", "\x00", "'", "a" * 253]


def words(routes):
    """What clients may call something, and paths have as well: the last literals of paths, and verbs."""
    literals = {
        part
        for route in routes
        for part in route["path"].split("/")
        if part and not part.startswith(":")
    }
    return sorted(literals)


def path_of(route, name, own):
    """The path with every part this name, except for those that `own` has."""
    encoded = quote(name, safe="").replace(".", "%2E")
    parts = [
        own.get(part[1:], encoded) if part.startswith(":") else part
        for part in route["path"].split("/")
    ]
    return "/".join(parts)


def own_of(scope):
    document = scope.document
    return {
        "scope": scope.name,
        "namespace": scope.name,
        "environment": document["environmentId"],
        "organisation": document["organisationId"],
    }


def check(route, path, answer):
    where = (route["operation"], path, answer.status_code, answer.text[:300])
    assert answer.status_code < 500, where
    if answer.is_success:
        assert answer.status_code in (route["success"], 201), where
    elif answer.status_code >= 400:
        check_form(route["dialect"], answer, path)


def ask(client, route, path):
    options = {} if route["method"] == "GET" else {"json": {}}
    return client.request(route["method"], path, **options)


@pytest.mark.parametrize("name", HARD)
def test_a_name_that_is_hard_to_carry_is_no_fault_of_ours(routes, scope, name):
    for route in routes:
        for own in (own_of(scope), {}):
            path = path_of(route, name, own)
            check(route, path, ask(scope.client, route, path))


def test_a_name_that_is_a_word_of_other_paths_is_a_name(routes, scope):
    """Each word once for each route: what it says follows from the route, not from the word."""
    named = [
        route
        for route in routes
        if route["path"].split("/")[-1].startswith(":") and route["method"] == "GET"
    ]
    for route in named:
        missing = ask(scope.client, route, path_of(route, "no-such-name", own_of(scope)))
        for word in words(routes):
            path = path_of(route, word, own_of(scope))
            if any(other["path"] == path or literal_of(other, path, route) for other in routes):
                continue
            answer = ask(scope.client, route, path)
            check(route, path, answer)
            if missing.status_code == 404:
                assert answer.status_code in (404, 200, 429), (path, answer.text)


def literal_of(other, path, route):
    """Whether another route has a literal where this one has a name."""
    if other is route or other["method"] != route["method"]:
        return False
    parts, segments = other["path"].split("/"), path.split("/")
    alike = len(parts) == len(segments) and all(
        p.startswith(":") or p == s for p, s in zip(parts, segments, strict=True)
    )
    return alike and other["path"] != route["path"]


def test_an_unknown_method_is_405_in_the_form_of_the_api(routes, scope):
    for route in routes:
        path = path_of(route, "x", own_of(scope))
        answer = scope.client.request("TRACE", path)
        assert answer.status_code == 405, (path, answer.text)
        methods = {
            other["method"]
            for other in routes
            if literal_of({**other, "method": route["method"]}, path, {**route, "path": ""})
        }
        assert set(answer.headers["allow"].split(", ")) == methods, path
        check_form(route["dialect"], answer, path)


def test_a_path_that_goes_on_is_404_in_the_form_of_the_api(routes, scope):
    for route in routes:
        path = f"{path_of(route, 'x', own_of(scope))}/and/more/of/it"
        answer = scope.client.get(path)
        assert answer.status_code == 404, (path, answer.text)
        check_form(route["dialect"], answer, path)
