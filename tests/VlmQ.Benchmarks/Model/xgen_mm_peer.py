"""xGen-MM in plain PyTorch, step for step what the other side does with the same weights."""

import torch
import torch.nn.functional as F

from peer import answer, attend, causal, device, ids, inputs, linear, rotation, serve, weights, work

vision, resampler, text = "vlm.vision_encoder.", "vlm.vision_tokenizer.", "vlm.lang_model."
views = inputs["views"]
grid, down, across, first_ids = work["grid"], work["rows"], work["columns"], work["first_ids"]
latents = weights[resampler + "latents"].shape[0]
# Views of one picture; pictures of one size have the same.
sets, patches = inputs["seen"].shape
rows, tokens = ids.shape
length = sets * latents + tokens
padding = torch.zeros(sets, 1, 1, patches + latents, device=device)
padding[:, 0, 0, :patches].masked_fill_(inputs["seen"] < 0.5, float("-inf"))
padding = padding.repeat(rows, 1, 1, 1)
mask = causal(length)
half = weights[text + "model.norm.weight"].shape[0] // work["heads"] // 2
cosines, sines = rotation(2 * half, length)


def norm(x, name, epsilon):
    return F.layer_norm(x, x.shape[-1:], weights[name + ".weight"], weights[name + ".bias"], epsilon)


def rms(x, name):
    x = x.float()
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
    features = features.view(rows, sets, patches, -1)
    local = features[:, 1:].reshape(rows, down, across, grid, grid, -1).transpose(2, 3).reshape(rows, down * across, patches, -1)
    x = torch.cat([features[:, :1], local], 1).flatten(0, 1)
    z = weights[resampler + "latents"].expand(rows * sets, -1, -1)
    for i in range(work["resampler_layers"]):
        layer = f"{resampler}layers.{i}."
        normed = norm(z, layer + "0.norm_latents", 1e-5)
        k, v = linear(torch.cat([norm(x, layer + "0.norm_media", 1e-5), normed], 1), layer + "0.to_kv").chunk(2, -1)
        heads = work["resampler_heads"]
        z = z + linear(attend(split(linear(normed, layer + "0.to_q"), heads), split(k, heads), split(v, heads), padding), layer + "0.to_out")
        z = z + linear(F.gelu(linear(norm(z, layer + "1.0", 1e-5), layer + "1.1")), layer + "1.3")
    return linear(norm(z, resampler + "norm", 1e-5), resampler + "projection").view(rows, sets * latents, -1)


def hidden(features):
    table, more = text + "model.embed_tokens.weight", text + "model.embed_tokens.additional_embedding.weight"
    words = torch.where(
        (ids < first_ids).unsqueeze(-1),
        F.embedding(ids.clamp(max=first_ids - 1), weights[table]),
        F.embedding((ids - first_ids).clamp(min=0), weights[more]),
    )
    x = torch.cat([resample(features), words], 1)
    for i in range(work["layers"]):
        layer = f"{text}model.layers.{i}."
        q, k, v = linear(rms(x, layer + "input_layernorm"), layer + "self_attn.qkv_proj").chunk(3, -1)
        q, k, v = (split(part, work["heads"]) for part in (q, k, v))
        x = x + linear(attend(rotate(q), rotate(k), v, mask), layer + "self_attn.o_proj")
        gate, up = linear(rms(x, layer + "post_attention_layernorm"), layer + "mlp.gate_up_proj").chunk(2, -1)
        x = x + linear(F.silu(gate) * up, layer + "mlp.down_proj")
    return rms(x[:, -answer.shape[1] :], text + "model.norm")


def head(states):
    first, more = linear(states, text + "lm_head")[..., :first_ids], linear(states, text + "lm_head.additional_fc")
    return torch.cat([first, more], -1)


serve(tower, hidden, head, rows * length)
