"""The seven operations under every prefix: fields, permissions, errors."""

import re
import uuid
from datetime import datetime, timedelta

import pytest

from support.sailpoint import PREFIXES, Tenant, config, file, tenant_of

JOB_FIELDS = {
    "jobId",
    "status",
    "type",
    "expiration",
    "created",
    "modified",
    "description",
    "message",
    "completed",
}
TYPES = [
    "ACCESS_PROFILE",
    "ACCESS_REQUEST_CONFIG",
    "ATTR_SYNC_SOURCE_CONFIG",
    "AUTH_ORG",
    "CAMPAIGN_FILTER",
    "CONNECTOR_RULE",
    "FORM_DEFINITION",
    "GOVERNANCE_GROUP",
    "IDENTITY_OBJECT_CONFIG",
    "IDENTITY_PROFILE",
    "LIFECYCLE_STATE",
    "NOTIFICATION_TEMPLATE",
    "PASSWORD_POLICY",
    "PASSWORD_SYNC_GROUP",
    "PUBLIC_IDENTITIES_CONFIG",
    "ROLE",
    "RULE",
    "SEGMENT",
    "SERVICE_DESK_INTEGRATION",
    "SOD_POLICY",
    "SOURCE",
    "TAG",
    "TRANSFORM",
    "TRIGGER_SUBSCRIPTION",
    "WORKFLOW",
]


@pytest.mark.parametrize("prefix", PREFIXES)
def test_the_same_seven_operations_under_every_prefix(scope, prefix):
    tenant = tenant_of(scope, prefix)
    job, results = tenant.run_import(file(config("TRANSFORM", "t", "lower", {"type": "lower"})))
    assert job["status"] == "COMPLETE"
    assert results["results"]["TRANSFORM"]["importedObjects"] == [
        {"type": "TRANSFORM", "id": "t", "name": "lower"}
    ]
    exported = tenant.export(description="mine")
    assert [object["self"]["id"] for object in exported["objects"]] == ["t"]
    assert (exported["version"], exported["tenant"], exported["description"]) == (
        1,
        scope.document["tenant"],
        "mine",
    )
    assert {
        entry["objectType"] for entry in tenant.request("GET", "/config-objects").json()
    } == set(TYPES)


def test_a_job_has_all_its_fields_from_the_start(scope):
    tenant = tenant_of(scope)
    for response in [
        tenant.request("POST", "/export", json={"description": "why"}),
        tenant.post_import(file(), preview="true"),
    ]:
        assert response.status_code == 202
        job = response.json()
        assert set(job) >= JOB_FIELDS
        assert (job["status"], job["completed"], job["message"]) == ("NOT_STARTED", None, None)
        assert uuid.UUID(job["jobId"])
        created, expiration = (
            datetime.fromisoformat(job[name].replace("Z", "+00:00"))
            for name in ("created", "expiration")
        )
        assert timedelta(days=7, seconds=-2) < expiration - created <= timedelta(days=7)
        kind = job["type"].lower()
        ended = tenant.ended(kind, job["jobId"])
        assert set(ended) >= JOB_FIELDS and ended["completed"] and ended["message"]
        assert ended["description"] == ("why" if kind == "export" else None)
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", ended["expiration"])


def test_what_may_be_done_follows_from_the_key(scope, admin):
    def tenant(*permissions):
        return Tenant(scope.client_with(scope.new_key(*permissions)["key"]))

    reader, writer, prober = tenant("read"), tenant("write"), tenant("probe")
    assert reader.request("GET", "/config-objects").status_code == 200
    assert reader.request("POST", "/export", json={}).status_code == 202
    assert reader.post_import(file()).status_code == 403
    assert writer.request("POST", "/export", json={}).status_code == 202
    response = writer.post_import(file())
    assert response.status_code == 202
    id = response.json()["jobId"]
    assert writer.request("GET", f"/import/{id}").status_code == 200
    assert reader.request("GET", f"/import/{id}").status_code == 403
    refused = prober.request("GET", "/config-objects")
    assert refused.status_code == 403
    assert refused.json()["detailCode"] == "403 Forbidden"


def test_errors_have_their_published_bodies(scope, anyone):
    tenant = tenant_of(scope)
    unknown = tenant.request("GET", f"/import/{uuid.uuid4()}")
    assert unknown.status_code == 404
    body = unknown.json()
    assert body["detailCode"] == "404 Not found"
    assert re.fullmatch(r"[0-9a-f]{32}", body["trackingId"])
    assert body["messages"][0]["text"].startswith(
        "The server did not find a current representation"
    )
    assert body["messages"][0]["locale"] == "en-US" and "localeOrigin" in body["messages"][0]
    assert isinstance(body["causes"], list)
    assert tenant.request("GET", "/import/not-an-id").status_code == 404
    id = uuid.uuid4()
    for path in (
        f"/import/{id}",
        f"/import/{id}/download",
        f"/export/{id}",
        f"/export/{id.hex}/download",
    ):
        assert str(id) in tenant.request("GET", path).json()["messages"][0]["text"], (
            "ids keep their hyphens"
        )
    assert tenant.request("GET", "/nothing").json()["detailCode"] == "404 Not found"

    nobody = anyone.get("/beta/sp-config/config-objects")
    assert nobody.status_code == 401 and set(nobody.json()) == {"error"}

    bad = tenant.request(
        "POST", "/export", json={"includeTypes": ["WORKFLOWS"], "excludeTypes": "x"}
    )
    assert (bad.status_code, bad.json()["detailCode"]) == (400, "400.1.3 Illegal value")
    told = " ".join(message["text"] for message in bad.json()["messages"])
    assert "includeTypes[0]" in told and "WORKFLOWS" in told and "excludeTypes" in told
    assert (
        tenant.request("POST", "/export", content=b"{").json()["detailCode"]
        == "400.1 Bad Request Content"
    )


def test_an_import_is_no_export_and_the_other_way_round(scope, new_scope):
    tenant = tenant_of(scope)
    job, _ = tenant.run_import(file(), {"excludeBackup": True})
    assert tenant.request("GET", f"/export/{job['jobId']}").status_code == 404
    assert tenant.request("GET", f"/export/{job['jobId']}/download").status_code == 404
    assert tenant_of(new_scope()).request("GET", f"/import/{job['jobId']}").status_code == 404


def test_what_a_job_makes_is_not_there_before_it_is_over(scope):
    tenant = tenant_of(scope)
    content = file(*[config("TRANSFORM", str(n), str(n)) for n in range(20_000)])
    job = tenant.post_import(content, {"excludeBackup": True}).json()
    early = tenant.request("GET", f"/import/{job['jobId']}/download")
    assert (early.status_code, early.json()["detailCode"]) == (404, "404 Not found")
    assert "not over yet" in early.json()["messages"][0]["text"]
    assert tenant.ended("import", job["jobId"])["status"] == "COMPLETE"
    assert tenant.request("GET", f"/import/{job['jobId']}/download").status_code == 200


def test_the_old_header_is_accepted(scope):
    response = tenant_of(scope).request(
        "GET", "/config-objects", headers={"X-SailPoint-Experimental": "true"}
    )
    assert response.status_code == 200


def test_a_repeated_request_starts_one_job(scope):
    tenant = tenant_of(scope)
    key = {"Idempotency-Key": str(uuid.uuid4())}
    content = file(config("TRANSFORM", "t", "t"))
    first, second = (
        tenant.post_import(content, headers=key),
        tenant.post_import(content, headers=key),
    )
    assert first.status_code == second.status_code == 202
    assert first.json()["jobId"] == second.json()["jobId"]
    other = tenant.post_import(file(), headers=key)
    assert other.status_code == 400 and "Idempotency-Key" in other.text
    export = tenant.request("POST", "/export", json={}, headers={"Idempotency-Key": "e"}).json()[
        "jobId"
    ]
    assert (
        tenant.request("POST", "/export", json={}, headers={"Idempotency-Key": "e"}).json()["jobId"]
        == export
    )
