// SPDX-License-Identifier: GPL-3.0-or-later
// Values under the pointer in a page of heads. Free of the two characters that would make the page no XML.
"use strict";
(() => {
    const names = {a: "", m: "masked", p: "padding"};
    const tokens = JSON.parse(document.getElementById("tokens").textContent);

    function decoded(script) {
        const bytes = Uint8Array.from(atob(script.textContent), (letter) => letter.charCodeAt(0));
        return new Float32Array(bytes.buffer);
    }

    /// "a3m5": the letter of the cell at a column.
    function kindAt(runs, column) {
        for (const [, letter, count] of runs.matchAll(/([amp])(\d+)/g)) {
            column -= Number(count);
            if (0 > column)
                return letter;
        }
        return "a";
    }

    /// The shortest text that reads back as the same float32.
    function exact(value) {
        for (let digits = 1; 9 > digits; ++digits)
            if (Math.fround(Number(value.toPrecision(digits))) === value)
                return String(Number(value.toPrecision(digits)));
        return String(Number(value.toPrecision(9)));
    }

    class Reader {
        constructor(script) {
            const panel = script.closest(".panel");
            this.script = script;
            this.svg = panel.querySelector("svg");
            this.image = panel.querySelector("image");
            this.reading = panel.querySelector(".reading");
            this.height = Number(script.dataset.height);
            this.width = Number(script.dataset.width);
            this.transposed = script.dataset.transposed === "yes"; // in the picture; values are [queries, keys] in any case
            this.kinds = script.dataset.kinds.split(";");
            this.marks = ["cross", "cross", "cell-outer", "cell-inner"].map((name) => this.rect(name));
            this.svg.classList.add("readable");
            this.svg.setAttribute("tabindex", "0");
            this.svg.addEventListener("pointermove", (event) => this.point(event));
            this.svg.addEventListener("pointerdown", (event) => this.point(event));
            this.svg.addEventListener("keydown", (event) => this.move(event));
        }

        rect(name) {
            const made = document.createElementNS(this.svg.namespaceURI, "rect");
            made.setAttribute("class", name);
            made.setAttribute("visibility", "hidden");
            this.svg.append(made);
            return made;
        }

        point(event) {
            const box = this.image.getBoundingClientRect();
            const down = (event.clientY - box.top) / box.height, across = (event.clientX - box.left) / box.width;
            const row = Math.floor((this.transposed ? across : down) * this.height);
            const column = Math.floor((this.transposed ? down : across) * this.width);
            if (Math.min(row, column) >= 0)
                if (this.height > row)
                    if (this.width > column)
                        this.show(row, column);
        }

        move(event) {
            const step = {ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1]}[event.key];
            if (!step)
                return;
            event.preventDefault();
            const [row, column] = this.cell ?? [0, 0];
            if (this.transposed)
                step.reverse();
            const within = (value, count) => Math.max(0, Math.min(count - 1, value));
            this.show(within(row + step[0], this.height), within(column + step[1], this.width));
        }

        place(mark, row, column, height, width) {
            const [x, y, w, h] = ["x", "y", "width", "height"].map((name) => Number(this.image.getAttribute(name)));
            const across = [column / this.width, width / this.width], down = [row / this.height, height / this.height];
            if (this.transposed)
                [across[0], across[1], down[0], down[1]] = [...down, ...across];
            const set = {x: x + w * across[0], y: y + h * down[0], width: w * across[1], height: h * down[1]};
            for (const name of Object.keys(set))
                mark.setAttribute(name, set[name]);
            mark.setAttribute("visibility", "visible");
        }

        show(row, column) {
            this.values ??= decoded(this.script);
            this.cell = [row, column];
            this.place(this.marks[0], row, 0, 1, this.width);
            this.place(this.marks[1], 0, column, this.height, 1);
            this.place(this.marks[2], row, column, 1, 1);
            this.place(this.marks[3], row, column, 1, 1);
            const value = this.values[row * this.width + column];
            const kind = names[kindAt(this.kinds[row], column)];
            const line = this.values.subarray(row * this.width, (row + 1) * this.width);
            const above = line.reduce((count, other, key) => count + (other > value ? Number(kindAt(this.kinds[row], key) === "a") : 0), 0);
            const rank = kind ? kind : Number.isNaN(value) ? "" : `rank ${above + 1} in its row`;
            this.reading.textContent = `q[${tokens.queries[row]}] → k[${tokens.keys[column]}]   ${tokens.stage} ${exact(value)}   ${rank}`;
        }
    }

    for (const script of document.querySelectorAll("script.values"))
        new Reader(script);
})();
