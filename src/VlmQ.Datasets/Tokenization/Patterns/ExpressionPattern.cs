using System.Text;
using VlmQ.Core.Episodes;

namespace VlmQ.Datasets.Tokenization.Patterns;

/// <summary>
/// A regular expression over Unicode scalar values. All its ways through the text go on in step, the preferred first (Thompson's
/// simulation with Pike's priorities), so that a match takes time linear in its length whatever the expression; .NET's own engine would see
/// UTF-16 units, which are no letters beyond U+FFFF, and may take exponential time.
/// </summary>
/// <param name="steps">The program; it begins at step 0.</param>
internal sealed class ExpressionPattern(IReadOnlyList<ExpressionStep> steps) : TextPattern
{
    // An expression of sense looks at a value a few times; one that reads far ahead and gives up at every place never ends on long texts.
    private const int LooksPerUnit = 64;
    private const int LooksAnyway = 1 << 14;

    private readonly ExpressionStep[] _steps = [.. steps];

    /// <inheritdoc/>
    public override void FindAll(ReadOnlySpan<char> text, List<(int Start, int End)> matches)
    {
        var run = new Run(_steps, text);
        int start = 0;
        while (run.Next(start, out int matchStart, out int matchEnd))
        {
            matches.Add((matchStart, matchEnd));
            start = matchEnd;
        }
    }

    private ref struct Run(ExpressionStep[] steps, ReadOnlySpan<char> text)
    {
        private readonly ReadOnlySpan<char> _text = text;
        private readonly int[] _marks = new int[steps.Length];
        private readonly int[] _pending = new int[steps.Length + 1];
        private (int Step, int Start)[] _threads = new (int, int)[steps.Length];
        private (int Step, int Start)[] _following = new (int, int)[steps.Length];
        private int _threadCount;
        private int _followingCount;
        private int _mark;
        private long _looks;

        /// <summary>The next match at or after a place that is not empty.</summary>
        public bool Next(int from, out int matchStart, out int matchEnd)
        {
            (matchStart, matchEnd) = (-1, -1);
            _threadCount = 0;
            int at = from;
            Rune next = Look(at, out int width);
            _mark++;
            while (true)
            {
                if (matchStart < 0 && width > 0)
                {
                    Spread(0, at, next, width, ref _threads, ref _threadCount);
                }
                if (_threadCount == 0)
                {
                    return matchStart >= 0;
                }
                int after = at + width;
                Rune beyond = Look(after, out int beyondWidth);
                _followingCount = 0;
                _mark++;
                for (int i = 0; i < _threadCount; i++)
                {
                    (int step, int start) = _threads[i];
                    if (steps[step].Kind == StepKind.Match)
                    {
                        if (at > start)
                        {
                            (matchStart, matchEnd) = (start, at);
                            break;
                        }
                    }
                    else if (width > 0 && steps[step].Set!.Contains(next.Value))
                    {
                        Spread(step + 1, start, beyond, beyondWidth, ref _following, ref _followingCount);
                    }
                }
                (_threads, _following) = (_following, _threads);
                _threadCount = _followingCount;
                (at, next, width) = (after, beyond, beyondWidth);
            }
        }

        private Rune Look(int at, out int width)
        {
            if (++_looks > ((long)LooksPerUnit * _text.Length) + LooksAnyway)
            {
                throw new FaultException(
                    Fault.Data("the tokenizer's expression takes more than linear time on this text", "", "use another tokenizer")
                );
            }
            width = 0;
            if (at >= _text.Length)
            {
                return default;
            }
            Rune.DecodeFromUtf16(_text[at..], out Rune rune, out width);
            return rune;
        }

        /// <summary>Adds the steps that are reached without taking a value, the preferred first.</summary>
        private readonly void Spread(int first, int start, Rune next, int width, ref (int Step, int Start)[] threads, ref int count)
        {
            int pending = 0;
            _pending[pending++] = first;
            while (pending > 0)
            {
                int at = _pending[--pending];
                if (_marks[at] == _mark)
                {
                    continue;
                }
                _marks[at] = _mark;
                ExpressionStep step = steps[at];
                switch (step.Kind)
                {
                    case StepKind.Jump:
                        _pending[pending++] = step.First;
                        break;
                    case StepKind.Fork:
                        _pending[pending++] = step.Second;
                        _pending[pending++] = step.First;
                        break;
                    case StepKind.Follows or StepKind.NotFollows:
                        bool follows = width > 0 && step.Set!.Contains(next.Value);
                        if (follows == (step.Kind == StepKind.Follows))
                        {
                            _pending[pending++] = at + 1;
                        }
                        break;
                    default:
                        threads[count++] = (at, start);
                        break;
                }
            }
        }
    }
}
