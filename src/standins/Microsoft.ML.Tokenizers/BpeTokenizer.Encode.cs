using System.Buffers;
using System.Text;
using Microsoft.ML.Tokenizers.Bpe;

namespace Microsoft.ML.Tokenizers;

/// <content>From text to ids.</content>
public sealed partial class BpeTokenizer
{
    /// <summary>One UTF-16 unit becomes at most three bytes.</summary>
    private const int BytesPerUnit = 3;

    private const int StackBytes = 256;

    protected override EncodeResults<int> EncodeToIds(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        // English has four to five characters a token; the buffer grows where a text has fewer.
        IdBuffer ids = new(textSpan.Length / 3);
        int consumed = 0;
        foreach (Range range in Words(textSpan, settings))
        {
            int before = ids.Count;
            ReadOnlySpan<char> word = textSpan[range];
            AddWord(word, ref ids);
            if (ids.Count > settings.MaxTokenCount)
            {
                (int kept, int units) = Cut(word, settings.MaxTokenCount - before);
                ids.Truncate(before + kept);
                consumed += units;
                break;
            }
            consumed = range.End.Value;
        }
        List<int> tokens = ids.ToList();
        ids.Dispose();
        return new EncodeResults<int> { Tokens = tokens, CharsConsumed = consumed };
    }

    protected override int CountTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings) =>
        EncodeToIds(text, textSpan, settings).Tokens.Count;

    protected override EncodeResults<EncodedToken> EncodeToTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        List<EncodedToken> tokens = [];
        foreach (Range word in Words(textSpan, settings))
        {
            AddTokens(textSpan[word], word.Start.Value, tokens);
        }
        int kept = tokens.Count;
        if (kept > settings.MaxTokenCount)
        {
            kept = WholeCharacters(tokens, settings.MaxTokenCount);
            tokens.RemoveRange(kept, tokens.Count - kept);
        }
        return new EncodeResults<EncodedToken> { Tokens = tokens, CharsConsumed = kept == 0 ? 0 : tokens[kept - 1].Offset.End.Value };
    }

    protected override int GetIndexByTokenCount(
        string? text,
        ReadOnlySpan<char> textSpan,
        EncodeSettings settings,
        bool fromEnd,
        out string? normalizedText,
        out int tokenCount
    )
    {
        normalizedText = null;
        if (!fromEnd)
        {
            EncodeResults<int> results = EncodeToIds(text, textSpan, settings);
            tokenCount = results.Tokens.Count;
            return results.CharsConsumed;
        }
        IReadOnlyList<EncodedToken> tokens = EncodeToTokens(text, textSpan, settings with { MaxTokenCount = int.MaxValue }).Tokens;
        int first = Math.Max(0, tokens.Count - settings.MaxTokenCount);
        while (first > 0 && first < tokens.Count && SharesCharacter(tokens[first - 1], tokens[first]))
        {
            first++;
        }
        tokenCount = tokens.Count - first;
        return tokenCount == 0 ? textSpan.Length : tokens[first].Offset.Start.Value;
    }

    private void AddWord(ReadOnlySpan<char> word, ref IdBuffer ids)
    {
        if (word.Length > WordCache.LongestWord)
        {
            MergeWord(word, ref ids);
            return;
        }
        uint hash = WordCache.Hash(word);
        if (cache.Find(word, hash) is { } known)
        {
            if (known.Length == 1)
            {
                ids.Add(known[0]);
            }
            else
            {
                ids.Add(known);
            }
            return;
        }
        int before = ids.Count;
        MergeWord(word, ref ids);
        cache.Add(word, hash, ids.From(before));
    }

    private void MergeWord(ReadOnlySpan<char> word, ref IdBuffer ids)
    {
        if (specialTokensBySpan.TryGetValue(word, out int special))
        {
            ids.Add(special);
            return;
        }
        byte[]? rented = word.Length > StackBytes / BytesPerUnit ? ArrayPool<byte>.Shared.Rent(word.Length * BytesPerUnit) : null;
        Span<byte> bytes = rented ?? stackalloc byte[StackBytes];
        bytes = bytes[..Encoding.UTF8.GetBytes(word, bytes)];
        Span<int> symbols = ids.Room(bytes.Length);
        ids.Commit(merges.Apply(bytes, symbols, default));
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>
    /// How many of a word's first tokens are at most <paramref name="most"/> and end with a character, and its units they cover.
    /// </summary>
    private (int Tokens, int Units) Cut(ReadOnlySpan<char> word, int most)
    {
        List<EncodedToken> tokens = [];
        AddTokens(word, 0, tokens);
        int kept = WholeCharacters(tokens, most);
        return (kept, kept == 0 ? 0 : tokens[kept - 1].Offset.End.Value);
    }

    private static int WholeCharacters(List<EncodedToken> tokens, int most)
    {
        int kept = Math.Min(most, tokens.Count);
        while (kept > 0 && kept < tokens.Count && SharesCharacter(tokens[kept - 1], tokens[kept]))
        {
            kept--;
        }
        return kept;
    }

    private static bool SharesCharacter(EncodedToken left, EncodedToken right) => right.Offset.Start.Value < left.Offset.End.Value;

    private void AddTokens(ReadOnlySpan<char> word, int start, List<EncodedToken> tokens)
    {
        if (specialTokensBySpan.TryGetValue(word, out int special))
        {
            tokens.Add(new EncodedToken(special, tokensById[special], start..(start + word.Length)));
            return;
        }
        (byte[] bytes, int[] units) = CharacterMap(word);
        int[] ids = new int[bytes.Length];
        int[] ends = new int[bytes.Length];
        int count = merges.Apply(bytes, ids, ends);
        int begin = 0;
        for (int i = 0; i < count; i++)
        {
            int last = ends[i] - 1;
            Rune.DecodeFromUtf16(word[units[last]..], out _, out int width);
            tokens.Add(new EncodedToken(ids[i], tokensById[ids[i]], (start + units[begin])..(start + units[last] + width)));
            begin = ends[i];
        }
    }

    /// <summary>The UTF-8 of a word and, for each byte, the unit at which its character begins.</summary>
    private static (byte[] Bytes, int[] Units) CharacterMap(ReadOnlySpan<char> word)
    {
        List<byte> bytes = [];
        List<int> units = [];
        Span<byte> utf8 = stackalloc byte[4];
        for (int i = 0; i < word.Length; )
        {
            // An unpaired surrogate comes out as U+FFFD, as it does from the encoder.
            Rune.DecodeFromUtf16(word[i..], out Rune rune, out int consumed);
            foreach (byte value in utf8[..rune.EncodeToUtf8(utf8)])
            {
                bytes.Add(value);
                units.Add(i);
            }
            i += consumed;
        }
        return ([.. bytes], [.. units]);
    }
}
