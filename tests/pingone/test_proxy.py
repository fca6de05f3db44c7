"""Addresses in answers are those by which the client reaches us, behind a proxy too."""

from support.pingone import instance

FORWARDED = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "api.patchbay.example"}


def hrefs(client, environment, headers):
    """Those of a read, and of writes that another function carries out."""
    path = f"/v1/environments/{environment}/connectorInstances"
    created = client.post(path, json=instance(), headers=headers)
    own = f"{path}/{created.json()['id']}"
    read = client.get(own, headers=headers)
    replaced = client.put(own, json=instance(name="b"), headers=headers)
    return {
        answer.json()["_links"]["self"]["href"].split("/v1/")[0]
        for answer in (created, read, replaced)
    }


def test_forwarding_headers_are_not_believed_by_default(environment):
    base = str(environment.client.base_url).rstrip("/")
    assert hrefs(environment.client, environment.id, FORWARDED) == {base}
    forged = {"X-Patchbay-Origin": "x https://evil.example"}
    assert hrefs(environment.client, environment.id, forged) == {base}


def test_a_trusted_proxy_says_where_clients_reach_us(own_host):
    host = own_host(variables={"trust_forwarded": "true"})
    with host.client() as client:
        scope = client.get("/v1/scopes/default").json()
        id = scope["environmentId"]
        assert hrefs(client, id, FORWARDED) == {"https://api.patchbay.example"}
        standard = {"Forwarded": 'for=192.0.2.1;proto=https;host="api.patchbay.example:8443"'}
        assert hrefs(client, id, standard) == {"https://api.patchbay.example:8443"}
        assert hrefs(client, id, {}) == {host.url}
