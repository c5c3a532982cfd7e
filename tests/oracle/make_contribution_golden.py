# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/data/contribution_graph/MODEL_SYSTEM.safetensors: how much of every residual stream comes from where.

SYSTEM is `none`, HookedTransformer 3.5.1 with the weights as they are stored, or `all`, with every processing step; run it
with build/oracle-legacy. The model runs in float32 on one thread; what follows is float64 arithmetic of NumPy on its hooks.

The share of a term z in a sum y is max(0, |y| - |y - z|), sums of absolute values, over the sum of that for all terms of y
(Ferrando and Voita 2024, after Ferrando, Gallego and Costa-jussa 2022). Terms of blocks.L.hook_resid_mid: hook_resid_pre, and for each head h and source
k the pattern's cell times (hook_v - b_V) W_O, through ln1_post where there is one. Terms of hook_resid_post: hook_resid_mid
and hook_mlp_out. In a parallel block hook_resid_post has all of them. The biases b_V W_O + b_O are part of y alone. The script
refuses to write where terms and biases do not add up to y.

Tensors; T positions, L layers, H heads:
  input_ids   I64 [1,T]
  heads       F32 [L,H,T,T], shares by target and source
  attention   F32 [L,T,T], their sums over heads
  residual    F32 [L,T], of the stream before the layer
  past        F32 [L,T], of hook_resid_mid in hook_resid_post; not for parallel blocks
  mlp         F32 [L,T]
  edges.plain, edges.renormalised   F64 [N,6]: what is reached downwards from the last token at threshold 0.04 as rows of kind
              (0 residual, 1 attention, 2 MLP), level and token it comes from, level and token it goes to, share. Level 0 is what
              enters layer 0, 2 l + 1 is behind the attention of layer l, 2 l + 2 behind the layer. Renormalised: every single
              term (of a head, too) not above the threshold is left out, and what remains of a node is scaled to 1.

With --tool DIR, a checkout of LLM Transparency Tool, nothing is written: its own functions are run on the same models, loaded as it
loads them, and the largest differences from the numbers here are printed. It differs by design: it gives every term, those
of masked keys as well, at least 1e-5, and adds 1e-6 to every element of a difference; its graph joins the residual edge and
that of attention to the token itself. When it renormalises the MLP's two terms, which it does for every graph, it divides by the
MLP's shares of all tokens together (a sum over no dimension is one over all of them in PyTorch), so that its MLP edges fade as
prompts get longer. The weights of edges are compared with that as it is, and with the sum over no dimension mended.
"""

import argparse
import hashlib
import sys
import types
from pathlib import Path

import numpy as np
import torch

import hooked_models
import reference
from make_native_golden import save_sorted

CLOSE, THRESHOLD = 1e-4, 0.04
DEMOS = ("demo-gpt2", "demo-rotary")
TINY = ("neox-parallel", "neox-serial", "qwen2-bias", "gemma2-caps")
SYSTEMS = {"none": (), "all": hooked_models.STEPS}
PROMPT = "When Mary and John went to the store, John gave a drink to"
RESIDUAL, ATTENTION, MLP = 0, 1, 2


def directory_of(name):
    return reference.ROOT / ("resources/models" if name in DEMOS else "tests/data/models") / name


def ids_of(name):
    directory = directory_of(name)
    rows = reference.tokenize(directory, [PROMPT]) if name in DEMOS else reference.random_ids(directory, [9])
    return torch.tensor(rows[:1])


@torch.no_grad()
def watched(model, ids):
    cache = model.run_with_cache(ids, return_cache_object=False)[1]
    return {name: value[0].double().numpy() for name, value in cache.items()}


def nearness(terms, whole):
    """terms [..., T, D], whole [T, D] -> [..., T]."""
    return np.maximum(0, np.abs(whole).sum(-1) - np.abs(whole - terms).sum(-1))


def attention_terms(model, seen, layer):
    """[T, H, T, D] by target, head and source, and the bias that is no term, [D] or [T, D]."""
    block, prefix = model.blocks[layer], f"blocks.{layer}."
    wide = lambda tensor: tensor.detach().double().numpy()
    heads = model.cfg.n_heads
    values = np.repeat(seen[prefix + "attn.hook_v"], heads // seen[prefix + "attn.hook_v"].shape[1], axis=1)
    bias, output = wide(block.attn.b_V), wide(block.attn.W_O)
    written = np.einsum("khd,hdm->khm", values - bias, output)
    terms = np.einsum("hqk,khm->qhkm", seen[prefix + "attn.hook_pattern"], written)
    rest = np.einsum("hd,hdm->m", bias, output) + wide(block.attn.b_O)
    if hasattr(block, "ln1_post"):
        scale = seen[prefix + "ln1_post.hook_scale"]  # [T, 1]
        weight = wide(block.ln1_post.w) if hasattr(block.ln1_post, "w") else 1.0
        return terms * weight / scale[:, None, None], rest * weight / scale
    return terms, rest


def check(where, terms, whole):
    gap = np.abs(terms - whole).max()
    if not gap < CLOSE:
        sys.exit(f"make_contribution_golden: {where}: the terms are {gap:.3g} from their sum")


def shares_of(model, seen):
    made = {"heads": [], "attention": [], "residual": [], "past": [], "mlp": []}
    for layer in range(model.cfg.n_layers):
        at = lambda name: seen[f"blocks.{layer}.{name}"]
        terms, bias = attention_terms(model, seen, layer)
        parallel = model.cfg.parallel_attn_mlp
        whole = at("hook_resid_post" if parallel else "hook_resid_mid")
        more = [at("hook_resid_pre")] + ([at("hook_mlp_out")] if parallel else [])
        check(f"layer {layer}", terms.sum((1, 2)) + bias + sum(more), whole)
        heads = nearness(np.moveaxis(terms, 0, 2), whole)  # [H, K, Q]
        others = [nearness(each, whole) for each in more]
        total = heads.sum((0, 1)) + sum(others)
        heads = np.swapaxes(heads / total, 1, 2)
        made["heads"].append(heads)
        made["attention"].append(heads.sum(0))
        made["residual"].append(others[0] / total)
        if parallel:
            made["mlp"].append(others[1] / total)
            continue
        mid, mlp, post = at("hook_resid_mid"), at("hook_mlp_out"), at("hook_resid_post")
        check(f"layer {layer}, MLP", mid + mlp, post)
        past, added = nearness(mid, post), nearness(mlp, post)
        made["past"].append(past / (past + added))
        made["mlp"].append(added / (past + added))
    return {name: np.stack(values) for name, values in made.items() if values}


def edges_into(shares, level, token, threshold, renormalise):
    """(kind, source level, source token, share) of one node."""
    layer, behind_attention = (level - 1) // 2, level % 2 == 1
    parallel = "past" not in shares
    keep = lambda values: np.where(values > threshold, values, 0) if renormalise else values
    found = []
    if behind_attention or parallel:
        heads = keep(shares["heads"][layer, :, token]).sum(0)
        found.append((RESIDUAL, 2 * layer, token, keep(shares["residual"][layer, token])))
        found += [(ATTENTION, 2 * layer, source, share) for source, share in enumerate(heads)]
    else:
        found.append((RESIDUAL, level - 1, token, keep(shares["past"][layer, token])))
    if not behind_attention:
        found.append((MLP, 2 * layer if parallel else level - 1, token, keep(shares["mlp"][layer, token])))
    total = sum(each[-1] for each in found) if renormalise else 1
    bound = 0 if renormalise else threshold
    return [(*each[:-1], float(each[-1] / total)) for each in found if each[-1] > bound]


def edges_down(shares, threshold, renormalise):
    layers, tokens = shares["residual"].shape
    waiting, done, rows = [(2 * layers, tokens - 1)], set(), []
    while waiting:
        node = waiting.pop()
        if node in done or node[0] == 0:
            continue
        done.add(node)
        for kind, level, token, share in edges_into(shares, *node, threshold, renormalise):
            rows.append((kind, level, token, *node, share))
            waiting.append((level, token))
    return np.array(sorted(rows))


def write(name, system, folder):
    ids = ids_of(name)
    model = hooked_models.load(directory_of(name), torch.float32, SYSTEMS[system])
    shares = shares_of(model, watched(model, ids))
    tensors = {"input_ids": ids, **{key: torch.tensor(value, dtype=torch.float32) for key, value in shares.items()}}
    for rule in ("plain", "renormalised"):
        tensors[f"edges.{rule}"] = torch.tensor(edges_down(shares, THRESHOLD, rule == "renormalised"))
    described = {"model": name, "system": system, "dtype": "float32", "threads": "1", "threshold": str(THRESHOLD),
                 "cpu": torch.backends.cpu.get_cpu_capability(),
                 "script_sha256": hashlib.sha256(Path(__file__).read_bytes()).hexdigest(), **hooked_models.versions()}
    target = folder / f"{name}_{system}.safetensors"
    save_sorted({key: value.contiguous() for key, value in tensors.items()}, target, described)
    print(f"{target.name}: {target.stat().st_size} bytes, {len(tensors['edges.plain'])} edges, "
          f"{len(tensors['edges.renormalised'])} renormalised", flush=True)


def load_tool(path):
    """Its modules. Streamlit, which only caches models there, and typeguard's decorator, which cannot read the annotations
    in its newest release, are replaced by decorators that do nothing."""
    import typeguard

    typeguard.typechecked = lambda function: function
    sys.path.insert(0, str(path))
    stand_in = types.ModuleType("streamlit")
    stand_in.cache_resource = lambda *args, **_options: args[0] if args and callable(args[0]) else lambda function: function
    sys.modules.setdefault("streamlit", stand_in)
    from llm_transparency_tool.models import tlens_model
    from llm_transparency_tool.routes import contributions, graph

    return tlens_model, contributions, graph


def tool_edges(tool_graph, llm, shares, renormalise, mend):
    """{(from, to): weight} by its names of nodes, from the last token, as it draws them."""
    layers, tokens = shares["residual"].shape
    original = tool_graph.contributions.apply_threshold_and_renormalize

    def mended(threshold, blocks, residual):
        if blocks.dim() > residual.dim():
            return original(threshold, blocks, residual)
        made, rest = original(threshold, blocks.unsqueeze(-1), residual)
        return made.squeeze(-1), rest

    tool_graph.contributions.apply_threshold_and_renormalize = mended if mend else original
    full = tool_graph.build_full_graph(llm, 0, THRESHOLD if renormalise else 0.0)
    tool_graph.contributions.apply_threshold_and_renormalize = original
    path = tool_graph.build_paths_to_predictions(full, layers, tokens, [tokens - 1], 0.0 if renormalise else THRESHOLD)[0]
    return {(u, v): data["weight"] for u, v, data in path.edges(data=True)}


def own_edges(shares, renormalise):
    def named(level, token):
        return f"X0_{token}" if level == 0 else f"{'A' if level % 2 else 'I'}{(level - 1) // 2}_{token}"

    made = {}
    for kind, *rest in edges_down(shares, THRESHOLD, renormalise):
        level, token, to_level, to_token = map(int, rest[:4])
        ends = (named(level, token), named(to_level, to_token))
        if kind == MLP:
            block = f"M{(to_level - 1) // 2}_{token}"
            made.update({(ends[0], block): rest[4], (block, ends[1]): rest[4]})
        else:
            made[ends] = made.get(ends, 0) + rest[4]
    return made


def compare(name, path):
    tlens_model, contributions, graph = load_tool(path)
    ids = ids_of(name)
    model = hooked_models.load(directory_of(name), torch.float32, ("fold_value_biases",))  # as the tool loads it
    shares = shares_of(model, watched(model, ids))
    stored = hooked_models.load(directory_of(name), torch.float32, ())
    unfolded = max(np.abs(value - shares[key]).max() for key, value in shares_of(stored, watched(stored, ids)).items())

    class Tool(tlens_model.TransformerLensTransparentLlm):
        _model = property(lambda self: model)

    llm = Tool(name, device="cpu")
    logits, cache = model.run_with_cache(ids)
    llm._last_run = tlens_model._RunInfo(tokens=ids, logits=logits, cache=cache)
    worst = {"attention": 0.0, "residual": 0.0, "past": 0.0, "mlp": 0.0}
    for layer in range(model.cfg.n_layers):
        pre, mid, post = llm.residual_in(layer), llm.residual_after_attn(layer), llm.residual_out(layer)
        parts, residual = contributions.get_attention_contributions(pre, mid, llm.decomposed_attn(0, layer).unsqueeze(0))
        mlp, past = contributions.get_mlp_contributions(mid, post, llm.ffn_out(layer))
        theirs = {"attention": parts[0].sum(-1), "residual": residual[0], "past": past[0], "mlp": mlp[0]}
        for key, value in theirs.items():
            worst[key] = max(worst[key], np.abs(value.numpy() - shares[key][layer]).max())
    print(f"{name}: value biases folded or not: {unfolded:.2g}; the tool's own: "
          + ", ".join(f"{key} {value:.2g}" for key, value in worst.items()))
    for renormalise in (False, True):
        for mend in (False, True):
            theirs, own = tool_edges(graph, llm, shares, renormalise, mend), own_edges(shares, renormalise)
            gap = max(abs(theirs[edge] - own[edge]) for edge in theirs.keys() & own.keys())
            print(f"  edges {'renormalised' if renormalise else 'plain'}, {'mended' if mend else 'as it is'}: {len(theirs)} of the "
                  f"tool, {len(own)} here, {len(theirs.keys() ^ own.keys())} in one alone; weights differ by {gap:.2g}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="names of models; all of them, if none is given")
    parser.add_argument("--output", type=Path, default=reference.ROOT / "tests/data/contribution_graph")
    parser.add_argument("--tool", type=Path, help="a checkout of LLM Transparency Tool to compare with")
    options = parser.parse_args()
    torch.set_num_threads(1)
    unknown = [name for name in options.names if name not in DEMOS + TINY]
    if unknown:
        parser.error(f"unknown model '{unknown[0]}'; known: {', '.join(DEMOS + TINY)}")
    if options.tool:
        for name in options.names or DEMOS:
            compare(name, options.tool)
        return
    options.output.mkdir(parents=True, exist_ok=True)
    for name in options.names or DEMOS + TINY:
        for system in SYSTEMS:
            write(name, system, options.output)


if __name__ == "__main__":
    main()
