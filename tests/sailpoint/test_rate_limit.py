"""The rate limit, on hosts of the tests' own."""

from support.sailpoint import Tenant
from support.scope import Scope


def scope_on(host):
    return Scope.create(host.client(), "limited", {})


def test_a_client_above_its_limit_is_told_when_to_come_back(own_host):
    scope = scope_on(own_host(variables={"rate_limit": "5"}))
    path = "/beta/sp-config/config-objects"
    statuses = [scope.client.get(path).status_code for _ in range(5)]
    refused = scope.client.get(path)
    assert statuses == [200] * 5 and refused.status_code == 429
    assert refused.json() == {"message": " Rate Limit Exceeded "}
    assert 1 <= int(refused.headers["retry-after"]) <= 10
    # Each version and each client has its own, and other APIs have none.
    assert scope.client.get("/v2024/sp-config/config-objects").status_code == 200
    other = scope.client_with(scope.new_key("read")["key"])
    assert other.get(path).status_code == 200
    assert scope.client.get(f"/v1/scopes/{scope.name}").status_code == 200
    # Who waits as long as told is let in again.
    assert Tenant(scope.client).request("GET", "/config-objects").status_code == 200


def test_the_paths_without_a_prefix_count_with_those_of_the_version_that_they_stand_for(own_host):
    scope = scope_on(own_host(variables={"rate_limit": "2"}))
    paths = [
        "/sp-config/v1/config-objects",
        "/sp-config/config-objects",
        "/sp-config/v1/config-objects",
    ]
    assert [scope.client.get(path).status_code for path in paths] == [200, 200, 429]


def test_there_need_not_be_a_limit(own_host):
    scope = scope_on(own_host(variables={"rate_limit": "0"}))
    assert {scope.client.get("/beta/sp-config/config-objects").status_code for _ in range(150)} == {
        200
    }
