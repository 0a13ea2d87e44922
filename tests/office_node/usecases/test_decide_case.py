"""What harms takes two officers, and a key names neither of them in a role that it may not act in."""

from pathlib import Path

import pytest

from office_node.usecases.access import make_access_key
from services.simulator.acts import ActRefusedError, decide, file, settle
from services.simulator.federation import simulate
from services.simulator.loop import run_virtual
from tests.federation.cast import KALIANDA, STRANGER


@pytest.mark.parametrize(("roles", "refused"), [(("interview",), True), (("interview", "supervisor"), False)])
def test_the_second_officers_role_must_be_one_of_the_keys_too(
    tmp_path: Path, roles: tuple[str, ...], refused: bool
) -> None:
    async def story() -> None:
        async with simulate(tmp_path, offices=(KALIANDA,)) as simulation:
            await settle(simulation)
            office = simulation[KALIANDA]
            case = (await file(office, STRANGER)).case
            _, office.secret = await make_access_key(office.node, label="interviews", roles=roles)
            said = None
            try:
                await decide(office, case, "refused", reason_group="A")
            except ActRefusedError as error:
                said = (error.status, error.code)
            assert said == ((401, "access-denied") if refused else None)

    run_virtual(story())
