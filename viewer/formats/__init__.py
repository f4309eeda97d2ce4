"""Reading and writing dossiers. Each form is one module, named in `registry`. No Qt."""

from viewer.formats.registry import open_dossier

__all__ = ["open_dossier"]
