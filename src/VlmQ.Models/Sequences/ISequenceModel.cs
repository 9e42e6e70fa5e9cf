using VlmQ.Models.Kernels;
using VlmQ.Models.Layers;
using static TorchSharp.torch;

namespace VlmQ.Models.Sequences;

/// <summary>A decoder-only transformer over embeddings, as <see cref="SequenceDecoder"/> drives it.</summary>
public interface ISequenceModel
{
    /// <summary>How the expensive pieces are computed.</summary>
    IKernels Kernels { get; }

    /// <summary>Precision of matrix products.</summary>
    Precision Precision { get; }

    /// <summary>The rotary embedding of all layers.</summary>
    RotaryEmbedding Rotary { get; }

    /// <summary>Largest distance between a query and a key that it sees; null: any.</summary>
    int? Window { get; }

    /// <summary>Where the model lies.</summary>
    Device Device { get; }

    /// <summary>Embeds text ids, <c>[n]</c> int64 → <c>[n, d]</c>.</summary>
    Tensor EmbedText(Tensor ids);

    /// <summary>An empty cache for all layers.</summary>
    KeyValueCache NewCache(int rows, int capacity);

    /// <summary>All layers, <c>[rows, n, d]</c> → <c>[rows, tail, d]</c>, before the final norm.</summary>
    /// <param name="hidden">Embeddings of new columns.</param>
    /// <param name="pass">Their positions, mask and cache.</param>
    /// <param name="tail">How many last columns are wanted of the last layer; null: all.</param>
    Tensor Run(Tensor hidden, TransformerPass pass, long? tail = null);

    /// <summary>The final norm and the language head, <c>[…, d]</c> → <c>[…, V]</c>.</summary>
    Tensor Finish(Tensor hidden);
}
