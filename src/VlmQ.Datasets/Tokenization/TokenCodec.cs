using System.Collections.Immutable;
using VlmQ.Datasets.Tokenization.Decoding;

namespace VlmQ.Datasets.Tokenization;

/// <summary>Text to ids and back, in one of the forms that tokenizers are kept in. Safe from several threads.</summary>
internal abstract class TokenCodec
{
    /// <summary>Ids run from 0 to one less than this.</summary>
    public abstract int Count { get; }

    /// <summary>Adds the ids of a text.</summary>
    /// <param name="text">Any text; half a character counts as U+FFFD.</param>
    /// <param name="special">Whether special tokens that are spelled out become their ids.</param>
    /// <param name="first">Whether the text begins here, or goes on.</param>
    /// <param name="ids">Receives the ids.</param>
    public abstract void Encode(string text, bool special, bool first, List<int> ids);

    /// <summary>The id of a token; null where there is none.</summary>
    public abstract int? IdOf(string token);

    /// <summary>The string of an id; null where there is none.</summary>
    public abstract string? TokenOf(int id);

    /// <summary>Whether text without special tokens leaves an id out.</summary>
    public abstract bool IsSpecial(int id);

    /// <summary>How the strings of tokens become text.</summary>
    public abstract ImmutableArray<TokenDecoder> Decoders { get; }

    /// <summary>What is put in front of and behind the ids of a text on request.</summary>
    public virtual (ImmutableArray<int> Before, ImmutableArray<int> After) Frame => ([], []);

    /// <summary>The text of ids; an id that does not exist stands for nothing.</summary>
    public virtual string Decode(ReadOnlySpan<int> ids, bool skipSpecial)
    {
        TextAssembler assembler = new(Decoders, eager: false);
        foreach (int id in ids)
        {
            if (TokenOf(id) is { } token && !(skipSpecial && IsSpecial(id)))
            {
                assembler.Push(token);
            }
        }
        assembler.Finish();
        return assembler.Take();
    }
}
