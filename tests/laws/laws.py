#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks the tree against the laws of the project.

    laws.py --list
    laws.py NAME… [--source DIR] [--build DIR]

A law is a generator of findings ("path:line: what is wrong"); exit 1 when any law finds something. Laws that look at a
build need --build. test_laws.py beside this file shows each of them something broken.
"""
import argparse
import json
import os
import pathlib
import posixpath
import re
import shlex
import subprocess
import sys
import tempfile

ROOMS = ("app", "ui", "core", "resources", "tests", "packaging")
TOP_LEVEL = {"CMakeLists.txt", "CMakePresets.json", "README.md", "CHANGELOG.md", "LICENSE", *ROOMS}
MAY_INCLUDE = {"core": {"core", "resources"}, "ui": {"ui", "core", "resources"}, "app": {"app", "ui", "core", "resources"}}
CPP = (".cpp", ".h")
SCRIPTS = (".py", ".sh", ".cmake")
QT = re.compile(r"(Q[A-Z]|Qt[A-Z]|Qt/|q[a-z0-9]+\.h$|ui_)")
TORCH = re.compile(r"(torch|ATen|c10|caffe2)/")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*[<"]([^>"\n]+)[>"]', re.M)
LONGEST = 500

# Split, so that this file keeps the law it states.
MACHINE = re.compile("|".join([r"(?<![\w.~-])/(?:wo" r"rk|ro" r"ot|ho" r"me)/[\w.]", r"/opt/wh" r"eels", r"/opt/py" r"pi"]))
REGISTRY = re.compile("|".join(name.replace("!", "") for name in (
    r"py!pi\.org", r"python!hosted\.org", r"deb\.deb!ian\.org", r"security\.deb!ian\.org", r"npm!js\.(org|com)",
    r"crates\.i!o\b", r"proxy\.golang!\.org", r"archive\.ubun!tu\.com", r"con!da\.anaconda\.org")))

LAWS = {}
OF_A_BUILD = set()


def law(function):
    LAWS[function.__name__] = function
    return function


def build_law(function):
    OF_A_BUILD.add(function.__name__)
    return law(function)


class Tree:
    """The files of a checkout, as git would commit them, and the directory they were built in."""

    def __init__(self, root, build=None):
        self.root = pathlib.Path(root).resolve()
        self.build = pathlib.Path(build).resolve() if build else None
        self.files = sorted(path for path in self._names() if (self.root / path).is_file())
        self._texts = {}

    def _names(self):
        if (self.root / ".git").exists():
            git = subprocess.run(["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                                 cwd=self.root, capture_output=True, check=False)
            if git.returncode == 0:
                return set(git.stdout.decode().split("\0")) - {""}
        skipped = {"build", "models", "__pycache__", ".git", ".cache", "CMakeUserPresets.json"}
        return {path.relative_to(self.root).as_posix() for path in self.root.rglob("*")
                if not skipped.intersection(path.relative_to(self.root).parts)}

    def text(self, path):
        """The file's text; "" for a file that is not text."""
        if path not in self._texts:
            try:
                self._texts[path] = (self.root / path).read_text(encoding="utf-8")
            except (UnicodeDecodeError, FileNotFoundError):
                self._texts[path] = ""
        return self._texts[path]

    def within(self, *rooms, suffixes=CPP):
        return [path for path in self.files if path.startswith(tuple(room + "/" for room in rooms)) and path.endswith(suffixes)]

    def cmake(self, *rooms):
        return [path for path in self.files if posixpath.basename(path) == "CMakeLists.txt" or path.endswith(".cmake")
                if not rooms or path.split("/")[0] in rooms]

    def sources(self):
        """Everything that a person wrote in a language with comments."""
        return [path for path in self.files
                if path.endswith(CPP + SCRIPTS) or posixpath.basename(path) == "CMakeLists.txt"
                or ("." not in posixpath.basename(path) and self.text(path).startswith("#!"))]

    def includes(self, path):
        """(line, target) of every #include; a relative one resolved against the root where such a file exists."""
        text = self.text(path)
        for match in INCLUDE.finditer(text):
            target = match.group(1)
            beside = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
            if target.startswith(".") or beside in self.files and target not in self.files:
                target = beside
            yield line_of(text, match.start()), target

    def reached(self, path, seen=None):
        """Every include target that a file pulls in through the project's own headers, with the file that names it."""
        seen = set() if seen is None else seen
        for _, target in self.includes(path):
            yield path, target
            if target in self.files and target not in seen:
                seen.add(target)
                yield from self.reached(target, seen)

    def build_file(self, name):
        path = self.build / name
        if not path.is_file():
            raise SystemExit(f"laws: {path} is not there; build first")
        return path

    def cached(self, name):
        match = re.search(rf"^{name}:[^=]*=(.*)$", self.build_file("CMakeCache.txt").read_text(), re.M)
        return match.group(1) if match else ""


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def cmake_commands(text):
    """(line, name in lower case, arguments) of every command, comments removed."""
    plain = re.sub(r"#.*", "", text)
    for match in re.finditer(r"(?<![\w$<{])([A-Za-z_]\w*)[ \t]*\(((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)", plain):
        yield line_of(plain, match.start()), match.group(1).lower(), match.group(2)


def bad_includes(tree, paths, pattern, message):
    for path in paths:
        for line, target in tree.includes(path):
            if pattern.match(target):
                yield f"{path}:{line}: includes {target}: {message}"


@law
def core_without_qt(tree):
    """core never includes Qt, nor links it."""
    yield from bad_includes(tree, tree.within("core"), QT, "core is Qt-free")
    for path in tree.cmake("core"):
        for line, name, arguments in cmake_commands(tree.text(path)):
            if re.search(r"\bQt\d?(::|\b)|QCustomPlot", arguments) or name.startswith("qt"):
                yield f"{path}:{line}: {name} names Qt: core is Qt-free"


@law
def ui_without_torch(tree):
    """ui and app never include LibTorch, and core does not hand it on."""
    yield from bad_includes(tree, tree.within("ui", "app"), TORCH, "LibTorch is private to core")
    for path in tree.cmake("app", "ui", "core"):
        for line, name, arguments in cmake_commands(tree.text(path)):
            target, *words = arguments.split() or [""]
            # A target of its own lets tests look behind the door.
            if name != "target_link_libraries" or target == "headscope_core_internal":
                continue
            scope = "no scope"
            for word in words:
                scope = word if word in ("PUBLIC", "PRIVATE", "INTERFACE") else scope
                if re.match(r"(headscope_lib)?torch|\$\{TORCH_|c10|headscope(::|_)core_internal", word) and (scope != "PRIVATE" or not path.startswith("core/")):
                    yield f"{path}:{line}: {target} links {word} with {scope}: LibTorch is private to core"


@build_law
def built_ui_without_torch(tree):
    """No compile line of ui or app has a path of LibTorch."""
    seen = 0
    for entry in json.loads(tree.build_file("compile_commands.json").read_text()):
        try:
            path = pathlib.Path(entry["file"]).resolve().relative_to(tree.root).as_posix()
        except ValueError:
            continue
        # ui without its own name in the path: what moc generated.
        room = path.split("/")[0]
        target = re.search(r"/(ui|app)/CMakeFiles/", "/" + entry.get("output", ""))
        if room not in ("ui", "app") and not target:
            continue
        seen += 1
        words = shlex.split(entry["command"])
        for word, after in zip(words, words[1:] + [""]):
            include = after if word in ("-I", "-isystem") else word[2:] if word.startswith("-I") else ""
            if re.search(r"/torch/|/libtorch/", include + "/"):
                yield f"{path}: compiled with {include}: LibTorch is private to core"
                break
    if not seen:
        yield "compile_commands.json: names no file of app: this law saw nothing"


@law
def plot_header_only(tree):
    """Only ui/views/plot.h includes QCustomPlot."""
    paths = [path for path in tree.within(*ROOMS) if path != "ui/views/plot.h"]
    yield from bad_includes(tree, paths, re.compile(r"(.*/)?qcustomplot\.h$"), "only ui/views/plot.h may")


@law
def rooms_one_way(tree):
    """app may include ui and core, ui may include core, core nothing; nobody includes tests."""
    for room, allowed in MAY_INCLUDE.items():
        for path in tree.within(room):
            for line, target in tree.includes(path):
                other = target.split("/")[0]
                if other in ROOMS and other not in allowed:
                    yield f"{path}:{line}: includes {target}: {room} knows only {', '.join(sorted(allowed))}"
    for path in tree.cmake("core", "ui"):
        forbidden = r"headscope(::|_)(ui|app)\b" if path.startswith("core/") else r"headscope(::|_)(app|options)\b"
        for line, name, arguments in cmake_commands(tree.text(path)):
            if name == "target_link_libraries" and re.search(forbidden, arguments):
                yield f"{path}:{line}: links against the direction of the rooms"


@law
def torch_stays_inside(tree):
    """LibTorch runs on engine threads only: what ui and app can reach has nothing of it but at::Tensor's name."""
    def is_inner(path):
        return path.startswith("core/engine/")
    for path in tree.within("core", suffixes=(".h",)):
        if is_inner(path):
            continue
        for holder, target in tree.reached(path):
            if TORCH.match(target) or is_inner(target):
                via = "" if holder == path else f" through {holder}"
                yield f"{path}: includes {target}{via}: only headers of core/engine may"
    for path in tree.within("ui", "app"):
        for line, target in tree.includes(path):
            if is_inner(target):
                yield f"{path}:{line}: includes {target}: core/engine is core's own"
        for match in re.finditer(r"\b(at|torch|c10)::", re.sub(r"//.*", "", tree.text(path))):
            yield f"{path}:{line_of(tree.text(path), match.start())}: uses {match.group()}: only engine threads run LibTorch"


@law
def one_door(tree):
    """ui and app read values through PatternSource: they know no tensor and no runner, and ui of models the lists alone."""
    why = "values come through core/cache/pattern_source.h"
    yield from bad_includes(tree, tree.within("ui", "app"), re.compile(r"core/(tensor_fwd\.h|run/inspector\.h|io/(safetensors|mapped_file))"), why)
    yield from bad_includes(tree, tree.within("ui"), re.compile(r"core/(model/(?!(model_(catalog|finder)|recent_models)\.h)|text/(?!token_text\.h))"), why)


@law
def results_immutable(tree):
    """What crosses from the engine's threads to a listener or a sink is shared as const."""
    for path in tree.within("core", suffixes=(".h",)):
        text = tree.text(path)
        for match in re.finditer(r"virtual\s+void\s+on[A-Z]\w*\([^;]*;|std::function<void\([^;]*;|using\s+\w+Ptr\s*=[^;]*;", text):
            if re.search(r"(shared_ptr|unique_ptr)<(?!\s*const\b)", match.group()):
                yield f"{path}:{line_of(text, match.start())}: hands over something that can still change: expected shared_ptr<const …>"


@law
def one_exception(tree):
    """One exception type leaves core: Error; Cancelled is no error, and std::logic_error is a defect."""
    for path in tree.within("core"):
        text = re.sub(r"//.*", "", tree.text(path))
        for match in re.finditer(r"\bthrow\s+((?:std::)[a-z_]+|(?:\w+::)*[A-Z]\w*)\s*[({]", text):
            if match.group(1).removeprefix("headscope::") not in ("Error", "Cancelled", "std::logic_error"):
                yield f"{path}:{line_of(text, match.start())}: throws {match.group(1)}: expected Error"
        for match in re.finditer(r":\s*public\s+(std::\w*(?:exception|error)|Error)\b", text):
            if path != "core/error.h":
                yield f"{path}:{line_of(text, match.start())}: derives an exception from {match.group(1)}"


@law
def own_header_first(tree):
    """The .cpp of a header includes it first, so that the header is known to compile alone."""
    for path in tree.within("core", "ui", "app", suffixes=(".cpp",)):
        header = path[:-4] + ".h"
        first = next((target for _, target in tree.includes(path)), "")
        if header in tree.files and first != header:
            yield f"{path}: includes {first or 'nothing'} first: expected {header}"


@law
def top_level(tree):
    """The top level holds the rooms, five files and dot files, and nothing else."""
    found = {path.split("/")[0] for path in tree.files}
    for name in sorted(found - TOP_LEVEL):
        if not name.startswith("."):
            yield f"{name}: not one of {', '.join(sorted(TOP_LEVEL))}"
    for name in sorted(TOP_LEVEL - found):
        yield f"{name}: missing from the top level"


@law
def spdx(tree):
    """Every source file names its licence in its first line, after a shebang."""
    for path in tree.sources():
        lines = tree.text(path).splitlines()[:2]
        first = lines[1:] if lines and lines[0].startswith("#!") else lines
        if not first or not re.match(r"(//|#|/\*|<!--) SPDX-License-Identifier: GPL-3\.0-or-later", first[0]):
            yield f"{path}:1: expected SPDX-License-Identifier: GPL-3.0-or-later"


@law
def file_length(tree):
    """No source file has more than 500 lines, unless its first comment says why it is 'over 500 lines'."""
    for path in tree.sources():
        lines = tree.text(path).splitlines()
        if len(lines) <= LONGEST:
            continue
        head = []
        for text in lines:
            if not re.match(r"\s*(//|#(?!include|pragma|define|if)|/?\*|$)", text):
                break
            head.append(text)
        docstring = re.match(r"(?:#.*\n|\s*\n)*(\"\"\".*?\"\"\")", tree.text(path), re.S) if path.endswith(".py") else None
        if f"over {LONGEST} lines" not in " ".join(head + ([docstring.group(1)] if docstring else [])).lower():
            yield f"{path}: {len(lines)} lines: split it, or say in its first comment why it is over {LONGEST} lines"


@law
def no_machine(tree):
    """No committed text names a path of one machine or the host of a package registry."""
    for path in tree.files:
        for number, text in enumerate(tree.text(path).splitlines(), 1):
            for pattern, what in ((MACHINE, "a machine's path"), (REGISTRY, "a registry's host")):
                if match := pattern.search(text):
                    yield f"{path}:{number}: names {what}: {match.group()}"


@law
def cmake_325(tree):
    """CMake 3.25 is enough."""
    for path in tree.cmake():
        for line, name, arguments in cmake_commands(tree.text(path)):
            if name == "cmake_minimum_required" and not re.match(r"\s*VERSION\s+3\.(1?\d|2[0-5])\b(?!\.\d*[1-9])", arguments):
                yield f"{path}:{line}: asks for {arguments.strip()}: Debian 12 has 3.25.1"
    presets = json.loads(tree.text("CMakePresets.json") or "{}")
    if presets.get("version", 0) > 6:
        yield f"CMakePresets.json: version {presets['version']}: CMake 3.25 reads up to 6"


@law
def qt_is_guarded(tree):
    """Outside ui, whatever asks for Qt stands in if(HEADSCOPE_GUI)."""
    for path in tree.cmake():
        if path.startswith(("ui/", "tests/ui/")):
            continue
        open_blocks = []
        for line, name, arguments in cmake_commands(tree.text(path)):
            if name in ("if", "function", "macro", "foreach"):
                open_blocks.append(arguments)
            elif name in ("endif", "endfunction", "endmacro", "endforeach") and open_blocks:
                open_blocks.pop()
            asks = name == "find_package" and re.match(r"\s*(Qt6|QCustomPlot)", arguments) or name.startswith("qt_") \
                or name == "add_subdirectory" and arguments.strip() == "ui"
            if asks and not any("HEADSCOPE_GUI" in block for block in open_blocks):
                yield f"{path}:{line}: {name}({arguments.strip()}) is not within if(HEADSCOPE_GUI)"


def configure(tree, folder, *options):
    """Configures the tree into `folder` with the oldest CMake at hand. \return what it said if it failed, else None"""
    given = [f"-D{name}={value}" for name in ("Torch_DIR", "CMAKE_CXX_COMPILER", "CMAKE_MAKE_PROGRAM") if (value := tree.cached(name))]
    programs = [program for program in ("/usr/bin/cmake", tree.cached("CMAKE_COMMAND")) if os.access(program, os.X_OK)] or ["cmake"]

    def version(program):
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
        return [int(part) for part in re.findall(r"\d+", said)[:3]]
    run = subprocess.run([min(programs, key=version), "-S", tree.root, "-B", folder, "-G", "Ninja", *given, *options],
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return run.stdout if run.returncode else None


@build_law
def configures_with_old_cmake(tree):
    """The oldest CMake at hand (Debian's, where it is installed) configures everything that this build has."""
    with tempfile.TemporaryDirectory() as folder:
        if said := configure(tree, folder, f"-DHEADSCOPE_GUI={tree.cached('HEADSCOPE_GUI') or 'ON'}"):
            yield "does not configure:\n" + said[-2000:]


@build_law
def configures_without_qt(tree):
    """core, headscope-cli and their tests configure on a machine without Qt, and nothing then names it."""
    with tempfile.TemporaryDirectory() as folder:
        if said := configure(tree, folder, "-DHEADSCOPE_GUI=OFF", "-DCMAKE_DISABLE_FIND_PACKAGE_Qt6=ON",
                             "-DCMAKE_DISABLE_FIND_PACKAGE_QCustomPlotQt6=ON"):
            yield "does not configure with HEADSCOPE_GUI=OFF:\n" + said[-2000:]
            return
        for number, text in enumerate((pathlib.Path(folder) / "build.ninja").read_text().splitlines(), 1):
            if match := re.search(r"\S*(libQt\d|/qt6/|Qt6::)\S*", text):
                yield f"build.ninja:{number}: HEADSCOPE_GUI=OFF still uses {match.group()}"
                return


@build_law
def cli_without_qt(tree):
    """headscope-cli links no Qt library, not even through another library."""
    program = tree.build_file("bin/headscope-cli")
    needed = subprocess.run(["ldd", program], capture_output=True, text=True, check=False)
    if needed.returncode:
        yield f"ldd cannot read {program}: {needed.stderr.strip()}"
    for match in re.finditer(r"^\s*(libQt\S*|libqcustomplot\S*)", needed.stdout, re.M | re.I):
        yield f"headscope-cli: links {match.group(1)}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--list", action="store_true", help="print every law")
    parser.add_argument("--source", default=os.fspath(pathlib.Path(__file__).resolve().parents[2]))
    parser.add_argument("--build")
    chosen = parser.parse_args()
    if chosen.list:
        print("\n".join(LAWS))
        return 0
    tree = Tree(chosen.source, chosen.build)
    names = chosen.names or [name for name in LAWS if tree.build or name not in OF_A_BUILD]
    broken = 0
    for name in names:
        findings = list(LAWS[name](tree))
        if findings:
            broken += 1
            print(f"broken: {name}: {LAWS[name].__doc__}")
            print("\n".join("  " + finding for finding in findings))
    print(f"{len(names) - broken} of {len(names)} laws kept")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
