using TorchSharp;
using VlmQ.Models.Generation;
using VlmQ.Models.Kernels;
using VlmQ.Models.Layers;
using static TorchSharp.torch;

namespace VlmQ.Models.Sequences;

/// <summary>
/// Decoding with a key-value cache. Prompts are padded on the left, so that the next token of every row goes into the same column; padding
/// is masked and positions count from each row's first element: a row's result does not depend on its neighbours.
/// </summary>
public sealed class SequenceDecoder : Decoder
{
    private readonly ISequenceModel _model;
    private readonly KeyValueCache _cache;
    private readonly int[] _starts;
    private readonly int[] _prefixes;
    private readonly int[] _forbiddenLater;
    private Tensor _logits;

    /// <summary>Reads prompts.</summary>
    /// <param name="model">The model.</param>
    /// <param name="layout">How the prompts are laid out; padding on the left.</param>
    /// <param name="embeddings"><c>[rows, width, d]</c>.</param>
    /// <param name="prefixes"><c>[rows]</c>: how many first elements see each other in both directions.</param>
    /// <param name="maximumTokens">How many tokens will be generated at most.</param>
    /// <param name="forbiddenLater">Ids that are never chosen after the first token: their logits are −∞ there.</param>
    public SequenceDecoder(
        ISequenceModel model,
        SequenceLayout layout,
        Tensor embeddings,
        ReadOnlySpan<int> prefixes,
        int maximumTokens,
        ReadOnlySpan<int> forbiddenLater = default
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(layout);
        if (layout.Side != PaddingSide.Left)
        {
            throw new ArgumentException("Prompts to continue are padded on the left.", nameof(layout));
        }
        _model = model;
        _starts = layout.Starts;
        _prefixes = prefixes.ToArray();
        _forbiddenLater = forbiddenLater.ToArray();
        _cache = model.NewCache(layout.Rows, layout.Width + maximumTokens - 1);
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        _logits = Advance(embeddings, layout.PositionIds(model.Device));
    }

    /// <inheritdoc/>
    public override Tensor Logits => _logits;

    /// <inheritdoc/>
    public override void Append(ReadOnlySpan<int> tokens)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(tokens.Length, _starts.Length, nameof(tokens));
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        long[] ids = new long[tokens.Length];
        long[] positions = new long[tokens.Length];
        for (int row = 0; row < ids.Length; row++)
        {
            ids[row] = tokens[row];
            positions[row] = _cache.Filled - _starts[row];
        }
        Tensor embedded = _model.EmbedText(tensor(ids, device: _model.Device)).unsqueeze(1); // [rows, 1, d]
        Tensor logits = Advance(embedded, tensor(positions, [ids.Length, 1], device: _model.Device));
        foreach (int id in _forbiddenLater)
        {
            logits.select(1, id).fill_(float.NegativeInfinity);
        }
        _logits.Dispose();
        _logits = logits;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _logits.Dispose();
        _cache.Dispose();
    }

    // The first column that each row's next token sees.
    private int[] FirstSeen() =>
        Array.ConvertAll(_starts, start => _model.Window is { } window ? Math.Max(start, _cache.Filled - window) : start);

    private Tensor Advance(Tensor embeddings, Tensor positions)
    {
        int columns = (int)embeddings.shape[1];
        AttentionMask mask = AttentionMask.Of(_starts, _prefixes, _cache.Filled, columns, _model.Window, _model.Device);
        using TransformerPass pass = new(_model.Rotary, positions, mask, _cache)
        {
            Next = columns == 1 && _model.Precision == Precision.Full ? (_model.Kernels, FirstSeen()) : null,
        };
        Tensor hidden = _model.Run(embeddings, pass, tail: 1); // [rows, 1, d]
        _cache.Advance(columns);
        return _model.Finish(hidden.select(1, 0)).to(ScalarType.Float32).cpu().contiguous().DetachFromDisposeScope(); // [rows, V]
    }
}
