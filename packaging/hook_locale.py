"""Run in a packaged program before anything else: make a locale without letters one with UTF-8.

Python does so by itself when it starts (PEP 538), and a program that PyInstaller starts does not.
"""

import os

_named = (os.environ.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG"))
if next(filter(None, _named), "C") in ("C", "POSIX") and not os.environ.get("LC_ALL"):
    os.environ["LC_CTYPE"] = "C.UTF-8"
