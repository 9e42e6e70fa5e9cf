using System.Collections.Immutable;
using System.Globalization;
using VlmQ.Core.Episodes;
using VlmQ.Core.Randomness;

namespace VlmQ.Collection.Policies;

/// <summary>Positive weights, of which one is drawn in proportion.</summary>
internal sealed class Weights
{
    private readonly ImmutableArray<double> _weights;
    private readonly double _sum;
    private readonly bool _equal;

    private Weights(ImmutableArray<double> weights)
    {
        _weights = weights;
        _sum = weights.Sum();
        _equal = weights.All(weight => weight == weights[0]);
    }

    /// <summary>So many equal ones.</summary>
    public static Weights Equal(int count) => new([.. Enumerable.Repeat(1.0, count)]);

    /// <summary>Reads names with weights: <c>a=3,b=1</c>; a weight that is left out is 1.</summary>
    public static Result<(ImmutableArray<string> Names, Weights Weights)> Parse(string text)
    {
        ImmutableArray<string>.Builder names = ImmutableArray.CreateBuilder<string>();
        ImmutableArray<double>.Builder weights = ImmutableArray.CreateBuilder<double>();
        foreach (string word in text.Split(',', StringSplitOptions.TrimEntries))
        {
            string[] sides = word.Split('=', StringSplitOptions.TrimEntries);
            double weight = 1;
            if (
                sides[0].Length == 0
                || sides.Length > 2
                || (sides.Length == 2 && !double.TryParse(sides[1], NumberStyles.Float, CultureInfo.InvariantCulture, out weight))
                || weight is not (> 0 and <= 1e9)
            )
            {
                return Fault.Configuration($"'{word}' is no name with a weight", text, "write names and weights like a=0.7,b=0.3");
            }
            if (names.Contains(sides[0]))
            {
                return Fault.Configuration($"'{sides[0]}' comes twice", text);
            }
            names.Add(sides[0]);
            weights.Add(weight);
        }
        return (names.ToImmutable(), new Weights(weights.ToImmutable()));
    }

    /// <summary>An index; equal weights take one draw of an index, others one of a number.</summary>
    public int Draw(ref RandomCursor random)
    {
        if (_equal)
        {
            return random.NextIndex(_weights.Length);
        }
        double left = random.NextDouble() * _sum;
        int last = _weights.Length - 1;
        for (int i = 0; i < last; i++)
        {
            left -= _weights[i];
            if (left < 0)
            {
                return i;
            }
        }
        return last;
    }
}
