"""Prints, for every code object of the standard library's modules, its line table and the line of each instruction.

usage: line_tables.py STRIDE – every STRIDE-th source file. One JSON array a line:
[first line, table in hexadecimal, [[length in instructions, line or 0], …]]
"""
import dis
import json
import os
import sys
import sysconfig
import warnings

warnings.simplefilter("ignore")


def instruction_lines(code):
    count = len(code.co_code) // 2
    if sys.version_info >= (3, 11):
        lines = [position[0] or 0 for position in code.co_positions()]
    elif sys.version_info >= (3, 10):
        lines = []
        for start, end, line in code.co_lines():
            lines.extend([line or 0] * ((end - start) // 2))
    else:
        lines = [code.co_firstlineno] * count
        starts = list(dis.findlinestarts(code))
        for index, (start, line) in enumerate(starts):
            end = starts[index + 1][0] if index + 1 < len(starts) else 2 * count
            lines[start // 2 : end // 2] = [line] * ((end - start) // 2)
    runs = []
    for line in lines:
        if runs and runs[-1][1] == line:
            runs[-1][0] += 1
        else:
            runs.append([1, line])
    return runs


def walk(code):
    table = code.co_linetable if sys.version_info >= (3, 10) else code.co_lnotab
    print(json.dumps([code.co_firstlineno, table.hex(), instruction_lines(code)]))
    for constant in code.co_consts:
        if hasattr(constant, "co_code"):
            walk(constant)


stride = int(sys.argv[1])
paths = []
for folder, folders, names in os.walk(sysconfig.get_paths()["stdlib"]):
    folders[:] = sorted(name for name in folders if name != "site-packages")
    paths.extend(os.path.join(folder, name) for name in sorted(names) if name.endswith(".py"))
for path in paths[::stride]:
    try:
        with open(path, "rb") as file:
            walk(compile(file.read(), path, "exec"))
    except (SyntaxError, ValueError):
        pass  # lib2to3's and the tests' files that are wrong on purpose
