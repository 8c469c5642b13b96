#!/usr/bin/env python3
# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy==2.4.6"]
# ///
"""Writes numpy_print.txt: input literals, and what numpy.array2string makes of each.

Usage: generate_numpy_print.py > numpy_print.txt
"""
import numpy as np

DTYPES = {"f16": np.float16, "f32": np.float32, "f64": np.float64, "i1": np.bool_, "i8": np.int8,
          "i32": np.int32, "i64": np.int64, "ui8": np.uint8, "ui64": np.uint64,
          "complex<f32>": np.complex64, "complex<f64>": np.complex128}

# type, shape, values (None: iota)
CASES = [
    ("f32", (), [1]), ("f64", (), [0.1]), ("i32", (), [7]), ("i1", (), [1]), ("i1", (), [0]),
    ("f32", (0,), []), ("f32", (2, 0), []),
    ("f32", (3,), [1, 2, 3]), ("f32", (3,), [0.1, 0.25, 100]), ("f64", (2,), [1 / 3, 2 / 3]),
    ("f64", (2,), [0.1, 1e-9]), ("f64", (2,), [1e10, 1]), ("f32", (2,), [1e-5, 1]),
    ("f32", (2,), [0.0001, 0.05]), ("f16", (2,), [0.0001, 0.05]), ("f32", (2,), [1e8, 1e7]),
    ("f32", (2,), [0.001, 1]), ("f32", (2,), [0.001, 1.001]), ("f32", (2,), [0.001, 1.1]),
    ("f64", (3,), [1e100, 1e-100, 1]), ("f64", (3,), [1.5e100, 1, -2.25]),
    ("f64", (1,), [1e300]), ("f64", (1,), [5e-324]), ("f64", (1,), [123456789.123456789]),
    ("f64", (3,), [12345.678901234567, 1, 100]), ("f32", (2,), [16777216, 0.5]),
    ("f64", (4,), ["nan", "inf", "-inf", 1]), ("f64", (2,), ["nan", "nan"]),
    ("f64", (2,), ["inf", 1]), ("f64", (2,), ["-inf", 1]), ("f64", (1,), ["-inf"]),
    ("f32", (2,), ["nan", 1e20]), ("f64", (3,), ["-inf", 1e-8, 1]), ("f32", (2,), ["nan", 12345.5]),
    ("f64", (3,), [-0.0, 0.0, 1]), ("f64", (2,), [0, 0]), ("f16", (3,), [0.1, 65504, 1]),
    ("f16", (2,), [0.333, 2.5]), ("f32", (2,), [0.333333343, 2.5]),
    ("f64", (2,), [0.123456785, 1]), ("f64", (2,), [0.999999999, 1]), ("f64", (2,), [9.999999999, 1]),
    ("f64", (2,), [0.000000005, 0]), ("f64", (2,), [9.9999999999e15, 1]),
    ("f32", (2, 3), [1, 2, 3, 4, 5, 6]), ("f32", (2, 2, 2), None), ("i32", (2, 2, 2, 2), None),
    ("f32", (20,), None), ("f32", (30,), [i * 1.25 for i in range(30)]), ("f32", (3, 30), None),
    ("i32", (3,), [1, -20, 300]), ("i8", (3,), [-128, 127, 0]), ("ui8", (3,), [255, 0, 1]),
    ("i64", (2,), [-9223372036854775808, 9223372036854775807]),
    ("ui64", (2,), [18446744073709551615, 0]), ("i64", (40,), None), ("i1", (2, 3), [1, 0, 1, 0, 0, 1]),
    ("i1", (30,), [1, 0] * 15),
    ("i32", (1000,), None), ("i32", (1001,), None), ("f32", (1001,), None), ("f32", (40, 40), None),
    ("i32", (11, 11, 11), None), ("i32", (2, 600), None), ("i32", (600, 2), None),
    ("f32", (7, 2, 80), None), ("i32", (5, 5, 5, 9), None),
    ("complex<f32>", (2,), [1 + 2j, -3.5 - 0.25j]), ("complex<f64>", (2,), [1e10 + 1j, 1 - 1e-10j]),
    ("complex<f64>", (1,), [complex(0.1, 0.2)]), ("complex<f64>", (2, 2), [1j, 2, 3 + 4j, -1 - 1j]),
    ("complex<f32>", (2,), ["nan+1j", "1-infj"]), ("complex<f64>", (), [1 + 2j]),
    ("complex<f64>", (12,), [complex(i, -i / 3) for i in range(12)]),
]


def text_of(value, kind):
    if isinstance(value, str):
        return value
    if kind.startswith("complex"):
        value = complex(value)
        return f"({value.real!r},{value.imag!r})"
    return repr(value)


def main():
    for kind, shape, values in CASES:
        spec = "x".join([*map(str, shape), kind])
        count = int(np.prod(shape))
        if values is None:
            array = np.arange(count).astype(DTYPES[kind]).reshape(shape)
            literal = f"{spec}=iota"
        else:
            parsed = [complex(v) if kind.startswith("complex") else
                      (float(v) if isinstance(v, str) else v) for v in values]
            array = np.array(parsed).astype(DTYPES[kind]).reshape(shape) if "64" not in kind[-3:] or \
                kind[0] not in "iu" else np.array(parsed, dtype=DTYPES[kind]).reshape(shape)
            literal = f"{spec}=" + " ".join(text_of(v, kind) for v in values)
        print(literal)
        for line in np.array2string(array).split("\n"):
            print("|" + line)


main()
