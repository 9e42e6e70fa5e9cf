using System.Collections.Immutable;

namespace VlmQ.Models.Generation;

/// <summary>What the tokens of a vocabulary write, in bytes of UTF-8; tokens by their first byte.</summary>
public sealed class TokenTable
{
    private readonly byte[]?[] _bytes;
    private readonly ImmutableArray<int>[] _byFirst = new ImmutableArray<int>[256];

    /// <param name="bytes">One an id; null for an id that writes nothing, such as that of a special token.</param>
    /// <param name="losesFirstSpace">Whether a text loses the space that its first token begins with.</param>
    public TokenTable(IReadOnlyList<byte[]?> bytes, bool losesFirstSpace)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        _bytes = [.. bytes];
        LosesFirstSpace = losesFirstSpace;
        ImmutableArray<int>.Builder[] byFirst = [.. Enumerable.Range(0, 256).Select(_ => ImmutableArray.CreateBuilder<int>())];
        for (int id = 0; id < _bytes.Length; id++)
        {
            if (_bytes[id] is [byte first, ..])
            {
                byFirst[first].Add(id);
            }
        }
        for (int value = 0; value < _byFirst.Length; value++)
        {
            _byFirst[value] = byFirst[value].ToImmutable();
        }
    }

    /// <summary>Whether a text loses the space that its first token begins with.</summary>
    public bool LosesFirstSpace { get; }

    /// <summary>Number of ids.</summary>
    public int Count => _bytes.Length;

    /// <summary>The ids that write something, by the first byte of it.</summary>
    public ImmutableArray<int> StartingWith(byte first) => _byFirst[first];

    /// <summary>What an id writes; empty where that is nothing.</summary>
    public ReadOnlySpan<byte> this[int id] => (uint)id < (uint)_bytes.Length ? _bytes[id] : [];
}
