"""GET /connectors: paging both ways, sort, and every filter."""

import pytest

from support.versori import fields, update_of


@pytest.fixture
def seven(organisation):
    """Seven connectors, the oldest first."""
    return [organisation.http(name=f"c{n}") for n in (3, 1, 4, 0, 6, 2, 5)]


def names(page):
    return [one["name"] for one in page["connectors"]]


def walk(organisation, by, cursor=None, **params):
    """The pages from a cursor on: by `next` and `after`, or by `prev` and `before`."""
    pages = []
    for _ in range(20):
        if cursor:
            params["after" if by == "next" else "before"] = cursor
        page = organisation.get("/connectors", params=params)
        pages.append(page)
        cursor = page.get(by)
        if not cursor:
            return pages
    raise AssertionError("the pages do not end")


def test_most_recently_updated_first(organisation, seven):
    page = organisation.get("/connectors")
    assert page["totalCount"] == 7
    assert names(page) == [one["name"] for one in reversed(seven)]
    assert "next" not in page and "prev" not in page
    changed = update_of(seven[0], documentationURL="https://docs.example.com")
    organisation.put(f"/connectors/{seven[0]['id']}", changed)
    assert names(organisation.get("/connectors"))[0] == "c3"


def test_an_empty_list(organisation):
    assert organisation.get("/connectors") == {"totalCount": 0, "connectors": []}


@pytest.mark.parametrize(
    "sort", [None, "name:asc", "name:desc", "createdAt:desc", "id:asc", "protocol:asc,name:desc"]
)
@pytest.mark.parametrize("first", [1, 2, 3, 7, 8])
def test_pages_forth_and_back(organisation, seven, sort, first):
    params = {"first": first, **({"sort": sort} if sort else {})}
    whole = names(organisation.get("/connectors", params={**params, "first": 100}))
    pages = walk(organisation, "next", **params)
    assert [name for page in pages for name in names(page)] == whole
    assert all(page["totalCount"] == 7 for page in pages)
    assert all(len(names(page)) == first for page in pages[:-1])
    back = walk(organisation, "prev", pages[-1].get("prev"), **params) if len(pages) > 1 else []
    earlier = [name for page in reversed(back) for name in names(page)]
    assert earlier == whole[: 7 - len(names(pages[-1]))]


def test_twenty_unless_told_otherwise(organisation):
    for n in range(21):
        organisation.http(name=f"c{n:02}")
    page = organisation.get("/connectors", params={"sort": "name:asc"})
    assert names(page) == [f"c{n:02}" for n in range(20)]
    assert names(
        organisation.get("/connectors", params={"sort": "name:asc", "after": page["next"]})
    ) == ["c20"]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("name:asc", ["a", "B", "c"]),
        ("name:desc", ["c", "B", "a"]),
        ("createdAt:asc", ["c", "a", "B"]),
        ("id:desc", ["B", "a", "c"]),
        ("updatedAt:asc", ["a", "B", "c"]),
        ("protocol:asc,name:asc", ["B", "a", "c"]),
        ("protocol:desc,name:desc", ["c", "a", "B"]),
    ],
)
def test_sorts(organisation, sort, expected):
    oldest = organisation.http(name="c")
    organisation.http(name="a")
    organisation.bigquery(name="B")
    organisation.put(f"/connectors/{oldest['id']}", update_of(oldest, public=True))
    assert names(organisation.get("/connectors", params={"sort": sort})) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"name": "pet"}, {"Pets", "PETSHOP"}),
        ({"name": "%"}, set()),
        ({"protocol": "BigQuery"}, {"Sales"}),
        ({"protocol": "http"}, {"Pets", "PETSHOP"}),
        ({"protocol": "QUERY"}, {"Sales"}),
        ({"protocol": "tt"}, {"Pets", "PETSHOP"}),
        ({"protocol": "soap"}, set()),
        ({"tags": "team:red"}, {"Pets", "Sales"}),
        ({"tags": "team"}, {"Pets", "Sales", "PETSHOP"}),
        ({"tags": "team:red,stage"}, {"Sales"}),
        ({"tags": "team:"}, set()),
        ({"categories": "ERP"}, {"Pets"}),
        ({"categories": ["ERP", "AI/LLMs"]}, {"Pets", "Sales"}),
        ({"name": "s", "protocol": "http", "tags": "team:red"}, {"Pets"}),
    ],
)
def test_filters(organisation, query, expected):
    pets = organisation.http(name="Pets", tags={"team": ["red", "blue"]})
    organisation.http(name="PETSHOP", tags={"team": ["green"]})
    sales = organisation.bigquery(tags={"team": ["red"], "stage": []})
    organisation.put(f"/connectors/{pets['id']}/categories", {"categories": ["ERP", "HR"]}, 204)
    organisation.put(f"/connectors/{sales['id']}/categories", {"categories": ["AI/LLMs"]}, 204)
    page = organisation.get("/connectors", params=query)
    assert set(names(page)) == expected
    assert page["totalCount"] == len(expected)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"first": "0"}, "first"),
        ({"first": "-1"}, "first"),
        ({"first": "many"}, "first"),
        ({"sort": "name"}, "sort"),
        ({"sort": "name:up"}, "sort"),
        ({"sort": "colour:asc"}, "sort"),
        ({"sort": "name:asc,"}, "sort"),
        ({"sort": ":asc"}, "sort"),
        ({"after": "x"}, "after"),
        ({"before": "eyJ4IjoxfQ"}, "before"),
        ({"categories": "Gardening"}, "categories"),
    ],
)
def test_what_is_no_query(organisation, query, field):
    assert field in fields(organisation.get("/connectors", 400, params=query))


def test_a_cursor_is_of_one_order_and_one_direction(organisation, seven):
    cursor = organisation.get("/connectors", params={"first": 2, "sort": "name:asc"})["next"]
    assert "after" in fields(organisation.get("/connectors", 400, params={"after": cursor}))
    both = {"sort": "name:asc", "after": cursor, "before": cursor}
    assert "before" in fields(organisation.get("/connectors", 400, params=both))


def test_names_with_the_same_sort_key_are_all_there(organisation):
    made = [organisation.http(name="same") for _ in range(5)]
    pages = walk(organisation, "next", first=2, sort="name:asc")
    assert {one["id"] for page in pages for one in page["connectors"]} == {
        one["id"] for one in made
    }


def test_the_public_ones_of_all_without_what_is_not_for_all(organisation, new_scope):
    name = f"shared {organisation.id}"
    organisation.http(name=f"private {organisation.id}")
    made = organisation.http(name=name, public=True)
    organisation.connect(made)
    other = new_scope().client
    for prefix in ("", "/api/connect/v1"):
        page = other.get(f"{prefix}/connectors", params={"name": organisation.id}).json()
        assert names(page) == [name] and page["totalCount"] == 1
        [found] = page["connectors"]
        assert found["organisationId"] == organisation.id
        assert found["connections"] == []
