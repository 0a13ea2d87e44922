"""Writes `docs/settings.md` from the settings themselves, so that the page cannot say anything else.

`make docs` runs it; `tests/test_project.py` compares.
"""

import sys

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from office_node.settings import Settings

_HEAD = """# Settings of a node

Generated from `office_node/settings.py` by `make docs`; do not edit.

The command line reads them once from the environment and hands them in. Secrets are never values: they are
files in `JEJAK_KEYS_DIR`. `deploy/env.example` is a file to start from.

| name | default | meaning |
|---|---|---|
"""


def _default(setting: FieldInfo) -> str:
    if setting.default is PydanticUndefined:
        return "*required*"
    return "unset" if setting.default is None else f"`{setting.default}`"


def settings_page() -> str:
    """The whole page, in the order of the code."""
    prefix = Settings.model_config["env_prefix"]
    rows = [
        f"| `{prefix}{name.upper()}` | {_default(setting)} | {setting.description} |"
        for name, setting in Settings.model_fields.items()
    ]
    return _HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    sys.stdout.write(settings_page())
