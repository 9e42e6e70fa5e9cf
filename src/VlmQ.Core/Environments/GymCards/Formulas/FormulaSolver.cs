using System.Collections.Immutable;

namespace VlmQ.Core.Environments.GymCards.Formulas;

/// <summary>
/// Finds how a formula goes on to the goal, by trying everything: each order of the numbers, each operator between them, each bracketing.
/// Formulas of arithmetic come first; only where there is none, those that the reference's evaluator takes as well: neighbouring numbers
/// that are read as one, <c>**</c> and <c>//</c>.
/// </summary>
internal sealed class FormulaSolver(FormulaRules rules)
{
    private readonly ImmutableArray<string> _plain = [.. rules.Operators.Where(token => token is not ("(" or ")" or FormulaRules.Equal))];
    private readonly bool _brackets = rules.Operators.Contains("(");

    /// <summary>The next token of the first formula found, <c>=</c> included; null where no formula that begins as this one does reaches the
    /// goal.</summary>
    public string? NextToken(FormulaState state)
    {
        // Where a number may follow a number, or an operator be doubled, is more than arithmetic; both are tried at the same places.
        ImmutableArray<string> more = [.. _plain, "", .. _plain.Where(token => token is "*" or "/").Select(token => token + token)];
        return Find(state, _plain) ?? Find(state, more);
    }

    private string? Find(FormulaState state, ImmutableArray<string> operators)
    {
        Search search = new(rules, operators, _brackets, state);
        return search.Complete() ? search.Found : null;
    }

    /// <summary>One search, depth first.</summary>
    private sealed class Search
    {
        private readonly FormulaRules _rules;
        private readonly ImmutableArray<string> _operators;
        private readonly int _brackets;
        private readonly char[] _text = new char[128];
        private readonly int[] _left = new int[11];
        private readonly int _prefixTokens;

        // For every bracket that is open, how many numbers it holds so far; brackets of the prefix count as full.
        private readonly int[] _inside = new int[64];
        private int _open;
        private int _length;
        private int _tokens;
        private int _unused;

        public Search(FormulaRules rules, ImmutableArray<string> operators, bool brackets, FormulaState state)
        {
            _rules = rules;
            _operators = operators;
            foreach (Cards.PlayingCard card in state.Cards)
            {
                _left[card.Value]++;
            }
            _unused = rules.CardCount;
            foreach (string token in state.Formula)
            {
                Append(token);
                if (FormulaState.IsNumber(token))
                {
                    _left[int.Parse(token, System.Globalization.CultureInfo.InvariantCulture)]--;
                    _unused--;
                }
                _open =
                    token is "(" ? _open + 1
                    : token is ")" ? Math.Max(0, _open - 1)
                    : _open;
            }
            Array.Fill(_inside, 2, 0, _open);
            _prefixTokens = _tokens;
            // n numbers are grouped by at most n − 2 brackets; inside what stands already, by one more.
            _brackets = brackets ? Math.Min(rules.CardCount - 2, Math.Max(0, _unused - 1)) : 0;
        }

        /// <summary>The token after the prefix.</summary>
        public string Found { get; private set; } = "";

        /// <summary>Whether the formula, as it stands, can be completed.</summary>
        public bool Complete()
        {
            ReadOnlySpan<char> written = _text.AsSpan(0, _length).TrimEnd(' ');
            bool ready = written.Length > 0 && (char.IsAsciiDigit(written[^1]) || written[^1] == ')');
            return ready ? AfterOperand(_brackets) : Operand(_brackets) || Doubled();
        }

        /// <summary>The prefix ends with half of a doubled operator.</summary>
        private bool Doubled()
        {
            string half = _length > 0 ? _text[_length - 1].ToString() : "";
            if (half.Length == 0 || !_operators.Contains(half + half) || (_length > 1 && _text[_length - 2] == half[0]))
            {
                return false;
            }
            Append(half);
            return TakeBack(half, Operand(_brackets));
        }

        /// <summary>A number or a bracket follows.</summary>
        private bool Operand(int brackets) =>
            _tokens < _rules.TokenLimit && (Number(brackets) || (brackets > 0 && _unused > 1 && Opened(brackets)));

        private bool Number(int brackets)
        {
            for (int number = 1; number < _left.Length; number++)
            {
                if (_left[number] > 0 && Number(number, brackets))
                {
                    return true;
                }
            }
            return false;
        }

        private bool Number(int number, int brackets)
        {
            _left[number]--;
            _unused--;
            for (int i = 0; i < _open; i++)
            {
                _inside[i]++;
            }
            Append(FormulaRules.Numbers[number - 1]);
            bool found = TakeBack(FormulaRules.Numbers[number - 1], AfterOperand(brackets));
            for (int i = 0; i < _open; i++)
            {
                _inside[i]--;
            }
            _unused++;
            _left[number]++;
            return found;
        }

        private bool Opened(int brackets)
        {
            _inside[_open++] = 0;
            Append("(");
            bool found = TakeBack("(", Operand(brackets - 1));
            _open--;
            return found;
        }

        /// <summary>A closing bracket, an operator or the end follows.</summary>
        private bool AfterOperand(int brackets)
        {
            if (_unused == 0 && _open == 0)
            {
                return Ends();
            }
            // Brackets around a single number say nothing.
            if (_open > 0 && _inside[_open - 1] > 1 && Closed(brackets))
            {
                return true;
            }
            if (_unused > 0)
            {
                foreach (string token in _operators)
                {
                    if (Operator(token, brackets))
                    {
                        return true;
                    }
                }
            }
            return false;
        }

        private bool Operator(string token, int brackets)
        {
            if (token.Length == 0)
            {
                // No operator: the next number's digits join the last one's.
                return _text[_length - 1] is not (')' or ' ') && Number(brackets);
            }
            // A doubled operator is the same token twice.
            string first = token.Length == 2 ? token[1..] : token;
            Append(first);
            if (token.Length == 1)
            {
                return TakeBack(first, Operand(brackets));
            }
            Append(first);
            return TakeBack(first, TakeBack(first, Operand(brackets)));
        }

        private bool Closed(int brackets)
        {
            int inside = _inside[--_open];
            Append(")");
            bool found = TakeBack(")", AfterOperand(brackets));
            _inside[_open++] = inside;
            return found;
        }

        private bool Ends()
        {
            if (_tokens > _rules.TokenLimit || Expression.Evaluate(_text.AsSpan(0, _length)) != _rules.Goal)
            {
                return false;
            }
            if (_tokens == _prefixTokens)
            {
                Found = FormulaRules.Equal;
            }
            return true;
        }

        /// <summary>Takes the last token back, and notes it where it is the first of those that were found.</summary>
        private bool TakeBack(string token, bool found)
        {
            _length -= token.Length;
            _tokens--;
            if (found && _tokens == _prefixTokens)
            {
                Found = token;
            }
            return found;
        }

        private void Append(string token)
        {
            token.CopyTo(_text.AsSpan(_length));
            _length += token.Length;
            _tokens++;
        }
    }
}
