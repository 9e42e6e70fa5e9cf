using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using VlmQ.Datasets.Tokenization.Merging;

namespace VlmQ.Datasets.Tokenization.Decoding;

/// <summary>What single tokens add to a text, in bytes of UTF-8, as a tokenizer's decoders say.</summary>
internal static class TokenBytes
{
    /// <summary>
    /// The bytes of a token that is not the first of its text; a token may hold half a character. Null where the decoders do not join the
    /// strings of tokens without anything between them.
    /// </summary>
    public static byte[]? Of(string token, ImmutableArray<TokenDecoder> decoders)
    {
        foreach (TokenDecoder decoder in decoders)
        {
            switch (decoder)
            {
                case TokenDecoder.ByteLevel:
                    return ByteAlphabet.BytesOf(token);
                case TokenDecoder.Replace replace:
                    token = token.Replace(replace.Pattern, replace.Content, StringComparison.Ordinal);
                    break;
                case TokenDecoder.Metaspace metaspace:
                    token = token.Replace(metaspace.Marker, ' ');
                    break;
                case TokenDecoder.ByteFallback when IsByte(token, out byte value):
                    return [value];
                case TokenDecoder.Spaced:
                    return null;
            }
        }
        return Encoding.UTF8.GetBytes(token);
    }

    /// <summary>Whether a space that begins a text is not part of it.</summary>
    public static bool LosesFirstSpace(ImmutableArray<TokenDecoder> decoders) =>
        decoders.Any(decoder => decoder is TokenDecoder.Metaspace { LosesFirst: true } or TokenDecoder.Strip { Content: ' ', Start: > 0 });

    /// <summary>Whether a token is one of the <c>&lt;0xNN&gt;</c> that stand for a byte each.</summary>
    public static bool IsByte(string token, out byte value)
    {
        value = 0;
        return token.Length == 6
            && token.StartsWith("<0x", StringComparison.Ordinal)
            && token[5] == '>'
            && char.IsAsciiHexDigit(token[3])
            && char.IsAsciiHexDigit(token[4])
            && byte.TryParse(token.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }
}
