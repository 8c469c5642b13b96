#!/usr/bin/env python3
# /// script
# requires-python = ">=3.10"
# dependencies = ["ml_dtypes==0.6.0", "numpy==2.4.6"]
# ///
"""Writes npy/*.npy, one array each as NumPy stores it, for npy_test.cc.

Every array holds 0, 1, 2, ... in row-major order.

Usage: generate_npy.py FOLDER
"""
import pathlib
import sys

import ml_dtypes
import numpy as np

folder = pathlib.Path(sys.argv[1])
folder.mkdir(exist_ok=True)


def iota(dtype, shape=(2, 3, 4)):
    return np.arange(int(np.prod(shape))).reshape(shape).astype(dtype)


def save(name, array, version=None):
    with open(folder / f"{name}.npy", "wb") as file:
        np.lib.format.write_array(file, array, version=version)


save("f32", iota("<f4"))
save("f32_fortran", np.asfortranarray(iota("<f4")))
save("f32_big", iota(">f4"))
save("f32_big_fortran", np.asfortranarray(iota(">f4")))
save("f64_version2", iota("<f8"), (2, 0))
save("f64_version3", iota("<f8"), (3, 0))
save("f16", iota("<f2"))
save("i1", np.arange(24).reshape(2, 3, 4) % 2 == 1)
save("i8", iota("i1"))
save("ui8", iota("u1"))
save("i16_big", iota(">i2"))
save("i32", iota("<i4"))
save("i64", iota("<i8"))
save("ui16", iota("<u2"))
save("ui64_big", iota(">u8"))
save("complex_f32", iota("<c8") * (1 - 1j))
save("complex_f64_big_fortran", np.asfortranarray((iota("c16") * (1 - 1j)).astype(">c16")))
save("bf16_void", iota(ml_dtypes.bfloat16))
save("bf16_bits", iota(ml_dtypes.bfloat16).view(np.uint16))
save("f8E4M3FN_void", iota(ml_dtypes.float8_e4m3fn).view("V1"))
save("f8E4M3FN_bits", iota(ml_dtypes.float8_e4m3fn).view(np.uint8))
save("scalar_f32", np.float32(0).reshape(()))
save("empty_f32", np.zeros((3, 0, 2), np.float32))
save("vector_i32", iota("<i4", (5,)))
save("matrix_fortran_i64", np.asfortranarray(iota("<i8", (5, 3))))
save("structured", np.zeros(2, dtype=[("a", "<i4"), ("b", "<f4")]))
save("text", np.array(["a", "bc"]))
