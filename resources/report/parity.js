// SPDX-License-Identifier: GPL-3.0-or-later
// Filtering in a parity report. Free of the two characters that would make the page no XML.
"use strict";
(() => {
    const failing = new Set(["diverges", "not compared"]);
    const beyond = new Set(["known", "diverges", "not compared"]);
    const filters = {
        all: () => true,
        beyond: (verdict) => beyond.has(verdict),
        failing: (verdict) => failing.has(verdict),
    };

    const shown = document.getElementById("shown");
    function filter(name) {
        const rows = [...document.querySelectorAll("table.rows tr[data-verdict]")];
        let count = 0;
        for (const row of rows) {
            row.hidden = !filters[name](row.dataset.verdict);
            count += row.hidden ? 0 : 1;
        }
        for (const table of document.querySelectorAll("table.rows"))
            table.closest(".filtered").querySelector(".none").hidden = [...table.tBodies[0].rows].some((row) => !row.hidden);
        shown.textContent = name === "all" ? `${rows.length} rows` : `${count} of ${rows.length} rows`;
    }
    for (const choice of document.querySelectorAll("input[name=filter]"))
        choice.addEventListener("change", () => filter(choice.value));
    document.querySelector(".bar").hidden = false;
    filter(document.querySelector("input[name=filter]:checked").value);
})();
