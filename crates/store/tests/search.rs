//! Searches: filters, orders, and pages both ways.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use hub::object::{Kind, ScopeId};
use hub::search::{Direction, Filter, SearchPage, SearchPosition, SearchRequest, Side, SortKey};
use serde_json::json;
use store::Store;
use support::{Faulty, commit, create, new, update};

const TAGS: &str = "$.tags";
const LISTED: &str = "$.listed";

fn search(filters: Vec<Filter>, sort: Vec<(SortKey, Direction)>) -> SearchRequest {
    SearchRequest {
        kind: Kind::Connector,
        everywhere: false,
        filters,
        sort,
        from: None,
        limit: 100,
    }
}

fn names(found: &SearchPage) -> Vec<&str> {
    found
        .objects
        .iter()
        .map(|(object, _)| object.name.as_str())
        .collect()
}

/// Connectors in this order, each with a document of its own.
fn filled() -> (Store<Faulty>, ScopeId) {
    let (store, _, scope) = new();
    for (name, doc) in [
        (
            "pets",
            json!({"class": "http", "tags": {"team": ["red", "blue"]}, "listed": ["a", "b"]}),
        ),
        (
            "Sales",
            json!({"class": "bigquery", "tags": {"team": ["red"], "new": []}, "public": true}),
        ),
        (
            "PETSHOP",
            json!({"class": "http", "tags": {"it's \"q\"": ["x"]}, "listed": ["c"], "public": false}),
        ),
        ("bare", json!({})),
    ] {
        let mut change = create(scope, name);
        change.object.doc = doc;
        commit(&store, [change]).unwrap();
    }
    (store, scope)
}

#[test]
fn filters_hold_together() {
    let (store, scope) = filled();
    let text = str::to_owned;
    let table = [
        (vec![], vec!["pets", "Sales", "PETSHOP", "bare"]),
        (
            vec![Filter::NameContains(text("PET"))],
            vec!["pets", "PETSHOP"],
        ),
        (vec![Filter::NameContains(text("%"))], vec![]),
        (
            vec![Filter::Equal("$.class", text("http"))],
            vec!["pets", "PETSHOP"],
        ),
        (
            vec![Filter::NotEqual("$.class", text("http"))],
            vec!["Sales", "bare"],
        ),
        (vec![Filter::True("$.public")], vec!["Sales"]),
        (
            vec![Filter::AnyOf(LISTED, vec![text("b"), text("c")])],
            vec!["pets", "PETSHOP"],
        ),
        (
            vec![Filter::Entry(TAGS, text("team"), None)],
            vec!["pets", "Sales"],
        ),
        (
            vec![Filter::Entry(TAGS, text("team"), Some(text("blue")))],
            vec!["pets"],
        ),
        (
            vec![Filter::Entry(TAGS, text("it's \"q\""), Some(text("x")))],
            vec!["PETSHOP"],
        ),
        (
            vec![
                Filter::Entry(TAGS, text("team"), None),
                Filter::Entry(TAGS, text("new"), None),
            ],
            vec!["Sales"],
        ),
    ];
    for (filters, expected) in table {
        let search = search(filters, vec![(SortKey::Created, Direction::Ascending)]);
        let found = store.search(scope, &search).unwrap();
        assert_eq!(names(&found), expected, "{search:?}");
        assert_eq!(found.total, i64::try_from(expected.len()).unwrap());
    }
    let elsewhere = search(vec![], vec![]);
    assert_eq!(store.search(scope + 1, &elsewhere).unwrap().total, 0);
    let everywhere = SearchRequest {
        everywhere: true,
        ..elsewhere
    };
    assert_eq!(store.search(scope + 1, &everywhere).unwrap().total, 4);
}

#[test]
fn pages_go_both_ways_in_every_order() {
    let (store, scope) = filled();
    let oldest = store
        .search(scope, &search(vec![], vec![]))
        .unwrap()
        .objects
        .pop()
        .unwrap()
        .0;
    commit(&store, [update(&oldest, oldest.doc.clone())]).unwrap();
    use Direction::{Ascending as Up, Descending as Down};
    for (sort, expected) in [
        (
            vec![(SortKey::Name, Up)],
            ["bare", "pets", "PETSHOP", "Sales"],
        ),
        (
            vec![(SortKey::Created, Down)],
            ["bare", "PETSHOP", "Sales", "pets"],
        ),
        (
            vec![(SortKey::Updated, Down)],
            ["pets", "bare", "PETSHOP", "Sales"],
        ),
        (
            vec![(SortKey::Path("$.class"), Up), (SortKey::Name, Down)],
            ["bare", "Sales", "PETSHOP", "pets"],
        ),
        (
            vec![(SortKey::Path("$.class"), Down)],
            ["PETSHOP", "pets", "Sales", "bare"],
        ),
    ] {
        let whole = store.search(scope, &search(vec![], sort.clone())).unwrap();
        assert_eq!(names(&whole), expected);
        assert!(!whole.before && !whole.after);
        for (index, (object, keys)) in whole.objects.iter().enumerate() {
            for (side, rest) in [
                (Side::After, &expected[index + 1..]),
                (Side::Before, &expected[..index]),
            ] {
                let mut page = search(vec![], sort.clone());
                page.limit = 2;
                page.from = Some(SearchPosition {
                    side,
                    keys: keys.clone(),
                    id: object.id,
                });
                let found = store.search(scope, &page).unwrap();
                let (near, more) = match side {
                    Side::After => (&rest[..rest.len().min(2)], found.after),
                    Side::Before => (&rest[rest.len().saturating_sub(2)..], found.before),
                };
                assert_eq!(names(&found), near, "{side:?} {} by {sort:?}", object.name);
                assert_eq!(more, rest.len() > 2);
                assert_eq!(found.total, 4);
            }
        }
    }
}
