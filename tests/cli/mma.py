#!/usr/bin/env python3
"""`systole mma`: its verdict, its exit codes, the lines it names; the measured vectors where they are at hand.

    mma.py SYSTOLE
"""

import gzip
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
MEASURED = ROOT.parent.parent / "shared/reference/tensor_core_vectors", ROOT.parent / "shared/reference/tensor_core_vectors"
# 1 + 3 * 2^-24 in one block of A100, then as C of a second one; with fp16 sums 1.
GOOD = "a;b;c_fp32;d_fp32;d_fp16\n" \
       "3c00 0c00 0c00 0c00;3c00 0c00 0c00 0c00;00000000;3f800001;3c00\n" \
       "3c00 0c00 0c00 0c00 0 0 0 0 3c00;3c00 0c00 0c00 0c00 0 0 0 0 3c00;00000000;40000000;4000\n"


def run(systole, *arguments):
    done = subprocess.run([systole, "mma", *arguments], capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def main():
    systole = str(pathlib.Path(sys.argv[1]).resolve())
    failures = []

    def expect(what, got, code, out="", error=""):
        if got[0] != code or out not in got[1] or error not in got[2] or len(got[2].splitlines()) > 1:
            failures.append(f"{what}: {got}")

    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)

        def vectors(text, packed=False):
            path = folder / ("rows.csv.gz" if packed else "rows.csv")
            path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
            return "--vectors", str(path)

        a100 = "--rule", "a100", "--format", "fp16"
        for packed in False, True:
            expect("good", run(systole, *a100, *vectors(GOOD, packed)), 0, "2 rows, 2 equal\n")
        expect("fp16 sums", run(systole, *a100, "--output", "fp16", *vectors(GOOD)), 0, "2 rows, 2 equal\n")
        expect("another chip", run(systole, "--rule", "v100", "--format", "fp16", *vectors(GOOD)), 3,
               "2 rows, 1 equal\nfirst mismatch, " + str(folder / "rows.csv") + ":2: 3f800000 (functional), expected 3f800001\n")
        for rule in "sequential", "pairwise", "fused":
            expect(rule, run(systole, "--rule", rule, "--format", "int8", *vectors("2 ff;3 4;a;c\n")), 0, "1 rows, 1 equal")
        bits = "--rule", "aligned_block: {fraction_bits: 24}", "--format", "fp16"
        expect("bits as an A100's", run(systole, *bits, *vectors(GOOD)), 0, "2 rows, 2 equal")
        few = "--rule", "aligned_block: {fraction_bits: 8}", "--format", "fp16"
        expect("fewer bits", run(systole, *few, *vectors(GOOD)), 3, "2 rows, 1 equal")
        expect("no such bits", run(systole, "--rule", "aligned_block: {bits: 8}", "--format", "fp16", *vectors(GOOD)), 2,
               error="--rule: error: unknown key 'bits', legal: fraction_bits, result_bits, rounding")
        expect("the order of k", run(systole, "--rule", "sequential", "--format", "fp16", *vectors(GOOD)), 3, "2 rows, 1 equal")

        rows = str(folder / "rows.csv")
        for what, text, line, message in [
                ("three fields", "1;2;3\n", 1, "got '1;2;3', legal: a;b;c;d or a;b;c;d;d_fp16"),
                ("no digit", "a;b;c;d\n3c00;3c0g;0;0\n", 2, "b: got '3c0g', legal: a hexadecimal pattern of 16 bits"),
                ("too wide", "3c00;13c00;0;0\n", 1, "b: got '13c00', legal: a hexadecimal pattern of 16 bits"),
                ("unequal", "3c00 0;3c00;0;0\n", 1, "2 numbers in a and 1 in b, legal: as many")]:
            expect(what, run(systole, *a100, *vectors(text)), 2, error=f"{rows}:{line}:1: error: {message}")
        expect("no fp16", run(systole, *a100, "--output", "fp16", *vectors("3c00;3c00;0;3f800000\n")), 2,
               error=f"{rows}:1:1: error: got '3c00;3c00;0;3f800000', legal: a;b;c;d;d_fp16")
        expect("empty", run(systole, *a100, *vectors("a;b;c;d\n")), 2, error="no row in it, legal: a;b;c;d a line")
        expect("no file", run(systole, *a100, "--vectors", str(folder)), 2, error="--vectors: error: cannot read")
        path = folder / "cut.csv.gz"
        path.write_bytes(gzip.compress(GOOD.encode() * 100)[:-20])
        expect("cut short", run(systole, *a100, "--vectors", str(path)), 2, error=": error: ")
        expect("unknown rule", run(systole, "--rule", "a10", "--format", "fp16", *vectors(GOOD)), 2,
               error="--rule: error: got 'a10', did you mean 'a100'? legal: sequential, pairwise, fused, aligned_block, v100, a100, h100")
        expect("integers", run(systole, "--rule", "a100", "--format", "int8", *vectors(GOOD)), 2,
               error="--rule: error: rule a100 does not sum products of int8 in int32, legal: fp16, bf16, tf32 in fp32")
        expect("fp16 sums of bf16", run(systole, "--rule", "a100", "--format", "bf16", "--output", "fp16", *vectors(GOOD)), 2,
               error="--rule: error: rule a100 does not sum products of bf16 in fp16")

        tiny = systole, "run", "--arch", "tiny_2x2", "--workload", "tiny", "--out", str(folder / "out"), "--set"
        for what, settings, number, message in [
                ("no rule for a layer's format", ["pe_array.mma.sum={fp32: pairwise}"], "int8",
                 "pe_array.mma.sum: no rule for int8, legal: fp32"),
                ("an aligned rule on integers", ["pe_array.mma.sum=a100"], "int8",
                 "pe_array.mma.sum: rule a100 does not sum products of int8 in int32, legal: fp16, bf16, tf32 in fp32"),
                ("blocks of another depth", ["pe_array.mma.sum=a100"], "fp16",
                 "rule a100 sums 8 products of fp16 at a time, and a step takes 1, legal: mma.k * mma.rate.fp16 = 8")]:
            done = subprocess.run([*tiny, *settings, "--format", number], capture_output=True, text=True)
            expect(what, (done.returncode, done.stdout, done.stderr), 2, error=message)

    measured = [folder for folder in MEASURED if folder.is_dir()]
    if measured:
        done = subprocess.run([ROOT / "scripts/validate_tensor_cores", measured[0], systole], capture_output=True, text=True)
        if done.returncode != 0:
            failures.append(done.stdout + done.stderr)
        print(done.stdout)
    else:
        print("the measured vectors are not at hand: skipped")
    print("\n".join(failures) if failures else "mma: all as expected")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
