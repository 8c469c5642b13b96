#!/usr/bin/env python3
# /// script
# requires-python = ">=3.10"
# dependencies = ["ml_dtypes==0.6.0", "numpy"]
# ///
"""Writes float_tables.txt: what ml_dtypes makes of each small float format.

Per type one line `TYPE decode`, then the f64 bit pattern of every encoding, and one line
`TYPE encode`, then pairs of an f64 bit pattern and the encoding it rounds to: every value of
the format, every midpoint of two neighbours, the floats next to those midpoints, and beyond.
NaN is written as "nan". 16-bit formats give a sample.

Usage: generate_float_tables.py > float_tables.txt
"""
import numpy as np
import ml_dtypes

TYPES = {
    "f4E2M1FN": (ml_dtypes.float4_e2m1fn, 4),
    "f6E2M3FN": (ml_dtypes.float6_e2m3fn, 6),
    "f6E3M2FN": (ml_dtypes.float6_e3m2fn, 6),
    "f8E3M4": (ml_dtypes.float8_e3m4, 8),
    "f8E4M3": (ml_dtypes.float8_e4m3, 8),
    "f8E4M3FN": (ml_dtypes.float8_e4m3fn, 8),
    "f8E4M3B11FNUZ": (ml_dtypes.float8_e4m3b11fnuz, 8),
    "f8E4M3FNUZ": (ml_dtypes.float8_e4m3fnuz, 8),
    "f8E5M2": (ml_dtypes.float8_e5m2, 8),
    "f8E5M2FNUZ": (ml_dtypes.float8_e5m2fnuz, 8),
    "f8E8M0FNU": (ml_dtypes.float8_e8m0fnu, 8),
    "bf16": (ml_dtypes.bfloat16, 16),
    "f16": (np.float16, 16),
}


def bits_of(value):
    return "nan" if np.isnan(value) else f"{np.float64(value).view(np.uint64):016x}"


def inputs(values):
    finite = np.unique(values[np.isfinite(values)])
    middles = (finite[1:] + finite[:-1]) / 2
    extra = [0.0, -0.0, np.inf, -np.inf, np.nan, 1e300, -1e300, 5e-324, -5e-324]
    top = finite[-1]
    extra += [top * s for s in (1.01, 1.03, 1.0625, 1.125, 1.25, 1.5, 2.0, 4.0, -1.03, -1.25, -2)]
    # ml_dtypes rounds a double to float first: only floats are rounded once.
    middles = middles.astype(np.float32)
    up, down = np.nextafter(middles, np.float32(np.inf)), np.nextafter(middles, np.float32(-np.inf))
    return np.concatenate([finite, middles, up, down, np.array(extra)])


def main():
    rng = np.random.default_rng(1)
    for name, (dtype, width) in TYPES.items():
        storage = np.uint16 if width == 16 else np.uint8
        codes = np.arange(2**width, dtype=storage)
        values = codes.view(dtype).astype(np.float64)
        with np.errstate(all="ignore"):
            xs = inputs(values)
            if width == 16:  # the special values and a sample keep the file small
                special, bulk = xs[-20:], xs[:-20]
                xs = np.concatenate([rng.choice(bulk, 1000, replace=False), special])
                codes = rng.choice(codes, 500, replace=False)
                values = codes.view(dtype).astype(np.float64)
            if name == "f8E8M0FNU":  # ml_dtypes takes a float's subnormals for what they are not
                xs = xs[(np.abs(xs) >= 2.0**-126) | ~(np.abs(xs) > 0)]
            encoded = xs.astype(dtype).view(storage)
        print(name, "decode", *(f"{c:x}:{bits_of(v)}" for c, v in zip(codes, values)))
        print(name, "encode", *(f"{bits_of(x)}:{int(e):x}" for x, e in zip(xs, encoded)))


main()
