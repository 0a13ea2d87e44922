"""The invented people of the simulator, the demonstration and the benchmarks: what others import.

Everything is a function of its seed. No field comes from a living person, the numbers cannot belong to one
(`people_numbers`), and nothing here shares code or tables with the node's recognition of names, which is
tested with it.
"""

from services.simulator.data.areas import BANDAR_LAMPUNG, KALIANDA, KOTABUMI, OFFICES
from services.simulator.people_applications import Application, Outcome, applications
from services.simulator.people_population import TODAY, Population
from services.simulator.people_story import Story, story, story_late, story_namesake, story_stranger
from services.simulator.people_variants import KINDS, NAME_KINDS

__all__ = [
    "BANDAR_LAMPUNG",
    "KALIANDA",
    "KINDS",
    "KOTABUMI",
    "NAME_KINDS",
    "OFFICES",
    "TODAY",
    "Application",
    "Outcome",
    "Population",
    "Story",
    "applications",
    "story",
    "story_late",
    "story_namesake",
    "story_stranger",
]
