"""The shipped files from which machines and layers are drawn."""
import functools
import pathlib

import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast where libyaml is at hand


@functools.lru_cache(maxsize=None)
def shipped(data, folder, name):
    return yaml.load(pathlib.Path(data, folder, name + ".yaml").read_text(), LOADER)
