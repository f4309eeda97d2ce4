"""Map projections of the sphere in closed form, chosen and clipped to suit the data.

Positions go in as degrees, longitude before latitude (EPSG:4326), and come out as metres east
and north of the projection's origin on a sphere of the Earth's mean radius.
"""

from viewer.geo.projection._azimuthal import AzimuthalEqualArea, Orthographic
from viewer.geo.projection.base import Extent, Projection
from viewer.geo.projection.choice import KINDS, fit, make
from viewer.geo.projection.drawing import project_ragged, seen
from viewer.geo.projection.furniture import graticule, scale_bar
from viewer.geo.projection.region import ConformalConic, Mercator, PlateCarree
from viewer.geo.projection.world import EqualEarth, Robinson

__all__ = [
    "KINDS",
    "AzimuthalEqualArea",
    "ConformalConic",
    "EqualEarth",
    "Extent",
    "Mercator",
    "Orthographic",
    "PlateCarree",
    "Projection",
    "Robinson",
    "fit",
    "graticule",
    "make",
    "project_ragged",
    "scale_bar",
    "seen",
]
