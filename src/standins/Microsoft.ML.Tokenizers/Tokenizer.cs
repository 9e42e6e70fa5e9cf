using System.Buffers;

namespace Microsoft.ML.Tokenizers;

/// <summary>Turns text into token ids and back.</summary>
public abstract class Tokenizer
{
    /// <summary>What splits a text into words; null where a text is one word.</summary>
    public virtual PreTokenizer? PreTokenizer => null;

    public IReadOnlyList<int> EncodeToIds(string text, bool considerPreTokenization = true, bool considerNormalization = true)
    {
        ArgumentNullException.ThrowIfNull(text);
        return EncodeToIds(text, text, Settings(int.MaxValue, considerPreTokenization, considerNormalization)).Tokens;
    }

    public IReadOnlyList<int> EncodeToIds(
        ReadOnlySpan<char> text,
        bool considerPreTokenization = true,
        bool considerNormalization = true
    ) => EncodeToIds(null, text, Settings(int.MaxValue, considerPreTokenization, considerNormalization)).Tokens;

    /// <summary>
    /// At most <paramref name="maxTokenCount"/> ids, cut so that they decode to exactly the first <paramref name="charsConsumed"/> units.
    /// </summary>
    public IReadOnlyList<int> EncodeToIds(
        string text,
        int maxTokenCount,
        out string? normalizedText,
        out int charsConsumed,
        bool considerPreTokenization = true,
        bool considerNormalization = true
    )
    {
        ArgumentNullException.ThrowIfNull(text);
        return EncodeToIds(
            text.AsSpan(),
            maxTokenCount,
            out normalizedText,
            out charsConsumed,
            considerPreTokenization,
            considerNormalization
        );
    }

    public IReadOnlyList<int> EncodeToIds(
        ReadOnlySpan<char> text,
        int maxTokenCount,
        out string? normalizedText,
        out int charsConsumed,
        bool considerPreTokenization = true,
        bool considerNormalization = true
    )
    {
        EncodeResults<int> results = EncodeToIds(null, text, Settings(maxTokenCount, considerPreTokenization, considerNormalization));
        normalizedText = results.NormalizedText;
        charsConsumed = results.CharsConsumed;
        return results.Tokens;
    }

    public IReadOnlyList<EncodedToken> EncodeToTokens(
        string text,
        out string? normalizedText,
        bool considerPreTokenization = true,
        bool considerNormalization = true
    )
    {
        ArgumentNullException.ThrowIfNull(text);
        return EncodeToTokens(text.AsSpan(), out normalizedText, considerPreTokenization, considerNormalization);
    }

    public IReadOnlyList<EncodedToken> EncodeToTokens(
        ReadOnlySpan<char> text,
        out string? normalizedText,
        bool considerPreTokenization = true,
        bool considerNormalization = true
    )
    {
        EncodeResults<EncodedToken> results = EncodeToTokens(
            null,
            text,
            Settings(int.MaxValue, considerPreTokenization, considerNormalization)
        );
        normalizedText = results.NormalizedText;
        return results.Tokens;
    }

    public int CountTokens(string text, bool considerPreTokenization = true, bool considerNormalization = true)
    {
        ArgumentNullException.ThrowIfNull(text);
        return CountTokens(text, text, Settings(int.MaxValue, considerPreTokenization, considerNormalization));
    }

    public int CountTokens(ReadOnlySpan<char> text, bool considerPreTokenization = true, bool considerNormalization = true) =>
        CountTokens(null, text, Settings(int.MaxValue, considerPreTokenization, considerNormalization));

    /// <summary>Where the first <paramref name="maxTokenCount"/> tokens end.</summary>
    public int GetIndexByTokenCount(
        string text,
        int maxTokenCount,
        out string? normalizedText,
        out int tokenCount,
        bool considerPreTokenization = true,
        bool considerNormalization = true
    )
    {
        ArgumentNullException.ThrowIfNull(text);
        return GetIndexByTokenCount(
            text.AsSpan(),
            maxTokenCount,
            out normalizedText,
            out tokenCount,
            considerPreTokenization,
            considerNormalization
        );
    }

    public int GetIndexByTokenCount(
        ReadOnlySpan<char> text,
        int maxTokenCount,
        out string? normalizedText,
        out int tokenCount,
        bool considerPreTokenization = true,
        bool considerNormalization = true
    ) =>
        GetIndexByTokenCount(
            null,
            text,
            Settings(maxTokenCount, considerPreTokenization, considerNormalization),
            fromEnd: false,
            out normalizedText,
            out tokenCount
        );

    /// <summary>Where the last <paramref name="maxTokenCount"/> tokens begin.</summary>
    public int GetIndexByTokenCountFromEnd(
        string text,
        int maxTokenCount,
        out string? normalizedText,
        out int tokenCount,
        bool considerPreTokenization = true,
        bool considerNormalization = true
    )
    {
        ArgumentNullException.ThrowIfNull(text);
        return GetIndexByTokenCountFromEnd(
            text.AsSpan(),
            maxTokenCount,
            out normalizedText,
            out tokenCount,
            considerPreTokenization,
            considerNormalization
        );
    }

    public int GetIndexByTokenCountFromEnd(
        ReadOnlySpan<char> text,
        int maxTokenCount,
        out string? normalizedText,
        out int tokenCount,
        bool considerPreTokenization = true,
        bool considerNormalization = true
    ) =>
        GetIndexByTokenCount(
            null,
            text,
            Settings(maxTokenCount, considerPreTokenization, considerNormalization),
            fromEnd: true,
            out normalizedText,
            out tokenCount
        );

    /// <summary>The text of the ids.</summary>
    public abstract string Decode(IEnumerable<int> ids);

    /// <summary>The text of as many ids as fit.</summary>
    public abstract OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten);

    protected abstract EncodeResults<EncodedToken> EncodeToTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings);

    protected abstract EncodeResults<int> EncodeToIds(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings);

    protected abstract int CountTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings);

    protected abstract int GetIndexByTokenCount(
        string? text,
        ReadOnlySpan<char> textSpan,
        EncodeSettings settings,
        bool fromEnd,
        out string? normalizedText,
        out int tokenCount
    );

    private static EncodeSettings Settings(int maxTokenCount, bool considerPreTokenization, bool considerNormalization)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxTokenCount);
        return new EncodeSettings
        {
            MaxTokenCount = maxTokenCount,
            ConsiderPreTokenization = considerPreTokenization,
            ConsiderNormalization = considerNormalization,
        };
    }
}
