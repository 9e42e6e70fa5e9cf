using System.Text;

namespace VlmQ.Datasets.Tokenization.Decoding;

/// <summary>Puts a text together from the strings of tokens, as they come. Linear in what comes.</summary>
internal sealed class TextAssembler
{
    private readonly StringBuilder _text = new();
    private readonly List<DecodingStage> _stages = [];
    private readonly Action<string> _first;

    /// <param name="decoders">The recipe.</param>
    /// <param name="eager">Whether a character is passed on as soon as it is whole, or its whole run of byte tokens is waited for.</param>
    public TextAssembler(IReadOnlyList<TokenDecoder> decoders, bool eager)
    {
        Action<string> next = text => _text.Append(text);
        for (int i = decoders.Count - 1; i >= 0; i--)
        {
            bool fused = decoders.Take(i).Any(decoder => decoder is TokenDecoder.Fuse or TokenDecoder.ByteLevel);
            if (StageOf(decoders[i], eager, fused, next) is { } stage)
            {
                _stages.Insert(0, stage);
                next = stage.Push;
            }
        }
        _first = next;
    }

    /// <summary>Takes the string of the next token.</summary>
    public void Push(string token) => _first(token);

    /// <summary>Settles what is still held: nothing follows.</summary>
    public void Finish()
    {
        foreach (DecodingStage stage in _stages)
        {
            stage.Finish();
        }
    }

    /// <summary>The text that was settled since the last call.</summary>
    public string Take()
    {
        string text = _text.ToString();
        _text.Clear();
        return text;
    }

    private static DecodingStage? StageOf(TokenDecoder decoder, bool eager, bool fused, Action<string> next) =>
        decoder switch
        {
            TokenDecoder.ByteLevel => new ByteLevelStage(next),
            TokenDecoder.Replace replace => new ReplaceStage(replace.Pattern, replace.Content, next),
            TokenDecoder.ByteFallback => new ByteFallbackStage(eager, next),
            TokenDecoder.Fuse => null,
            TokenDecoder.Strip strip => new StripStage(strip.Content, strip.Start, strip.Stop, fused, next),
            TokenDecoder.Metaspace metaspace => new MetaspaceStage(metaspace.Marker, metaspace.LosesFirst, next),
            TokenDecoder.Spaced => new SpacedStage(next),
            _ => throw new InvalidOperationException($"a decoder {decoder.GetType().Name} has no stage"),
        };
}
