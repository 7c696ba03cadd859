"""What each algorithm takes, so that a drawn layer is seldom refused."""
import dataclasses

from . import numbers


@dataclasses.dataclass
class Rule:
    types: tuple = ("conv", "fc", "gemm")
    taps: tuple = (1, 1, 2, 3, 3, 3, 4, 5, 7)  # along either axis
    is_dense: bool = False  # stride and dilation 1, and more than one tap
    formats: tuple = ()  # empty: all
    is_staged: bool = False  # works in passes, from DRAM
    options: tuple = ()  # keys of a layer that it has a use for
    tiles: bool = False  # takes the sizes of a tile
    orders: bool = True  # takes an order of loops


BYTES = ("int8", "uint8")
WINOGRAD = dict(types=("conv",), taps=(1, 2, 3, 3, 3, 5), is_dense=True, formats=(*numbers.PLAIN_FLOATS, *BYTES))
FOURIER = dict(types=("conv",), taps=(1, 2, 3, 3, 5, 7), is_dense=True, formats=numbers.PLAIN_FLOATS, is_staged=True)
RULES = {
    "direct": Rule(options=("halo",), tiles=True),
    "implicit_gemm": Rule(options=("halo",), tiles=True),
    "implicit_precomp_gemm": Rule(types=("conv",), formats=numbers.PLAIN, options=("halo",), tiles=True),
    "explicit_gemm": Rule(types=("conv",), formats=numbers.PLAIN, is_staged=True, options=("gemm",)),
    "winograd": Rule(**WINOGRAD, options=("halo", "weights", "transform_cse", "winograd.m"), orders=False),
    "winograd_nonfused": Rule(**WINOGRAD, is_staged=True, options=("weights", "transform_cse", "winograd.m", "gemm")),
    "fft": Rule(**FOURIER, options=("weights", "fft.products", "gemm")),
    "fft_tiling": Rule(**FOURIER, options=("weights", "fft.products", "fft.n", "gemm")),
    "strassen": Rule(is_staged=True, formats=(*numbers.PLAIN_FLOATS, "int32", "int16", *BYTES), options=("weights", "strassen.levels", "strassen.form")),
    "auto": Rule(options=("objective",), orders=False),
    "all": Rule(options=("objective",), orders=False),
}
IN_DRAM = ("winograd",)  # besides those that work in passes
STRASSEN = ("strassen.levels", "strassen.form")


def rule(algorithm):
    """That of an algorithm which the table lacks takes anything and sets nothing."""
    return RULES.get(algorithm, Rule(orders=False))


def is_resident(algorithm):
    """Takes tensors that start on chip."""
    return not rule(algorithm).is_staged and algorithm not in IN_DRAM


def both(value):
    return tuple(value) if isinstance(value, (list, tuple)) else (value, value)


def takes(algorithm, layer):
    """Whether it takes a layer that someone else has written."""
    its = rule(algorithm)
    if layer["type"] not in its.types or its.formats and layer.get("format", "fp32") not in its.formats:
        return False
    if layer["type"] != "conv" or not its.is_dense:
        return True
    taps, steps = (layer["R"], layer["S"]), both(layer.get("stride", 1)) + both(layer.get("dilation", 1))
    is_fused_integer = layer.get("format") in BYTES and (5 in taps or layer["C"] > 400)
    return max(taps) > 1 and all(tap in its.taps for tap in taps) and set(steps) == {1} and not is_fused_integer
