#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Opens a parity report in a real browser: sorts, filters, and sees that nothing of a hostile prompt runs.

    test_parity_report.py --writer PROGRAM [--browser chromium]

PROGRAM OUT.html writes the report. Exit 77, which ctest takes for skipped, without the browser.
"""
import argparse
import html
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

BEFORE = """<script>
window.seen = {alerts: 0, violations: 0, errors: []};
window.alert = () => { window.seen.alerts += 1; };
document.addEventListener("securitypolicyviolation", () => { window.seen.violations += 1; });
window.addEventListener("error", (event) => { window.seen.errors.push(String(event.message)); });
</script>"""

DRIVER = """<script>
const seen = window.seen;
const tables = [...document.querySelectorAll("table")];
seen.tables = tables.length;
seen.sortable = tables.filter((table) => [...table.tHead.rows[0].cells].every((cell) =>
    cell.getAttribute("aria-sort") === "none" && cell.querySelector("button").tabIndex === 0)).length;
seen.resources = performance.getEntriesByType("resource").map((entry) => entry.name).filter((name) => !name.startsWith("data:"));
const table = document.querySelector("#pair-4 table.rows");
const column = (title) => [...table.tHead.rows[0].cells].find((cell) => cell.textContent === title);
const texts = (title) => [...table.tBodies[0].rows].map((row) => row.cells[column(title).cellIndex].textContent);
const press = (title) => { column(title).querySelector("button").click(); return column(title).getAttribute("aria-sort"); };
seen.hooks = texts("Hook");
seen.gap = [press("Max gap"), texts("Max gap"), press("Max gap"), texts("Max gap")];
seen.layer = [press("Layer"), texts("Layer"), column("Max gap").getAttribute("aria-sort")];
seen.hook = [press("Hook"), texts("Hook"), press("Hook"), texts("Hook"), press("Hook"), texts("Hook")];
seen.verdict = [press("Verdict"), texts("Verdict")];
const shown = () => [...document.querySelectorAll("tr[data-verdict]")].filter((row) => !row.hidden).map((row) => row.dataset.verdict);
const choose = (value) => {
    document.querySelector(`input[name=filter][value=${value}]`).click();
    return [shown(), document.getElementById("shown").textContent, document.querySelectorAll(".none:not([hidden])").length];
};
seen.all = [shown(), document.getElementById("shown").textContent];
seen.failing = choose("failing");
seen.beyond = choose("beyond");
seen.again = choose("all");
seen.wide = document.documentElement.scrollWidth > document.documentElement.clientWidth;
seen.pictures = [...document.querySelectorAll("image")].length;
const result = document.createElement("pre");
result.id = "seen";
result.textContent = JSON.stringify(seen);
document.body.append(result);
</script>"""


def numbers(texts):
    """As a reader orders them: what is no number is the largest."""
    return [float("inf") if text in ("nan", "inf") else float(text) for text in texts]


def natural(text):
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", text)]


def look(browser, page, folder, width):
    run = subprocess.run([browser, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile",
                          f"--window-size={width},900", "--virtual-time-budget=5000", "--dump-dom", page.as_uri()],
                         capture_output=True, text=True, timeout=120, check=True)
    match = re.search(r'<pre id="seen">(.*?)</pre>', run.stdout, re.S)
    assert match, "the page's scripts did not run to their end: " + run.stdout[-500:]
    return json.loads(html.unescape(match.group(1)))


def check(seen):
    assert seen["errors"] == [] and seen["alerts"] == 0 and seen["violations"] == 0, seen
    assert seen["resources"] == [], seen["resources"]
    assert seen["tables"] == seen["sortable"] and seen["tables"] > 10, (seen["tables"], seen["sortable"])
    assert seen["pictures"] == 12, seen["pictures"]
    assert not seen["wide"], "the page scrolls sideways"

    first, descending, second, ascending = seen["gap"]
    assert (first, second) == ("descending", "ascending")
    assert numbers(descending) == sorted(numbers(descending), reverse=True) and descending[0] == "inf", descending[:5]
    assert numbers(ascending) == sorted(numbers(ascending)), ascending[:5]

    order, layers, other = seen["layer"]
    assert order == "descending" and other == "none"
    with_layer = [int(text) for text in layers if text]
    assert with_layer == sorted(with_layer, reverse=True)
    assert with_layer[0] == 11 and not any(layers[len(with_layer):]), "rows without a layer come last"

    up, rising, down, falling, none, original = seen["hook"]
    assert (up, down, none) == ("ascending", "descending", "none")
    assert rising == sorted(rising, key=natural) and rising.index("blocks.2.attn.hook_q") < rising.index("blocks.10.attn.hook_q")
    assert falling == sorted(falling, key=natural, reverse=True)
    assert original == seen["hooks"], "the third press brings the order of the pass back"

    order, verdicts = seen["verdict"]
    gravity = ["identical", "within tolerance", "known", "diverges", "not compared"]
    assert order == "ascending" and verdicts == sorted(verdicts, key=gravity.index)

    every, line = seen["all"]
    assert line == f"{len(every)} rows" and set(every) == set(gravity)
    failing, line, emptied = seen["failing"]
    assert set(failing) == {"diverges", "not compared"} and line == f"{len(failing)} of {len(every)} rows"
    assert sorted(failing) == sorted(v for v in every if v in ("diverges", "not compared"))
    assert emptied == 3, "pairs 1 to 3 have no failing row, and their tables say so"
    beyond, _, emptied = seen["beyond"]
    assert sorted(beyond) == sorted(v for v in every if v not in ("identical", "within tolerance")) and emptied == 2
    assert seen["again"] == [every, f"{len(every)} rows", 0]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--writer", required=True)
    parser.add_argument("--browser", default="chromium")
    chosen = parser.parse_args()
    browser = shutil.which(chosen.browser)
    if not browser:
        print(f"skipped: {chosen.browser} is not installed")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        page = pathlib.Path(folder) / "report.html"
        subprocess.run([os.path.abspath(chosen.writer), page], check=True)
        text = page.read_text(encoding="utf-8")
        text = text.replace("<head>", "<head>" + BEFORE, 1).replace("</body>", DRIVER + "</body>")
        page.write_text(text, encoding="utf-8")
        for width in (1440, 500):
            check(look(browser, page, folder, width))
    print("sorted, filtered, and nothing ran that should not")
    return 0


if __name__ == "__main__":
    sys.exit(main())
