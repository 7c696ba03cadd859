#!/usr/bin/env bash
# Runs plots.py by a Python that has matplotlib: Debian's package serves Debian's Python, which need not be the first.
for python in python3 /usr/bin/python3; do
  "$python" -c 'import matplotlib' 2>/dev/null && exec "$python" -B "${0%.sh}.py" "$@"
done
echo 'skipped: no Python here can import matplotlib (Debian: python3-matplotlib)'
exit 77
