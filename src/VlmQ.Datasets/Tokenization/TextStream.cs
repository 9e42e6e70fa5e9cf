using VlmQ.Datasets.Tokenization.Decoding;

namespace VlmQ.Datasets.Tokenization;

/// <summary>
/// The text of ids as they are generated. Each call gives what became certain; half a character is held back until the rest of it comes. All
/// that it gives, joined, is <see cref="TextTokenizer.Decode"/> of all the ids; only where single bytes of a sentencepiece vocabulary are no
/// UTF-8 may characters stand that <see cref="TextTokenizer.Decode"/>, which sees what follows, replaces too. Not safe from several threads.
/// </summary>
public sealed class TextStream
{
    private readonly TokenCodec _codec;
    private readonly TextAssembler _assembler;
    private readonly bool _skipSpecial;

    internal TextStream(TokenCodec codec, bool skipSpecial)
    {
        _codec = codec;
        _skipSpecial = skipSpecial;
        _assembler = new TextAssembler(codec.Decoders, eager: true);
    }

    /// <summary>Takes the next id.</summary>
    /// <returns>The text that is certain now; often empty.</returns>
    public string Push(int id)
    {
        if (_codec.TokenOf(id) is { } token && !(_skipSpecial && _codec.IsSpecial(id)))
        {
            _assembler.Push(token);
        }
        return _assembler.Take();
    }

    /// <summary>Says that no id follows.</summary>
    /// <returns>What was still held back; bytes that never became a character are U+FFFD.</returns>
    public string Finish()
    {
        _assembler.Finish();
        return _assembler.Take();
    }
}
