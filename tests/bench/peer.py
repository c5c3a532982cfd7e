# SPDX-License-Identifier: GPL-3.0-or-later
"""One process of one peer, in the peer's own environment; bench_peers.py starts it. Prints one line of JSON: seconds, peak memory.

SYSTEM is eager, sdpa (transformers), nnsight, bridge (in build/oracle), hooked (in build/oracle-legacy) or limit, the matrix
products of the model alone. Every peer's capture is the pattern of every head; only sdpa keeps nothing."""

import argparse
import json
import resource
import struct
import sys
import time
import warnings
import zlib
from pathlib import Path

START = time.perf_counter()

import numpy  # noqa: E402
import torch  # noqa: E402
from safetensors.torch import load_file  # noqa: E402

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "oracle"))
ROWS, KEYS = 256, 1024  # of a tile of one head's scores: the fastest of eight sizes, and it stays in the cache
PATIENCE = 5.0  # seconds after which the limit is not measured once more
THUMBNAIL = 192  # as in Headscope's picture of all heads


def eager(directory):
    import reference
    model = reference.load_model(directory, "float32")
    return lambda ids: model(ids, use_cache=False, output_attentions=True, logits_to_keep=1).attentions


def sdpa(directory):
    import reference
    model = reference.load_model(directory, "float32", "sdpa")

    def run(ids):
        model(ids, use_cache=False, logits_to_keep=1)
    return run


def nnsight(directory):
    import reference
    from nnsight import NNsight
    model = reference.load_model(directory, "float32")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a submodule is named `output`
        traced = NNsight(model)
    gpt2 = model.config.model_type == "gpt2"
    attentions = [block.attn if gpt2 else block.self_attn for block in (traced.transformer.h if gpt2 else traced.model.layers)]

    def run(ids):
        with traced.trace(input_ids=ids, use_cache=False, logits_to_keep=1):
            patterns = list().save()
            for attention in attentions:
                patterns.append(attention.output[1])
        return patterns
    return run


def pattern_names(layers):
    return [f"blocks.{layer}.attn.hook_pattern" for layer in range(layers)]


def bridge(directory):
    import bridge_reference
    model = bridge_reference.load_bridge(directory, "float32", "plain")

    def run(ids):
        cache = model.run_with_cache(ids, return_cache_object=False, use_cache=False)[1]
        return [cache[name] for name in pattern_names(model.cfg.n_layers)]
    return run


def hooked(directory):
    import hooked_models
    model = hooked_models.load(directory, torch.float32)

    def run(ids):
        cache = model.run_with_cache(ids, return_cache_object=False)[1]
        return [cache[name] for name in pattern_names(model.cfg.n_layers)]
    return run


def appending(directory):
    """Transformers' own way not to run a prefix again: its key-value cache. Gives what appends the last id, ready to be timed."""
    import reference
    model = reference.load_model(directory, "float32")

    def prepare(ids):
        cache = model(ids[:, :-1], use_cache=True, logits_to_keep=1).past_key_values
        return lambda: model(ids[:, -1:], past_key_values=cache, use_cache=True, output_attentions=True).attentions
    return prepare


def shape_of(config):
    """Widths of the products of one layer, as (inputs, outputs), and of the attention."""
    if config["model_type"] == "gpt2":
        width, heads, groups, inner, gates = config["n_embd"], config["n_head"], config["n_head"], 4 * config["n_embd"], 1
        layers, head = config["n_layer"], width // heads
    else:
        width, heads, groups = config["hidden_size"], config["num_attention_heads"], config["num_key_value_heads"]
        inner, gates, layers, head = config["intermediate_size"], 2, config["num_hidden_layers"], config["head_dim"]
    products = [(width, (heads + 2 * groups) * head), (heads * head, width), (width, gates * inner), (inner, width)]
    return layers, products, heads, head


class Products:
    """The matrix products of a causal pass and nothing else: projections, MLP, and below the diagonal q k^T and p v."""

    def __init__(self, directory, length):
        config = json.loads((directory / "config.json").read_text(encoding="utf-8"))
        layers, shapes, self.heads, head = shape_of(config)
        self.weights = [[torch.randn(outputs, inputs).t() for inputs, outputs in shapes] for _ in range(layers)]
        self.inputs = [torch.randn(length, inputs) for inputs, _ in shapes]
        self.outputs = [torch.empty(length, outputs) for _, outputs in shapes]
        self.q, self.k, self.v, self.z = (torch.randn(length, head) for _ in range(4))
        self.scores = torch.empty(ROWS * KEYS)
        self.length = length

    def attend(self):
        for row in range(0, self.length, ROWS):
            rows = min(ROWS, self.length - row)
            for key in range(0, row + rows, KEYS):
                keys = min(KEYS, row + rows - key)
                scores = self.scores[:rows * keys].view(rows, keys)
                torch.mm(self.q[row:row + rows], self.k[key:key + keys].t(), out=scores)
                torch.mm(scores, self.v[key:key + keys], out=self.z[row:row + rows])

    def layer(self, weights):
        for weight, source, target in zip(weights, self.inputs, self.outputs):
            torch.mm(source, weight, out=target)
        for _ in range(self.heads):
            self.attend()

    def run(self):
        for weights in self.weights:
            self.layer(weights)

    def fastest(self):
        """Seconds of the fastest of up to five passes: a limit is not a typical time."""
        begin, seconds = time.perf_counter(), []
        while len(seconds) < 5 and (not seconds or time.perf_counter() - begin < PATIENCE):
            seconds.append(timed(self.run)[1])
        return min(seconds)


def png(picture):
    """An 8-bit grey picture as the bytes of a PNG."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    height, width = picture.shape
    lines = numpy.pad(picture, ((0, 0), (1, 0))).tobytes()  # every line begins with its filter, none
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b""))


def all_heads(patterns):
    """One picture, a row a layer: the largest cell of each block, as Headscope pools."""
    side = min(THUMBNAIL, patterns[0].shape[-1])
    rows = [torch.nn.functional.adaptive_max_pool2d(pattern, side)[0] for pattern in patterns]
    grid = torch.stack(rows).permute(0, 2, 1, 3).flatten(0, 1).flatten(1, 2)
    return png((grid * 255).to(torch.uint8).numpy())


def timed(act):
    begin = time.perf_counter()
    result = act()
    return result, time.perf_counter() - begin


def measure(options, ids):
    """(what was loaded, seconds of the forward pass, patterns or nothing). A short pass first where the pass is what counts."""
    if options.system == "limit":
        products = Products(options.model, ids.shape[1])
        products.layer(products.weights[0])
        return time.perf_counter() - START, products.fastest(), None
    if options.case == "append":
        prepare = appending(options.model)
        prepare(ids[:, :8])()
        loaded, act = time.perf_counter() - START, prepare(ids)
    else:
        run = SYSTEMS[options.system](options.model)
        loaded = time.perf_counter() - START
        if options.case == "capture":
            run(ids[:, :8])
        act = lambda: run(ids)
    patterns, seconds = timed(act)
    return loaded, seconds, patterns


SYSTEMS = {"eager": eager, "sdpa": sdpa, "nnsight": nnsight, "bridge": bridge, "hooked": hooked, "limit": None}


@torch.no_grad()
def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("system", choices=sorted(SYSTEMS))
    parser.add_argument("case", choices=["capture", "pattern", "append", "export"])
    parser.add_argument("--model", required=True, type=Path, help="a model directory")
    parser.add_argument("--inputs", required=True, type=Path, help="a safetensors file with input_ids")
    parser.add_argument("--threads", required=True, type=int)
    parser.add_argument("--output", type=Path, help="pattern: an .npy file for head 0 of layer 0; export: a .png of all heads")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    loaded, seconds, patterns = measure(options, load_file(options.inputs)["input_ids"])
    if options.case == "pattern":
        numpy.save(options.output, patterns[0][0, 0].numpy())
    if options.case == "export":
        options.output.write_bytes(all_heads(patterns))
    print(json.dumps({"load_s": loaded, "forward_s": seconds,
                      "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}))


if __name__ == "__main__":
    main()
