"""Trees of keys by their paths: schemas, what stands in a file, results."""


def branches(schema):
    for branch in schema.get("oneOf") or schema.get("anyOf") or [schema]:
        yield from branches(branch) if branch is not schema else [schema]


def leaves(schema, path=""):
    """{path: the words that are legal there}; none of numbers, texts and lists."""
    found = {}
    for branch in branches(schema):
        if "properties" in branch:
            below = [leaves(member, f"{path}.{key}" if path else key) for key, member in branch["properties"].items()]
        else:
            below = [{path: [True, False] if branch.get("type") == "boolean" else branch.get("enum", [])}]
        for more in below:
            for key, words in more.items():
                found.setdefault(key, []).extend(word for word in words if word not in found[key])
    return found


def flat(tree, path=""):
    """{path: value} of nested maps; lists are values."""
    found = {}
    for key, value in tree.items():
        inner = f"{path}.{key}" if path else key
        found.update(flat(value, inner) if isinstance(value, dict) else {inner: value})
    return found


def members(value):
    """The keys and values of a map or a list; None of anything else."""
    return value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None


def chosen(tree, wanted, path=()):
    """{path: value} of what a path selects, as layers.*.cycles: `*` stands for every key or place."""
    if not wanted:
        return {".".join(path): tree}
    found = {}
    for key, value in members(tree) or ():
        if wanted[0] in ("*", str(key)):
            found.update(chosen(value, wanted[1:], (*path, str(key))))
    return found


MISSING = "nothing"


def first_difference(old, new, path=()):
    """(path, old, new) of the first value that differs, in the older one's order; None where all are equal."""
    old_members, new_members = members(old), members(new)
    if old_members is None or new_members is None or type(old) is not type(new):
        return None if type(old) is type(new) and old == new else (".".join(path), old, new)
    old_members, new_members = dict(old_members), dict(new_members)
    for key in [*old_members, *(key for key in new_members if key not in old_members)]:
        inner = (*path, str(key))
        if key not in old_members or key not in new_members:
            return ".".join(inner), old_members.get(key, MISSING), new_members.get(key, MISSING)
        found = first_difference(old_members[key], new_members[key], inner)
        if found:
            return found
    return None
