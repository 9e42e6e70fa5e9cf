using static TorchSharp.torch;

namespace VlmQ.Models.Generation;

/// <summary>A batch of replies in the making: what the model remembers of prompts and tokens so far (its key-value cache).</summary>
public abstract class Decoder : IDisposable
{
    /// <summary>
    /// Logits of the next token, <c>[rows, vocabulary]</c>, float32; owned by the decoder, valid until <see cref="Append"/>.
    /// </summary>
    public abstract Tensor Logits { get; }

    /// <summary>Adds one token to every row and moves <see cref="Logits"/> on.</summary>
    /// <param name="tokens"><c>[rows]</c>.</param>
    public abstract void Append(ReadOnlySpan<int> tokens);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases the cache.</summary>
    protected abstract void Dispose(bool disposing);
}
