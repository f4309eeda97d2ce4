"""Geography without a screen: basemap, projections, countries."""
