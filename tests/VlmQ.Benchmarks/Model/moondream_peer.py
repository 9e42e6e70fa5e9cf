"""MoonDream2 in plain PyTorch, step for step what the other side does with the same weights."""

import torch
import torch.nn.functional as F

from peer import answer, attend, causal, ids, inputs, linear, rotation, serve, weights, work

june = work["family"] == "moondream2-2025-06-21"
vision = "model.vision." if june else "vision_encoder.encoder.model.visual."
text = "model.text." if june else "text_model."
names = (
    dict(patch="patch_emb", pos="pos_emb", n1="ln1", n2="ln2", post="post_ln", proj="model.vision.proj_mlp.", wte="wte", layer="blocks.",
         qkv="attn.qkv", out="attn.proj", norm="post_ln", head="lm_head")
    if june
    else dict(patch="patch_embed.linear", pos="pos_embed", n1="norm1", n2="norm2", post="norm", proj="vision_encoder.projection.mlp.",
              wte="transformer.embd.wte.weight", layer="transformer.h.", qkv="mixer.Wqkv", out="mixer.out_proj", norm="lm_head.ln",
              head="lm_head.linear")
)
heads, vision_heads, grid = work["heads"], work["vision_heads"], work["grid"]
views = inputs["views"]
rows, tokens = ids.shape
length = tokens + grid * grid
mask = causal(length, work["prefix"])
half = weights[text + names["wte"]].shape[1] // heads // 4
cosines, sines = rotation(2 * half, length)


def norm(x, name):
    return F.layer_norm(x, x.shape[-1:], weights[name + ".weight"], weights[name + ".bias"])


def mlp(x, name):
    return linear(F.gelu(linear(x, name + "fc1"), approximate="tanh"), name + "fc2")


def split(x, count):
    return x.view(x.shape[0], x.shape[1], 3, count, -1).permute(2, 0, 3, 1, 4)


def rotate(x):
    first, second, rest = x[..., :half], x[..., half : 2 * half], x[..., 2 * half :]
    return torch.cat([first * cosines - second * sines, second * cosines + first * sines, rest], -1)


def encode():
    count = views.shape[0]
    patches = views.view(count, 3, grid, 14, grid, 14).permute(0, 2, 4, 1, 3, 5).reshape(count, grid * grid, -1)
    x = linear(patches, vision + names["patch"]) + weights[vision + names["pos"]]
    for i in range(work["vision_layers"]):
        block = f"{vision}blocks.{i}."
        q, k, v = split(linear(norm(x, block + names["n1"]), block + "attn.qkv"), vision_heads)
        x = x + linear(attend(q, k, v), block + "attn.proj")
        x = x + mlp(norm(x, block + names["n2"]), block + "mlp.")
    features = norm(x, vision + names["post"]).view(rows, count // rows, grid * grid, -1)
    # One view, or the whole picture and one crop of its size: the pooled grid is the last view either way.
    return torch.cat([features[:, 0], features[:, -1]], -1)


def hidden(features):
    image = mlp(features, names["proj"])
    words = F.embedding(ids, weights[text + names["wte"]])
    x = torch.cat([words[:, :1], image, words[:, 1:]], 1)
    for i in range(work["layers"]):
        block = f"{text}{names['layer']}{i}."
        normed = norm(x, block + "ln")
        q, k, v = split(linear(normed, block + names["qkv"]), heads)
        x = linear(attend(rotate(q), rotate(k), v, mask), block + names["out"]) + mlp(normed, block + "mlp.") + x
    return norm(x[:, -answer.shape[1] :], text + names["norm"])


serve(encode, hidden, lambda states: linear(states, text + names["head"]), rows * length)
