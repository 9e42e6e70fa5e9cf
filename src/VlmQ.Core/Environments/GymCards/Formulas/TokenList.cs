using System.Collections.Immutable;

namespace VlmQ.Core.Environments.GymCards.Formulas;

/// <summary>A formula's tokens, five bits each: one more is a new value, and takes no memory of the heap.</summary>
internal readonly record struct TokenList
{
    /// <summary>One more than Points24 allows, which is when it notices.</summary>
    public const int MostTokens = 21;

    private const int BitsPerToken = 5;
    private const int TokenMask = (1 << BitsPerToken) - 1;

    private readonly UInt128 _bits;

    private TokenList(UInt128 bits, int count)
    {
        _bits = bits;
        Count = count;
    }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>The token at a place, 0..<see cref="Count"/>−1.</summary>
    public FormulaToken this[int index] => new((int)(ulong)(_bits >> (index * BitsPerToken)) & TokenMask);

    /// <summary>The tokens and one more.</summary>
    /// <exception cref="ArgumentException">There are <see cref="MostTokens"/> already.</exception>
    public TokenList With(FormulaToken token) =>
        Count < MostTokens
            ? new TokenList(_bits | ((UInt128)(ulong)token.Code << (Count * BitsPerToken)), Count + 1)
            : throw new ArgumentException($"A formula has at most {MostTokens} tokens.", nameof(token));

    /// <summary>The tokens' texts.</summary>
    public ImmutableArray<string> ToTexts()
    {
        ImmutableArray<string>.Builder texts = ImmutableArray.CreateBuilder<string>(Count);
        for (int i = 0; i < Count; i++)
        {
            texts.Add(this[i].Text);
        }
        return texts.MoveToImmutable();
    }
}
