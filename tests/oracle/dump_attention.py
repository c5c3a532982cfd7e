# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes an attention file: the attention of a real model of transformers, for `headscope --attention-file`.

    dump_attention.py --model DIR --prompt "Translate to German: the house" [--target "das Haus"] --output FILE.safetensors
    dump_attention.py --tiny t5|bart --output FILE.safetensors [--values FOLDER]
    dump_attention.py --goldens

An encoder-decoder gets encoder_attentions.L, decoder_attentions.L and cross_attentions.L, any other model attentions.L,
each [batch, heads, queries, keys] as transformers returns them with eager attention, and in the metadata the tokens of
each side and which of them are padding. --tiny builds a small randomly initialised model here, seeds fixed, and gives it
a batch of two with padding on both sides. --values writes every value besides as NumPy arrays, straight from torch.
--goldens makes tests/data/attention.
"""

import argparse
import importlib.metadata
import json
from pathlib import Path

import numpy
import torch
import transformers
from safetensors.torch import save_file

ROOT = Path(__file__).resolve().parents[2]
# As sentencepiece (T5) and a byte-level vocabulary (BART) write them; the numbers are only rows of an embedding.
SOURCE = {"t5": ["▁the", "▁little", "▁house", "▁stand", "s", "▁there", "</s>"],
          "bart": ["<s>", "the", "Ġlittle", "Ġhouse", "Ġstands", "Ġcaf", "Ã©", "</s>"]}
TARGET = {"t5": ["<pad>", "▁das", "▁kleine", "▁Haus", "</s>"], "bart": ["</s>", "<s>", "das", "ĠHa", "us"]}
SHORTER = {"t5": (4, 3), "bart": (5, 4)}  # tokens of the second sequence, source and target
SPECIAL = ["<pad>", "<s>", "</s>"]
DTYPES = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16, "float64": torch.float64}


def tiny(name):
    torch.manual_seed(7 if name == "t5" else 11)
    if name == "t5":
        config = transformers.T5Config(vocab_size=64, d_model=16, d_kv=4, d_ff=32, num_layers=2, num_decoder_layers=3,
                                       num_heads=4, relative_attention_num_buckets=8, pad_token_id=0, eos_token_id=1,
                                       decoder_start_token_id=0, initializer_factor=1.0)
        model = transformers.T5ForConditionalGeneration
    else:
        config = transformers.BartConfig(vocab_size=64, d_model=24, encoder_layers=2, decoder_layers=2,
                                         encoder_attention_heads=3, decoder_attention_heads=2, encoder_ffn_dim=32,
                                         decoder_ffn_dim=32, max_position_embeddings=32, pad_token_id=1, bos_token_id=0,
                                         eos_token_id=2, decoder_start_token_id=2, init_std=0.6, dropout=0.0)
        model = transformers.BartForConditionalGeneration
    config._attn_implementation = "eager"
    return model(config).eval()


def padded(tokens, shorter):
    """Ids, masks and tokens of a batch of two, the second one cut and padded on the right."""
    length = len(tokens)
    ids = torch.arange(3, 3 + length)[None].repeat(2, 1)
    ids[1] += 20
    mask = torch.ones(2, length, dtype=torch.long)
    mask[1, shorter:] = 0
    return ids * mask, mask, [tokens, tokens[:shorter] + ["<pad>"] * (length - shorter)]


def tensors_of(outputs):
    kinds = ["encoder_attentions", "decoder_attentions", "cross_attentions", "attentions"]
    return {f"{kind}.{layer}": value.contiguous() for kind in kinds
            for layer, value in enumerate(getattr(outputs, kind, None) or ())}


def described(model, name, sides, causal=True):
    metadata = {"system": f"transformers {importlib.metadata.version('transformers')}", "model": name,
                "torch": importlib.metadata.version("torch"), "causal": "1" if causal else "0",
                "special_tokens": json.dumps(SPECIAL)}
    for side, (mask, tokens) in sides.items():
        metadata[f"{side}tokens"] = json.dumps(tokens, ensure_ascii=False)
        metadata[f"{side}mask" if side else "attention_mask"] = json.dumps(mask.tolist())
    return metadata


@torch.no_grad()
def dump_tiny(name):
    model = tiny(name)
    ids, mask, tokens = padded(SOURCE[name], SHORTER[name][0])
    target_ids, target_mask, target_tokens = padded(TARGET[name], SHORTER[name][1])
    outputs = model(input_ids=ids, attention_mask=mask, decoder_input_ids=target_ids, decoder_attention_mask=target_mask,
                    output_attentions=True, use_cache=False)
    return tensors_of(outputs), described(model, f"tiny {name}", {"encoder_": (mask, tokens),
                                                                 "decoder_": (target_mask, target_tokens)})


@torch.no_grad()
def dump_model(directory, prompts, targets):
    tokenizer = transformers.AutoTokenizer.from_pretrained(directory)
    config = transformers.AutoConfig.from_pretrained(directory)
    kind = transformers.AutoModelForSeq2SeqLM if config.is_encoder_decoder else transformers.AutoModel
    model = kind.from_pretrained(directory, attn_implementation="eager", dtype=torch.float32).eval()
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token

    def batch(texts):
        encoded = tokenizer(texts, return_tensors="pt", padding=True)
        return encoded, [tokenizer.convert_ids_to_tokens(row) for row in encoded.input_ids.tolist()]

    encoded, tokens = batch(prompts)
    if not config.is_encoder_decoder:
        outputs = model(input_ids=encoded.input_ids, attention_mask=encoded.attention_mask, output_attentions=True,
                        use_cache=False)
        encoder = config.model_type in ("bert", "roberta", "distilbert", "albert", "electra")
        metadata = described(model, Path(directory).name, {"": (encoded.attention_mask, tokens)}, causal=not encoder)
    else:
        target, _ = batch(targets or [""] * len(prompts))
        start = torch.full((len(prompts), 1), config.decoder_start_token_id)
        ids = torch.cat([start, target.input_ids], 1)
        mask = torch.cat([torch.ones_like(start), target.attention_mask], 1)
        outputs = model(input_ids=encoded.input_ids, attention_mask=encoded.attention_mask, decoder_input_ids=ids,
                        decoder_attention_mask=mask, output_attentions=True, use_cache=False)
        target_tokens = [tokenizer.convert_ids_to_tokens(row) for row in ids.tolist()]
        metadata = described(model, Path(directory).name,
                             {"encoder_": (encoded.attention_mask, tokens), "decoder_": (mask, target_tokens)})
    metadata["special_tokens"] = json.dumps(tokenizer.all_special_tokens, ensure_ascii=False)
    return tensors_of(outputs), metadata


def write(tensors, metadata, target, values=None):
    save_file(tensors, target, metadata)
    target.chmod(0o644)
    for name, tensor in tensors.items() if values else ():
        numpy.save(values / f"{target.stem}.{name}.npy", tensor.float().numpy())
    print(f"{target.name}: {target.stat().st_size} bytes, {len(tensors)} tensors")


def make_goldens(folder):
    """t5 in float32 and bart in bfloat16; of each some values as text, which no reader of the file has touched."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, dtype in (("t5", "float32"), ("bart", "bfloat16")):
        tensors, metadata = dump_tiny(name)
        tensors = {key: value.to(DTYPES[dtype]) for key, value in tensors.items()}
        write(tensors, metadata, folder / f"{name}.safetensors")
        lines = ["tensor,sequence,head,query,values"]
        for key, tensor in tensors.items():
            for index in numpy.ndindex(*tensor.shape[:3]):
                values = " ".join(f"{value:.9g}" for value in tensor[index].tolist())
                lines.append(f"{key},{','.join(map(str, index))},{values}")
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", help="a directory of transformers")
    parser.add_argument("--prompt", action="append", default=[], help="a text; can be given again")
    parser.add_argument("--target", action="append", default=[], help="what a decoder is given, one for each prompt")
    parser.add_argument("--tiny", choices=["t5", "bart"])
    parser.add_argument("--dtype", choices=DTYPES, default="float32", help="of the values written")
    parser.add_argument("--output", type=Path)
    parser.add_argument("--values", type=Path, help="a folder for NumPy arrays of the values")
    parser.add_argument("--goldens", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)
    if options.goldens:
        return make_goldens(ROOT / "tests/data/attention")
    if options.output is None or (options.model is None) == (options.tiny is None):
        parser.error("expected --output with --model or --tiny, or --goldens")
    if options.model and not options.prompt:
        parser.error("--prompt: expected at least one for --model, found none")
    tensors, metadata = dump_tiny(options.tiny) if options.tiny else dump_model(options.model, options.prompt,
                                                                               options.target)
    tensors = {key: value.to(DTYPES[options.dtype]) for key, value in tensors.items()}
    return write(tensors, metadata, options.output, options.values)


if __name__ == "__main__":
    main()
