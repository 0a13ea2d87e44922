"""Who the stories of the federation are about: three offices, a woman who files twice, a man nobody knows."""

from services.simulator import acts
from services.simulator.acts import Fields, settle
from services.simulator.federation import Simulation

KALIANDA, KOTABUMI, BANDAR = "kanim-kalianda", "kanim-kotabumi", "kanim-bandarlampung"
FIRST: Fields = {
    "name": "Sri Wahyuni Rahayu",
    "birth_date": "1994-03-17",
    "birth_place": "Kalianda",
    "sex": "F",
    "mother_name": "Suparmi",
    "village": "18.01.04.2001",
    "phones": ["081234567801"],
}
AGAIN: Fields = {**FIRST, "name": "Sri Wahjuni Rahaju", "phones": ["085398765402"]}
STRANGER: Fields = {"name": "Bagus Prakoso Wibowo", "birth_date": "1989-07-30", "mother_name": "Endang Lestari"}


async def postponed_in_kalianda(simulation: Simulation, *, person: Fields = FIRST) -> str:
    """Kalianda has postponed her application, and everybody has its notice; the case."""
    await settle(simulation)
    case = (await acts.file(simulation[KALIANDA], person)).case
    await acts.postpone(simulation[KALIANDA], case)
    await settle(simulation)
    return case
