# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/data/logit_lens/MODEL_SYSTEM.safetensors: what a model would say after each layer, and what heads and MLPs promote.

SYSTEM is transformers, the eager model itself, in build/oracle; or hooked-STEPS, HookedTransformer with the weight processing
`all`, `none` or `fold_ln`, in build/oracle-legacy. Systems that are not in this environment are skipped and named. Everything is
float32, on one thread; prompts are padded on the left, position ids count real tokens.

Tensors; B sequences, T positions, S = L + 1 states (before the first layer, after each layer), H heads, K tokens:
  input_ids, attention_mask        I64 [B,T]
  NORM.ids, .logits, .probabilities  I32, F32, F32 [S,B,T,K], the most likely tokens, most likely first
  NORM.choice_rank                 I32 [S,B,T], of the token that the whole model chooses; 1: no logit is larger
  head.ids, head.logits            I32, F32 [L,H,B,2,K], the largest and the smallest direct logits at the last token; not for
                                   gemma2, whose norm after the attention TransformerLens leaves out of hook_result
  mlp.ids, mlp.logits              I32, F32 [L,B,2,K], likewise

NORM is
  own    the final norm of the state itself: lm_head(norm(h)), or cls.predictions(h) of BERT, in transformers; unembed of
         accumulated_resid(apply_ln=True) in TransformerLens. A soft cap of the logits is applied.
  final  unembed of apply_ln_to_stack(accumulated_resid()): with the scale of the last state at the same position. TransformerLens
         does so only where the final norm's weight is folded into the unembedding, so not for hooked-none.
Direct logits are apply_ln_to_stack(…) @ W_U of stack_head_results() and of the stack of hook_mlp_out; likewise not for
hooked-none and transformers.
"""

import argparse
import hashlib
from pathlib import Path

import torch

import reference
from make_attribution_golden import DEMOS, HOOKED, LENGTHS, PROMPTS, directory_of
from make_edit_golden import available
from make_native_golden import save_sorted

LIMIT = 200_000  # bytes of one file
TINY = ("gpt2-tiny", "neox-parallel", "llama-gqa", "qwen3-norm", "gemma2-caps")
ENCODERS = ("bert-mlm",)
COUNT = 5


def batch(name):
    directory = directory_of(name)
    rows = reference.tokenize(directory, [text for text, _, _ in PROMPTS[1:3]]) if name in DEMOS \
        else reference.random_ids(directory, LENGTHS)
    return reference.pad(rows, "left")


def describe(norm, logits):
    """[S,B,T,V] as the docstring says."""
    top = logits.topk(COUNT, dim=-1)
    choice = logits[-1].argmax(-1)[None, ..., None].expand(*logits.shape[:-1], 1)
    rank = 1 + (logits > logits.gather(-1, choice)).sum(-1)
    return {f"{norm}.ids": top.indices.int(), f"{norm}.logits": top.values,
            f"{norm}.probabilities": logits.softmax(-1).gather(-1, top.indices), f"{norm}.choice_rank": rank.int()}


def extremes(name, logits):
    """[…,V] at the last token: the largest and the smallest."""
    largest, smallest = logits.topk(COUNT, dim=-1), logits.topk(COUNT, dim=-1, largest=False)
    return {f"{name}.ids": torch.stack([largest.indices, smallest.indices], -2).int(),
            f"{name}.logits": torch.stack([largest.values, smallest.values], -2)}


def capped(logits, cap):
    return logits if not cap else cap * torch.tanh(logits / cap)


@torch.no_grad()
def by_transformers(name, inputs):
    model = reference.load_model(directory_of(name), "float32")
    states = []
    blocks = reference.decoder_blocks(model)
    handles = [blocks[0].register_forward_pre_hook(lambda _module, args: states.append(args[0]))]
    handles += [block.register_forward_hook(
        lambda _module, _args, out: states.append(out if torch.is_tensor(out) else out[0])) for block in blocks]
    positions = {"position_ids": (inputs["attention_mask"].cumsum(-1) - 1).clamp(min=0)}
    result = model(**inputs, **positions, use_cache=False)
    for handle in handles:
        handle.remove()
    if hasattr(model, "cls"):
        logits = [model.cls(state) for state in states]
    else:
        body = model.base_model
        norm = next(getattr(body, key) for key in ("ln_f", "final_layer_norm", "norm") if hasattr(body, key))
        head = model.get_output_embeddings()
        cap = getattr(model.config, "final_logit_softcapping", None)
        logits = [capped(head(norm(state)), cap) for state in states]
    if not torch.equal(logits[-1], result.logits):
        raise SystemExit(f"make_logit_lens_golden: {name}: the last state does not give the model's own logits")
    return describe("own", torch.stack(logits)), reference.versions()


@torch.no_grad()
def by_hooked(name, steps, inputs):
    import hooked_models

    model = hooked_models.load(directory_of(name), torch.float32, HOOKED[f"hooked-{steps}"])
    _logits, cache = model.run_with_cache(inputs["input_ids"], attention_mask=inputs["attention_mask"])
    cap = model.cfg.output_logits_soft_cap if model.cfg.output_logits_soft_cap > 0 else None
    made = describe("own", capped(model.unembed(cache.accumulated_resid(apply_ln=True)), cap))
    if steps == "none":
        return made, hooked_models.versions()
    made.update(describe("final", capped(model.unembed(cache.apply_ln_to_stack(cache.accumulated_resid())), cap)))
    layers, heads = model.cfg.n_layers, model.cfg.n_heads
    mlps = cache.apply_ln_to_stack(torch.stack([cache["mlp_out", layer] for layer in range(layers)]))
    made.update(extremes("mlp", mlps[..., -1, :] @ model.W_U))
    if not hasattr(model.blocks[0], "ln1_post"):
        each = cache.stack_head_results(apply_ln=True).unflatten(0, (layers, heads))
        made.update(extremes("head", each[..., -1, :] @ model.W_U))
    return made, hooked_models.versions()


def write(system, name, folder):
    inputs = batch(name)
    made, versions = by_transformers(name, inputs) if system == "transformers" else by_hooked(name, system[7:], inputs)
    target = folder / f"{name}_{system}.safetensors"
    described = {"model": name, "system": system, "dtype": "float32", "positions": "mask", "threads": "1",
                 "cpu": torch.backends.cpu.get_cpu_capability(),
                 "script_sha256": hashlib.sha256(Path(__file__).read_bytes()).hexdigest(), **versions}
    save_sorted({key: value.detach().clone().contiguous() for key, value in {**inputs, **made}.items()}, target, described)
    size = target.stat().st_size
    print(f"{target.name}: {size} bytes" + (f", above {LIMIT}" if size > LIMIT else ""), flush=True)
    return size


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="names of models; all of them, if none is given")
    parser.add_argument("--systems", nargs="+", choices=["transformers", *HOOKED], default=["transformers", *HOOKED])
    parser.add_argument("--output", type=Path, default=reference.ROOT / "tests/data/logit_lens")
    options = parser.parse_args()
    torch.set_num_threads(1)
    known = DEMOS + TINY + ENCODERS
    if unknown := [name for name in options.names if name not in known]:
        parser.error(f"unknown model '{unknown[0]}'; known: {', '.join(known)}")
    options.output.mkdir(parents=True, exist_ok=True)
    total = 0
    for system in options.systems:
        # Both environments have transformers; its reference is the newer one.
        if not available("bridge" if system == "transformers" else "hooked"):
            print(f"{system}: skipped, its library is not in this environment")
            continue
        names = options.names or (known if system == "transformers" else DEMOS + TINY)
        total += sum(write(system, name, options.output) for name in names)
    print(f"{total} bytes in all")


if __name__ == "__main__":
    main()
