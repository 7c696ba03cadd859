"""Legal values, drawn from the schemas that the program prints: inputs that get past the reader."""


def alternatives(schema, tree=None):
    """The schemas of which one holds; of layers the one of this type."""
    options = schema.get("oneOf") or schema.get("anyOf") or [schema]
    if isinstance(tree, dict) and len(options) > 1:
        fitting = [one for one in options if tree.get("type") in one.get("properties", {}).get("type", {}).get("enum", [tree.get("type")])]
        options = [one for one in fitting if "properties" in one] or options
    return options


def number(random, schema):
    """Small ones above all: a simulation is to end soon."""
    least, most = schema.get("minimum", 0), schema.get("maximum", 2**20)
    drawn = random.choice((least, least + 1, least + random.randrange(8), 2**random.randrange(8), 2**random.randrange(8), random.randrange(1, 40)))
    drawn = most if random.random() < 0.04 else min(max(drawn, least), most)
    return drawn + random.choice((0, 0.5)) if schema.get("type") == "number" and drawn < most else drawn


def draw(random, schema, depth=0):
    schema = random.choice(alternatives(schema))
    if "enum" in schema:
        return random.choice(schema["enum"])
    kind = schema.get("type")
    kind = random.choice(kind) if isinstance(kind, list) else kind
    if kind == "object":
        wanted = schema.get("required", [])
        return {key: draw(random, member, depth + 1) for key, member in schema.get("properties", {}).items() if key in wanted or random.random() < 0.4}
    if kind == "array":
        return [draw(random, schema.get("items", {"type": "integer"}), depth + 1) for _ in range(random.randint(1, 4))]
    if kind == "boolean":
        return random.random() < 0.5
    if kind == "string":
        return random.choice(("1KiB", "2KiB", "4KiB", "64KiB", "1MiB")) if "pattern" in schema else random.choice(("tiny_2x2", "a", "lecture", "x1"))
    return None if kind == "null" else number(random, schema)


def leaves(schema, path=""):
    """The schemas of all keys by their paths, as pe_array.rows."""
    found = {}
    for key, member in schema.get("properties", {}).items():
        below = leaves(member, f"{path}{key}.")
        found.update(below or {path + key: member})
    return found


def changed(random, tree, schema):
    """Some key of the tree drawn anew, in place; or one that it lacks."""
    options = [one for one in alternatives(schema, tree) if "properties" in one]
    if isinstance(tree, list) and tree:
        return changed(random, random.choice(tree), next((one["items"] for one in alternatives(schema) if "items" in one), {}))
    if not isinstance(tree, dict) or not options:
        return
    properties = options[0]["properties"]
    key = random.choice(["layers"] * 5 * ("layers" in properties) + list(properties))
    if isinstance(tree.get(key), (dict, list)) and random.random() < 0.8:
        changed(random, tree[key], properties[key])
    elif key not in ("name", "type"):
        tree[key] = draw(random, properties[key])
