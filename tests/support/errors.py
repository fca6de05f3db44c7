"""The form of every API's errors."""


def check_form(dialect, response, path=""):
    """An error is in the form of its API."""
    if dialect == "kubernetes" and response.status_code == 401:
        return
    body = response.json()
    if path.rstrip("/") == "/oauth/token" and response.status_code != 405:
        assert {"error", "error_description"} <= body.keys(), body
    elif dialect == "admin":
        assert {"code", "message", "requestId"} <= body["error"].keys(), body
    elif dialect == "privacera":
        assert {"status", "error", "message", "path", "timestamp", "requestId"} <= body.keys(), body
        assert body["status"] == response.status_code
    elif dialect == "pingone":
        assert {"id", "code", "message"} <= body.keys(), body
    elif dialect == "kubernetes":
        assert (body["kind"], body["status"], body["code"]) == (
            "Status",
            "Failure",
            response.status_code,
        ), body
    elif dialect == "versori":
        assert body["code"].startswith(str(response.status_code)) and body["message"], body
    elif dialect == "sailpoint":
        published = {401: {"error"}, 429: {"message"}}.get(
            response.status_code, {"detailCode", "messages"}
        )
        assert published <= body.keys(), body
    else:
        raise AssertionError(f"no form is known for {dialect}")
