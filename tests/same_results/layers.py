"""Layers drawn for the algorithm that is to take them."""
from . import numbers, rules, shapes

MOST_GIVEN = 300  # numbers of a tensor that stand in the file


def number(draw, format, tensor):
    if numbers.is_float(format):
        return draw.choice((0, 1, -1, 0.5, -2.25, 3, draw.randrange(-64, 64) / 8))
    if tensor == "bias":
        return draw.randrange(-1000, 1000)
    return draw.choice((-1, 1)) if format == "int1" else draw.randint(*numbers.LIMITS[format])


def given_data(draw, kind, layer):
    """Some of the tensors, number by number; None where none is small enough."""
    sizes = {name: size for name, size in shapes.tensor_sizes(kind, layer).items()
             if size <= MOST_GIVEN and (name != "bias" or layer["bias"]) and draw.random() < 0.8}
    data = {name: [number(draw, layer["format"], name) for _ in range(size)] for name, size in sizes.items()}
    if kind == "conv" and ("input" in data or "weight" in data):
        data["layout"] = draw.choice(("NHWC", "NCHW"))
    return data or None


def mapping(draw, rule, kind, layer):
    P, Q, filters, channels, taps = shapes.gemm_sizes(kind, layer)
    tile = {"m": draw.choice((draw.randint(1, Q), Q * draw.randint(1, P))), "n": draw.randint(1, filters), "k": taps * draw.randint(1, channels)}
    wanted = {"order": draw.sample(["m", "n", "k"], 3)} if rule.orders and draw.random() < 0.6 else {}
    if rule.tiles and draw.random() < 0.7:
        wanted["tile"] = {key: size for key, size in tile.items() if draw.random() < 0.5}
    return {key: value for key, value in wanted.items() if value}


def shares_input(layer):
    """Whether windows overlap, which `halo` is about."""
    sizes = zip(shapes.outputs(layer), (layer["R"], layer["S"]), layer["dilation"], layer["stride"])
    return any(count > 1 and shapes.extent(taps, dilation) > step for count, taps, dilation, step in sizes)


def option_words(key, kind, layer):
    """The values that are legal for this layer."""
    if key == "halo":
        return ("keep", "refetch") if kind == "conv" and shares_input(layer) else ()
    if key == "winograd.m":
        if 5 in (layer["R"], layer["S"]):
            return (2,)
        return (2, 3, 4) if layer["format"] in rules.BYTES else (2, 3, 4, 6)
    if key == "fft.n":
        return [n for n in (4, 5, 6, 8, 9, 10, 12, 16) if n > max(layer["R"], layer["S"])]
    return {"strassen.levels": (1, 1, 2, 2, 3), "strassen.form": ("strassen", "winograd"), "fft.products": ("standard", "gauss"),
            "weights": ("run_time", "pretransformed"), "transform_cse": (True, False), "gemm": ("plain", "strassen"),
            "objective": ("cycles", "energy", "edp")}[key]


def set_options(draw, rule, kind, layer, keys):
    """`keys`: those that both programs have."""
    options = list(rule.options)
    while options:
        key = options.pop(0)
        words = option_words(key, kind, layer) if key in keys and draw.random() < 0.4 else ()
        if not words:
            continue
        word, place = draw.choice(words), layer
        *above, last = key.split(".")
        for name in above:
            place = place.setdefault(name, {})
        place[last] = word
        if (key, word) == ("gemm", "strassen"):
            options += rules.STRASSEN


def with_form(draw, kind, layer, format):
    """In the formats' own words; with_numbers() says more of them."""
    layer["format"] = format
    layer["bias"], layer["relu"] = draw.random() < 0.5, draw.random() < 0.4
    if format in rules.BYTES and draw.random() < 0.5:
        layer["scale"] = draw.choice(numbers.SCALES)
    if draw.random() < 0.15:
        layer["repeat"] = draw.choice((1, 2, 12))
    given = given_data(draw, kind, layer) if draw.random() < 0.15 else None
    layer["data"] = given or ("integers" if not numbers.is_float(format) or draw.random() < 0.3 else "normal")


def tight_channels(layer):
    """Few channels a group where filters of 5 taps make sums of bytes large."""
    if layer["format"] in rules.BYTES and 5 in (layer["R"], layer["S"]):
        layer["C"] = layer["groups"] * min(layer["C"] // layer["groups"], 5)


def layer(draw, name, algorithm, format, keys, size=5, most=300_000, is_mapped=True):
    rule = rules.rule(algorithm)
    kind = draw.choice([kind for kind in ("conv", "conv", "conv", "gemm", "gemm", "fc") if kind in rule.types])
    drawn = {**shapes.shape(draw, kind, rule, size, most), "format": format}
    if kind == "conv" and rule.is_dense:
        tight_channels(drawn)
    with_form(draw, kind, drawn, format)
    drawn["algorithm"] = algorithm
    set_options(draw, rule, kind, drawn, keys)
    wanted = mapping(draw, rule, kind, drawn) if is_mapped and draw.random() < 0.25 else {}
    if wanted:
        drawn["mapping"] = wanted
    numbers.with_numbers(draw, kind, drawn, keys, keys.get("format", ()))
    return {"name": name, "type": kind, **drawn}
