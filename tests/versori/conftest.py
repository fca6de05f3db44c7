import pytest

from support.scope import Scope
from support.tool import Tool
from support.versori import Organisation


@pytest.fixture(params=["/o", "/api/connect/v1/o"], ids=["short", "prefixed"])
def either(scope, request):
    """An organisation by each of the two prefixes."""
    return Organisation(scope, request.param)


@pytest.fixture
def organisation(scope):
    return Organisation(scope)


@pytest.fixture
def tool():
    """A server on this machine."""
    tool = Tool()
    yield tool
    tool.close()


@pytest.fixture
def reaching(own_host):
    """An organisation whose functions may ask this machine, and have little room."""
    host = own_host(variables={"probe_allowed_networks": "127.0.0.0/8", "max_body_bytes": "65536"})
    scope = Scope.create(host.client(), "reaching", {})
    yield Organisation(scope)
    scope.close()
