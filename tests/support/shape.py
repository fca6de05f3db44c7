"""Documents as a client with types reads them: what must be there, what it must be, and what may be there."""

import datetime
import re
import urllib.parse
import uuid

ANYTHING = object


def check(value, shape, path="$"):
    """Checks a value against a shape: a type, a function that refuses by an exception, a list of one shape, or a dict of
    shapes by name, where a name with a question mark may be left out. Other members may be there."""
    if isinstance(shape, dict):
        assert isinstance(value, dict), f"{path} is no object"
        for name, inside in shape.items():
            required = name.removesuffix("?")
            if required in value:
                check(value[required], inside, f"{path}.{required}")
            else:
                assert name.endswith("?"), f"{path}.{required} is missing"
    elif isinstance(shape, list):
        assert isinstance(value, list), f"{path} is no array"
        for index, item in enumerate(value):
            check(item, shape[0], f"{path}[{index}]")
    elif isinstance(shape, type):
        is_it = isinstance(value, shape) and not (shape in (int, float) and isinstance(value, bool))
        assert is_it, f"{path} is no {shape.__name__}: {value!r}"
    else:
        try:
            shape(value)
        except (AssertionError, TypeError, ValueError, AttributeError) as error:
            raise AssertionError(f"{path} is {value!r}: {error}") from error


def text(value):
    """A string that is not empty."""
    assert isinstance(value, str) and value


def id_of_uuid(value):
    """A UUID, with hyphens or without."""
    uuid.UUID(value)


def moment(value):
    """RFC 3339, as strict as Go is: a full date and time with a zone."""
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", value)
    datetime.datetime.fromisoformat(value)


def url(value):
    """An absolute address."""
    parts = urllib.parse.urlsplit(value)
    assert parts.scheme in ("http", "https") and parts.netloc


def one_of(*values):
    """One of a few values."""

    def shape(value):
        assert value in values

    return shape
