# SPDX-License-Identifier: GPL-3.0-or-later
"""Loads a local Hugging Face directory into the real HookedTransformer or HookedEncoder, without a network, and runs it.

HookedTransformer.from_pretrained knows models by name. Here its config is built by hand, the weights go through the
library's own convert_*_weights, and load_and_process_state_dict does the rest, with the exceptions that from_pretrained
makes. What a config asks for and the library's modules cannot do is named by `unsupported`.
"""

import importlib.metadata
import logging
import math

import torch
from transformer_lens import HookedEncoder, HookedTransformer, HookedTransformerConfig
from transformer_lens.pretrained import weight_conversions
from transformers import AutoConfig, AutoModelForCausalLM, BertForPreTraining

import reference

STEPS = ("fold_ln", "center_writing_weights", "center_unembed", "fold_value_biases")
ACTIVATIONS = {"gelu": "gelu", "gelu_new": "gelu_new", "gelu_fast": "gelu_fast", "relu": "relu", "silu": "silu",
               "swish": "silu", "gelu_pytorch_tanh": "gelu_pytorch_tanh"}
CONVERTERS = {"gpt2": weight_conversions.convert_gpt2_weights, "gpt_neox": weight_conversions.convert_neox_weights,
              "llama": weight_conversions.convert_llama_weights, "mistral": weight_conversions.convert_mistral_weights,
              "qwen2": weight_conversions.convert_qwen2_weights, "qwen3": weight_conversions.convert_qwen3_weights,
              "gemma2": weight_conversions.convert_gemma_weights, "bert": weight_conversions.convert_bert_weights}
ALWAYS_GROUPED = ("mistral", "qwen2", "gemma2")  # their converters write _W_K also where every head has its own

logging.getLogger().setLevel(logging.ERROR)


def versions():
    return {**reference.versions(), "transformer_lens": importlib.metadata.version("transformer-lens")}


def read_config(directory):
    return AutoConfig.from_pretrained(directory, local_files_only=True)


def rope(config):
    return getattr(config, "rope_parameters", None) or {}


def activation(config):
    for key in ("activation_function", "hidden_activation", "hidden_act"):
        if getattr(config, key, None) is not None:
            return getattr(config, key)
    return None


def unsupported(config):
    """What of this config HookedTransformer or HookedEncoder 3.5.1 cannot do, as `key value: why`."""
    found = []
    if config.model_type not in CONVERTERS:
        return [f"model_type {config.model_type}: no converter"]
    if activation(config) not in ACTIVATIONS:
        found.append(f"activation {activation(config)}: not among the library's")
    if config.model_type == "bert":
        if config.type_vocab_size != 2:
            found.append(f"type_vocab_size {config.type_vocab_size}: TokenTypeEmbed has two rows")
        if config.hidden_act != "gelu":
            found.append(f"hidden_act {config.hidden_act}: the masked-LM head is always erf GELU")
        return found
    if rope(config).get("rope_type", "default") not in ("default", "linear", "llama3"):
        found.append(f"rope_type {rope(config)['rope_type']}: not among the library's")
    if getattr(config, "mlp_bias", False):
        found.append("mlp_bias true: GatedMLP has no gate bias and adds b_in after the product")
    return found


def gpt2_config(config):
    return {"d_model": config.n_embd, "d_head": config.n_embd // config.n_head, "n_heads": config.n_head,
            "d_mlp": config.n_inner or 4 * config.n_embd, "n_layers": config.n_layer, "n_ctx": config.n_positions,
            "eps": config.layer_norm_epsilon, "use_attn_scale": config.scale_attn_weights,
            "scale_attn_by_inverse_layer_idx": config.scale_attn_by_inverse_layer_idx, "normalization_type": "LN"}


def common_config(config):
    return {"d_model": config.hidden_size, "n_heads": config.num_attention_heads, "d_mlp": config.intermediate_size,
            "n_layers": config.num_hidden_layers, "n_ctx": config.max_position_embeddings}


def bert_config(config):
    return {**common_config(config), "d_head": config.hidden_size // config.num_attention_heads,
            "eps": config.layer_norm_eps, "attention_dir": "bidirectional", "normalization_type": "LN"}


def rotary_config(config, width):
    """Rotary positions in halves; linear and llama3 scaling as the library spells them."""
    parameters = rope(config)
    made = {"positional_embedding_type": "rotary", "rotary_adjacent_pairs": False, "rotary_dim": width,
            "rotary_base": parameters.get("rope_theta", 10000.0)}
    if parameters.get("rope_type") == "linear":
        made["rotary_scaling_factor"] = parameters["factor"]
    if parameters.get("rope_type") == "llama3":
        made.update(use_NTK_by_parts_rope=True, NTK_by_parts_factor=parameters["factor"],
                    NTK_by_parts_low_freq_factor=parameters["low_freq_factor"],
                    NTK_by_parts_high_freq_factor=parameters["high_freq_factor"],
                    NTK_original_ctx_len=parameters["original_max_position_embeddings"])
    return made


def neox_config(config):
    width = config.hidden_size // config.num_attention_heads
    fraction = rope(config).get("partial_rotary_factor", getattr(config, "rotary_pct", 1.0))
    return {**common_config(config), "d_head": width, "eps": config.layer_norm_eps, "normalization_type": "LN",
            "parallel_attn_mlp": config.use_parallel_residual, **rotary_config(config, int(width * fraction))}


def window_config(config):
    """Local layers where the model slides; the library's own conversion does this for mistral alone."""
    window = getattr(config, "sliding_window", None)
    kinds = getattr(config, "layer_types", None)
    if kinds is None:
        kinds = ["sliding_attention" if window else "full_attention"] * config.num_hidden_layers
    if window is None or "sliding_attention" not in kinds:
        return {}
    return {"use_local_attn": True, "window_size": window,
            "attn_types": ["local" if kind == "sliding_attention" else "global" for kind in kinds]}


def gated_config(config):
    """llama, mistral, qwen2, qwen3 and gemma2."""
    width = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    groups = config.num_key_value_heads
    grouped = groups != config.num_attention_heads or config.model_type in ALWAYS_GROUPED
    made = {**common_config(config), "d_head": width, "eps": config.rms_norm_eps, "normalization_type": "RMS",
            "final_rms": True, "gated_mlp": True, "n_key_value_heads": groups if grouped else None,
            "use_qk_norm": config.model_type == "qwen3", **rotary_config(config, width)}
    if config.model_type != "llama":
        made.update(window_config(config))
    if config.model_type == "gemma2":
        made.update(attn_scale=math.sqrt(config.query_pre_attn_scalar), use_normalization_before_and_after=True,
                    attn_scores_soft_cap=config.attn_logit_softcapping or -1.0,
                    output_logits_soft_cap=config.final_logit_softcapping or -1.0)
    return made


def make_config(config, dtype, fold_ln):
    made = {"gpt2": gpt2_config, "gpt_neox": neox_config, "bert": bert_config}.get(config.model_type, gated_config)(config)
    if fold_ln:
        made["normalization_type"] += "Pre"
    return HookedTransformerConfig(**made, act_fn=ACTIVATIONS[activation(config)], d_vocab=config.vocab_size,
                                   dtype=dtype, device="cpu", init_weights=False, default_prepend_bos=False,
                                   original_architecture=config.architectures[0])


def prepare_neox(model):
    """What convert_neox_weights reads: the unembedding's older name, and attention biases (zeros are the same function)."""
    model.embed_out = model.get_output_embeddings()
    for layer in model.gpt_neox.layers:
        for linear in (layer.attention.query_key_value, layer.attention.dense):
            if linear.bias is None:
                linear.bias = torch.nn.Parameter(torch.zeros(linear.weight.shape[0], dtype=linear.weight.dtype))


def add_attention_biases(model, cfg, weights):
    """The converters write zeros (all but qwen2's); the modules have the biases, so they are put where they belong."""
    underscore = "" if cfg.n_key_value_heads is None else "_"
    for index, layer in enumerate(model.model.layers):
        prefix = f"blocks.{index}.attn."
        places = {"q_proj": "b_Q", "k_proj": underscore + "b_K", "v_proj": underscore + "b_V", "o_proj": "b_O"}
        for name, place in places.items():
            bias = getattr(layer.self_attn, name).bias
            if bias is not None:
                weights[prefix + place] = bias.reshape(weights[prefix + place].shape)


def load(directory, dtype, steps=STEPS):
    """A HookedTransformer with the given processing steps."""
    config = read_config(directory)
    source = AutoModelForCausalLM.from_pretrained(directory, dtype=dtype, local_files_only=True)
    cfg = make_config(config, dtype, "fold_ln" in steps)
    if config.model_type == "gpt_neox":
        prepare_neox(source)
    source.requires_grad_(False)
    weights = CONVERTERS[config.model_type](source, cfg)
    if config.model_type not in ("gpt2", "gpt_neox"):
        add_attention_biases(source, cfg, weights)
    wanted = {step: step in steps for step in STEPS}
    if cfg.output_logits_soft_cap > 0.0:
        wanted["center_unembed"] = False  # as from_pretrained: a soft cap is not invariant under a shift
    model = HookedTransformer(cfg, move_to_device=False)
    model.load_and_process_state_dict(weights, **wanted, refactor_factored_attn_matrices=False)
    return model.eval()


def load_encoder(directory, dtype):
    """A HookedEncoder. Pooler and next-sentence head may be missing in the file; nothing that is looked at reads them."""
    torch.manual_seed(0)
    source = BertForPreTraining.from_pretrained(directory, dtype=dtype, local_files_only=True).requires_grad_(False)
    cfg = make_config(read_config(directory), dtype, False)
    model = HookedEncoder(cfg, move_to_device=False)
    model.load_state_dict(weight_conversions.convert_bert_weights(source, cfg), strict=False)
    return model.eval()


def load_any(directory, dtype, steps=STEPS):
    if read_config(directory).model_type == "bert":
        return load_encoder(directory, dtype)
    return load(directory, dtype, steps)


@torch.no_grad()
def cached(model, inputs):
    ids, mask = inputs["input_ids"], inputs.get("attention_mask")
    if isinstance(model, HookedEncoder):
        return model.run_with_cache(ids, token_type_ids=inputs.get("token_type_ids"), one_zero_attention_mask=mask,
                                    return_cache_object=False)
    return model.run_with_cache(ids, attention_mask=mask, return_cache_object=False)


def run(model, inputs, results=True):
    """Every hook that fires, and the logits. hook_result comes from a second run, as use_attn_result sums in another order."""
    if "position_ids" in inputs:
        raise ValueError("HookedTransformer takes no position_ids")
    logits, outputs = cached(model, inputs)
    outputs = dict(outputs)
    if results:
        model.cfg.use_attn_result = True
        try:
            extra = cached(model, inputs)[1]
        finally:
            model.cfg.use_attn_result = False
        outputs.update({name: value for name, value in extra.items() if name.endswith("hook_result")})
    outputs["logits"] = logits
    return {name: value.detach().clone().contiguous() for name, value in outputs.items()}
