"""Writes `docs/problems.md` from the one table in which errors become HTTP, and from nothing else.

`make docs` runs it; `tests/docs/test_pages.py` compares.
"""

import sys

from office_node.api.problems import PROBLEMS
from shared_schemas.problem import MEDIA_TYPE

_HEAD = f"""# Problems

Generated from `office_node/api/problems.py` by `make docs`; do not edit.

Every refusal of a node is a problem (`{MEDIA_TYPE}`, RFC 9457) of type `urn:jejak:problem:<code>`.
`code` is stable: never reused, never renamed. `titles` has both languages, `skew_s` is there when it was about
time, `errors` names fields by JSON pointer. Nothing of the input is repeated. Where a second try is worth while, the
header `Retry-After` gives the seconds (column *again*); the same `Idempotency-Key` then makes sure that nothing happens
twice. Between offices, any problem only ever means *unknown*.

| code | status | again | Indonesian | English |
|---|---|---|---|---|
"""


def problems_page() -> str:
    """The whole page, in the order of the code."""
    rows = [
        f"| `{code}` | {said.status} | {'' if said.retry_s is None else f'{said.retry_s} s'} | {said.id} | {said.en} |"
        for code, said in PROBLEMS.items()
    ]
    return _HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    sys.stdout.write(problems_page())
