namespace VlmQ.Datasets.Selection.Filtering;

/// <summary>A value in a filter. A truth value is the number 1 or 0.</summary>
internal readonly record struct FilterValue
{
    private FilterValue(double? number, string? text, long? whole = null)
    {
        Number = number;
        Text = text;
        Whole = whole;
    }

    /// <summary>The number, or null.</summary>
    public double? Number { get; }

    /// <summary>The text, or null.</summary>
    public string? Text { get; }

    /// <summary>The number where it is a whole one of 64 bits, to its last digit.</summary>
    private long? Whole { get; }

    /// <summary>True where there is no value.</summary>
    public bool IsNull => Number is null && Text is null;

    /// <summary>The value as a truth value.</summary>
    public bool? Truth => Number is { } number ? number != 0 : null;

    /// <summary>How two values of one type that are not null stand to each other: below 0 where the left one is less.</summary>
    public static int Compare(FilterValue left, FilterValue right) =>
        (left, right) switch
        {
            ({ Text: { } text }, _) => string.CompareOrdinal(text, right.Text),
            ({ Whole: { } one }, { Whole: { } other }) => one.CompareTo(other),
            ({ Whole: { } whole }, _) => Compare(whole, right.Number!.Value),
            (_, { Whole: { } whole }) => -Compare(whole, left.Number!.Value),
            _ => left.Number!.Value.CompareTo(right.Number!.Value),
        };

    /// <summary>A whole number or null.</summary>
    public static FilterValue Of(long? number) => new(number, null, number);

    /// <summary>A number or null.</summary>
    public static FilterValue Of(double? number) => new(number, null);

    /// <summary>A text or null.</summary>
    public static FilterValue Of(string? text) => new(null, text);

    /// <summary>A truth value or null.</summary>
    public static FilterValue Of(bool? truth) => new(truth is { } value ? (value ? 1 : 0) : null, null);

    // Exact: what is beyond 64 bits is decided by the doubles, the rest by the whole part and then by what is behind the point.
    private static int Compare(long whole, double number)
    {
        if (number is not (>= long.MinValue and < -(double)long.MinValue))
        {
            return ((double)whole).CompareTo(number);
        }
        int order = whole.CompareTo((long)number);
        return order != 0 ? order : Math.Truncate(number).CompareTo(number);
    }
}
