"""Pages of the list of instances, by limit and cursor."""

from urllib.parse import parse_qs, urlsplit

import pytest

from support.pingone import Environment, check_error


@pytest.fixture
def environment(scope):
    return Environment(scope)


def test_pages_are_the_whole_list(environment):
    ids = [environment.created(name=f"i-{number}")["id"] for number in range(7)]
    assert [one["id"] for one in environment.list()] == ids
    found, query = [], {"limit": "3"}
    while query:
        page = environment.client.get(environment.instances, params=query).json()
        found.append([one["id"] for one in page["_embedded"]["connectorInstances"]])
        following = page["_links"].get("next")
        query = following and {
            name: values[0] for name, values in parse_qs(urlsplit(following["href"]).query).items()
        }
    assert found == [ids[:3], ids[3:6], ids[6:]]


@pytest.mark.parametrize(
    ("name", "value"),
    [("limit", "0"), ("limit", "x"), ("limit", "1001"), ("limit", ""), ("cursor", "zz")],
)
def test_a_page_that_cannot_be_read_is_named(environment, name, value):
    response = environment.client.get(environment.instances, params={name: value})
    details = check_error(response, 400, "INVALID_DATA")
    assert [target for _, target in details] == [name]
