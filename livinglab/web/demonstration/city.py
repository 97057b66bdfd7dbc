"""What the parts of the demonstration share: its texts, its days, and whom and what the keys in its files mean."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from django.utils import timezone

from livinglab.accounts.models import Area, Person
from proposals.models import Comment, Proposal

CONTENT = Path(__file__).parent
# The same city every time; only its dates move.
SEED = 20220309


@cache
def content(name: str) -> dict[str, Any]:
    """One of the files beside this one."""
    document: dict[str, Any] = yaml.safe_load((CONTENT / f"{name}.yaml").read_text(encoding="utf-8"))
    return document


def in_both(name: str, text: dict[str, str]) -> dict[str, Any]:
    """``{"ko", "en"}`` as the pair of columns it is stored in."""
    return {f"{name}_ko": text["ko"], f"{name}_en": text["en"]}


@dataclass
class City:
    now: datetime
    areas: dict[str, Area]
    people: dict[str, Person] = field(default_factory=dict)
    crowd: dict[str, list[Person]] = field(default_factory=dict)
    proposals: dict[str, Proposal] = field(default_factory=dict)
    comments: dict[str, Comment] = field(default_factory=dict)
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))
    numbers: np.random.Generator = field(default_factory=lambda: np.random.default_rng(SEED))

    @property
    def moderator(self) -> Person:
        return self.people["moderator"]

    @property
    def evaluator(self) -> Person:
        return self.people["evaluator"]

    @property
    def outreach(self) -> Person:
        """Who enters answers from paper, and so neither decides nor signs."""
        return self.people["outreach"]

    def day(self, days: int, hour: int = 10) -> datetime:
        """That hour of the day so many days from loading; negative is past."""
        local = timezone.localtime(self.now).replace(hour=hour, minute=0, second=0, microsecond=0)
        return local + timedelta(days=days)

    def some_time(self, begin: datetime, end: datetime) -> datetime:
        """A moment between the two, never to come."""
        return begin + self.chance.random() * (min(end, self.now) - begin)
