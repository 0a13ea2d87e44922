"""Why something of PIMPASA is refused. Facts only."""

from typing import ClassVar

from office_node.errors import AskerError


class VillageUnknownError(AskerError):
    """No village has that code."""

    code: ClassVar[str] = "village-unknown"


class OutreachDayError(AskerError):
    """What has happened lies in the past, and what is planned within reach."""

    code: ClassVar[str] = "outreach-day"


class TestUnknownError(AskerError):
    """There is no test of that version, or it has no such question."""

    __test__ = False
    code: ClassVar[str] = "test-unknown"
