"""That following a document notices what is wrong in it."""

import os

import pytest

from support import markdown
from support.reader import Failed, Reader


@pytest.fixture
def program():
    """The local host."""
    program = os.environ.get("PATCHBAY_HOST")
    if not program:
        pytest.skip("needs the local host, which this deployment is not")
    return program


@pytest.fixture
def follow(program, tmp_path):
    """Follows a document."""
    with Reader(program, tmp_path) as reader:

        def follow(text):
            for block in markdown.blocks(text):
                reader.take(block)
            return reader

        yield follow


RIGHT = """
```sh
curl -sS -X PUT http://127.0.0.1:3000/v1/scopes/team-a -H "Authorization: Bearer $KEY"
```

```json output
{"name": "team-a", "environmentId": "…"}
```

```sh
MADE=$(curl -sS http://127.0.0.1:3000/v1/scopes/team-a -H "Authorization: Bearer $KEY" | jq -r .name)
```

```text file=input.txt
hello
```

```sh
echo "$MADE"; cat input.txt; test -f spin.toml; test -d deploy
```

```text output
team-a
…llo
```

```python
import os
print(os.environ["MADE"])
```

```text output
team-a
```

```sh fails=404
curl -sS http://127.0.0.1:3000/v1/scopes/nobody -H "Authorization: Bearer $KEY"
```

```sh no-run: it would not work
exit 1
```
"""


def test_a_right_document_is_followed_to_its_end(follow):
    follow(RIGHT)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("```sh\nfalse\n```", "ends with 1"),
        ("```sh\nfalse | true\n```", "ends with 1"),
        ("```sh\necho $NOT_SET\n```", "NOT_SET"),
        ("```sh\ncurl -sS http://127.0.0.1:3000/v1/scopes/nobody\n```", "ends with 22"),
        ("```sh fails\ntrue\n```", "succeeds"),
        (
            "```sh fails=404\ncurl -sS http://127.0.0.1:3000/v1/scopes\n```",
            "does not fail with 404",
        ),
        ("```python\nraise SystemExit(3)\n```", "ends with 3"),
        ("```sh\necho '{}'\n```\n```json output\n{\"a\": 1}\n```", "$.a is not there"),
        ("```sh\necho no\n```\n```json output\n{}\n```", "not JSON"),
        ("```sh\necho a\n```\n```text output\nb\n```", "prints otherwise"),
    ],
)
def test_a_wrong_document_is_told(follow, text, says):
    with pytest.raises(Failed, match=says.replace("$", r"\$")):
        follow(text)


def test_a_command_that_does_not_end_is_told_and_ended(program, tmp_path):
    with Reader(program, tmp_path, seconds=1) as reader:
        [block] = markdown.blocks("```sh\necho $$ > pid; exec sleep 600\n```")
        with pytest.raises(Failed, match="does not end"):
            reader.take(block)
        pid = int((reader.folder / "pid").read_text())
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_what_a_document_serves_with_takes_the_place_of_the_host_over_the_same_data(follow):
    if not os.environ.get("PATCHBAY_XTASK"):
        pytest.skip("no xtask runs this")
    reader = follow(
        """
```sh
curl -sS -X PUT http://127.0.0.1:3000/v1/scopes/kept -H "Authorization: Bearer $KEY"
```

```sh serve
SPIN_VARIABLE_ANONYMOUS=read cargo xtask up --host local
```

```sh
curl -sS http://127.0.0.1:3000/v1/scopes/kept -H "Authorization: Bearer $KEY"
curl -sS http://127.0.0.1:3000/apis/connectors.alauda.io/v1alpha1/namespaces/kept/connectors
```
"""
    )
    assert reader.served.poll() is None
