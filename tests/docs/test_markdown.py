"""How documents are read, before any of their commands is run."""

import pytest

from support import markdown
from support.reader import differs, same_text

DOCUMENT = """# A title

```sh
echo one
```

- a list
  ```sh no-run: needs a cluster
  echo two
    three
  ```

````text
```
inner
```
````

```json output
{"a": 1}
```

```yaml file=c.yaml
a: 1
```

```sh serve needs=spin
spin up
```
"""


def test_blocks_have_their_language_options_and_text():
    one, two, three, four, five, six = markdown.blocks(DOCUMENT)
    assert (one.language, one.text, one.line, one.is_run) == ("sh", "echo one\n", 4, True)
    assert (two.no_run, two.text, two.is_run) == ("needs a cluster", "echo two\n  three\n", False)
    assert (three.language, three.text, three.is_run) == ("text", "```\ninner\n```\n", False)
    assert four.options == {"output": ""} and not four.is_run
    assert five.options == {"file": "c.yaml"}
    assert six.options == {"serve": "", "needs": "spin"}


@pytest.mark.parametrize(
    "block",
    [
        "```\nx\n```",
        "```bash\nx\n```",
        "```console\n$ x\n```",
        "```sh no-run\nx\n```",
        "```sh no-run:\nx\n```",
        "```json no-run: x\nx\n```",
        "```sh norun: x\nx\n```",
        "```sh output\nx\n```",
        "```sh needs=\nx\n```",
        "```json serve\nx\n```",
        "```yaml file\nx\n```",
        "```sh\nx\n",
    ],
)
def test_a_block_that_is_not_marked_as_agreed_is_refused(block):
    with pytest.raises(markdown.Unclear):
        list(markdown.blocks(block))


def test_links_and_anchors_are_those_of_the_prose():
    text = "# The `sh` way, twice\n# Again\n# Again\n[a](b.md#c) `[no](x)` [d]\n```sh\n[e](f)\n# no\n```\n\n[d]: g.md\n"
    assert markdown.links(text) == ["b.md#c", "g.md"]
    assert markdown.anchors(text) == {"the-sh-way-twice", "again", "again-1"}


@pytest.mark.parametrize(
    ("expected", "actual", "difference"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, None),
        ({"a": "…"}, {"a": {"b": 1}}, None),
        ({"a": "…"}, {}, "$.a is not there"),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, "$.a.b is 2"),
        ([1, "…"], [1, 2, 3], None),
        ([1], [1, 2], "$ has 2 entries"),
        ([1, 2], [1], "$ has 1 entries"),
        ([{"a": 1}], [{"a": True}], "$[0].a is true"),
        ({"a": []}, [], "$ is []"),
    ],
)
def test_json_is_compared_as_it_is_shown(expected, actual, difference):
    assert differs(expected, actual) == difference


@pytest.mark.parametrize(
    ("expected", "actual", "is_same"),
    [
        ("a\nb\n", "a\nb", True),
        ("a … c", "a b c\n", True),
        ("a\n…\nd", "a\nb\nc\nd\n", True),
        ("a\n…\nd", "a\nd\n", True),
        ("a\nb", "a\nb\nc\n", False),
        ("a.c", "abc", False),
    ],
)
def test_text_is_compared_as_it_is_shown(expected, actual, is_same):
    assert same_text(expected, actual) is is_same
