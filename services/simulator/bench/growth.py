"""How many octets a year an office's database grows, measured from the rows that real nodes write.

One office files, the others only answer, in federations of two sizes: the difference between them is what each further
office costs. Octets are those of SQLite's pages, indexes included; an entry is measured before and after its
payload was erased. Volumes: 135 applications a working day and office, 245 days; 1 in 100 ends in a postponement.
"""

import tempfile
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from office_node.usecases.integrate_log import integrate_log
from office_node.usecases.sweep import sweep
from services.simulator import acts
from services.simulator.acts import settle
from services.simulator.bench import offices
from services.simulator.bench.row import Row
from services.simulator.federation import Office, simulate
from services.simulator.loop import VirtualClock, run_virtual

CASES, SMALL, LARGE = 120, 3, 7
A_YEAR = 135 * 245
SIZES = (3, 30, 151)
SHORT_LIVED = frozenset({"nonce", "filed_near", "idempotency", "delivery", "rate", "peer", "peer_use", "feed_gap"})
"""Gone after minutes to 30 days, or a row for each office: they grow to a size and no further."""
_ERASED = timedelta(days=3 * 366)


def measure() -> list[Row]:
    """One row for each size, with what makes it up in the note."""
    small, answering = _grown(SMALL)
    large, _ = _grown(LARGE)
    rows = []
    for size in SIZES:
        year = Counter[str]()
        for table in (small.keys() | large.keys() | answering.keys()) - SHORT_LIVED:
            filed, filed_large, answered = (one.get(table, 0.0) for one in (small, large, answering))
            own = filed + (filed_large - filed) / (LARGE - SMALL) * (size - SMALL)
            year[table] = round(A_YEAR * (max(0.0, own) + (size - 1) * max(0.0, answered)))
        told = ", ".join(f"{table} {octets / 1e6:.0f}" for table, octets in year.most_common(12) if octets > 5e5)
        rows.append(Row(f"growth_{size}_offices_mb_a_year", year.total() / 1e6, "MB", note=told))
    return rows


def _grown(size: int) -> tuple[dict[str, float], dict[str, float]]:
    """Octets a case in the office that filed it, and in one that was asked about it, by table."""
    found: list[dict[str, float]] = []

    async def story() -> None:
        names = [f"kanim-office-{number:02d}" for number in range(size)]
        with tempfile.TemporaryDirectory(prefix="jejak-bench-") as folder:
            async with simulate(Path(folder), offices=names, hello_every_s=14_400) as simulation:
                await settle(simulation, 10)
                filing, asked = simulation[names[0]], simulation[names[1]]
                before = [_octets(office) for office in (filing, asked)]
                for number, person in enumerate(offices.invented(3, CASES)):
                    fields = person.model_dump(mode="json", exclude_none=True)
                    filed = await acts.file(filing, fields, key=f"request-{number:05d}")
                    await settle(simulation, 3)
                    await (acts.postpone if number % 100 == 0 else acts.clear)(filing, filed.case)
                    await settle(simulation, 3)
                for office, held in zip((filing, asked), before, strict=True):
                    found.append(await _per_case(office, held))

    run_virtual(story())
    return found[0], found[1]


async def _per_case(office: Office, before: Counter[str]) -> dict[str, float]:
    """What came of the cases, table by table; of the log, what is left of it after erasure too."""
    await integrate_log(office.node)
    after = _octets(office)
    grown = {table: (octets - before[table]) / CASES for table, octets in after.items()}
    clock = VirtualClock()
    clock.skew = _ERASED
    await sweep(replace(office.node, clock=clock))
    grown["entry after erasure"] = (_octets(office)["entry"] - before["entry"]) / CASES
    grown["entry, its payload"] = grown.pop("entry") - grown["entry after erasure"]
    return grown


def _octets(office: Office) -> Counter[str]:
    """Octets in each table with its indexes, in pages that are full as after a VACUUM."""
    with office.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("VACUUM")
        rows = driver.execute(
            "SELECT m.tbl_name, sum(s.pgsize) FROM dbstat s JOIN sqlite_master m ON m.name = s.name GROUP BY m.tbl_name"
        ).fetchall()
    return Counter({str(table): int(octets) for table, octets in rows})
