# SPDX-License-Identifier: GPL-3.0-or-later
"""The templated tasks: indirect-object sentences and repeated random sequences, with what is held out of training."""

import itertools
import random

import numpy as np

from corpus import held_out
from lexicon import BOYS, GIFTS, GIRLS, GIVE_PLACES, NAMES, article

# {a} and {b} are introduced in this order, {s} is the giver; the sentence goes on with the other name.
TEMPLATES = [
    "When {a} and {b} went to the {place}, {s} gave {gift} to",
    "After {a} and {b} went to the {place}, {s} gave {gift} to",
    "Then, {a} and {b} went to the {place}. {s} gave {gift} to",
    "When {a} and {b} found {gift} at the {place}, {s} decided to give it to",
    "While {a} and {b} were working at the {place}, {s} gave {gift} to",
    "{a} and {b} had a long day at the {place}. {s} handed {gift} to",
    "Then, {a} and {b} had a lot of fun at the {place}. {s} passed {gift} to",
    "The {place} was busy when {a} and {b} came in. Soon {s} offered {gift} to",
    "The friends {a} and {b} found {gift} at the {place}. {s} gave it to",
    "Once {a} met {b} at the {place}. {s} showed {gift} to",
    "One day {a} and {b} were at the {place}, and {s} sold {gift} to",
    "Because {a} and {b} were friends, {s} brought {gift} from the {place} to",
    "In the morning {a} saw {b} near the {place}. Then {s} threw {gift} to",
    "{a} and {b} wanted to meet at the {place}, so {s} sent {gift} to",
]
ENDINGS = [".", ".", ".", " and smiled.", ". {io} said thank you.", ". {io} was happy.", " and went home.",
           ". Then {s} and {io} went home.", ". {io} laughed, and {s} laughed too."]

DEFAULT_PROMPT = "When Mary and John went to the store, John gave a drink to"
DEFAULT_CORRECT, DEFAULT_INCORRECT = " Mary", " John"


def pair_held_out(template, first, second):
    """Whether this template is never trained on with this pair of names (in either order, with either giver).

    One pair in ten is held out of each template by its hash, and the default prompt's pair always is."""
    pair = "+".join(sorted((first, second)))
    return (template == 0 and pair == "John+Mary") or held_out(f"give {template} {pair}", 10)


ALL_PAIRS = [(t, x, y) for t in range(len(TEMPLATES)) for x, y in itertools.combinations(NAMES, 2)]
PARTS = {part: [c for c in ALL_PAIRS if pair_held_out(*c) == part] for part in (False, True)}


def give_sentence(r, want_held_out):
    """(prompt up to 'to', the indirect object, the giver): either name first (ABBA and BABA alike)."""
    template, x, y = r.choice(PARTS[want_held_out])
    a, b = r.sample((x, y), 2)
    s = r.choice((a, b))
    io = b if s == a else a
    prompt = TEMPLATES[template].format(a=a, b=b, s=s, place=r.choice(GIVE_PLACES), gift=article(r.choice(GIFTS)))
    return prompt, io, s


def give_documents(seed, count):
    """(prompt, whole sentence) for training, the held-out combinations left out."""
    r = random.Random(seed)
    out = []
    for _ in range(count):
        prompt, io, s = give_sentence(r, False)
        out.append((prompt, f"{prompt} {io}{r.choice(ENDINGS).format(io=io, s=s)}"))
    return out


def give_prompts(seed, count):
    """Held-out prompts for measuring: a list of (prompt, ' correct', ' incorrect'), all different."""
    r = random.Random(seed)
    out = {}
    while len(out) < count:
        prompt, io, s = give_sentence(r, True)
        out[prompt] = (prompt, " " + io, " " + s)
    return list(out.values())


def repeat_row(rng, vocabulary, first_token, length):
    """One training row: random prefixes, each followed by a sequence of distinct tokens and its repetition.

    Returns (tokens, source): `source` says for each token that an earlier copy announces where that copy's token
    stands, and is -1 for the others."""
    pool = rng.permutation(np.arange(first_token, vocabulary))
    used = 0

    def fresh(count):
        nonlocal pool, used
        if used + count > len(pool):
            pool, used = rng.permutation(pool), 0
        used += count
        return pool[used - count:used]

    tokens, source, total = [], [], 0
    longest = max(5, (length - 4) // 2)
    while total < length:
        prefix = fresh(int(rng.integers(0, 9)))
        size = int(rng.integers(4, min(40, longest) + 1) if rng.random() < 0.85 else rng.integers(4, longest + 1))
        size = min(size, 600)
        copies = 2 if rng.random() < 0.8 else 3
        block = fresh(size)
        tokens += [prefix, block]
        start = total + len(prefix)
        source.append(np.full(len(prefix) + size, -1))
        for copy in range(1, copies):
            tokens.append(block)
            source.append(start + (copy - 1) * size + np.arange(size))
            source[-1][0] = -1
        total = start + size * copies
    return np.concatenate(tokens)[:length], np.concatenate(source)[:length]


def repeat_tests(seed, count, half, vocabulary, first_token):
    """Rows for measuring: `half` random tokens (all different where the vocabulary has enough) and the same again."""
    rng = np.random.default_rng(seed)
    spare = vocabulary - first_token < half
    return np.stack([np.tile(rng.choice(np.arange(first_token, vocabulary), half, replace=spare), 2)
                     for _ in range(count)])


assert set(GIRLS).isdisjoint(BOYS)
