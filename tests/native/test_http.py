"""What holds for every request, whoever it is for."""

import json

LIMIT = 16 * 1024 * 1024


def test_it_is_alive_and_ready(anyone):
    assert anyone.get("/healthz").json() == {"status": "ok"}
    assert anyone.get("/readyz").json() == {"status": "ok"}


def test_an_unknown_path_is_404_and_a_wrong_method_405(anyone):
    assert anyone.get("/nowhere/at/all").status_code == 404
    wrong = anyone.post("/healthz")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET")


def test_every_answer_says_its_length_and_its_request(anyone, scope):
    answers = [
        anyone.get("/healthz"),
        anyone.get("/nowhere"),
        anyone.get("/v1/scopes"),
        scope.client.get(f"/v1/scopes/{scope.name}/classes"),
    ]
    for answer in answers:
        assert int(answer.headers["content-length"]) == len(answer.content)
        assert "transfer-encoding" not in answer.headers
        assert answer.headers["x-request-id"]


def test_a_request_id_is_kept_when_it_is_harmless(anyone):
    assert (
        anyone.get("/healthz", headers={"x-request-id": "ci-42.a"}).headers["x-request-id"]
        == "ci-42.a"
    )
    assert anyone.get("/healthz", headers={"x-request-id": "a b"}).headers["x-request-id"] != "a b"


def test_a_request_keeps_its_id_when_it_is_handed_over(scope):
    answer = scope.client.delete(
        f"/v1/scopes/{scope.name}/classes/none", headers={"x-request-id": "handed-over"}
    )
    assert answer.status_code == 404
    assert answer.headers["x-request-id"] == "handed-over"


def test_head_answers_like_get_without_a_body(anyone):
    answer = anyone.head("/healthz")
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) > 0


def test_a_body_over_the_limit_is_413_whether_or_not_it_says_so(scope):
    headers = {"Content-Type": "application/json"}
    body = b" " * (LIMIT + 1)
    path = "/v2/runtime/connector/import"
    assert scope.client.post(path, content=body, headers=headers).status_code == 413
    assert scope.client.post(path, content=chunks(body), headers=headers).status_code == 413


def chunks(body, size=1 << 20):
    for start in range(0, len(body), size):
        yield body[start : start + size]


def test_a_body_at_the_limit_is_read(scope):
    body = json.dumps({"name": "x"}).encode().ljust(LIMIT)
    answer = scope.client.post(
        "/v2/runtime/connector/import", content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 400


def test_a_trailing_slash_does_not_change_the_form_of_an_error(anyone):
    for path in ("/oauth/token", "/oauth/token/"):
        refused = anyone.post(path, data={"grant_type": "password"})
        assert refused.status_code == 400
        assert refused.json()["error"] == "unsupported_grant_type"


def test_query_parameters_that_are_not_known_are_refused(scope, routes):
    root = f"/v1/scopes/{scope.name}"
    for route in routes:
        if (
            route["dialect"] != "admin"
            or not route["path"].startswith("/v1/")
            or route["access"] == "functions"
        ):
            continue
        path = route["path"].replace(":scope", scope.name).replace(":", "")
        answer = scope.client.request(
            route["method"], path, params={"dry-run": "true"}, json={"permissions": ["read"]}
        )
        if answer.status_code == 403 and route["access"] == "installation":
            continue
        assert answer.status_code == 400, (route, answer.text)
        [field] = answer.json()["error"]["fields"]
        assert field["field"] == "dry-run" and "not known" in field["message"]
    assert scope.client.get(f"{root}/revisions", params={"limit": 1}).status_code == 200


def test_the_location_of_a_round_is_where_it_is(scope):
    started = scope.client.post(f"/v1/scopes/{scope.name}/probes/", json={})
    assert started.status_code == 202, started.text
    assert started.headers["location"] == f"/v1/scopes/{scope.name}/probes/{started.json()['id']}"
    assert scope.client.get(started.headers["location"]).status_code == 200
