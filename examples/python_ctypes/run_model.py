#!/usr/bin/env python3
"""Compiles a program and runs it through Tundish's C ABI, with nothing but Python's standard library.

    run_model.py models/elementwise.mlir 0,1,2,3,4,5,6,7,8,9 90,80,70,60,50,40,30,20,10,0

Each input is a list of numbers; shapes come from the program's signature. Integers and f32/f64 only,
to keep the example short.
"""

import argparse
import array
import ctypes
import sys

c_int32, c_size, c_string, c_pointer = ctypes.c_int32, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_void_p
# tundish_element_type_t → array typecode
TYPECODES = {3: "b", 4: "h", 5: "i", 6: "q", 9: "B", 10: "H", 11: "I", 12: "Q", 26: "f", 27: "d"}


class Versioned(ctypes.Structure):
    """A structure of tundish.h: struct_size is filled in, everything else starts at zero."""

    def __init__(self, **fields):
        super().__init__(struct_size=ctypes.sizeof(self), **fields)


class Bytes(Versioned):
    _fields_ = [("struct_size", c_size), ("path", c_string), ("data", c_pointer), ("data_size", c_size),
                ("name", c_string)]


class Argument(Versioned):
    _fields_ = [("struct_size", c_size), ("name", c_string), ("element_type", c_int32), ("rank", c_int32),
                ("dims", ctypes.POINTER(ctypes.c_int64))]


class TensorView(Versioned):
    _fields_ = [("struct_size", c_size), ("element_type", c_int32), ("rank", c_int32),
                ("dims", ctypes.POINTER(ctypes.c_int64)), ("data", c_pointer), ("size_bytes", c_size)]


class Tundish:
    """The library, with each function that may fail turned into one that raises."""

    def __init__(self, path):
        self.library = ctypes.CDLL(path)
        self.text = self.function("error_message", c_string)

    def function(self, name, result):
        function = getattr(self.library, "tundish_" + name)
        function.restype = result
        return function

    def call(self, name, *arguments):
        error = self.function(name, c_pointer)(*arguments)
        if error:
            message = self.text(c_pointer(error)).decode()
            self.library.tundish_error_release(c_pointer(error))
            raise RuntimeError(message)

    def create(self, name, *arguments):
        """Calls a function whose last argument receives a handle."""
        handle = c_pointer()
        self.call(name, *arguments, ctypes.byref(handle))
        return handle


def input_view(tundish, signature, index, numbers):
    argument = Argument()
    if not tundish.library.tundish_signature_input(signature, c_size(0), c_size(index), ctypes.byref(argument)):
        raise RuntimeError(f"the program has no input {index}")
    code = TYPECODES[argument.element_type]
    data = array.array(code, [float(n) if code in "fd" else int(n) for n in numbers.split(",")])
    address, count = data.buffer_info()
    # A dynamic dimension (-1) takes what the others leave.
    dims = list(argument.dims[: argument.rank])
    known = 1
    for dim in dims:
        known *= 1 if dim < 0 else dim
    dims = [count // max(known, 1) if dim < 0 else dim for dim in dims]
    view = TensorView(element_type=argument.element_type, rank=argument.rank,
                      dims=(ctypes.c_int64 * len(dims))(*dims), data=address, size_bytes=count * data.itemsize)
    return view, data


def show(tundish, tensor):
    element_type = tundish.function("tensor_element_type", c_int32)(tensor)
    rank = tundish.function("tensor_rank", c_int32)(tensor)
    dims = tundish.function("tensor_dims", ctypes.POINTER(ctypes.c_int64))(tensor)[:rank]
    size = tundish.function("tensor_size", c_size)(tensor)
    data = ctypes.string_at(tundish.function("tensor_data", c_pointer)(tensor), size)
    name = tundish.function("element_type_name", c_string)(element_type).decode()
    numbers = " ".join(f"{n:g}" for n in array.array(TYPECODES[element_type], data))
    print("x".join([*map(str, dims), name]) + "=" + numbers)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--library", default="libtundish.so.0", help="path of libtundish.so")
    parser.add_argument("--target", default="cpu")
    parser.add_argument("model")
    parser.add_argument("inputs", nargs="*")
    arguments = parser.parse_args()

    tundish = Tundish(arguments.library)
    toolkit = tundish.create("toolkit_create", None)
    source = Bytes(path=arguments.model.encode())
    compiled = tundish.create("toolkit_compile", toolkit, ctypes.byref(source), arguments.target.encode(), None)
    executable = tundish.create("toolkit_load_compiled", toolkit, compiled, None)
    instance = tundish.create("executable_create_instance", executable)

    signature = c_pointer(tundish.function("executable_signature", c_pointer)(executable))
    views = [input_view(tundish, signature, i, text) for i, text in enumerate(arguments.inputs)]
    inputs = (TensorView * len(views))(*[view for view, _ in views])
    capacity = tundish.function("signature_result_count", c_size)(signature, c_size(0))
    results = (c_pointer * capacity)()
    count = c_size()
    tundish.call("instance_run", instance, None, inputs, c_size(len(views)), results, c_size(capacity),
                 ctypes.byref(count))
    for tensor in map(c_pointer, results[: count.value]):
        show(tundish, tensor)
        tundish.library.tundish_tensor_release(tensor)

    tundish.library.tundish_instance_release(instance)
    tundish.library.tundish_executable_release(executable)
    tundish.library.tundish_compiled_release(compiled)
    tundish.library.tundish_toolkit_release(toolkit)


if __name__ == "__main__":
    try:
        main()
    except (RuntimeError, OSError, ValueError) as error:
        sys.exit(f"run_model.py: {error}")
