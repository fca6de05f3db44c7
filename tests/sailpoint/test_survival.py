"""Jobs survive the death of the host, at any moment, and go when they have expired."""

import random
import time

from support.sailpoint import RUNNING, Tenant, config, file, reference
from support.scope import Scope

OBJECTS = 10_000
DEATHS = 50


def content(description="first"):
    object = {"connector": "ldap", "description": description}
    sources = [config("SOURCE", f"s{n}", f"source {n}", object) for n in range(OBJECTS // 2)]
    profiles = [
        config(
            "IDENTITY_PROFILE",
            f"p{n}",
            f"profile {n}",
            {"authoritativeSource": reference("SOURCE", f"s{n}")},
        )
        for n in range(OBJECTS // 2)
    ]
    return file(*profiles, *sources)


def revisions(scope, kind):
    """All that was done to objects of a kind."""
    after = 0
    while after is not None:
        query = {"kind": kind, "after": after, "limit": 1000}
        response = scope.client.get(f"/v1/scopes/{scope.name}/revisions", params=query)
        assert response.status_code == 200, response.text
        yield from response.json()["revisions"]
        after = response.json()["next"]


def changes(scope, kind):
    """What was wanted of each object, in order; what probes observed is none of it."""
    found = {}
    for entry in revisions(scope, kind):
        if entry["operation"] != "status":
            id = entry["object"]["id"]
            found[id] = found.get(id, ()) + (entry["operation"],)
    return found


def wait_until_somebody_works(tenant, id):
    """Whoever was killed has the job for as long as the lease lasts. False when the job is over."""
    first = tenant.request("GET", f"/import/{id}").json()
    while True:
        job = tenant.request("GET", f"/import/{id}").json()
        if job["status"] not in RUNNING:
            return False
        if job["modified"] != first["modified"]:
            return True
        time.sleep(0.01)


def check_results(tenant, id):
    assert tenant.ended("import", id)["status"] == "COMPLETE"
    results = tenant.results(id)["results"]
    imported = [object["id"] for kind in results.values() for object in kind["importedObjects"]]
    assert len(imported) == len(set(imported)) == OBJECTS


def test_an_import_that_is_killed_50_times_is_done_once(own_host):
    host = own_host(variables={"rate_limit": "0"})
    scope = Scope.create(host.client(), "killed", {})
    tenant = Tenant(scope.client)
    imports = [tenant.post_import(content()).json()["jobId"]]
    chance, deaths = random.Random(OBJECTS), 0
    while deaths < DEATHS:
        if not wait_until_somebody_works(tenant, imports[-1]):
            # It got done in spite of it: now every source is changed.
            check_results(tenant, imports[-1])
            changed = content(f"import {len(imports)}")
            imports.append(tenant.post_import(changed, {"excludeBackup": True}).json()["jobId"])
            continue
        time.sleep(chance.uniform(0, 0.06))
        host.kill()
        host.start()
        deaths += 1
    check_results(tenant, imports[-1])

    # Each import made one change of each source, the first one of each profile: no more, no less.
    assert set(changes(scope, "connector").values()) == {
        ("create",) + ("update",) * (len(imports) - 1)
    }
    assert set(changes(scope, "configuration-object").values()) == {("create",)}
    assert len(changes(scope, "connector")) + len(changes(scope, "configuration-object")) == OBJECTS
    assert len(tenant.export()["objects"]) == OBJECTS
    jobs = [entry for entry in revisions(scope, "job") if entry["operation"] == "create"]
    assert len(jobs) == len(imports) + 2, "an import each, the backup of the first, and this export"


def test_what_was_left_is_taken_up_by_a_tick(own_host):
    host = own_host(variables={"rate_limit": "0"})
    scope = Scope.create(host.client(), "ticked", {})
    tenant = Tenant(scope.client)
    id = tenant.post_import(content()).json()["jobId"]
    host.kill()
    host.start()
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not tenant.export(includeTypes=["SOURCE"])["objects"]:
        assert host.client().post("/v1/jobs/tick").status_code == 204
        time.sleep(0.5)
    assert tenant.ended("import", id)["status"] == "COMPLETE"
    assert scope.client.post("/v1/jobs/tick").status_code == 403


def test_artifacts_expire(own_host):
    host = own_host(variables={"rate_limit": "0", "job_seconds": "2"})
    scope = Scope.create(host.client(), "expiring", {})
    tenant = Tenant(scope.client)
    id = tenant.request("POST", "/export", json={}).json()["jobId"]
    time.sleep(2.5)
    gone = [tenant.request("GET", path) for path in (f"/export/{id}", f"/export/{id}/download")]
    assert [response.status_code for response in gone] == [404, 404]
    assert "expired" in gone[0].json()["messages"][0]["text"]
    assert host.client().post("/v1/jobs/tick").status_code == 204
    assert tenant.request("GET", f"/export/{id}").status_code == 404
