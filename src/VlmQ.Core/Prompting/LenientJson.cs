using System.Buffers;
using System.Globalization;
using System.Text;

namespace VlmQ.Core.Prompting;

/// <summary>
/// See <see cref="ReplyParser.Json"/>. One pass over the text with a stack of its own, so that neither length nor nesting costs more
/// than linear time. On an object that the strict rule reads, it reads the same action.
/// </summary>
internal ref struct LenientJson
{
    private const string Key = "action";

    /// <summary>The longest way to write the key: every letter as an escape of six characters.</summary>
    private const int LongestKey = 6 * 6;

    private static readonly SearchValues<char> AfterKey = SearchValues.Create(",:{}[]\"\n");

    private static readonly SearchValues<char> AfterValue = SearchValues.Create(",{}]\n");

    private readonly ReadOnlySpan<char> _text;
    private readonly bool _last;
    private readonly List<Level> _levels = [];

    /// <summary>Actions so far, in the order of their objects.</summary>
    private readonly List<Value> _found = [];

    private int _at;

    private LenientJson(ReadOnlySpan<char> text, bool last)
    {
        _text = text;
        _last = last;
    }

    public static ParsedReply Parse(string reply, bool last)
    {
        if (string.IsNullOrWhiteSpace(reply))
        {
            return ParsedReply.Not(ReplyFailure.Empty, "the reply is empty");
        }
        return new LenientJson(reply, last).Parse();
    }

    private ParsedReply Parse()
    {
        bool objects = false;
        bool open = false;
        while (!open && SkipTo('{'))
        {
            objects = true;
            open = !ReadObject();
        }
        while (_levels.Count > 0)
        {
            Close();
        }
        if (_found.Count == 0)
        {
            return !objects ? ParsedReply.Not(ReplyFailure.NoJson, "the reply holds no JSON object")
                : open ? ParsedReply.Not(ReplyFailure.Truncated, "the reply ends inside its JSON object")
                : ParsedReply.Not(ReplyFailure.NoActionField, "the reply has no key 'action'");
        }
        Value value = _found[_last ? ^1 : 0];
        return value.IsText
            ? new ParsedReply.Action(Unescape(_text[value.Start..value.End]))
            : ParsedReply.Not(ReplyFailure.ActionNotText, "the reply's action is not a string");
    }

    private bool SkipTo(char wanted)
    {
        int distance = _text[_at..].IndexOf(wanted);
        _at = distance < 0 ? _text.Length : _at + distance;
        return distance >= 0;
    }

    /// <summary>Reads from an opening brace to the one that closes it; false where the text ends before.</summary>
    private bool ReadObject()
    {
        do
        {
            if (_at >= _text.Length)
            {
                return false;
            }
            Level level = _levels.Count > 0 ? _levels[^1] : default;
            switch (_text[_at])
            {
                case '{' or '[':
                    Open(isObject: _text[_at] == '{');
                    break;
                case '}':
                    CloseObject();
                    break;
                case ']':
                    if (!level.IsObject)
                    {
                        Close();
                    }
                    _at++;
                    break;
                case ',':
                    TakeValue(new Value(0, 0, IsText: false));
                    _at++;
                    break;
                case ':':
                    _at++;
                    break;
                case var space when char.IsWhiteSpace(space):
                    _at++;
                    break;
                default:
                    if (!ReadWords(level.IsObject))
                    {
                        return false;
                    }
                    break;
            }
        } while (_levels.Count > 0);
        return true;
    }

    private void Open(bool isObject)
    {
        // Something nested in the place of the action is not its words.
        TakeValue(new Value(0, 0, IsText: false));
        _levels.Add(new Level(isObject, _found.Count));
        _at++;
    }

    private void CloseObject()
    {
        while (!_levels[^1].IsObject)
        {
            Close();
        }
        Close();
        _at++;
    }

    /// <summary>An object's own action takes the place of those found inside it.</summary>
    private void Close()
    {
        Level level = _levels[^1];
        _levels.RemoveAt(_levels.Count - 1);
        if (level.Own is { } own)
        {
            _found.RemoveRange(level.FoundBefore, _found.Count - level.FoundBefore);
            _found.Add(own);
        }
    }

    /// <summary>Reads a key or a value; false where the text ends before it does.</summary>
    private bool ReadWords(bool inObject)
    {
        bool isKey = inObject && _levels[^1].Awaits == Awaited.Nothing;
        char end = ClosingQuote(_text[_at]);
        Value value;
        if (end != default)
        {
            int close = FindClose(_at + 1, end);
            value = new Value(_at + 1, close, IsText: true);
            _at = Math.Min(close + 1, _text.Length);
            if (close >= _text.Length)
            {
                return false;
            }
        }
        else
        {
            int length = _text[_at..].IndexOfAny(isKey ? AfterKey : AfterValue);
            int close = length < 0 ? _text.Length : _at + length;
            value = Bare(_at, close);
            _at = close;
            // A word without quotes that ends with the text may go on: 1 can be the beginning of 10.
            if (length < 0)
            {
                return false;
            }
        }
        if (!isKey)
        {
            TakeValue(value);
            return true;
        }
        return ReadColon(value);
    }

    private bool ReadColon(Value key)
    {
        int next = SkipSpace(_at);
        if (next < _text.Length && _text[next] == ':')
        {
            _at = SkipSpace(next + 1);
            if (KeyOf(_text[key.Start..key.End]) is var awaited and not Awaited.Nothing)
            {
                _levels[^1] = _levels[^1] with { Awaits = awaited };
            }
            else if (_at < _text.Length && _text[_at] is not ('{' or '[' or '}' or ']' or ','))
            {
                return SkipValue();
            }
        }
        return true;
    }

    /// <summary>Passes over words that are not the action; false where the text ends before they do.</summary>
    private bool SkipValue()
    {
        char end = ClosingQuote(_text[_at]);
        if (end != default)
        {
            _at = FindClose(_at + 1, end) + 1;
            return _at <= _text.Length || SetToEnd();
        }
        int length = _text[_at..].IndexOfAny(AfterValue);
        _at = length < 0 ? _text.Length : _at + length;
        return length >= 0;
    }

    private bool SetToEnd()
    {
        _at = _text.Length;
        return false;
    }

    /// <summary>Notes a value if it is that of an action: the key to the letter comes before other letter case.</summary>
    private readonly void TakeValue(Value value)
    {
        if (_levels.Count == 0 || _levels[^1] is not { Awaits: not Awaited.Nothing } level)
        {
            return;
        }
        bool takes = level.Own is null || level.Awaits > level.OwnKey || (_last && level.Awaits == level.OwnKey);
        _levels[^1] = takes
            ? level with
            {
                Awaits = Awaited.Nothing,
                Own = value,
                OwnKey = level.Awaits,
            }
            : level with
            {
                Awaits = Awaited.Nothing,
            };
    }

    private readonly Value Bare(int start, int end)
    {
        ReadOnlySpan<char> words = _text[start..end].TrimEnd();
        return new Value(start, start + words.Length, IsText: words is not ("null" or "true" or "false" or "None"));
    }

    private readonly int SkipSpace(int from)
    {
        while (from < _text.Length && char.IsWhiteSpace(_text[from]))
        {
            from++;
        }
        return from;
    }

    /// <summary>Where the string that begins at a position ends: at the quote that something follows which can follow a string.</summary>
    private readonly int FindClose(int from, char quote)
    {
        for (int i = from; i < _text.Length; i++)
        {
            if (_text[i] == '\\')
            {
                i++;
            }
            else if (_text[i] == quote && CanFollow(i + 1, quote))
            {
                return i;
            }
        }
        return _text.Length;
    }

    private readonly bool CanFollow(int from, char quote)
    {
        int next = SkipSpace(from);
        return next >= _text.Length
            || _text[next] is ',' or ':' or '}' or ']'
            // A missing comma: the next key begins after white space, or on a line of its own.
            || (next > from && (_text[next] == quote || _text[from..next].Contains('\n')));
    }

    private static char ClosingQuote(char opening) =>
        opening switch
        {
            '"' or '\'' or '`' => opening,
            '“' => '”',
            '‘' => '’',
            _ => default,
        };

    private static Awaited KeyOf(ReadOnlySpan<char> key)
    {
        if (key.Length > LongestKey)
        {
            return Awaited.Nothing;
        }
        string plain = Unescape(key);
        return plain == Key ? Awaited.Action
            : plain.AsSpan().Trim().Equals(Key, StringComparison.OrdinalIgnoreCase) ? Awaited.NearlyAction
            : Awaited.Nothing;
    }

    private static string Unescape(ReadOnlySpan<char> text)
    {
        if (!text.Contains('\\'))
        {
            return text.ToString();
        }
        StringBuilder plain = new(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 == text.Length)
            {
                plain.Append(text[i]);
                continue;
            }
            i++;
            if (
                text[i] == 'u'
                && i + 5 <= text.Length
                && ushort.TryParse(text.Slice(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort code)
            )
            {
                plain.Append((char)code);
                i += 4;
            }
            else
            {
                plain.Append(
                    text[i] switch
                    {
                        'n' => '\n',
                        'r' => '\r',
                        't' => '\t',
                        'b' => '\b',
                        'f' => '\f',
                        char other => other,
                    }
                );
            }
        }
        return plain.ToString();
    }

    /// <summary>Words between two positions; or, where they are none, something else in their place.</summary>
    private readonly record struct Value(int Start, int End, bool IsText);

    /// <summary>An object or a list that is open.</summary>
    private readonly record struct Level(bool IsObject, int FoundBefore)
    {
        /// <summary>The key that has been read, its value not yet.</summary>
        public Awaited Awaits { get; init; }

        /// <summary>The object's own action.</summary>
        public Value? Own { get; init; }

        /// <summary>Its key.</summary>
        public Awaited OwnKey { get; init; }
    }

    /// <summary>What a key asks for; the greater is the surer.</summary>
    private enum Awaited
    {
        Nothing,
        NearlyAction,
        Action,
    }
}
