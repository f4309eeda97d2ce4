"""Run in a packaged program before anything else: what its start program changes, put right.

Python makes a locale without letters one with UTF-8 when it starts (PEP 538); a program that
PyInstaller starts does not. And its start program leads all libraries to its own folder: what is
started from here, a file manager say, must find those of the system.
"""

import os

_named = (os.environ.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG"))
if next(filter(None, _named), "C") in ("C", "POSIX") and not os.environ.get("LC_ALL"):
    os.environ["LC_CTYPE"] = "C.UTF-8"

_theirs = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
if _theirs is not None:
    os.environ["LD_LIBRARY_PATH"] = _theirs
else:
    os.environ.pop("LD_LIBRARY_PATH", None)
