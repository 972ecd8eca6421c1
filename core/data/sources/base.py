"""What a data source is: settings that can be saved, and a way to open the data they name."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from core.data.dataset import Dataset
from core.data.policy import DataPolicy
from core.settings import Declared


@dataclass(frozen=True)
class Source(Declared, ABC):
    """Base of every data source. `id` is its name on the command line, `title` on screen."""

    id: ClassVar[str] = ""
    title: ClassVar[str] = ""

    @property
    def label(self) -> str:
        return self.title

    @abstractmethod
    def open(self, policy: DataPolicy, base: Path) -> Dataset:
        """The data set, split as `policy` says; relative paths start at the folder `base`.

        FileError where it cannot be opened.
        """
