import pytest
from support.versori import Organisation


@pytest.fixture(params=["/o", "/api/connect/v1/o"], ids=["short", "prefixed"])
def either(scope, request):
    """An organisation by each of the two prefixes."""
    return Organisation(scope, request.param)


@pytest.fixture
def organisation(scope):
    return Organisation(scope)
