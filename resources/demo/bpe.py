# SPDX-License-Identifier: GPL-3.0-or-later
"""Trains the byte-level BPE tokenizer of a demo model and checks what the tasks need of it."""

import json

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

from lexicon import NAMES

END = "<|endoftext|>"


def train(texts, vocabulary):
    """A byte-level BPE that covers every byte, `<|endoftext|>` being token 0."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    trainer = trainers.BpeTrainer(vocab_size=vocabulary, special_tokens=[END], show_progress=False,
                                  initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()))
    tokenizer.train_from_iterator(texts, trainer)
    check(tokenizer, vocabulary)
    return tokenizer


def check(tokenizer, vocabulary):
    """Raises unless the tokenizer is of the size asked for, round-trips any bytes and keeps each name one token."""
    if tokenizer.get_vocab_size() != vocabulary:
        raise RuntimeError(f"the corpus gives {tokenizer.get_vocab_size()} tokens, not {vocabulary}")
    if not set(pre_tokenizers.ByteLevel.alphabet()) <= set(tokenizer.get_vocab()):
        raise RuntimeError("a byte is missing from the vocabulary")
    split = [n for n in NAMES if len(tokenizer.encode(" " + n).ids) != 1]
    if split:
        raise RuntimeError(f"names that are not one token: {split}")
    for text in ("Zażółć gęślą jaźń\t漢字 🙂\n", "x" * 50, "\u0000\u007f"):
        if tokenizer.decode(tokenizer.encode(text).ids) != text:
            raise RuntimeError(f"does not round-trip: {text!r}")


def save(tokenizer, folder, longest):
    """Writes tokenizer.json and tokenizer_config.json."""
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": END, "eos_token": END, "pad_token": END,
              "padding_side": "left", "model_max_length": longest, "clean_up_tokenization_spaces": False,
              "model_input_names": ["input_ids", "attention_mask"]}
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")
