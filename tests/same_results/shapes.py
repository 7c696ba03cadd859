"""Shapes of layers: small ones, awkward ones, as large as a budget of MACs allows."""


def extent(taps, dilation):
    return dilation * (taps - 1) + 1


def outputs(layer):
    """P and Q of a convolution."""
    stride, dilation, pad = (layer[key] for key in ("stride", "dilation", "pad"))
    return [(size + pad[axis] + pad[axis + 2] - extent(taps, dilation[axis])) // stride[axis] + 1
            for axis, size, taps in ((0, layer["H"], layer["R"]), (1, layer["W"], layer["S"]))]


def conv(draw, rule, size):
    groups = draw.choice((1, 1, 1, 1, 2, 3, 4, 8))
    taps = [draw.choice(rule.taps) for _ in range(2)]
    if rule.is_dense and max(taps) == 1:
        taps[draw.randrange(2)] = 3
    if draw.random() < 0.5:
        taps = [max(taps)] * 2
    steps = [1, 1] if rule.is_dense else draw.choice(([1, 1], [1, 1], [2, 2], [1, 2], [3, 2]))
    dilation = [1, 1] if rule.is_dense else draw.choice(([1, 1], [1, 1], [1, 1], [2, 2], [2, 1]))
    same = [tap // 2 for tap in taps] * 2
    return {"N": draw.choice((1, 1, 1, 2, 3)), "C": groups * draw.choice((1, 2, 3, 5, 8, 16)[:size]),
            "H": extent(taps[0], dilation[0]) + draw.randrange(4 * size),
            "W": extent(taps[1], dilation[1]) + draw.randrange(4 * size),
            "M": groups * draw.choice((1, 2, 3, 7, 8, 16)[:size]), "R": taps[0], "S": taps[1], "stride": steps, "dilation": dilation,
            "pad": draw.choice(([0] * 4, same, same, [draw.randrange(3) for _ in range(4)])), "groups": groups}


def fc(draw, rule, size):
    return {"N": draw.choice((1, 1, 2, 5, 16)), "C": draw.choice((1, 7, 32, 100, 300, 512)[:size]), "M": draw.choice((1, 5, 10, 33, 128)[:size])}


def gemm(draw, rule, size):
    side = (1, 4, 9, 17, 40, 96)[:size]
    return {"m": draw.choice(side), "n": draw.choice(side), "k": draw.choice((1, 5, 16, 33, 96, 160)[:size]),
            "batch": draw.choice((1, 1, 1, 2, 3)), "transpose_a": draw.random() < 0.3, "transpose_b": draw.random() < 0.3}


KINDS = {"conv": conv, "fc": fc, "gemm": gemm}


def gemm_sizes(kind, layer):
    """P, Q, M of a group, the channels of a group and the taps, as `mapping` counts them."""
    if kind == "gemm":
        return 1, layer["m"], layer["n"], layer["k"], 1
    if kind == "fc":
        return 1, 1, layer["M"], layer["C"], 1
    P, Q = outputs(layer)
    return P, Q, layer["M"] // layer["groups"], layer["C"] // layer["groups"], layer["R"] * layer["S"]


def macs(kind, layer):
    P, Q, filters, channels, taps = gemm_sizes(kind, layer)
    images = layer.get("N", 1) * layer.get("batch", 1) * layer.get("groups", 1)
    return images * P * Q * filters * channels * taps


def shape(draw, kind, rule, size, most):
    """At most so many MACs. `size` from 1 to 6: how far dimensions reach."""
    while True:
        layer = KINDS[kind](draw, rule, size)
        if macs(kind, layer) <= most:
            return layer
        size = max(2, size - 1)


def tensor_sizes(kind, layer):
    """Numbers of input, weight and bias."""
    if kind == "gemm":
        return {"input": layer["batch"] * layer["m"] * layer["k"], "weight": layer["batch"] * layer["k"] * layer["n"],
                "bias": layer["batch"] * layer["n"]}
    if kind == "fc":
        return {"input": layer["N"] * layer["C"], "weight": layer["C"] * layer["M"], "bias": layer["M"]}
    return {"input": layer["N"] * layer["H"] * layer["W"] * layer["C"],
            "weight": layer["M"] * layer["R"] * layer["S"] * layer["C"] // layer["groups"], "bias": layer["M"]}
