"""What goes wrong on the way: messages lost, doubled, delayed, replayed, kept apart, answered by a liar."""

import asyncio
import base64
import json
import re
from collections import deque
from collections.abc import Awaitable, Callable
from random import Random
from typing import Any

import httpx

from services.simulator.federation import Simulation
from services.simulator.lying import restate
from services.simulator.network import Fault, Handler
from services.simulator.storm.journal import Journal
from services.simulator.storm.profile import Weather

_KEYID = re.compile(r'keyid="([a-z0-9-]+)/')
_REPLAY_AFTER_S = (0.5, 400.0)
_REMEMBERED = 200


class Air:
    """The way to every office. Whoever is on another side of a partition is not reached."""

    def __init__(self, simulation: Simulation, weather: Weather, *, journal: Journal, random: Random) -> None:
        self._simulation = simulation
        self._weather = weather
        self._journal = journal
        self._random = random
        self._taken: deque[httpx.Request] = deque(maxlen=_REMEMBERED)
        self.apart: frozenset[str] = frozenset()
        self.off: frozenset[str] = frozenset()
        self.liars: frozenset[str] = frozenset()
        self.messages = 0
        self.octets = 0
        self.peak = 0
        """The most messages that came to one office within a virtual second."""
        self._second: dict[str, tuple[int, int]] = {}
        for office in simulation.offices:
            self.add(office)

    def add(self, office: str) -> None:
        """The way to this office is as bad as to the others."""
        self._simulation.network.faults[office] = self.way_to(office)

    def way_to(self, office: str) -> Fault:
        """The fault that every request to this office goes through."""

        async def fault(request: httpx.Request, handler: Handler) -> httpx.Response:
            self.messages += 1
            self.octets += len(request.content)
            self._count(office)
            if office in self.off:
                self._journal.write("fault", sort="off", to=office)
                raise httpx.ConnectError("off", request=request)
            if (office in self.apart) != (_sender(request) in self.apart):
                self._journal.write("fault", sort="apart", to=office)
                raise httpx.ConnectError("no route", request=request)
            return await self._weathered(request, handler, office)

        return fault

    def _count(self, office: str) -> None:
        second = int(asyncio.get_running_loop().time())
        last, count = self._second.get(office, (second, 0))
        self._second[office] = (second, count + 1 if last == second else 1)
        if office not in self.off:
            self.peak = max(self.peak, self._second[office][1])

    async def _weathered(self, request: httpx.Request, handler: Handler, office: str) -> httpx.Response:
        weather, draw = self._weather, self._random.random
        if draw() < weather.lost:
            self._journal.write("fault", sort="lost", to=office)
            raise httpx.ReadError("lost", request=request)
        if draw() < weather.slow:
            self._journal.write("fault", sort="slow", to=office)
            await asyncio.sleep(self._random.uniform(0, weather.slow_s))
        response = await self._answered(request, handler, office)
        if draw() < weather.twice:
            await self._again(request, handler, sort="twice", to=office, was=response.status_code)
        if response.status_code < 300 and "signature" in request.headers:
            self._taken.append(request)
        if draw() < weather.replayed and self._taken:
            asyncio.get_running_loop().create_task(self._replay(self._random.choice(list(self._taken))))
        if draw() < weather.answer_lost:
            self._journal.write("fault", sort="answer-lost", to=office)
            raise httpx.ReadError("answer lost", request=request)
        return response

    async def _answered(self, request: httpx.Request, handler: Handler, office: str) -> httpx.Response:
        if office in self.liars and request.url.path.endswith("/inquiries"):
            reference = _inquiry_of(request)
            self._journal.write("fault", sort="lie", to=office, inquiry=reference)
            return await restate(self._simulation[office], _denied)(request, handler)
        return await handler(request)

    async def _replay(self, request: httpx.Request) -> None:
        """Somebody who has recorded a message that was taken sends it once more."""
        await asyncio.sleep(self._random.uniform(*_REPLAY_AFTER_S))
        office = request.url.host.partition(".")[0]
        handler = self._simulation.network.apps.get(request.url.host)
        if handler is not None and office not in self.off:
            await self._again(request, handler, sort="replay", to=office, was=200)

    async def _again(
        self, request: httpx.Request, handler: Callable[[httpx.Request], Awaitable[httpx.Response]], *, sort: str,
        to: str, was: int,
    ) -> None:  # fmt: skip
        copy = httpx.Request(request.method, request.url, headers=request.headers, content=request.content)
        try:
            status = (await handler(copy)).status_code
        except Exception:  # noqa: BLE001 (the office went off in the middle)
            status = 0
        signed = "signature" in request.headers
        self._journal.write("fault", sort=sort, to=to, path=request.url.path, signed=signed, was=was, status=status)


def _sender(request: httpx.Request) -> str:
    found = _KEYID.search(request.headers.get("signature-input", ""))
    return found[1] if found else ""


def _inquiry_of(request: httpx.Request) -> str | None:
    try:
        envelope = json.loads(request.content)["inquiry"]
        return str(json.loads(base64.b64decode(envelope["payload"]))["inquiry"])
    except (ValueError, KeyError, TypeError):
        return None


def _denied(body: dict[str, Any]) -> None:
    """The liar has nothing and has heard of nothing."""
    body.update(outcome="no_hit", hits=[], traces=[])
