using System.Collections.Immutable;
using System.Text;
using VlmQ.Core.Episodes;

namespace VlmQ.Core.Prompting;

/// <summary>
/// The replies that name an action, and no others, as a deterministic automaton over the bytes of UTF-8: what a model may write where it
/// is held to the environment's actions. Pure.
/// </summary>
public sealed class ReplyGrammar
{
    /// <summary>The state after which no reply is left.</summary>
    public const int Dead = -1;

    private const int Symbols = 256;

    private readonly int[] _next;
    private readonly bool[] _accepts;

    private ReplyGrammar(int[] next, bool[] accepts)
    {
        _next = next;
        _accepts = accepts;
    }

    /// <summary>The state before the first byte.</summary>
    public static int Start => 0;

    /// <summary>States run from 0 to one less.</summary>
    public int States => _accepts.Length;

    /// <summary>The state after one more byte; <see cref="Dead"/> where no reply goes on so.</summary>
    public int Next(int state, byte value) => _next[(state * Symbols) + value];

    /// <summary>The state after some more bytes; <see cref="Dead"/> where no reply goes on so.</summary>
    public int Next(int state, ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            state = Next(state, value);
            if (state == Dead)
            {
                return Dead;
            }
        }
        return state;
    }

    /// <summary>Whether a reply may end here.</summary>
    public bool Accepts(int state) => _accepts[state];

    /// <summary>Whether a whole reply is one of the grammar's.</summary>
    public bool Contains(string reply)
    {
        int state = Next(Start, Encoding.UTF8.GetBytes(reply));
        return state != Dead && Accepts(state);
    }

    /// <summary>The replies for a parser and its environment's actions.</summary>
    /// <param name="parser">How replies are read: it decides how an action is written.</param>
    /// <param name="actions">The environment's actions, at least one.</param>
    /// <param name="freedom">What may stand beside the action.</param>
    /// <returns>Or a fault where the parser does not read an action back from its own reply.</returns>
    public static Result<ReplyGrammar> Of(ActionParser parser, ImmutableArray<string> actions, ReplyFreedom freedom)
    {
        ArgumentNullException.ThrowIfNull(parser);
        if (actions.IsDefaultOrEmpty)
        {
            throw new ArgumentException("A grammar needs at least one action.", nameof(actions));
        }
        bool plain = parser.Agent == ReplyParser.Plain || parser.Agent == ReplyParser.PlainFirst;
        if (plain && freedom == ReplyFreedom.Thoughts)
        {
            return Fault.Configuration(
                $"the parser '{parser.Name}' reads no JSON, so a reply has no place for thoughts",
                remedy: "use the parser json or strict, or leave thoughts out"
            );
        }
        foreach (string action in actions)
        {
            if (parser.Parse(plain ? action : ReplyFormat.Write(action), actions) is not ParsedReply.Action read || read.Text != action)
            {
                return Fault.Configuration(
                    $"the parser '{parser.Name}' does not read the action '{ActionGrammar.Shown(action)}' back from its own reply",
                    remedy: "use another parser, or leave replies unconstrained"
                );
            }
        }
        Builder builder = new();
        int start = Start;
        if (freedom == ReplyFreedom.Thoughts)
        {
            start = builder.String(builder.Literal(Start, "{\"thoughts\": \""));
            start = builder.Literal(start, ", ");
        }
        foreach (string action in actions)
        {
            string reply =
                plain ? action
                : freedom == ReplyFreedom.Thoughts ? ReplyFormat.Write(action)[1..]
                : ReplyFormat.Write(action);
            builder.Accept(builder.Literal(start, reply));
        }
        return builder.Build();
    }

    /// <summary>Grows the automaton: a tree of literals, with loops for free text.</summary>
    private sealed class Builder
    {
        private readonly List<int[]> _next = [New()];
        private readonly HashSet<int> _accepting = [];

        /// <summary>The state behind a text; what other texts share with it is walked, not made twice.</summary>
        public int Literal(int state, string text)
        {
            foreach (byte value in Encoding.UTF8.GetBytes(text))
            {
                if (_next[state][value] == Dead)
                {
                    _next[state][value] = Add();
                }
                state = _next[state][value];
            }
            return state;
        }

        /// <summary>The state behind the rest of a JSON string and its closing quote; escapes by number are left out.</summary>
        public int String(int body)
        {
            int close = Add();
            int escape = Add();
            // What follows the first byte of a character of two, three and four bytes (The Unicode Standard, table 3-7).
            int last = Add();
            int secondLast = Add();
            int thirdLast = Add();
            Range(body, 0x20, 0x7F, body);
            _next[body]['"'] = close;
            _next[body]['\\'] = escape;
            foreach (char value in "\"\\/bfnrt")
            {
                _next[escape][value] = body;
            }
            Range(last, 0x80, 0xBF, body);
            Range(secondLast, 0x80, 0xBF, last);
            Range(thirdLast, 0x80, 0xBF, secondLast);
            Range(body, 0xC2, 0xDF, last);
            Range(body, 0xE1, 0xEF, secondLast);
            Range(body, 0xF1, 0xF3, thirdLast);
            _next[body][0xE0] = Restricted(0xA0, 0xBF, last);
            _next[body][0xED] = Restricted(0x80, 0x9F, last);
            _next[body][0xF0] = Restricted(0x90, 0xBF, secondLast);
            _next[body][0xF4] = Restricted(0x80, 0x8F, secondLast);
            return close;
        }

        public void Accept(int state) => _accepting.Add(state);

        public ReplyGrammar Build() =>
            new([.. _next.SelectMany(row => row)], [.. Enumerable.Range(0, _next.Count).Select(_accepting.Contains)]);

        private int Restricted(int from, int to, int target)
        {
            int state = Add();
            Range(state, from, to, target);
            return state;
        }

        private void Range(int state, int from, int to, int target) => _next[state].AsSpan(from..(to + 1)).Fill(target);

        private int Add()
        {
            _next.Add(New());
            return _next.Count - 1;
        }

        private static int[] New()
        {
            int[] row = new int[Symbols];
            Array.Fill(row, Dead);
            return row;
        }
    }
}
