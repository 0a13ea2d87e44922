"""An office whose systems act for officers in any role, on a desk (`desk.py`); what is sent is a village's session."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

import httpx

from office_node.usecases.access import make_access_key
from shared_schemas.statement import Role
from tests.desk import ORIGIN, Desk, desk_in

HAJIMENA = "18.01.04.2001"
WAY_LAYAP = "18.09.01.2010"
SESSION, VISIT, TASK, REPORT = "5" * 32, "6" * 32, "7" * 32, "8" * 32


@dataclass
class Field:
    """A desk with a key that may act in every role."""

    desk: Desk
    secret: str

    async def call(self, method: str, path: str, body: Any = None, *, role: Role = "pimpasa") -> Any:
        """What the PIMPASA route answers: its JSON, or its status where it has none."""
        headers = {"Authorization": f"Bearer {self.secret}", "Jejak-Officer": "p-3", "Jejak-Role": role}
        transport = httpx.ASGITransport(app=self.desk.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
            answer = await client.request(method, f"/office/v1/pimpasa/{path}", json=body, headers=headers)
        return answer.json() if answer.content else answer.status_code

    def day(self, days: int = 0) -> str:
        """A day in the office's zone, from today."""
        node = self.desk.node
        return (node.workdays.today(node.clock.now()) + timedelta(days=days)).isoformat()

    def held(self, **more: Any) -> dict[str, Any]:
        """The form of a session that was held today."""
        return {
            "village": HAJIMENA,
            "day": self.day(),
            "officers": ["p-3", "p-4"],
            "partners": ["bp3mi", "village_government"],
            "audience": "residents",
            "attendance": [
                {"sex": "F", "age": "25_34", "count": 14},
                {"sex": "M", "age": "25_34", "count": 9},
                {"sex": "F", "age": "not_said", "count": 2},
            ],
            "topics": ["passport", "broker_tactics"],
            "materials": ["leaflet"],
            "test": "2026-11",
            "pre": {"takers": 20, "right": {"q1": 10, "q2": 6}},
            "post": {"takers": 18, "right": {"q1": 18, "q2": 16, "q3": 17, "q8": 11}},
            "asked": "Apakah calo boleh memegang paspor?",
            "photo_consent": True,
            "follow_ups": [{"id": TASK, "what": "Kirim leaflet ke balai desa", "owner": "p-3", "due_on": self.day(7)}],
        } | more


@asynccontextmanager
async def field_in(folder: Path, url: str) -> AsyncIterator[Field]:
    """One process of the office's node."""
    async with desk_in(folder, url) as desk:
        _, secret = await make_access_key(desk.node, label="all roles", roles=get_args(Role))
        yield Field(desk, secret)
