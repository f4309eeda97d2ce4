"""What a projection is: from degrees to metres on a plane and back, and what it cannot show."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import ClassVar, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from viewer.geo.basemap import Floats, Ragged
from viewer.geo.clip import Kind
from viewer.geo.sphere import distance

#: West, south, east and north edge in metres.
Extent: TypeAlias = tuple[float, float, float, float]


@dataclass(frozen=True)
class Projection:
    """A projection of the sphere; equal parameters make equal projections.

    Parameters
    ----------
    lon0, lat0 : float
        Centre in degrees. Its image is (0, 0), and north is up there.
    """

    lon0: float = 0.0
    lat0: float = 0.0

    name: ClassVar[str]

    @property
    def params(self) -> dict[str, float]:
        """What besides the name defines the projection, in degrees; see `make`."""
        return asdict(self)

    def forward(self, lonlat: ArrayLike) -> Floats:
        """Project degrees, shape (N, 2), to metres, shape (N, 2); NaN for what is not shown."""
        raise NotImplementedError

    def inverse(self, xy: ArrayLike) -> Floats:
        """Turn metres, shape (N, 2), into degrees, shape (N, 2); NaN off the map."""
        raise NotImplementedError

    def clip(self, ragged: Ragged, kind: Kind) -> Ragged:
        """Project lines or rings that are `ready`; see `project_ragged`."""
        raise NotImplementedError

    @cached_property
    def outline(self) -> Ragged:
        """The edge of the map as one ring in metres: what is inside and not land is sea."""
        raise NotImplementedError

    def scale_at(self, xy: ArrayLike) -> float:
        """Return metres on the map per metre on the ground, along the map's x axis, at a point.

        Parameters
        ----------
        xy : array_like, shape (2,)
            Metres. Off the map the result is 1.
        """
        half = 500.0
        ends = self.inverse(np.add(xy, [(-half, 0.0), (half, 0.0)]))
        ground = float(distance(*ends))
        return float(2 * half / ground) if ground > 0 else 1.0
