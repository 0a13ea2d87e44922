"""A measured row of `build/bench.json`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """`name, value, unit, base, ratio, bar, meets`; a row without a bar is told for its own sake."""

    name: str
    value: float
    unit: str
    base: float | None = None
    ratio: float | None = None
    bar: float | None = None
    note: str = ""
    more_is_better: bool = False

    @property
    def meets(self) -> bool | None:
        """Whether the bar is met; None without one."""
        if self.bar is None:
            return None
        return self.value >= self.bar if self.more_is_better else self.value <= self.bar

    def to_json(self) -> dict[str, object]:
        """As it is written."""
        return {
            "name": self.name, "value": round(self.value, 4), "unit": self.unit,
            "base": None if self.base is None else round(self.base, 2),
            "ratio": None if self.ratio is None else round(self.ratio, 2),
            "bar": self.bar, "meets": self.meets, "note": self.note,
        }  # fmt: skip
