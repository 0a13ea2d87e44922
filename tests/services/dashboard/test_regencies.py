"""The map has the regencies of the table of codes, where they are, and its licence beside it."""

import hashlib
from importlib.resources import files

from office_node.domain.villages import places_below
from services.dashboard.regencies import CREDIT, regencies, regency_names

SHA256 = "b5b760b5e6777d9b898971888f773073a738d50034a1450b66442d256ab987e9"


def test_the_map_has_the_regencies_that_the_codes_name() -> None:
    named = {place.code: place.name.removeprefix("Kabupaten ") for place in places_below("18")}
    assert {code: name.removeprefix("Kabupaten ") for code, name in regency_names().items()} == named


def test_every_outline_is_closed_and_lies_in_lampung() -> None:
    for one in regencies():
        assert one.rings
        for ring in one.rings:
            assert len(ring) > 3
            assert ring[0] == ring[-1]
            assert all(103 < lon < 107 and -7 < lat < -3 for lon, lat in ring)


def test_the_file_is_the_one_that_its_licence_describes() -> None:
    maps = files("services.dashboard.maps")
    licence = maps.joinpath("lampung.LICENSE.md").read_text(encoding="utf-8")
    assert hashlib.sha256(maps.joinpath("lampung.geojson").read_bytes()).hexdigest() == SHA256
    assert SHA256 in licence
    assert CREDIT in licence
