"""Coordinate reference systems as files name them. Nothing is looked up on a network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from viewer.errors import EntenteError

if TYPE_CHECKING:
    from pyproj import CRS

_DEGREES = ("crs84", "epsg::4326", "epsg:4326", "crs83", "epsg::4979")


def named_system(name: str, path: Path) -> CRS | None:
    """Return the system of a name, a code or well-known text; None where it is plain degrees.

    Parameters
    ----------
    name : str
        Such as ``urn:ogc:def:crs:EPSG::3857``, ``EPSG:3857`` or well-known text.
    path : Path
        The file, for the message.

    Raises
    ------
    EntenteError
        It is none that is known.
    """
    if name.strip().lower().endswith(_DEGREES):
        return None
    import pyproj

    # Nor does PROJ fetch grids, whatever its configuration says.
    pyproj.network.set_network_enabled(active=False)  # type: ignore[attr-defined]
    try:
        crs = pyproj.CRS.from_user_input(name.strip())
    except pyproj.exceptions.CRSError as error:
        raise EntenteError(
            f"{path}: its coordinate system “{name.strip()[:60]}” is not known; save it in WGS 84 "
            "(EPSG:4326)"
        ) from error
    return None if crs.equals(pyproj.CRS.from_epsg(4326), ignore_axis_order=True) else crs
