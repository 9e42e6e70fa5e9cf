namespace VlmQ.Datasets.Tokenization.Decoding;

/// <summary>How the strings of tokens become text: a recipe, from which a <see cref="DecodingStage"/> is made for each text.</summary>
internal abstract record TokenDecoder
{
    /// <summary>Tokens are written in the alphabet of bytes.</summary>
    internal sealed record ByteLevel : TokenDecoder;

    /// <summary>One string takes the place of another.</summary>
    /// <param name="Pattern">What is replaced; at least one character.</param>
    /// <param name="Content">What takes its place.</param>
    internal sealed record Replace(string Pattern, string Content) : TokenDecoder;

    /// <summary>Tokens <c>&lt;0xNN&gt;</c> are bytes of UTF-8.</summary>
    internal sealed record ByteFallback : TokenDecoder;

    /// <summary>From here on all tokens are one string.</summary>
    internal sealed record Fuse : TokenDecoder;

    /// <summary>A character is taken away at the ends of each string.</summary>
    /// <param name="Content">The character.</param>
    /// <param name="Start">How many at most at the start.</param>
    /// <param name="Stop">How many at most at the end.</param>
    internal sealed record Strip(char Content, int Start, int Stop) : TokenDecoder;

    /// <summary>A marker becomes a space; the first string loses one that it begins with.</summary>
    /// <param name="Marker">The marker.</param>
    /// <param name="LosesFirst">Whether the first string loses its first.</param>
    internal sealed record Metaspace(char Marker, bool LosesFirst) : TokenDecoder;

    /// <summary>Strings are joined with a space between them: what happens where there is no decoder.</summary>
    internal sealed record Spaced : TokenDecoder;
}
