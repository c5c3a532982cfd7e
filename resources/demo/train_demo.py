# SPDX-License-Identifier: GPL-3.0-or-later
"""Trains demo-rotary and demo-gpt2 from nothing and writes resources/models/, with a log: the one command to retrain."""

import argparse
import multiprocessing
import platform
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import torch
import transformers
from tokenizers import Tokenizer

import architectures
import bpe
import corpus
import measure
import tasks

HERE = Path(__file__).resolve().parent
# Share of the rows that are text: stories and indirect-object sentences in one stream. The others are random repeats.
TEXT_ROWS = 0.5
# How much the name after 'gave ... to' counts in the loss; every other token of the text counts 1.
NAME_WEIGHT = 5.0
STORIES, GIVES = 60_000, 60_000


class Log:
    """Prints a line and keeps it at the end of the log file, which both trainings write."""

    def __init__(self, path):
        self.path = path

    def __call__(self, line):
        print(line, flush=True)
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(line + "\n")


class Rows:
    """Draws the batches of one model."""

    def __init__(self, recipe, documents, rng):
        self.recipe, self.documents, self.rng = recipe, documents, rng

    def text(self, length):
        """Documents one after the other, each with its end token; a row starts where a document starts."""
        parts, weights, total = [], [], 0
        while total < length:
            tokens, key = self.documents[self.rng.integers(len(self.documents))]
            weight = np.ones(len(tokens), np.float32)
            if key is not None:
                weight[key] = NAME_WEIGHT
            parts.append(tokens)
            weights.append(weight)
            total += len(tokens)
        return np.concatenate(parts)[:length], np.full(length, -1), np.concatenate(weights)[:length]

    def repeats(self, length):
        tokens, source = tasks.repeat_row(self.rng, architectures.VOCABULARY, 1, length)
        return tokens, source, (source >= 0).astype(np.float32)

    def batch(self, length=None):
        """(tokens, source, weight): for `source` see tasks.repeat_row; `weight` is a token's share of the loss, 0 where
        nothing could be known (random tokens)."""
        lengths, shares = zip(*self.recipe.lengths)
        length = length or int(self.rng.choice(lengths, p=shares))
        count = self.recipe.batch_tokens // length
        rows = [self.text(length) if self.rng.random() < TEXT_ROWS else self.repeats(length) for _ in range(count)]
        tokens, source, weight = (torch.from_numpy(np.stack(part)) for part in zip(*rows))
        return tokens.long(), source.long(), weight

    def positions(self, count, length):
        """Where each row stands in the position table: at its start or anywhere, so that every position is learned."""
        room = self.recipe.positions - length + 1
        start = np.where(self.rng.random(count) < 0.4, 0, self.rng.integers(0, room, count))
        return torch.from_numpy(start[:, None] + np.arange(length)[None])


def rate(recipe, step, steps):
    """Warm-up, then flat, then a cosine to `decay` over the last two thirds."""
    if step < recipe.warm_up:
        return recipe.rate * (step + 1) / recipe.warm_up
    done = max(0.0, (step / steps - 1 / 3) * 1.5)
    return recipe.rate * (recipe.decay + (1 - recipe.decay) * 0.5 * (1 + np.cos(np.pi * done)))


def guide(weights, source):
    """Extra loss of the first steps: one head of layer 0 is told to look at the token before, one of layer 1 at the
    token after the earlier copy. `weights`: attention weights, one [row, head, query, key] a layer."""
    (layer, head), (copy_layer, copy_head) = architectures.GUIDED_HEADS
    before = weights[layer][:, head].diagonal(offset=-1, dim1=-2, dim2=-1)
    row, token = (source >= 0).nonzero(as_tuple=True)
    copied = weights[copy_layer][row, copy_head, token - 1, source[row, token]]
    return -before.clamp_min(1e-6).log().mean() - copied.clamp_min(1e-6).log().mean()


def train(recipe, tokenizer, documents, steps, log):
    """Trains one model and returns it."""
    torch.manual_seed(recipe.seed)
    rows = Rows(recipe, documents, np.random.default_rng(recipe.seed))
    model = architectures.build(recipe.name)
    learned = recipe.name == "demo-gpt2"
    parameters = list(model.parameters())
    log(f"{recipe.name}: {sum(p.numel() for p in parameters)} parameters, {steps} steps of {recipe.batch_tokens} tokens")
    optimizer = torch.optim.AdamW([{"params": [p for p in parameters if p.dim() > 1], "weight_decay": 0.05},
                                   {"params": [p for p in parameters if p.dim() <= 1], "weight_decay": 0.0}],
                                  lr=recipe.rate, betas=(0.9, 0.98))
    began = time.monotonic()
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = rate(recipe, step, steps)
        guided = step < recipe.guided
        if step in (0, recipe.guided):
            model.set_attn_implementation("eager" if guided else "sdpa")
        tokens, source, weight = rows.batch(recipe.lengths[0][0] if guided else None)
        extra = {"position_ids": rows.positions(*tokens.shape)} if learned else {}
        out = model(tokens, use_cache=False, output_attentions=guided, **extra)
        losses = torch.nn.functional.cross_entropy(out.logits[:, :-1].transpose(1, 2), tokens[:, 1:], reduction="none")
        loss = (losses * weight[:, 1:]).sum() / weight[:, 1:].sum()
        hint = guide(out.attentions, source) * (1 - step / recipe.guided) if guided else 0.0
        (loss + hint).backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        if (step + 1) % recipe.report == 0 or step + 1 == steps:
            with torch.no_grad():
                quick = measure.quick(model, tokenizer)
            if step + 1 < recipe.guided:
                model.set_attn_implementation("eager")
            log(f"{recipe.name} step {step + 1:5d}  {time.monotonic() - began:6.0f} s  loss {loss.item():.3f}  {quick}")
    return model


def quiet(threads):
    torch.set_num_threads(threads)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()


def job(name, steps, output, log, threads, tokenizer_json, documents):
    """Trains one model and writes its directory: what each of the two processes does."""
    quiet(threads)
    recipe, tokenizer = architectures.RECIPES[name], Tokenizer.from_str(tokenizer_json)
    model = train(recipe, tokenizer, documents, steps or recipe.steps, log)
    folder = output / name
    folder.mkdir(parents=True, exist_ok=True)
    architectures.save(model, folder)
    bpe.save(tokenizer, folder, recipe.positions)
    log(f"{name}: written, {(folder / 'model.safetensors').stat().st_size} bytes of safetensors")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=list(architectures.RECIPES), help="train just this one")
    parser.add_argument("--steps", type=int, help="other than the recipe's number of steps (for trials)")
    parser.add_argument("--output", type=Path, default=HERE.parent / "models")
    parser.add_argument("--log", type=Path, default=HERE / "train.log")
    parser.add_argument("--threads", type=int, default=1, help="threads for each model; both train at the same time")
    options = parser.parse_args()
    quiet(options.threads)
    options.log.write_text("")
    log = Log(options.log)
    began = time.monotonic()
    names = [options.only] if options.only else list(architectures.RECIPES)
    log(f"Python {platform.python_version()}, torch {torch.__version__}, transformers {transformers.__version__}, "
        f"{len(names)} processes of {options.threads} threads")
    texts = corpus.stories(1, STORIES, False)
    prompts, gives = zip(*tasks.give_documents(2, GIVES))
    tokenizer = bpe.train(texts + list(gives), architectures.VOCABULARY)
    keys = [None] * STORIES + [len(e.ids) for e in tokenizer.encode_batch(list(prompts))]
    documents = [(np.array(e.ids + [0]), k) for e, k in zip(tokenizer.encode_batch(texts + list(gives)), keys)]
    log(f"corpus: {STORIES} stories and {GIVES} indirect-object sentences, {sum(len(d) for d, _ in documents)} tokens, "
        f"{time.monotonic() - began:.0f} s")
    # A process for each: two single threads lose less to a busy machine than one pair that waits for one another.
    with ProcessPoolExecutor(len(names), mp_context=multiprocessing.get_context("spawn")) as pool:
        jobs = [pool.submit(job, name, options.steps, options.output, log, options.threads, tokenizer.to_str(), documents)
                for name in names]
        for done in jobs:
            done.result()
    log(f"trained in {time.monotonic() - began:.0f} s")
    log(measure.report(options.output, names))
    log(f"all done in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    sys.exit(main())
