using System.Buffers;
using VlmQ.Core.Episodes;

namespace VlmQ.Datasets.Importing.Chat;

/// <summary>
/// Cuts a stream of JSON into objects with one of them in memory: lines of JSONL, or the elements of one array. What is wrong inside an
/// object shows when it is parsed.
/// </summary>
internal sealed class JsonTexts
{
    private const int BufferBytes = 1 << 16;
    private const int End = -1;

    private readonly Stream _stream;
    private readonly string _name;
    private readonly int _limit;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private readonly ArrayBufferWriter<byte> _text = new();
    private int _start;
    private int _end;
    private long _line = 1;

    private JsonTexts(Stream stream, string name, int limit)
    {
        _stream = stream;
        _name = name;
        _limit = limit;
    }

    /// <summary>The objects in order.</summary>
    /// <param name="stream">The bytes; they are read as the sequence is gone through.</param>
    /// <param name="name">What to call the stream in faults.</param>
    /// <param name="limit">Bytes beyond which an object is refused.</param>
    /// <exception cref="FaultException">It is no such stream; the fault names the line.</exception>
    public static IEnumerable<JsonText> Of(Stream stream, string name, int limit = ImportLimits.ConversationBytes)
    {
        JsonTexts texts = new(stream, name, limit);
        texts.CheckEncoding();
        texts.SkipByteOrderMark();
        return texts.SkipSpace() == '[' ? texts.Elements() : texts.Lines();
    }

    private IEnumerable<JsonText> Lines()
    {
        while (SkipSpace() != End)
        {
            string where = Where;
            _text.ResetWrittenCount();
            for (int next = Next(); next is not End and not '\n'; next = Next())
            {
                Keep(next, where);
            }
            yield return new JsonText(where, _text.WrittenSpan.ToArray());
        }
    }

    private IEnumerable<JsonText> Elements()
    {
        Next();
        for (int next = SkipSpace(); next != ']'; next = SkipSpace())
        {
            yield return Element();
            if (SkipSpace() == ',')
            {
                Next();
                if (SkipSpace() == ']')
                {
                    throw Wrong(Where, "a comma stands before the end of the list");
                }
            }
            else if (SkipSpace() != ']')
            {
                throw Wrong(Where, "the list goes on without a comma, or the file is cut short");
            }
        }
        Next();
        if (SkipSpace() != End)
        {
            throw Wrong(Where, "something follows the end of the list");
        }
    }

    private JsonText Element()
    {
        string where = Where;
        if (SkipSpace() != '{')
        {
            throw Wrong(where, "a conversation must stand here, and it begins with {");
        }
        _text.ResetWrittenCount();
        int depth = 0;
        bool quoted = false;
        do
        {
            int next = Next();
            if (next == End)
            {
                throw Wrong(where, "the file ends inside of the conversation that begins here");
            }
            Keep(next, where);
            if (quoted && next == '\\')
            {
                int escaped = Next();
                if (escaped != End)
                {
                    Keep(escaped, where);
                }
            }
            else if (next == '"')
            {
                quoted = !quoted;
            }
            else if (!quoted)
            {
                depth +=
                    next is '{' or '[' ? 1
                    : next is '}' or ']' ? -1
                    : 0;
            }
        } while (depth > 0);
        return new JsonText(where, _text.WrittenSpan.ToArray());
    }

    private string Where => FormattableString.Invariant($"{_name}:{_line}");

    private void Keep(int next, string where)
    {
        if (_text.WrittenCount == _limit)
        {
            throw Wrong(where, $"the conversation has more than {_limit} bytes");
        }
        _text.GetSpan(1)[0] = (byte)next;
        _text.Advance(1);
    }

    // The first byte that is no white space; it stays.
    private int SkipSpace()
    {
        while (Peek() is ' ' or '\t' or '\r' or '\n')
        {
            Next();
        }
        return Peek();
    }

    private void CheckEncoding()
    {
        Peek();
        ReadOnlySpan<byte> start = _buffer.AsSpan(0, _end);
        string? remedy =
            start.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]) || start.StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD])
                ? "it is compressed: unpack it first"
            : start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || start.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF])
                ? "it is UTF-16: save it as UTF-8"
            : null;
        if (remedy is not null)
        {
            throw new FaultException(Fault.Data("the file is no JSON in UTF-8", _name, remedy));
        }
    }

    private void SkipByteOrderMark()
    {
        if (Peek() == 0xEF && _buffer.AsSpan(0, _end).StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
        {
            _start = 3;
        }
    }

    private int Next()
    {
        int next = Peek();
        _start++;
        _line += next == '\n' ? 1 : 0;
        return next;
    }

    private int Peek()
    {
        if (_start >= _end)
        {
            _end = _stream.Read(_buffer);
            _start = 0;
        }
        return _end == 0 ? End : _buffer[_start];
    }

    private static FaultException Wrong(string where, string what) =>
        new(Fault.Data(what, where, "give JSONL, one conversation a line, or one JSON array of conversations"));
}
