#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps headscope_de.ts in step with the sources.

    catalogue.py update         adds what is new in ui/ and takes away what is gone; lists what has no German yet
    catalogue.py check          exit 1 when something is missing, unfinished, left over, or differs in its placeholders
    catalogue.py fill FILE      takes translations from a JSON object {"English": "German", "%n files": ["%n Datei", "%n Dateien"]}

Needs lupdate (--lupdate FILE when it is not found). lupdate knows the classes of strings; here one English string has
one German one wherever it stands, so all of them lie in the context Headscope (see ui/text/translation.cpp), and beside
it in contexts of Qt's the words of Qt that the window shows.
"""
import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CATALOGUE = HERE / "headscope_de.ts"
OURS = "Headscope"
PLACEHOLDER = re.compile(r"%L?\d+|%n")


def find_lupdate(given):
    for each in (given, shutil.which("lupdate-qt6"), "/usr/lib/qt6/bin/lupdate", shutil.which("lupdate")):
        if each and pathlib.Path(each).is_file():
            return each
    raise SystemExit("catalogue: lupdate: expected Qt's tool (package qt6-l10n-tools), found none")


def sources(lupdate):
    """Every string of ui/ that is marked for translation."""
    with tempfile.TemporaryDirectory() as directory:
        found = pathlib.Path(directory) / "all.ts"
        done = subprocess.run([lupdate, "-silent", "-I", str(ROOT), str(ROOT / "ui"), "-extensions", "cpp,h", "-locations",
                               "none", "-ts", str(found)], capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"catalogue: lupdate: {done.stderr.strip()}")
        messages = ElementTree.parse(found).getroot().iter("message")
        return {key_of(message) for message in messages}


def key_of(message):
    """English, what tells it from the same words elsewhere, and whether it counts something (%n)."""
    return message.findtext("source"), message.findtext("comment") or "", message.get("numerus") == "yes"


def read():
    """{context: {key: forms}}: one form, of what counts one for 1 and one for more; none where it is not finished."""
    contexts = {OURS: {}}
    if CATALOGUE.exists():
        for context in ElementTree.parse(CATALOGUE).getroot().iter("context"):
            messages = contexts.setdefault(context.findtext("name"), {})
            for message in context.iter("message"):
                translation = message.find("translation")
                forms = [form.text or "" for form in translation.iter("numerusform")] or [translation.text or ""]
                messages[key_of(message)] = forms if translation.get("type") is None and all(forms) else []
    return contexts


def write(contexts):
    top = ElementTree.Element("TS", version="2.1", language="de_DE", sourcelanguage="en")
    for name in sorted(contexts, key=lambda each: (each != OURS, each)):
        context = ElementTree.SubElement(top, "context")
        ElementTree.SubElement(context, "name").text = name
        for key, forms in sorted(contexts[name].items(), key=lambda each: (each[0][0].lower(), each[0])):
            source, comment, counts = key
            message = ElementTree.SubElement(context, "message", {"numerus": "yes"} if counts else {})
            ElementTree.SubElement(message, "source").text = source
            if comment:
                ElementTree.SubElement(message, "comment").text = comment
            translation = ElementTree.SubElement(message, "translation")
            if counts:
                for form in forms or ["", ""]:
                    ElementTree.SubElement(translation, "numerusform").text = form
            else:
                translation.text = "".join(forms)
            if not forms:
                translation.set("type", "unfinished")
    ElementTree.indent(top, " ")
    CATALOGUE.write_text('<?xml version="1.0" encoding="utf-8"?>\n<!-- SPDX-License-Identifier: GPL-3.0-or-later -->\n'
                         "<!DOCTYPE TS>\n" + ElementTree.tostring(top, encoding="unicode") + "\n", encoding="utf-8")


def mnemonics(words):
    return len(re.findall(r"&(?!&|$| )", words.replace("&&", "")))


def problems(contexts, wanted):
    ours = contexts[OURS]
    for key in sorted(wanted - ours.keys()):
        yield f"{key[0]!r}: is not in the catalogue"
    for key in sorted(ours.keys() - wanted):
        yield f"{key[0]!r}: is in no source any more"
    for name, messages in contexts.items():
        for (source, _, counts), forms in messages.items():
            if len(forms) != 1 + counts:
                yield f"{source!r}: has no translation" + (" for one and for more" if counts else "")
            for words in forms:
                yield from differences(source, words)


def differences(source, words):
    if sorted(PLACEHOLDER.findall(source)) != sorted(PLACEHOLDER.findall(words)):
        yield f"{source!r}: has other placeholders than {words!r}"
    if mnemonics(source) != mnemonics(words):
        yield f"{source!r}: has a mnemonic where {words!r} has none, or the other way round"
    for end in ("…", ":", " ", "\n"):
        if source.endswith(end) != words.endswith(end):
            yield f"{source!r}: ends differently from {words!r}"
    if source.startswith(" ") != words.startswith(" "):
        yield f"{source!r}: begins differently from {words!r}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=("update", "check", "fill"))
    parser.add_argument("file", nargs="?", type=pathlib.Path)
    parser.add_argument("--lupdate")
    options = parser.parse_args()
    contexts = read()
    if options.command == "fill":
        for source, words in json.loads(options.file.read_text(encoding="utf-8")).items():
            for name, messages in contexts.items():
                for key in messages:
                    if key[0] == source:
                        messages[key] = words if isinstance(words, list) else [words]
        write(contexts)
        return 0
    wanted = sources(find_lupdate(options.lupdate))
    if options.command == "update":
        contexts[OURS] = {key: contexts[OURS].get(key, []) for key in wanted}
        write(contexts)
        for key in sorted(wanted):
            if not contexts[OURS][key]:
                print(json.dumps(key[0], ensure_ascii=False))
        return 0
    found = list(problems(contexts, wanted))
    print("\n".join(found) or f"{len(wanted)} strings, all of them translated")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
