# SPDX-License-Identifier: GPL-3.0-or-later
"""Headscope beside transformers, NNsight, TransformerBridge and HookedTransformer: one process at a time, in turns, on the same
ids, model and number of threads. Prints tables and writes JSON; a figure is a median (smallest..largest), never a verdict.

Cases: cold start to a first pattern, capture of everything, export of all heads, prefix edit, first thumbnail, head change. Every
process is watched: at --memory of resident set, at --timeout, or when the machine runs out, it is ended and did not finish."""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy
from safetensors.numpy import save_file

from watched import Watch

ROOT = Path(__file__).resolve().parents[2]
NAMES = {"headscope": "Headscope", "eager": "transformers eager", "sdpa": "transformers sdpa, no capture", "nnsight": "NNsight",
         "bridge": "TransformerBridge", "hooked": "HookedTransformer", "limit": "matrix products alone"}
PEERS = ("eager", "nnsight", "bridge", "hooked")  # those that capture
COLD_TOKENS, LARGE = 16, 2048  # above LARGE tokens one round
SAME = 1e-3  # how far the first patterns may lie apart, or the systems did not do the same


class Bench:
    """Runs the systems in turns and remembers what came of them."""

    def __init__(self, options, folder):
        self.options, self.folder, self.records, self.failed = options, folder, [], {}
        threads = str(options.threads)
        environment = {**os.environ, "OMP_NUM_THREADS": threads, "MKL_NUM_THREADS": threads, "HF_HUB_OFFLINE": "1",
                       "TRANSFORMERS_VERBOSITY": "error", "QT_QPA_PLATFORM": "offscreen"}
        self.watch = Watch(folder, environment, options.memory, options.timeout)

    def inputs(self, model, tokens):
        path = self.folder / f"{model.name}-{tokens}.safetensors"
        if not path.exists():
            size = config_of(model)["vocab_size"]
            save_file({"input_ids": numpy.random.default_rng(0).integers(0, size, (1, tokens), dtype=numpy.int64)}, path)
        return path

    def command(self, case, system, model, tokens):
        options = self.options
        common = ["--model", model.resolve(), "--inputs", self.inputs(model, tokens), "--threads", options.threads]
        if system == "headscope":
            how = {"capture": [options.cli, "heads", "--output", self.folder / "heads.json"],
                   "pattern": [options.cli, "pattern", "--layer", 0, "--head", 0, "--output", self.output(case, system)],
                   "export": [options.cli.with_name("headscope"), "export", "--output", self.output(case, system)]}
            return how[case] + common
        python = options.legacy if system == "hooked" else options.oracle
        output = ["--output", self.output(case, system)] if case in ("pattern", "export") else []
        return [python, ROOT / "tests/bench/peer.py", system, case, *common, *output]

    def output(self, case, system):
        return self.folder / f"{system}.{'npy' if case == 'pattern' else 'png'}"

    def turn(self, case, system, model, tokens, number):
        smaller = self.failed.get((case, system, model.name))
        if smaller is not None and (tokens > smaller or number > 1):
            if number > 1:
                return
            record = {"failure": f"nor at {smaller:,} tokens"}
        else:
            record = self.watch.execute(self.command(case, system, model, tokens))
        if "failure" in record and smaller is None:
            self.failed[case, system, model.name] = tokens
        record.update(case=case, system=system, model=model.name, tokens=tokens, round=number)
        self.records.append(record)
        what = record.get("failure") or ", ".join(f"{key} {value:.3f}" for key, value in record.items() if key.endswith("_s"))
        print(f"{case} {model.name} {tokens} tokens, round {number}, {system}: {what}, {record.get('peak_bytes', 0) / 1e9:.2f} GB",
              file=sys.stderr, flush=True)

    def case(self, case, systems, model, tokens):
        """In turns: every system once a round."""
        rounds = 1 if tokens > LARGE else self.options.rounds
        for number in range(1, rounds + 1):
            for system in systems:
                self.turn(case, system, model, tokens, number)

    def compare_patterns(self):
        """How far each peer's first pattern lies from Headscope's, by name; ends the run where one is another pattern."""
        written = [system for system in ("headscope", *PEERS) if self.output("pattern", system).exists()]
        patterns = {system: numpy.load(self.output("pattern", system)) for system in written}
        ours = patterns.pop("headscope", None)
        gaps = {} if ours is None else {system: float(numpy.abs(theirs - ours).max()) for system, theirs in patterns.items()}
        for system, gap in gaps.items():
            if not gap < SAME:
                raise SystemExit(f"bench_peers: {NAMES[system]}'s first pattern is {gap:.2g} from Headscope's")
        return gaps

    def values(self, case, system, model, tokens, key):
        """A value a round; key may be a sum, as forward_s+scoring_s."""
        return {record["round"]: sum(record.get(part, 0.0) for part in key.split("+")) for record in self.records
                if (record["case"], record["system"], record["model"], record["tokens"]) == (case, system, model.name, tokens)
                and "failure" not in record}

    def failure(self, case, system, model, tokens):
        return next((record["failure"] for record in self.records if "failure" in record and
                     (record["case"], record["system"], record["model"], record["tokens"]) == (case, system, model.name, tokens)), None)

    def ratios(self, case, system, model, tokens, ours, theirs):
        """Headscope's over the other's of the same round."""
        first, second = self.values(case, "headscope", model, tokens, ours), self.values(case, system, model, tokens, theirs)
        return [first[number] / second[number] for number in first if number in second]


def config_of(model):
    return json.loads((model / "config.json").read_text(encoding="utf-8"))


def longest(model):
    config = config_of(model)
    return config.get("n_positions") or config["max_position_embeddings"]


def spread(values, form=".2f"):
    """Median (smallest..largest); a dash for nothing."""
    values = list(values)
    if not values:
        return "–"
    if len(values) == 1:
        return f"{values[0]:{form}}"
    return f"{statistics.median(values):{form}} ({min(values):{form}}..{max(values):{form}})"


def table(header, rows):
    print("| " + " | ".join(header) + " |\n|" + " --- |" * len(header))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print(flush=True)


def capture_rows(bench, model, tokens):
    limit = min(bench.values("capture", "limit", model, tokens, "forward_s").values(), default=None)
    for system in NAMES:
        cells = [f"{tokens:,}", NAMES[system]]
        if why := bench.failure("capture", system, model, tokens):
            yield cells + [f"did not finish ({why})"] + [""] * 5
            continue
        of = lambda key: bench.values("capture", system, model, tokens, key).values()  # noqa: E731
        ratio = lambda ours: spread(bench.ratios("capture", system, model, tokens, ours, "forward_s"), ".3f")  # noqa: E731
        scoring, peer = system == "headscope", system not in ("headscope", "limit")
        share = spread([limit / value for value in of("forward_s")]) if limit and system != "limit" else ""
        yield cells + [spread(of("forward_s")), spread(of("scoring_s")) if scoring else "",
                       "" if system == "limit" else spread([value / 1e9 for value in of("peak_bytes")]),
                       ratio("forward_s") if peer else "", ratio("forward_s+scoring_s") if peer else "", share]


def print_capture(bench, model, lengths):
    print(f"\nCapture of everything, {model.name}, float32; Headscope's ratios first without, then with the scores of every head\n")
    table(["tokens", "system", "forward, s", "scores of all heads, s", "peak, GB", "Headscope's forward to it",
           "Headscope's forward and scores to it", "share of the limit"],
          [row for tokens in lengths for row in capture_rows(bench, model, tokens)])


def print_whole(bench, title, case, model, tokens):
    """A case whose time is that of whole processes."""
    print(f"\n{title}, {model.name}, {tokens:,} tokens, the whole process\n")
    rows = []
    for system in ("headscope", *PEERS):
        why = bench.failure(case, system, model, tokens)
        times = bench.values(case, system, model, tokens, "wall_s").values()
        peaks = [value / 1e9 for value in bench.values(case, system, model, tokens, "peak_bytes").values()]
        rows.append([NAMES[system], f"did not finish ({why})" if why else spread(times), spread(peaks),
                     "" if system == "headscope" else spread(bench.ratios(case, system, model, tokens, "wall_s", "wall_s"), ".3f")])
    table(["system", "s", "peak, GB", "Headscope's time to it"], rows)


def program(bench, name, *arguments):
    """What a benchmark beside headscope-cli prints, or why there is nothing, as a line that begins with 'Not measured'."""
    path = bench.options.cli.with_name(name)
    if not path.exists():
        return f"Not measured: {name} is not there."
    done = subprocess.run([str(part) for part in (path, *arguments)], env=bench.watch.environment, capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else f"Not measured: {name} ended with {done.returncode}: {done.stderr[-200:]}"


def print_engine(bench, model, tokens):
    """One token more, and the first picture, with the model loaded. Transformers' own way not to run a prefix again is its key-value
    cache; who captures with another runs everything again, and no peer shows a head before its pass ends."""
    for number in range(1, bench.options.rounds + 1):
        bench.turn("append", "eager", model, tokens, number)
    print(f"\nPrefix edit (a token appended) and first thumbnail, {model.name}, {tokens:,} tokens\n")
    said = program(bench, "bench_engine", model.resolve(), tokens, max(bench.options.rounds, 3))
    ours = json.loads(said) if said.startswith("{") else {}
    rows = [[NAMES["headscope"], *(f"{ours[key]:.3f}" if ours else "–" for key in ("full", "appended", "first_thumbnail")), "", ""]]
    for system in PEERS:
        whole = list(bench.values("capture", system, model, tokens, "forward_s").values())
        appended = list(bench.values("append", system, model, tokens, "forward_s").values()) or whole
        ratio = lambda key, values: f"{ours[key] / statistics.median(values):.4f}" if ours and values else "–"  # noqa: E731
        rows.append([NAMES[system], spread(whole), spread(appended, ".3f"), spread(whole), ratio("appended", appended),
                     ratio("first_thumbnail", whole)])
    table(["system", "whole pass, s", "a token appended, s", "first thumbnail, s", "Headscope's token to it",
           "Headscope's thumbnail to it"], rows)
    print(said, flush=True)
    return ours


def print_heads(bench, model, lengths):
    print("\nHead change, until it is painted; no peer has a window, so beside a plain QCPColorMap, and with the engine behind it\n")
    said = [program(bench, "bench_heatmap", *lengths), program(bench, "bench_engine_heatmap", model.resolve(), *lengths)]
    print("```\n" + "\n".join(said) + "\n```", flush=True)
    return [line for each in said for line in each.splitlines()]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cli", required=True, type=Path, help="path of headscope-cli; headscope and the benchmarks lie beside it")
    parser.add_argument("--oracle", type=Path, default=ROOT / "build/oracle/bin/python", help="Python of the peers of today")
    parser.add_argument("--legacy", type=Path, default=ROOT / "build/oracle-legacy/bin/python", help="Python of HookedTransformer")
    parser.add_argument("--model", type=Path, default=ROOT / "models/smollm2", help="the model of every case")
    parser.add_argument("--second", type=Path, default=ROOT / "models/gpt2-small-random", help="a model for one capture more")
    parser.add_argument("--tokens", type=int, nargs="+", default=[128, 512, 1024, 2048, 4096, 8192])
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=3, help=f"one above {LARGE} tokens")
    parser.add_argument("--memory", type=float, default=20, help="GiB of resident set that a process may have")
    parser.add_argument("--timeout", type=float, default=300, help="seconds that a process may take")
    parser.add_argument("--quick", action="store_true", help="128 and 512 tokens, one round")
    parser.add_argument("--output", type=Path, help="a JSON file to write")
    options = parser.parse_args()
    if options.quick:
        options.tokens, options.rounds = [128, 512], 1
    for path in (options.cli, options.oracle, options.legacy, options.model / "config.json", options.second / "config.json"):
        if not path.exists():
            parser.error(f"{path} is not there; packaging/bench makes what this needs")
    options.cli, options.oracle, options.legacy = (path.absolute() for path in (options.cli, options.oracle, options.legacy))
    result = {"threads": options.threads, "rounds": options.rounds}
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(options, Path(folder))
        try:
            run_all(bench, 128 if options.quick else 1024, result)
        finally:
            if options.output:
                options.output.write_text(json.dumps({**result, "records": bench.records}, indent=1) + "\n", encoding="utf-8")


def run_all(bench, middle, result):
    """Every case in turn; `middle` is the number of tokens of those that have one length."""
    options = bench.options
    lengths = [tokens for tokens in sorted(options.tokens) if tokens <= longest(options.model)]
    print(f"{options.threads} threads, {options.rounds} rounds, medians (smallest..largest); ratios are of the same round", flush=True)
    for tokens in lengths:
        bench.case("capture", NAMES, options.model, tokens)
    print_capture(bench, options.model, lengths)
    bench.case("capture", NAMES, options.second, middle)
    print_capture(bench, options.second, [middle])
    bench.case("pattern", ("headscope", *PEERS), options.model, COLD_TOKENS)
    print_whole(bench, "Cold start to a first pattern", "pattern", options.model, COLD_TOKENS)
    gaps = result["pattern_difference"] = bench.compare_patterns()
    print("Furthest from Headscope's pattern: " + ", ".join(f"{NAMES[system]} {gap:.1g}" for system, gap in gaps.items()) + ".")
    bench.case("export", ("headscope", *PEERS), options.model, middle)
    print_whole(bench, "A picture of all heads", "export", options.model, middle)
    others = [record["others"] for record in bench.records if "others" in record]
    print(f"While these ran, other processes kept {statistics.mean(others):.2f} processors busy, {max(others):.2f} at most.")
    result["engine"] = print_engine(bench, options.model, middle)
    result["heads"] = print_heads(bench, options.model, [middle])
    failed = [f"{record['case']} at {record['tokens']:,} tokens: {record['failure']}" for record in bench.records
              if record["system"] == "headscope" and "failure" in record]
    if failed:
        raise SystemExit("bench_peers: Headscope did not finish " + "; ".join(failed))


if __name__ == "__main__":
    main()
