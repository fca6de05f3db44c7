"""Content codings: gzip is read in every API, and anything else is refused in the API's own form."""

import gzip
import json

import pytest

from support.errors import check_form

LIMIT = 16 * 1024 * 1024


def creates(scope):
    """A path of each API that takes JSON, and a body that is not good there."""
    document = scope.document
    connectors = f"/apis/connectors.alauda.io/v1alpha1/namespaces/{scope.name}/connectors"
    return {
        "admin": f"/v1/scopes/{scope.name}/keys",
        "privacera": "/v2/runtime/connector/import",
        "pingone": f"/v1/environments/{document['environmentId']}/connectorInstances",
        "kubernetes": connectors,
        "versori": f"/o/{document['organisationId']}/protocols/http/connectors",
        "sailpoint": "/v2025/sp-config/export",
    }


DIALECTS = ["admin", "privacera", "pingone", "kubernetes", "versori", "sailpoint"]


def send(scope, dialect, content, coding):
    headers = {"Content-Type": "application/json", "Content-Encoding": coding}
    return scope.client.post(creates(scope)[dialect], content=content, headers=headers)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_gzip_is_read_as_what_it_is(scope, dialect):
    body = json.dumps({"name": 7, "permissions": 7}).encode()
    plain = scope.client.post(
        creates(scope)[dialect], content=body, headers={"Content-Type": "application/json"}
    )
    for coding in ("gzip", "x-gzip", "GZIP"):
        zipped = send(scope, dialect, gzip.compress(body), coding)
        assert zipped.status_code == plain.status_code, zipped.text
        assert zipped.json().keys() == plain.json().keys()


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("coding", ["br", "deflate", "zstd", "gzip, gzip", "nonsense"])
def test_another_coding_is_415(scope, dialect, coding):
    refused = send(scope, dialect, b"{}", coding)
    assert refused.status_code == 415, refused.text
    assert "gzip" in refused.headers["accept-encoding"]
    check_form(dialect, refused)


def test_a_key_is_made_of_what_was_compressed(scope):
    made = send(
        scope, "admin", gzip.compress(json.dumps({"permissions": ["read"]}).encode()), "gzip"
    )
    assert made.status_code == 201, made.text


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_comes_out_counts_against_the_limit(scope, dialect):
    for length in (LIMIT + 1, 4 * LIMIT):
        bomb = send(scope, dialect, gzip.compress(b" " * length), "gzip")
        assert (
            bomb.status_code in (400, 413) if dialect == "sailpoint" else bomb.status_code == 413
        ), bomb.text
        check_form(dialect, bomb)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_is_no_gzip_is_400(scope, dialect):
    for content in (b"{}", gzip.compress(b"{}")[:-3]):
        refused = send(scope, dialect, content, "gzip")
        assert refused.status_code == 400, refused.text
        check_form(dialect, refused)
