"""Forms in which the rows of a dossier are written."""
