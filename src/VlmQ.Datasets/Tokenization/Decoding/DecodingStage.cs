using System.Buffers;
using System.Text;
using System.Text.Unicode;
using VlmQ.Datasets.Tokenization.Merging;

namespace VlmQ.Datasets.Tokenization.Decoding;

/// <summary>One step from the strings of tokens to text; takes them as they come and passes on what is settled.</summary>
/// <param name="next">Takes what is settled.</param>
internal abstract class DecodingStage(Action<string> next)
{
    /// <summary>Takes the string of the next token.</summary>
    public abstract void Push(string token);

    /// <summary>Passes on what is still held, at the end.</summary>
    public virtual void Finish() { }

    protected void Pass(string text) => next(text);
}

/// <summary>The bytes of byte-level tokens as UTF-8; each maximal part that is none becomes U+FFFD.</summary>
internal sealed class ByteLevelStage(Action<string> next) : DecodingStage(next)
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();

    public override void Push(string token) => Decode(ByteAlphabet.BytesOf(token), flush: false);

    public override void Finish() => Decode([], flush: true);

    private void Decode(byte[] bytes, bool flush)
    {
        char[] characters = new char[_decoder.GetCharCount(bytes, flush)];
        int count = _decoder.GetChars(bytes, characters, flush);
        if (count > 0)
        {
            Pass(new string(characters, 0, count));
        }
    }
}

/// <summary>Replaces within each token.</summary>
internal sealed class ReplaceStage(string pattern, string content, Action<string> next) : DecodingStage(next)
{
    public override void Push(string token) => Pass(token.Replace(pattern, content, StringComparison.Ordinal));
}

/// <summary>
/// Gathers a run of byte tokens. A run that is no UTF-8 becomes one U+FFFD a byte; where <paramref name="eager"/>, a character is passed on
/// as soon as it is whole, and only what follows is replaced.
/// </summary>
internal sealed class ByteFallbackStage(bool eager, Action<string> next) : DecodingStage(next)
{
    private readonly List<byte> _run = [];

    public override void Push(string token)
    {
        if (!TokenBytes.IsByte(token, out byte value))
        {
            Finish();
            Pass(token);
            return;
        }
        _run.Add(value);
        if (
            eager
            && _run.Count <= 4
            && Rune.DecodeFromUtf8([.. _run], out Rune rune, out int read) == OperationStatus.Done
            && read == _run.Count
        )
        {
            _run.Clear();
            Pass(rune.ToString());
        }
    }

    public override void Finish()
    {
        if (_run.Count == 0)
        {
            return;
        }
        byte[] bytes = [.. _run];
        _run.Clear();
        Pass(Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : new string('\uFFFD', bytes.Length));
    }
}

/// <summary>Strips each token, or where <paramref name="fused"/> the text as a whole.</summary>
internal sealed class StripStage(char content, int start, int stop, bool fused, Action<string> next) : DecodingStage(next)
{
    private readonly StringBuilder _held = new();
    private int? _left;

    public override void Push(string token)
    {
        int from = 0;
        int left = fused && _left is { } remaining ? remaining : start;
        while (from < token.Length && left > 0 && token[from] == content)
        {
            (from, left) = (from + 1, left - 1);
        }
        if (from < token.Length)
        {
            left = 0;
        }
        if (!fused)
        {
            int end = token.Length;
            while (end > from && token.Length - end < stop && token[end - 1] == content)
            {
                end--;
            }
            Pass(token[from..end]);
            return;
        }
        _left = left;
        // Up to `stop` characters at the end of what has come may be the end of the text.
        _held.Append(token, from, token.Length - from);
        int held = 0;
        while (held < stop && held < _held.Length && _held[_held.Length - 1 - held] == content)
        {
            held++;
        }
        string settled = _held.ToString(0, _held.Length - held);
        _held.Remove(0, settled.Length);
        Pass(settled);
    }
}

/// <summary>The marker of spaces, in tokens.</summary>
internal sealed class MetaspaceStage(char marker, bool losesFirst, Action<string> next) : DecodingStage(next)
{
    private bool _first = losesFirst;

    public override void Push(string token)
    {
        int from = _first && token.StartsWith(marker) ? 1 : 0;
        _first = false;
        Pass(token[from..].Replace(marker, ' '));
    }
}

/// <summary>A space between tokens.</summary>
internal sealed class SpacedStage(Action<string> next) : DecodingStage(next)
{
    private bool _any;

    public override void Push(string token)
    {
        Pass(_any ? " " + token : token);
        _any = true;
    }
}
