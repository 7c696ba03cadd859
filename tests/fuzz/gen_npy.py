"""Data of layers in .npy files."""
import struct

from . import mutate
from .case import Case

NUMBERS = [0.0, 1.0, -2.5, 3e38, -3e38, 1e-45, float("inf"), float("-inf"), float("nan"), 1e10, 65504.0]
LAYER = "layers: [{name: g, type: gemm, m: 2, n: 3, k: 4, algorithm: %s, data: {input: i.npy, weight: w.npy}}]\n"
CONV = "layers: [{name: c, type: conv, C: 2, H: 4, W: 4, M: 2, R: 3, S: 3, pad: 1, algorithm: %s, data: {input: i.npy, weight: w.npy}}]\n"


def npy(shape, numbers, descr="<f4", order="False", version=1):
    header = f"{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}".encode()
    length = struct.pack("<H" if version == 1 else "<I", len(header) + 1)
    return b"\x93NUMPY" + bytes([version, 0]) + length + header + b"\n" + numbers


def some(random, shape, count):
    wild = random.random() < 0.6
    numbers = [random.choice(NUMBERS) if wild and random.random() < 0.2 else random.uniform(-2, 2) for _ in range(count)]
    if random.random() < 0.7:
        return npy(shape, struct.pack(f"<{count}f", *numbers))
    shape = random.choice([shape] * 6 + ["()", "(0,)", "(18446744073709551615,)", "(2, 3", "(-1,)", "(" + "2," * 200 + ")", "(4294967296, 4294967296)"])
    descr = random.choice(["<f4"] * 8 + [">f4", "<f8", "|i1", "", "<f4" * 9, "O"])
    order = random.choice(["False"] * 8 + ["True", "Maybe"])
    text = npy(shape, struct.pack(f"<{count}f", *numbers), descr, order, random.choice([1] * 6 + [2, 3, 0]))
    return mutate.broken(random, text, 2) if random.random() < 0.25 else text


def generate(random, base):
    gemm = random.random() < 0.5
    layer = LAYER if gemm else CONV
    algorithm = random.choice(("direct", "strassen", "auto") if gemm else ("direct", "winograd", "winograd_nonfused", "explicit_gemm", "fft_tiling", "auto"))
    shapes = (("(2, 4)", 8), ("(4, 3)", 12)) if gemm else (("(1, 2, 4, 4)", 32), ("(2, 2, 3, 3)", 36))
    files = {"w.yaml": (layer % algorithm).encode(), "i.npy": some(random, *shapes[0]), "w.npy": some(random, *shapes[1])}
    return Case("npy", ["run", "--arch", "tiny_2x2", "--workload", "w.yaml", "--out", "out"], files, ("out",))
