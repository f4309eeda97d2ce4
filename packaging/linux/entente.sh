#!/bin/sh
# Starts Entente from wherever this folder lies.
here=$(dirname "$(readlink -f "$0")")
exec "$here/lib/entente/entente" "$@"
