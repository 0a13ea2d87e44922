"""No line says more than the allow-list lets it, whoever writes it."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from office_node import logs


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    logs.configure(stream)
    logs.capture_libraries()
    yield stream
    structlog.reset_defaults()
    root.handlers, root.level = handlers, level


def test_a_field_that_is_not_on_the_list_reaches_no_line(lines: io.StringIO) -> None:
    logs.log.warning("told", office="kanim-kalianda", name="Sri Wahyuni")
    assert "Sri" not in lines.getvalue()
    assert json.loads(lines.getvalue())["office"] == "kanim-kalianda"


def test_a_library_that_has_set_up_handlers_of_its_own_gets_none(capsys: pytest.CaptureFixture[str]) -> None:
    library = logging.getLogger("somelib")
    library.addHandler(logging.StreamHandler())
    library.propagate = False
    stream = io.StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    logs.configure(stream)
    logs.capture_libraries()
    library.error("bad value Sri Wahyuni")
    structlog.reset_defaults()
    root.handlers, root.level = handlers, level
    assert json.loads(stream.getvalue())["where"] == "somelib"
    assert "Sri" not in stream.getvalue() + capsys.readouterr().err


def test_a_library_is_named_and_its_text_left_out(lines: io.StringIO) -> None:
    try:
        raise ValueError("Sri Wahyuni")
    except ValueError:
        logging.getLogger("uvicorn.error").exception("bad value Sri Wahyuni")
    line = json.loads(lines.getvalue())
    assert (line["where"], line["error"], line["level"]) == ("uvicorn.error", "ValueError", "error")
    assert "Sri" not in lines.getvalue()
