"""The window, the views and everything else that knows Qt."""

# PySide searches the source of every module that is imported after it. What the first picture
# needs besides Qt, NumPy above all, comes before it and is spared that.
import viewer.formats.package
import viewer.scene.map_basemap
import viewer.scene.map_view  # noqa: F401
