"""What the suites of probe share: a deployment that may reach loopback, and stand-ins for tools."""

import os
import uuid

import httpx
import pytest

from support import connectors
from support.host import OwnHost
from support.scope import Scope
from support.tool import Tool


class Deployment:
    """The deployment under test, as a test sees a host of its own."""

    def __init__(self, url, admin_key):
        self.url, self.admin_key = url, admin_key

    def client(self):
        return httpx.Client(
            base_url=self.url, timeout=60, headers={"Authorization": f"Bearer {self.admin_key}"}
        )


@pytest.fixture(scope="session")
def reaches_loopback(admin):
    """Whether probes of the deployment under test may reach loopback (`probe_allowed_networks=127.0.0.0/8`)."""
    tool = Tool()
    tool.answer("/")
    scope = Scope.create(admin, f"t-{uuid.uuid4().hex[:20]}", {})
    connectors.put_class(scope, "tool", tool.url, **connectors.http("/"))
    connectors.make(scope, "c", "tool")
    found = connectors.probe(scope, "c")["LivenessReady"]["status"] == "True"
    scope.close()
    tool.close()
    return found


@pytest.fixture(scope="module")
def near(request, tmp_path_factory):
    """A deployment whose probes may reach loopback: the one under test where they may, else a host of the module's own."""
    if request.getfixturevalue("reaches_loopback"):
        yield Deployment(request.getfixturevalue("base_url"), request.getfixturevalue("admin_key"))
        return
    program = os.environ.get("PATCHBAY_HOST")
    if not program:
        pytest.skip("needs a deployment with probe_allowed_networks=127.0.0.0/8, or the local host")
    host = OwnHost(
        program,
        tmp_path_factory.mktemp("near"),
        variables={"probe_allowed_networks": "127.0.0.0/8", "anonymous": "write"},
    )
    host.start()
    yield host
    host.stop()


@pytest.fixture
def near_scope(near):
    """A scope on that deployment."""
    with near.client() as admin:
        scope = Scope.create(admin, f"t-{uuid.uuid4().hex[:20]}", {})
        yield scope
        scope.close()


@pytest.fixture
def tool():
    """A stand-in for a tool."""
    tool = Tool()
    yield tool
    tool.close()
