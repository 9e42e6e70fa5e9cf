using TorchSharp;
using VlmQ.Models.Generation;
using VlmQ.Models.Kernels;
using static TorchSharp.torch;

namespace VlmQ.Models;

/// <summary>
/// Decoding with a key-value cache. Keys and values of prompts and generated tokens lie in one buffer a layer, <c>[B·heads, capacity,
/// d/heads]</c>: columns 0..N−1 hold the image, the next T the prompt (padded on the right; the padding is masked), then one column a
/// generated token.
/// </summary>
internal sealed class TinyVlmDecoder : Decoder
{
    private readonly TinyVlm _model;
    private readonly int _rows;
    private readonly int _heads;
    private readonly int _headWidth;
    private readonly Tensor[] _keys;
    private readonly Tensor[] _values;
    private readonly Tensor? _padding; // [B, 1, 1, capacity]: −∞ where a shorter prompt is padded
    private readonly int[] _positions; // text position of each row's next token
    private int _filled;
    private Tensor _logits;

    public TinyVlmDecoder(TinyVlm model, TinyVlmInput prompts, int maximumTokens)
    {
        _model = model;
        _rows = prompts.Text.Rows;
        _heads = model.Config.Heads;
        _headWidth = model.Config.Width / _heads;
        _positions = [.. prompts.Text.PromptLengths];
        int promptColumns = model.Config.Patches + (int)prompts.Ids.shape[1];
        int capacity = promptColumns + maximumTokens - 1;
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        _keys = Buffers(model.Config.Layers, capacity, prompts.Ids.device);
        _values = Buffers(model.Config.Layers, capacity, prompts.Ids.device);
        _padding = PaddingMask(prompts, model.Config.Patches, promptColumns, capacity)?.DetachFromDisposeScope();
        Tensor causal = full([promptColumns, promptColumns], float.NegativeInfinity, device: prompts.Ids.device).triu(1);
        Tensor hidden = Advance(model.Embed(prompts), causal); // [B, N + T, d]
        _logits = Finish(LastOfPrompt(hidden, prompts, model.Config.Patches));
    }

    /// <inheritdoc/>
    public override Tensor Logits => _logits;

    /// <inheritdoc/>
    public override void Append(ReadOnlySpan<int> tokens)
    {
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor hidden = Advance(_model.EmbedNext(tokens, _positions), causal: null);
        for (int row = 0; row < _rows; row++)
        {
            _positions[row]++;
        }
        Tensor logits = Finish(hidden.select(1, 0));
        _logits.Dispose();
        _logits = logits;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _logits.Dispose();
        _padding?.Dispose();
        foreach (Tensor buffer in _keys.Concat(_values))
        {
            buffer.Dispose();
        }
    }

    private Tensor[] Buffers(int layers, int capacity, Device device)
    {
        Tensor[] buffers = new Tensor[layers];
        for (int i = 0; i < layers; i++)
        {
            buffers[i] = zeros([_rows * _heads, capacity, _headWidth], device: device).DetachFromDisposeScope();
        }
        return buffers;
    }

    private static Tensor? PaddingMask(TinyVlmInput prompts, int imageColumns, int promptColumns, int capacity)
    {
        int longest = promptColumns - imageColumns;
        if (Array.TrueForAll(prompts.Text.PromptLengths, length => length == longest))
        {
            return null;
        }
        float[] mask = new float[prompts.Text.Rows * capacity];
        for (int row = 0; row < prompts.Text.Rows; row++)
        {
            mask.AsSpan((row * capacity) + imageColumns + prompts.Text.PromptLengths[row], longest - prompts.Text.PromptLengths[row])
                .Fill(float.NegativeInfinity);
        }
        return tensor(mask, [prompts.Text.Rows, 1, 1, capacity], device: prompts.Ids.device);
    }

    private static Tensor LastOfPrompt(Tensor hidden, TinyVlmInput prompts, int imageColumns)
    {
        long columns = hidden.shape[1];
        long[] flat = new long[prompts.Text.Rows];
        for (int row = 0; row < flat.Length; row++)
        {
            flat[row] = (row * columns) + imageColumns + prompts.Text.PromptLengths[row] - 1;
        }
        return hidden.reshape(prompts.Text.Rows * columns, -1).index_select(0, tensor(flat, device: hidden.device)); // [B, d]
    }

    private Tensor Finish(Tensor hidden) => _model.Finish(hidden).to(ScalarType.Float32).cpu().contiguous().DetachFromDisposeScope(); // [B, V]

    /// <summary>All blocks over new columns, whose keys and values are added to the cache.</summary>
    private Tensor Advance(Tensor hidden, Tensor? causal)
    {
        int columns = (int)hidden.shape[1];
        for (int i = 0; i < _keys.Length; i++)
        {
            hidden = Block(hidden, _model.Weights(i), i, columns, causal);
        }
        _filled += columns;
        return hidden;
    }

    private Tensor Block(Tensor hidden, BlockWeights weights, int layer, int columns, Tensor? causal)
    {
        IKernels kernels = _model.Kernels;
        Tensor normed = kernels.LayerNorm(hidden, weights.Norm1Weight, weights.Norm1Bias);
        Tensor qkv = kernels
            .Linear(normed, weights.QkvWeight, weights.QkvBias, _model.Precision) // [B, n, 3d]
            .view(_rows, columns, 3, _heads, _headWidth)
            .permute(2, 0, 3, 1, 4) // [3, B, heads, n, d/heads]
            .reshape(3, _rows * _heads, columns, _headWidth);
        _keys[layer].narrow(1, _filled, columns).copy_(qkv[1]);
        _values[layer].narrow(1, _filled, columns).copy_(qkv[2]);
        int seen = _filled + columns;
        Tensor scores = (qkv[0] / Math.Sqrt(_headWidth))
            .bmm(_keys[layer].narrow(1, 0, seen).transpose(1, 2)) // [B·heads, n, seen]
            .view(_rows, _heads, columns, seen);
        scores = causal is null ? scores : scores + causal;
        scores = _padding is null || causal is not null ? scores : scores + _padding.narrow(3, 0, seen);
        Tensor attended = scores
            .softmax(-1)
            .view(_rows * _heads, columns, seen)
            .bmm(_values[layer].narrow(1, 0, seen)) // [B·heads, n, d/heads]
            .view(_rows, _heads, columns, _headWidth)
            .transpose(1, 2)
            .reshape(_rows, columns, _heads * _headWidth); // [B, n, d]
        hidden = hidden + kernels.Linear(attended, weights.ProjectionWeight, weights.ProjectionBias, _model.Precision);
        normed = kernels.LayerNorm(hidden, weights.Norm2Weight, weights.Norm2Bias);
        // A block's perceptron has the shape of a single critic head.
        HeadWeights perceptron = new(weights.ExpandWeight, weights.ExpandBias, weights.ContractWeight, weights.ContractBias);
        return hidden + kernels.CriticHeads(normed, [perceptron], _model.Precision)[0];
    }
}
