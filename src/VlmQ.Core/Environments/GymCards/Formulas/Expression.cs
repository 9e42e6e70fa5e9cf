namespace VlmQ.Core.Environments.GymCards.Formulas;

/// <summary>
/// Reads a formula as the reference's general expression evaluator does (Python's), in doubles: signs, <c>+ - * / // **</c> and brackets.
/// </summary>
public ref struct Expression
{
    private readonly ReadOnlySpan<char> _text;
    private int _at;
    private bool _wrong;

    private Expression(ReadOnlySpan<char> text) => _text = text;

    /// <summary>The formula's value; null where it is not an expression or not finite anywhere on the way.</summary>
    /// <param name="text">At most a few dozen characters: nesting is followed by recursion.</param>
    public static double? Evaluate(ReadOnlySpan<char> text)
    {
        Expression expression = new(text);
        double value = expression.Sum();
        expression.SkipBlanks();
        return expression._wrong || expression._at < text.Length ? null : value;
    }

    private double Sum()
    {
        double value = Product();
        while (!_wrong)
        {
            if (Take('+'))
            {
                value = Finite(value + Product());
            }
            else if (Take('-'))
            {
                value = Finite(value - Product());
            }
            else
            {
                break;
            }
        }
        return value;
    }

    private double Product()
    {
        double value = Signed();
        while (!_wrong)
        {
            // A power was already taken with its base; here two stars can only follow a blank or a sign.
            if (TakePair('/'))
            {
                value = Finite(FloorDivide(value, Signed()));
            }
            else if (Take('/'))
            {
                value = Finite(value / Signed());
            }
            else if (Take('*'))
            {
                value = Finite(value * Signed());
            }
            else
            {
                break;
            }
        }
        return value;
    }

    private double Signed() =>
        Take('+') ? Signed()
        : Take('-') ? -Signed()
        : Power();

    /// <summary>Binds tighter than a sign on its left, and its right side may carry one; groups to the right.</summary>
    private double Power()
    {
        double value = Atom();
        return !_wrong && TakePair('*') ? Finite(Math.Pow(value, Signed())) : value;
    }

    private double Atom()
    {
        if (Take('('))
        {
            double inside = Sum();
            _wrong |= !Take(')');
            return inside;
        }
        int start = _at;
        double value = 0;
        while (_at < _text.Length && char.IsAsciiDigit(_text[_at]))
        {
            value = (value * 10) + (_text[_at++] - '0');
        }
        _wrong |= _at == start;
        return value;
    }

    /// <summary>Python's floor division of doubles, which is not the floor of the rounded quotient.</summary>
    private static double FloorDivide(double a, double b)
    {
        double rest = a % b;
        double quotient = (a - rest) / b;
        if (rest != 0 && (b < 0) != (rest < 0))
        {
            quotient -= 1;
        }
        double floor = Math.Floor(quotient);
        return quotient - floor > 0.5 ? floor + 1 : floor;
    }

    private double Finite(double value)
    {
        _wrong |= !double.IsFinite(value);
        return value;
    }

    private bool Take(char symbol)
    {
        SkipBlanks();
        if (_at >= _text.Length || _text[_at] != symbol)
        {
            return false;
        }
        _at++;
        return true;
    }

    private bool TakePair(char symbol)
    {
        SkipBlanks();
        if (_at + 1 >= _text.Length || _text[_at] != symbol || _text[_at + 1] != symbol)
        {
            return false;
        }
        _at += 2;
        return true;
    }

    private void SkipBlanks()
    {
        while (_at < _text.Length && _text[_at] == ' ')
        {
            _at++;
        }
    }
}
