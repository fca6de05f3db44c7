"""What the suites of probe share: a host that may reach loopback, and stand-ins for tools."""

import os
import uuid

import pytest

from support.host import OwnHost
from support.scope import Scope
from support.tool import Tool


@pytest.fixture(scope="module")
def near(tmp_path_factory):
    """A host of the module's own whose probes may reach loopback."""
    program = os.environ.get("PATCHBAY_HOST")
    if not program:
        pytest.skip("needs the local host, which this deployment is not")
    host = OwnHost(program, tmp_path_factory.mktemp("near"), variables={"probe_allowed_networks": "127.0.0.0/8", "anonymous": "write"})
    host.start()
    yield host
    host.stop()


@pytest.fixture
def near_scope(near):
    """A scope on that host."""
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
