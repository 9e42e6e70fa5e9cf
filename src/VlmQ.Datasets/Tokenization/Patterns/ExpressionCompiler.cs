using System.Globalization;
using System.Text;

namespace VlmQ.Datasets.Tokenization.Patterns;

/// <summary>
/// Reads a regular expression in the subset that tokenizers use: literals, <c>.</c>, classes, <c>\p{L}</c>, <c>\s \d \w</c>, groups,
/// <c>(?i:…)</c>, alternatives, greedy and lazy repeats, and <c>(?=…)</c> and <c>(?!…)</c> of one character.
/// </summary>
internal sealed class ExpressionCompiler
{
    private const int LongestExpression = 4096;
    private const int MostSteps = 10_000;
    private const int MostRepeats = 1000;
    private const int Deepest = 50;

    private readonly string _expression;
    private readonly List<ExpressionStep> _steps = [];
    private int _at;
    private int _depth;
    private bool _ignoreCase;

    private ExpressionCompiler(string expression) => _expression = expression;

    private bool AtEnd => _at == _expression.Length;

    /// <summary>The pattern of an expression.</summary>
    /// <exception cref="FormatException">It is no expression, outside the subset, or too large; the message says where.</exception>
    public static ExpressionPattern Compile(string expression)
    {
        if (expression.Length is 0 or > LongestExpression)
        {
            throw new FormatException($"an expression has 1 to {LongestExpression} characters, not {expression.Length}");
        }
        var compiler = new ExpressionCompiler(expression);
        compiler.Alternatives();
        if (!compiler.AtEnd)
        {
            throw compiler.Refuse("a ')' that closes nothing");
        }
        compiler.Add(new ExpressionStep(StepKind.Match));
        return new ExpressionPattern(compiler._steps);
    }

    private FormatException Refuse(string what) => new($"{what} at character {_at} of the expression");

    private int Add(ExpressionStep step)
    {
        if (_steps.Count == MostSteps)
        {
            throw new FormatException($"the expression has more than {MostSteps} steps");
        }
        _steps.Add(step);
        return _steps.Count - 1;
    }

    private bool TryTake(string what)
    {
        if (string.CompareOrdinal(_expression, _at, what, 0, what.Length) != 0)
        {
            return false;
        }
        _at += what.Length;
        return true;
    }

    private void Alternatives()
    {
        if (++_depth > Deepest)
        {
            throw Refuse($"more than {Deepest} groups within one another");
        }
        List<int> jumps = [];
        bool ignoreCase = _ignoreCase;
        while (true)
        {
            int fork = Add(default);
            int start = fork + 1;
            Sequence();
            if (!TryTake("|"))
            {
                _steps[fork] = new ExpressionStep(StepKind.Jump, First: start);
                break;
            }
            jumps.Add(Add(default));
            _steps[fork] = new ExpressionStep(StepKind.Fork, First: start, Second: _steps.Count);
        }
        foreach (int jump in jumps)
        {
            _steps[jump] = new ExpressionStep(StepKind.Jump, First: _steps.Count);
        }
        _ignoreCase = ignoreCase;
        _depth--;
    }

    private void Sequence()
    {
        while (!AtEnd && _expression[_at] is not ('|' or ')'))
        {
            int start = _steps.Count;
            Atom();
            Repeat(start);
        }
    }

    private void Atom()
    {
        if (TryTake("(?:"))
        {
            Group();
        }
        else if (TryTake("(?i:"))
        {
            bool before = _ignoreCase;
            _ignoreCase = true;
            Group();
            _ignoreCase = before;
        }
        else if (TryTake("(?i)"))
        {
            _ignoreCase = true;
        }
        else if (TryTake("(?!"))
        {
            Ahead(StepKind.NotFollows);
        }
        else if (TryTake("(?="))
        {
            Ahead(StepKind.Follows);
        }
        else if (TryTake("(?"))
        {
            throw Refuse("a kind of group that is not supported");
        }
        else if (TryTake("("))
        {
            Group();
        }
        else
        {
            Add(new ExpressionStep(StepKind.Take, Single()));
        }
    }

    private void Group()
    {
        Alternatives();
        if (!TryTake(")"))
        {
            throw Refuse("a group that is not closed");
        }
    }

    private void Ahead(StepKind kind)
    {
        RuneSet set = Single();
        if (!TryTake(")"))
        {
            throw Refuse("a look ahead at more than one character, which is not supported,");
        }
        Add(new ExpressionStep(kind, set));
    }

    private RuneSet Single()
    {
        if (AtEnd)
        {
            throw Refuse("nothing where a character was expected");
        }
        char first = _expression[_at];
        if (first is '*' or '+' or '?' or '{' or ')' or '|' or '(' or '^' or '$')
        {
            throw Refuse($"a '{first}' that is not supported there");
        }
        if (TryTake("."))
        {
            return RuneSet.NotLineFeed;
        }
        if (TryTake("["))
        {
            return CharacterClass();
        }
        if (first == '\\')
        {
            return Escape(out int value) ?? Of(value);
        }
        return Of(Literal());
    }

    private RuneSet Of(int value) => new([(value, value)], ignoreCase: _ignoreCase);

    private int Literal()
    {
        if (Rune.DecodeFromUtf16(_expression.AsSpan(_at), out Rune rune, out int width) != System.Buffers.OperationStatus.Done)
        {
            throw Refuse("half a character");
        }
        _at += width;
        return rune.Value;
    }

    private RuneSet CharacterClass()
    {
        List<(int, int)> ranges = [];
        List<RuneSet> parts = [];
        bool negated = TryTake("^");
        bool first = true;
        while (!TryTake("]") || first)
        {
            if (AtEnd)
            {
                throw Refuse("a class that is not closed");
            }
            if (_expression[_at] == '[' || TryTake("&&"))
            {
                throw Refuse("a class within a class, which is not supported,");
            }
            if (Member(out int low) is { } part)
            {
                parts.Add(part);
            }
            else if (_at + 1 < _expression.Length && _expression[_at] == '-' && _expression[_at + 1] != ']')
            {
                _at++;
                if (Member(out int high) is not null || high < low)
                {
                    throw Refuse("a range that does not rise");
                }
                ranges.Add((low, high));
            }
            else
            {
                ranges.Add((low, low));
            }
            first = false;
        }
        return new RuneSet(ranges, 0, parts, negated, _ignoreCase);
    }

    /// <summary>A set that is written as one, or null and a single value.</summary>
    private RuneSet? Member(out int value)
    {
        value = -1;
        if (_expression[_at] == '\\')
        {
            return Escape(out value);
        }
        value = Literal();
        return null;
    }

    private RuneSet? Escape(out int value)
    {
        value = -1;
        if (++_at == _expression.Length)
        {
            throw Refuse("nothing after a '\\'");
        }
        char kind = _expression[_at];
        if (!char.IsAsciiLetterOrDigit(kind))
        {
            value = Literal();
            return null;
        }
        _at++;
        switch (kind)
        {
            case 's' or 'S':
                return kind == 's' ? RuneSet.Space : new RuneSet([], parts: [RuneSet.Space], negated: true);
            case 'd' or 'D':
                return kind == 'd' ? RuneSet.Digit : new RuneSet([], parts: [RuneSet.Digit], negated: true);
            case 'w' or 'W':
                return kind == 'w' ? RuneSet.Word : new RuneSet([], parts: [RuneSet.Word], negated: true);
            case 'p' or 'P':
                return Property(kind == 'P');
            case 'x':
                value = TryTake("{") ? Hexadecimal(1, 6, "}") : Hexadecimal(2, 2, "");
                return null;
            case 'u':
                value = TryTake("{") ? Hexadecimal(1, 6, "}") : Hexadecimal(4, 4, "");
                return null;
            default:
                int known = "nrtfva0".IndexOf(kind, StringComparison.Ordinal);
                value = known < 0 ? throw Refuse($"an escape '\\{kind}' that is not supported") : "\n\r\t\f\v\a\0"[known];
                return null;
        }
    }

    private RuneSet Property(bool negated)
    {
        int end = TryTake("{") ? _expression.IndexOf('}', _at) : -1;
        if (end < 0)
        {
            throw Refuse("a property without a name in braces");
        }
        negated ^= TryTake("^");
        string name = _expression[_at..end];
        uint categories = RuneSet.CategoriesOf(name);
        if (categories == 0)
        {
            throw Refuse($"a property '{name}' that is not supported");
        }
        _at = end + 1;
        return new RuneSet([], categories, negated: negated, ignoreCase: _ignoreCase && !negated);
    }

    private int Hexadecimal(int least, int most, string close)
    {
        int start = _at;
        while (!AtEnd && _at - start < most && char.IsAsciiHexDigit(_expression[_at]))
        {
            _at++;
        }
        ReadOnlySpan<char> digits = _expression.AsSpan(start, _at - start);
        if (
            digits.Length < least
            || !TryTake(close)
            || !Rune.IsValid(int.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))
        )
        {
            throw Refuse("a code that is none of a character");
        }
        return int.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }

    private void Repeat(int start)
    {
        if (!Count(out int least, out int most))
        {
            return;
        }
        bool lazy = TryTake("?");
        if (!AtEnd && _expression[_at] is '+' or '*' or '?' or '{')
        {
            throw Refuse("a repeat of a repeat, which is not supported,");
        }
        ExpressionStep[] body = [.. _steps.Skip(start)];
        _steps.RemoveRange(start, body.Length);
        for (int i = 0; i < least; i++)
        {
            Copy(body, start);
        }
        if (most < 0)
        {
            int fork = Add(default);
            Copy(body, start);
            Add(new ExpressionStep(StepKind.Jump, First: fork));
            _steps[fork] = Fork(fork + 1, _steps.Count, lazy);
            return;
        }
        List<int> forks = [];
        for (int i = least; i < most; i++)
        {
            forks.Add(Add(default));
            Copy(body, start);
        }
        foreach (int fork in forks)
        {
            _steps[fork] = Fork(fork + 1, _steps.Count, lazy);
        }
    }

    private static ExpressionStep Fork(int into, int past, bool lazy) =>
        lazy ? new ExpressionStep(StepKind.Fork, null, past, into) : new ExpressionStep(StepKind.Fork, null, into, past);

    private void Copy(ExpressionStep[] body, int start)
    {
        int shift = _steps.Count - start;
        foreach (ExpressionStep step in body)
        {
            Add(step with { First = step.First + shift, Second = step.Second + shift });
        }
    }

    /// <summary>How often what stands before is repeated; a most of −1 is without end.</summary>
    private bool Count(out int least, out int most)
    {
        (least, most) = (1, 1);
        if (TryTake("*"))
        {
            (least, most) = (0, -1);
        }
        else if (TryTake("+"))
        {
            (least, most) = (1, -1);
        }
        else if (TryTake("?"))
        {
            (least, most) = (0, 1);
        }
        else if (TryTake("{"))
        {
            least = Number();
            most = least;
            if (TryTake(","))
            {
                most = !AtEnd && _expression[_at] == '}' ? -1 : Number();
            }
            if (!TryTake("}") || (most >= 0 && most < least))
            {
                throw Refuse("a repeat that is none");
            }
        }
        else
        {
            return false;
        }
        return true;
    }

    private int Number()
    {
        int number = 0;
        int start = _at;
        while (!AtEnd && char.IsAsciiDigit(_expression[_at]) && number <= MostRepeats)
        {
            number = (10 * number) + (_expression[_at++] - '0');
        }
        return _at > start && number <= MostRepeats ? number : throw Refuse($"a count that is none from 0 to {MostRepeats}");
    }
}
