"""An environment of the test's own."""

import pytest

from support.pingone import Environment


@pytest.fixture
def environment(new_scope):
    return Environment(new_scope(createdAt="2024-01-01T00:00:00.000Z"))
