"""The kabupaten and kota of the map, by Kemendagri code, with their outlines (`maps/lampung.geojson`).

BPS and Kemendagri number them differently: only `kemendagri` is read here. Every map shows `CREDIT` beneath it.
"""

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

CREDIT = "Batas wilayah: BPS / OCHA (HDX COD-AB), CC BY 3.0 IGO, disederhanakan."
_MAPS = "services.dashboard.maps"
Ring = tuple[tuple[float, float], ...]


class Regency(NamedTuple):
    """One of them; `rings` are closed, in degrees (longitude, latitude), with holes; `label`: where its name goes."""

    code: str
    name: str
    short: str
    label: tuple[float, float]
    rings: tuple[Ring, ...]


@cache
def regencies() -> tuple[Regency, ...]:
    """All of the map, by code."""
    text = files(_MAPS).joinpath("lampung.geojson").read_text(encoding="utf-8")
    return tuple(sorted(_regency(feature) for feature in json.loads(text)["features"]))


@cache
def regency_names() -> dict[str, str]:
    """Name by code."""
    return {one.code: one.name for one in regencies()}


def _regency(feature: dict[str, Any]) -> Regency:
    told, shape = feature["properties"], feature["geometry"]
    polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
    rings = tuple(_ring(ring) for polygon in polygons for ring in polygon)
    return Regency(told["kemendagri"], told["name"], told["short"], (told["lon"], told["lat"]), rings)


def _ring(points: Sequence[Sequence[float]]) -> Ring:
    return tuple((point[0], point[1]) for point in points)
