"""xGen-MM in plain PyTorch: forward and backward of the answer's cross-entropy, slice by slice as the parent process asks.

The folder holds model.safetensors (float32, official names), work.safetensors and work.json, all written by the other side, so that
both compute the same numbers; the first loss is printed for comparison.
"""

import json
import sys

import torch
import torch.nn.functional as F

from peer import attend, read, serve

folder, threads = sys.argv[1], int(sys.argv[2])
torch.set_num_threads(threads)
work = json.load(open(f"{folder}/work.json"))
weights = read(f"{folder}/model.safetensors")
inputs = read(f"{folder}/work.safetensors")
for weight in weights.values():
    weight.requires_grad_(True)

vision, resampler, text = "vlm.vision_encoder.", "vlm.vision_tokenizer.", "vlm.lang_model."
views, ids, answer = inputs["views"], inputs["ids"], inputs["answer"]
grid, down, across, first_ids = work["grid"], work["rows"], work["columns"], work["first_ids"]
latents = weights[resampler + "latents"].shape[0]
sets, patches = inputs["seen"].shape
rows, tokens = ids.shape
length = sets * latents + tokens
padding = torch.zeros(sets, 1, 1, patches + latents)
padding[:, 0, 0, :patches].masked_fill_(inputs["seen"] < 0.5, float("-inf"))
causal = torch.zeros(length, length).masked_fill(~torch.ones(length, length, dtype=torch.bool).tril(), float("-inf"))
half = weights[text + "model.norm.weight"].shape[0] // work["heads"] // 2
frequencies = 1.0 / 10000 ** (torch.arange(0, 2 * half, 2) / (2 * half))
angles = torch.arange(length).float().outer(frequencies)
cosines, sines = angles.cos(), angles.sin()


def linear(x, name):
    return F.linear(x, weights[name + ".weight"], weights.get(name + ".bias"))


def norm(x, name, epsilon):
    return F.layer_norm(x, x.shape[-1:], weights[name + ".weight"], weights[name + ".bias"], epsilon)


def rms(x, name):
    return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1e-5) * weights[name + ".weight"]


def split(x, heads):
    return x.view(x.shape[0], x.shape[1], heads, -1).transpose(1, 2)


def rotate(x):
    first, second = x[..., :half], x[..., half:]
    return torch.cat([first * cosines - second * sines, second * cosines + first * sines], -1)


def tower():
    kernel, bias = weights[vision + "embeddings.patch_embedding.weight"], weights[vision + "embeddings.patch_embedding.bias"]
    x = F.conv2d(views, kernel, bias, stride=kernel.shape[-1]).flatten(2).transpose(1, 2)
    x = x + weights[vision + "embeddings.position_embedding.weight"]
    for i in range(work["vision_layers"]):
        layer = f"{vision}encoder.layers.{i}."
        normed = norm(x, layer + "layer_norm1", 1e-6)
        q, k, v = (split(linear(normed, f"{layer}self_attn.{part}_proj"), work["vision_heads"]) for part in "qkv")
        x = x + linear(attend(q, k, v), layer + "self_attn.out_proj")
        inner = F.gelu(linear(norm(x, layer + "layer_norm2", 1e-6), layer + "mlp.fc1"), approximate="tanh")
        x = x + linear(inner, layer + "mlp.fc2")
    return norm(x, vision + "post_layernorm", 1e-6)


def resample(features):
    local = features[1:].view(down, across, grid, grid, -1).permute(0, 2, 1, 3, 4).reshape(down * across, patches, -1)
    x = torch.cat([features[:1], local])
    z = weights[resampler + "latents"].expand(sets, -1, -1)
    for i in range(work["resampler_layers"]):
        layer = f"{resampler}layers.{i}."
        normed = norm(z, layer + "0.norm_latents", 1e-5)
        k, v = linear(torch.cat([norm(x, layer + "0.norm_media", 1e-5), normed], 1), layer + "0.to_kv").chunk(2, -1)
        heads = work["resampler_heads"]
        z = z + linear(attend(split(linear(normed, layer + "0.to_q"), heads), split(k, heads), split(v, heads), padding), layer + "0.to_out")
        z = z + linear(F.gelu(linear(norm(z, layer + "1.0", 1e-5), layer + "1.1")), layer + "1.3")
    return linear(norm(z, resampler + "norm", 1e-5), resampler + "projection").view(1, sets * latents, -1)


def loss():
    table, more = text + "model.embed_tokens.weight", text + "model.embed_tokens.additional_embedding.weight"
    words = torch.where(
        (ids < first_ids).unsqueeze(-1),
        F.embedding(ids.clamp(max=first_ids - 1), weights[table]),
        F.embedding((ids - first_ids).clamp(min=0), weights[more]),
    )
    x = torch.cat([resample(tower()), words], 1)
    for i in range(work["layers"]):
        layer = f"{text}model.layers.{i}."
        q, k, v = linear(rms(x, layer + "input_layernorm"), layer + "self_attn.qkv_proj").chunk(3, -1)
        q, k, v = (split(part, work["heads"]) for part in (q, k, v))
        x = x + linear(attend(rotate(q), rotate(k), v, causal), layer + "self_attn.o_proj")
        gate, up = linear(rms(x, layer + "post_attention_layernorm"), layer + "mlp.gate_up_proj").chunk(2, -1)
        x = x + linear(F.silu(gate) * up, layer + "mlp.down_proj")
    last = rms(x[:, -answer.shape[1] :], text + "model.norm")
    logits = torch.cat([linear(last, text + "lm_head")[..., :first_ids], linear(last, text + "lm_head.additional_fc")], -1)
    return F.cross_entropy(logits.flatten(0, 1), answer.flatten())


serve(weights, loss, rows * length)
