// SPDX-License-Identifier: GPL-3.0-or-later
// Sorting of tables in a page. Free of the two characters that would make the page no XML.
"use strict";
(() => {
    const collator = new Intl.Collator("en", {numeric: true});

    /// What a cell is sorted by; null: nothing, which comes last whatever the order.
    function keyOf(cell, numeric) {
        if (!numeric)
            return cell.dataset.v ?? (cell.textContent.trim() || null);
        return cell.dataset.v === undefined ? null : Number(cell.dataset.v);
    }

    function compared(a, b) {
        if (typeof a === "number")
            return a === b ? 0 : a > b ? 1 : -1;
        return collator.compare(a, b);
    }

    /// Numbers begin with the largest, text with the first letter; the third time the order of the file is back.
    function nextOrder(header) {
        const cycle = header.dataset.kind === "number" ? ["none", "descending", "ascending"] : ["none", "ascending", "descending"];
        return cycle[(cycle.indexOf(header.getAttribute("aria-sort")) + 1) % cycle.length];
    }

    function sort(table, header) {
        const order = nextOrder(header);
        for (const other of table.tHead.rows[0].cells)
            other.setAttribute("aria-sort", other === header ? order : "none");
        const sign = order === "descending" ? -1 : 1;
        const entries = [...table.tBodies[0].rows].map((row) => ({
            row,
            place: Number(row.dataset.place),
            key: keyOf(row.cells[header.cellIndex], header.dataset.kind === "number"),
        }));
        entries.sort((a, b) => {
            if (order === "none")
                return a.place - b.place;
            if (a.key === null || b.key === null)
                return (a.key === null) - (b.key === null) || a.place - b.place;
            return sign * compared(a.key, b.key) || a.place - b.place;
        });
        const sorted = document.createDocumentFragment();
        for (const entry of entries)
            sorted.append(entry.row);
        table.tBodies[0].append(sorted);
    }

    for (const table of document.querySelectorAll("table")) {
        [...table.tBodies[0].rows].forEach((row, place) => { row.dataset.place = place; });
        for (const header of table.tHead.rows[0].cells)
            header.querySelector("button").addEventListener("click", () => sort(table, header));
    }
})();
