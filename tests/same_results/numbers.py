"""Number formats, scales and summation rules as settings of layers and machines."""
BLOCK_SCALED = ("mxfp8", "mxfp6", "mxfp4")
PLAIN_FLOATS = ("fp32", "tf32", "bf16", "fp16", "fp8_e4m3", "fp8_e5m2")
FLOATS = (*PLAIN_FLOATS, *BLOCK_SCALED)
LIMITS = {"int32": (-2**31, 2**31 - 1), "int16": (-2**15, 2**15 - 1), "int8": (-128, 127), "uint8": (0, 255), "int4": (-8, 7)}
# What an algorithm takes that knows nothing of blocks.
PLAIN = (*PLAIN_FLOATS, *LIMITS, "int1")
SCALES = (0.5, 0.02, 0.003, 1.5e-4)
# A chip's rule: the formats it takes, and the products of its block.
CHIPS = {"v100": {"fp16": 4}, "a100": {"fp16": 8, "bf16": 8, "tf32": 4}, "h100": {"fp16": 16, "bf16": 16, "tf32": 8},
         "ada_fp8": dict.fromkeys(("fp8_e4m3", "fp8_e5m2", *BLOCK_SCALED), 16), "h100_fp8": dict.fromkeys(("fp8_e4m3", "fp8_e5m2", *BLOCK_SCALED), 32)}


def is_float(format):
    return format in FLOATS


def mixed(draw, format, formats, is_scaled):
    """A map of what each tensor has, the input's being `format`; of integers that are scaled the output has fewer bits than the sums."""
    alike = [one for one in formats if is_float(one) == is_float(format) and (one not in BLOCK_SCALED or format in BLOCK_SCALED)]
    outputs = [one for one in alike if one not in BLOCK_SCALED] if is_float(format) else [one for one in ("int16", "int8", "uint8") if one in alike] if is_scaled else ["int32"]
    parts = {"input": format, "weight": draw.choice(alike), "accumulator": "fp32" if is_float(format) else "int32", "output": draw.choice(outputs)}
    return {key: word for key, word in parts.items() if key == "input" or key == "output" and is_scaled or draw.random() < 0.7}


def zero_points(draw, words, is_scaled):
    """One for each tensor, of its format or nearly so."""
    points = {}
    for tensor in ("input", "weight", "output") if is_scaled else ("input", "weight"):
        low, high = LIMITS.get(words.get(tensor, words["input"]), (0, 0))
        if draw.random() < 0.6 and high > 0:
            points[tensor] = draw.randint(max(low, -200), min(high, 200))
    return points


NUMBERED = {"clamp": {"low": -2.5, "high": 4}, "leaky_relu": {"slope": 0.2}, "elu": {"alpha": 0.5}}
TABLED = ("sigmoid", "tanh", "gelu", "silu")


def activation(draw, words, narrows):
    """Of integers that keep their 32 bits the word relu alone."""
    function = draw.choice(words if narrows else ("none", "relu"))
    if draw.random() < 0.4:
        return function
    return {"function": function, **NUMBERED.get(function, {}), **({"table": draw.choice((0, 16, 300))} if function in TABLED else {})}


def with_activation(draw, layer, keys):
    if "activation" not in keys or draw.random() < 0.5:
        return
    words = layer["format"] if isinstance(layer["format"], dict) else {"input": layer["format"]}
    is_scaled = "scale" in layer or isinstance(layer["data"], dict) and "scale" in layer["data"]
    del layer["relu"]
    layer["activation"] = activation(draw, keys["activation"], is_float(words["input"]) or is_scaled)
    if is_scaled and layer["activation"] not in ("none", {"function": "none"}) and draw.random() < 0.5:
        layer["output_scale"] = draw.choice((0.05, 2))


def with_numbers(draw, kind, layer, keys, formats):
    """Now and then a map of formats; of integers zero points, and a scale for each channel."""
    if "format.input" in keys and draw.random() < 0.25:
        layer["format"] = mixed(draw, layer["format"], formats, "scale" in layer)
    words = layer["format"] if isinstance(layer["format"], dict) else {"input": layer["format"]}
    if not is_float(words["input"]):
        with_integers(draw, kind, layer, keys, words)
    with_activation(draw, layer, keys)


def with_integers(draw, kind, layer, keys, words):
    if "zero_point.input" in keys and draw.random() < 0.2:
        layer["zero_point"] = zero_points(draw, words, "scale" in layer) or {"input": 1}
    channels = layer["batch"] * layer["n"] if kind == "gemm" else layer["M"]
    if "scale" in layer and "data.scale" in keys and isinstance(layer["data"], str) and channels <= 300 and draw.random() < 0.3:
        del layer["scale"]
        layer["data"] = {"scale": [draw.choice(SCALES) for _ in range(channels)]}


def rates(draw, formats, words):
    return {format: draw.choice(words) for format in formats if draw.random() < 0.5}


def block(draw):
    return {"aligned_block": {"fraction_bits": draw.randint(1, 46), "result_bits": draw.randint(1, 23),
                              "rounding": draw.choice(("toward_zero", "nearest_even"))}}


def summation(draw, registry, depth):
    """A rule for all formats, or of those that a chip has it for beside another for the rest."""
    rules, formats = registry.words("pe_array.mma.sum"), registry.words("format")
    if "pe_array.mma.sum.aligned_block.rounding" in registry.arch_keys and draw.random() < 0.25:
        return block(draw)
    rule = draw.choice(rules)
    chip = {format: rule for format, terms in CHIPS.get(rule, {}).items() if terms == depth}
    return {**dict.fromkeys(formats, "pairwise"), **chip} if chip and draw.random() < 0.5 else rule


def unit(draw, registry, settings):
    """How an MMA unit sums, and at what rates: in place, in `settings`."""
    if registry.words("pe_array.mma.sum") and draw.random() < 0.3:
        if draw.random() < 0.5:
            settings["pe_array.mma.k"] = draw.choice((4, 8, 16, 32))  # of the chips' blocks
        settings["pe_array.mma.sum"] = summation(draw, registry, settings.get("pe_array.mma.k", 1))
    rates_of = {format: registry.words(f"pe_array.mma.rate.{format}") for format in registry.words("format")}
    if all(rates_of.values()) and draw.random() < 0.2:
        settings["pe_array.mma.k"] = draw.choice((4, 8))  # a whole number at each rate
        settings["pe_array.mma.rate"] = rates(draw, rates_of, next(iter(rates_of.values()))) or {"int8": 2}
