"""A scope with a key, as a test sees it."""

import httpx


class Scope:
    """One tenant: its names, and clients with keys for it."""

    def __init__(self, admin, document):
        self.admin = admin
        self.document = document
        self.name = document["name"]
        self.clients = []
        self.key = self.new_key("admin")["key"]
        self.client = self.client_with(self.key)

    @classmethod
    def create(cls, admin, name, settings):
        response = admin.put(f"/v1/scopes/{name}", json=settings)
        assert response.status_code == 201, response.text
        return cls(admin, response.json())

    def new_key(self, *permissions, **members):
        """A new key of the scope: its id, secret and both in one."""
        body = {"permissions": list(permissions), **members}
        response = self.admin.post(f"/v1/scopes/{self.name}/keys", json=body)
        assert response.status_code == 201, response.text
        return response.json()

    def client_with(self, key):
        """A client that sends a key."""
        client = httpx.Client(
            base_url=self.admin.base_url, timeout=60, headers={"Authorization": f"Bearer {key}"}
        )
        self.clients.append(client)
        return client

    def close(self):
        for client in self.clients:
            client.close()
