# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares with transformers which tokens begin, end and pad, and what it adds to a text, for copies of the small tokenizers under
class names, model types and settings.

Live, it has tst_tokenizer_pairs, beside headscope-cli, read what it finds; with --write it makes tests/data/special_tokens.json.
With --table it prints what transformers makes of add_bos_token and add_eos_token. Ids that transformers would add to the vocabulary
count as none. `ids` are those of "the model", null where the class has a post-processor or a pre-tokenizer of its own."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import transformers  # noqa: E402
from tokenizers import Tokenizer  # noqa: E402

from make_tokenizer_golden import ROOT  # noqa: E402

TEXT = "the model"
# Tokenizer, and the classes that go with it; None is no class.
CLASSES = {"llama2-format": ["LlamaTokenizer", "LlamaTokenizerFast", "CodeLlamaTokenizer", "GemmaTokenizer",
                             "PreTrainedTokenizerFast", "TokenizersBackend"],
           "llama3-format": ["LlamaTokenizerFast", "PreTrainedTokenizerFast", "GPT2Tokenizer", "GPTNeoXTokenizer"],
           "gpt2-strings": ["GPT2Tokenizer", "GPTNeoXTokenizerFast", "RobertaTokenizer", "PreTrainedTokenizerFast"],
           "smollm2-format": ["GPT2Tokenizer", "PreTrainedTokenizerFast"],
           "qwen2-format": ["Qwen2Tokenizer", "PreTrainedTokenizerFast"],
           "bert-format": ["BertTokenizer", "DistilBertTokenizer", "PreTrainedTokenizerFast"],
           "unigram-format": ["XLMRobertaTokenizer", "CamembertTokenizer", "T5Tokenizer", "PreTrainedTokenizerFast"]}
TYPES = {"gpt2": "gpt2-strings", "gpt_neox": "gpt2-strings", "llama": "llama2-format", "mistral": "llama2-format",
         "qwen2": "qwen2-format", "qwen3": "qwen2-format", "gemma2": "llama2-format", "bert": "bert-format"}
NAMES = {"llama2-format": ("<s>", "</s>"), "llama3-format": ("<|begin_of_text|>", "<|end_of_text|>"), "gpt2-strings": ("<|endoftext|>",) * 2,
         "smollm2-format": ("<|im_start|>", "<|im_end|>"), "qwen2-format": ("<|im_start|>", "<|im_end|>"), "bert-format": ("[CLS]", "[SEP]"),
         "unigram-format": ("<s>", "</s>")}
ADDING = [{}, {"add_bos_token": True}, {"add_bos_token": False}, {"add_eos_token": True}, {"add_bos_token": True, "add_eos_token": True}]


def as_dict(content):
    return {"__type": "AddedToken", "content": content, "lstrip": False, "normalized": False, "rstrip": False, "single_word": False}


def cases():
    """(tokenizer, changes to its tokenizer.json, the other files)."""
    for name, classes in CLASSES.items():
        bos, eos = NAMES[name]
        for each in classes:
            yield name, {}, {"tokenizer_config.json": {"tokenizer_class": each}}
            for adding in ADDING:
                yield name, {}, {"tokenizer_config.json": {"tokenizer_class": each, "bos_token": bos, "eos_token": as_dict(eos), **adding}}
            yield name, {"post_processor": None}, {"tokenizer_config.json": {"tokenizer_class": each, "bos_token": bos, "add_bos_token": True}}
            yield name, {}, {"tokenizer_config.json": {"tokenizer_class": each, "bos_token": None, "eos_token": None, "pad_token": None}}
            yield name, {}, {"tokenizer_config.json": {"tokenizer_class": each, "pad_token": "<nowhere>"}}
    for kind, name in TYPES.items():
        yield name, {}, {"config.json": {"model_type": kind}}
        yield name, {}, {"config.json": {"model_type": kind}, "tokenizer_config.json": {"pad_token": as_dict("the")}}
    gpt2 = {"model_type": "gpt2"}
    for named in ("PreTrainedTokenizerFast", "NoSuchTokenizer"):
        yield "gpt2-strings", {}, {"config.json": gpt2, "tokenizer_config.json": {"tokenizer_class": named}}
        yield "gpt2-strings", {}, {"config.json": {**gpt2, "tokenizer_class": named}}
    bert = {"model_type": "bert"}
    for settings in ({}, {"tokenizer_class": "BertTokenizer", "pad_token": "[PAD]"},
                     {"added_tokens_decoder": {"0": {"content": "[PAD]", "special": True}}, "bos_token": "[MASK]"}):
        for named in ({"pad_token": "[UNK]", "bos_token": as_dict("[CLS]")}, {"pad_token": None}, {"eos_token": "[SEP]"}):
            yield "bert-format", {}, {"config.json": bert, "tokenizer_config.json": settings, "special_tokens_map.json": named}
    section = {"strategy": "BatchLongest", "direction": "Left", "pad_to_multiple_of": None, "pad_id": 5, "pad_type_id": 0, "pad_token": "the"}
    cut = {"max_length": 1, "strategy": "LongestFirst", "stride": 0, "direction": "Right"}
    for each, name in (("PreTrainedTokenizerFast", "gpt2-strings"), ("GPT2Tokenizer", "gpt2-strings"), ("LlamaTokenizer", "llama2-format")):
        yield name, {"padding": section, "truncation": cut}, {"tokenizer_config.json": {"tokenizer_class": each}}


def describe(name, changes, files, folder):
    description = {**json.loads((ROOT / "tests/data/tokenizers" / name / "tokenizer.json").read_text(encoding="utf-8")), **changes}
    for path in folder.iterdir():
        path.unlink()
    for file, content in {"config.json": {"model_type": ""}, "tokenizer.json": description, **files}.items():
        (folder / file).write_text(json.dumps(content), encoding="utf-8")
    plain = Tokenizer.from_file(str(folder / "tokenizer.json"))
    plain.no_truncation()
    plain.no_padding()
    tokenizer = transformers.AutoTokenizer.from_pretrained(str(folder))
    known = lambda token: plain.token_to_id(token) if token else None
    ids, raw = tokenizer(TEXT).input_ids, plain.encode(TEXT).ids
    found = {"tokenizer": name, "changes": changes, "files": {"config.json": {"model_type": ""}, **files},
             "bos": known(tokenizer.bos_token), "eos": known(tokenizer.eos_token), "pad": known(tokenizer.pad_token),
             "ids": ids if ids == raw else None}
    return found, tokenizer.convert_ids_to_tokens(ids), [plain.id_to_token(index) for index in raw]


def print_table():
    """What transformers adds, for each class and tokenizer.json, with every setting of add_bos_token and add_eos_token."""
    with tempfile.TemporaryDirectory() as folder:
        for name, classes in CLASSES.items():
            bos, eos = NAMES[name]
            for each in classes:
                for changes in ({}, {"post_processor": None}):
                    all_of = []
                    for adding in ADDING:
                        files = {"tokenizer_config.json": {"tokenizer_class": each, "bos_token": bos, "eos_token": eos, **adding}}
                        all_of.append(describe(name, changes, files, Path(folder))[1:])
                    differing = "" if all(one == all_of[0] for one in all_of) else " DEPENDS"
                    print(f"{name} {each} {'without post_processor' if changes else 'as it is'}{differing}: {all_of[0][0]}, library {all_of[0][1]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cli", type=Path, help="path of headscope-cli; tst_tokenizer_pairs is beside it")
    parser.add_argument("--write", action="store_true", help="write the golden file instead")
    parser.add_argument("--table", action="store_true", help="print what transformers adds instead")
    options = parser.parse_args()
    transformers.logging.set_verbosity_error()
    if options.table:
        return print_table()
    if options.write == bool(options.cli):
        parser.error("expected --cli, --write or --table")
    with tempfile.TemporaryDirectory() as folder:
        rows, unloaded = [], 0
        for case in cases():
            try:
                rows.append(describe(*case, Path(folder))[0])
            except TypeError:  # classes whose post-processor needs tokens that the settings say are none
                unloaded += 1
        target = ROOT / "tests/data/special_tokens.json" if options.write else Path(folder) / "rows"
        target.write_text("[\n" + ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows) + "\n]\n", encoding="utf-8")
        print(f"{len(rows)} directories, {sum(row['ids'] is None for row in rows)} with a class that encodes in its own way; "
              f"{unloaded} more that transformers does not load")
        if options.write:
            return 0
        done = subprocess.run([options.cli.parent / "tst_tokenizer_pairs", "takesSpecialTokensAsTransformers"], capture_output=True,
                              text=True, env={**os.environ, "HEADSCOPE_SPECIAL_TOKENS": str(target)})
    print(done.stdout if done.returncode else "0 differ")
    return 1 if done.returncode else 0


if __name__ == "__main__":
    sys.exit(main())
