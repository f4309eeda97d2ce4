"""The dossier, its dates, and the one state that every view shows. No Qt, no files."""
