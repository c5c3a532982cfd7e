#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows every law a small tree that keeps it and one or more that break it: test_laws.py [--cxx COMPILER]."""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import laws

SPDX = "// SPDX-License-Identifier: GPL-3.0-or-later\n"
HASH = "# SPDX-License-Identifier: GPL-3.0-or-later\n"

TINY = HASH + "cmake_minimum_required(VERSION 3.25)\nproject(Sample LANGUAGES NONE)\n"

# A tree that keeps every law.
CLEAN = {
    "CMakeLists.txt": TINY + "if(HEADSCOPE_GUI)\n  find_package(Qt6 REQUIRED)\n  add_subdirectory(ui)\nendif()\n",
    "CMakePresets.json": '{ "version": 6 }\n',
    "README.md": "text\n", "CHANGELOG.md": "text\n", "LICENSE": "text\n", ".gitignore": "/build/\n",
    "core/CMakeLists.txt": HASH + "target_link_libraries(headscope_core PUBLIC headscope_flags PRIVATE torch) # not Qt6::Core\n",
    "core/ids.h": SPDX + "#include <cstddef>\nclass RunListener {\n  virtual void onDone(std::shared_ptr<const int> value) = 0;\n};\n",
    "core/tensor_fwd.h": SPDX + "namespace at { class Tensor; }\n",
    "core/model/config.h": SPDX + "#include \"core/tensor_fwd.h\"\n",
    "core/engine/ops.h": SPDX + "#include <ATen/core/Tensor.h>\n",
    "core/engine/ops.cpp": SPDX + "#include \"core/engine/ops.h\"\n#include <c10/util/Exception.h>\n"
                           "void f() { throw Error(Fault::BadInput, \"x\"); }\nvoid g() { throw reader.wrong(1); }\n",
    "ui/views/plot.h": SPDX + "#include <qcustomplot.h>\n",
    "ui/views/map.h": SPDX + "#include \"core/ids.h\"\n#include <QWidget>\n",
    "ui/views/map.cpp": SPDX + "#include \"ui/views/map.h\"\n#include \"ui/views/plot.h\"\n// at::Tensor stays inside\n",
    "app/main.cpp": SPDX + "#include \"ui/views/map.h\"\n#include \"core/model/model_catalog.h\"\n",
    "resources/sample.json": "{}\n",
    "tests/tst.cpp": SPDX + "#include \"ui/views/map.h\"\n#include \"core/model/config.h\"\n",
    "packaging/run": "#!/usr/bin/env bash\n" + HASH + "cmake ../work/x\n",
}


def cpp(*includes):
    return SPDX + "".join(f"#include {target}\n" for target in includes)


# law -> trees that break it: {file to add or replace: its text, or None to remove it}; the law must name the first file.
BROKEN = {
    "core_without_qt": [
        {"core/a.h": cpp("<QString>")}, {"core/a.cpp": cpp("<QtCore/qglobal.h>")}, {"core/a.h": cpp("<qglobal.h>")},
        {"core/CMakeLists.txt": HASH + "target_link_libraries(headscope_core PRIVATE Qt6::Core)\n"},
    ],
    "ui_without_torch": [
        {"ui/a.h": cpp("<torch/torch.h>")}, {"ui/a.cpp": cpp("<ATen/ATen.h>")}, {"app/a.cpp": cpp("\"c10/core/Device.h\"")},
        {"core/CMakeLists.txt": HASH + "target_link_libraries(headscope_core PUBLIC torch)\n"},
        {"ui/CMakeLists.txt": HASH + "target_link_libraries(headscope_ui\n  PUBLIC headscope::core\n  PRIVATE ${TORCH_LIBRARIES})\n"},
        {"app/CMakeLists.txt": HASH + "target_link_libraries(headscope-cli PRIVATE headscope::core_internal)\n"},
    ],
    "plot_header_only": [{"ui/views/map.cpp": cpp("\"ui/views/map.h\"", "<qcustomplot.h>")}, {"tests/a.cpp": cpp("\"qcustomplot.h\"")}],
    "rooms_one_way": [
        {"ui/a.h": cpp("\"app/options.h\"")}, {"ui/a.h": cpp("\"../app/options.h\"")}, {"core/a.h": cpp("\"ui/views/map.h\"")},
        {"core/a.cpp": cpp("\"app/options.h\"")}, {"app/a.cpp": cpp("\"tests/helper.h\"")},
        {"core/CMakeLists.txt": HASH + "target_link_libraries(headscope_core PRIVATE headscope::ui)\n"},
    ],
    "torch_stays_inside": [
        {"core/run/a.h": cpp("<ATen/core/Tensor.h>")}, {"core/run/a.h": cpp("\"core/engine/ops.h\"")},
        {"core/run/a.h": cpp("\"core/run/b.h\""), "core/run/b.h": cpp("<c10/core/Device.h>")},
        {"ui/a.cpp": SPDX + "void f(at::Tensor);\n"}, {"app/a.cpp": SPDX + "auto x = torch::zeros(1);\n"},
        {"app/a.cpp": cpp("\"core/engine/ops.h\"")},
    ],
    "one_door": [
        {"ui/a.cpp": cpp("\"core/run/inspector.h\"")}, {"ui/a.cpp": cpp("\"core/model/model_config.h\"")},
        {"app/a.cpp": cpp("\"core/tensor_fwd.h\"")}, {"app/a.cpp": cpp("\"core/io/safetensors.h\"")},
    ],
    "results_immutable": [
        {"core/a.h": SPDX + "virtual void onDone(std::shared_ptr<int> value) = 0;\n"},
        {"core/a.h": SPDX + "using Sink = std::function<void(std::shared_ptr<Tile>, int)>;\n"},
        {"core/a.h": SPDX + "using CapturePtr = std::shared_ptr<Capture>;\n"},
    ],
    "one_exception": [
        {"core/a.cpp": SPDX + "void f() { throw std::runtime_error(\"x\"); }\n"},
        {"core/a.cpp": SPDX + "void f() { throw ParseFailure(\"x\"); }\n"},
        {"core/a.h": SPDX + "class Mine : public std::runtime_error { };\n"},
    ],
    "own_header_first": [{"core/engine/ops.cpp": cpp("<string>", "\"core/engine/ops.h\"")}],
    "top_level": [{"docs/a.md": "x\n"}, {"notes.txt": "x\n"}, {"LICENSE": None}],
    "spdx": [
        {"core/a.h": "#pragma once\n"}, {"core/CMakeLists.txt": "project(x)\n"}, {"packaging/run": "#!/bin/sh\necho\n"},
        {"tests/a.py": "import os\n" + HASH}, {"ui/a.cpp": "// SPDX-License-Identifier: MIT\n"},
    ],
    "file_length": [{"core/a.cpp": SPDX + "int x;\n" * 500}, {"tests/a.py": HASH + "x = 1\n" * 500 + "# over 500 lines\n"}],
    "no_machine": [
        {"README.md": "see /wo" "rk/main\n"}, {"tests/a.json": '"/ho' 'me/me/x"\n'}, {"packaging/run": "#!/bin/sh\n" + HASH + "cd /ro" "ot/x\n"},
        {"CHANGELOG.md": "from https://py" "pi.org/simple\n"}, {".ci/run": HASH + "# http://deb.deb" "ian.org\n"},
    ],
    "cmake_325": [
        {"CMakeLists.txt": HASH + "cmake_minimum_required(VERSION 3.28)\n"}, {"CMakePresets.json": '{ "version": 9 }\n'},
        {"core/CMakeLists.txt": HASH + "cmake_minimum_required(VERSION 4.0)\n"},
    ],
    "qt_is_guarded": [
        {"CMakeLists.txt": HASH + "if(HEADSCOPE_GUI)\nendif()\nfind_package(Qt6 6.4 REQUIRED)\n"},
        {"CMakeLists.txt": HASH + "if(HEADSCOPE_TESTS)\n  add_subdirectory(ui)\nendif()\n"},
    ],
}

# Trees that look broken and are not.
KEPT = {
    "file_length": [
        {"core/a.cpp": SPDX + "// Over 500 lines because a table must stand in one place.\n" + "int x;\n" * 500},
        {"tests/a.py": HASH + '"""Over 500 lines: one table."""\n' + "x = 1\n" * 500},
    ],
    "results_immutable": [{"core/a.h": SPDX + "std::shared_ptr<ReaderQueue> queue_;\n"}],
}


def plant(root, files):
    for name, text in files.items():
        path = root / name
        if text is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


def findings(name, change, build_files=None):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder).resolve() / "tree"
        plant(root, {**CLEAN, **{path: text for path, text in change.items() if text is not None}})
        for path in (path for path, text in change.items() if text is None):
            (root / path).unlink()
        build = root / "build"
        if build_files:
            build_files(root, build)
        return list(laws.LAWS[name](laws.Tree(root, build)))


def compile_commands(*includes):
    def write(root, build):
        entries = [{"directory": str(build), "file": f"{root}/app/main.cpp", "command": f"c++ -I{root} {' '.join(includes)} -c main.cpp"}]
        plant(build, {"compile_commands.json": json.dumps(entries)})
    return write


def program(cxx, library):
    """A headscope-cli that links `library` through another library."""
    def write(_, build):
        plant(build, {"a.cpp": "int a() { return 1; }\n", "b.cpp": "int a();\nint b() { return a(); }\n",
                      "c.cpp": "int b();\nint main() { return b(); }\n"})
        (build / "bin").mkdir()
        here = ["-Wl,-rpath,$ORIGIN:$ORIGIN/..", f"-L{build}"]
        for command in ([cxx, "-shared", "-fPIC", "a.cpp", "-o", library, f"-Wl,-soname,{library}"],
                        [cxx, "-shared", "-fPIC", "b.cpp", "-o", "libmiddle.so", f"-l:{library}", *here],
                        [cxx, "c.cpp", "-o", "bin/headscope-cli", "-l:libmiddle.so", *here]):
            subprocess.run(command, cwd=build, check=True)
    return write


def cache(root, build):
    plant(build, {"CMakeCache.txt": f"CMAKE_HOME_DIRECTORY:INTERNAL={root}\n"})


def headers_alone(cxx):
    """The build compiles each header by itself: a header that leans on its includer must not pass."""
    with tempfile.TemporaryDirectory() as folder:
        for text, good in (("#include <string>\nstruct A { std::string s; };\n", True), ("struct A { std::string s; };\n", False)):
            header = pathlib.Path(folder) / "a.h"
            header.write_text(text)
            run = subprocess.run([cxx, "-std=c++20", "-fsyntax-only", "-x", "c++", header], capture_output=True, check=False)
            if (run.returncode == 0) != good:
                yield f"headers_alone: the compiler {'refuses' if good else 'takes'} {text!r}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cxx", default="c++")
    cxx = parser.parse_args().cxx
    wrong, shown = list(headers_alone(cxx)), 0

    def expect(name, change, broken, build_files=None):
        nonlocal shown
        shown += 1
        found = findings(name, change, build_files)
        where = next(iter(change), "the clean tree")
        if broken and not found:
            wrong.append(f"{name}: does not report {where}")
        if broken and change and found and not any(finding.startswith(where.split("/")[0] if name == "top_level" else where) for finding in found):
            wrong.append(f"{name}: reports {found} for {where}")
        if not broken and found:
            wrong.append(f"{name}: reports {found} for {where}")

    for name in laws.LAWS.keys() - laws.OF_A_BUILD:
        expect(name, {}, False)
        for change in KEPT.get(name, []):
            expect(name, change, False)
        if not BROKEN.get(name):
            wrong.append(f"{name}: has nothing broken to be shown")
        for change in BROKEN.get(name, []):
            expect(name, change, True)

    expect("built_ui_without_torch", {}, False, compile_commands("-isystem", "/usr/include/x86_64-linux-gnu/qt6"))
    expect("built_ui_without_torch", {}, True, compile_commands("-isystem", "/x/site-packages/torch/include"))
    expect("built_ui_without_torch", {}, True, compile_commands("-I/x/libtorch/include"))
    expect("built_ui_without_torch", {}, True, lambda _, build: plant(build, {"compile_commands.json": "[]"}))
    expect("cli_without_qt", {}, False, program(cxx, "libother.so.6"))
    expect("cli_without_qt", {}, True, program(cxx, "libQt6Core.so.6"))
    expect("configures_with_old_cmake", {"CMakeLists.txt": TINY}, False, cache)
    expect("configures_without_qt", {}, False, cache)
    for name, text in (("configures_with_old_cmake", "find_package(NoSuchThing REQUIRED)"), ("configures_without_qt", "find_package(Qt6 REQUIRED)"),
                       ("configures_without_qt", "add_custom_target(x COMMAND /usr/lib/qt6/libexec/moc)")):
        shown += 1
        if not findings(name, {"CMakeLists.txt": TINY + text + "\n"}, cache):
            wrong.append(f"{name}: does not report {text}")

    print("\n".join(wrong + [f"{shown} trees shown, {len(wrong)} not judged as expected"]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
