namespace VlmQ.Datasets.Selection.Filtering;

/// <summary>A value in a filter. A truth value is the number 1 or 0.</summary>
internal readonly record struct FilterValue
{
    private FilterValue(double? number, string? text)
    {
        Number = number;
        Text = text;
    }

    /// <summary>The number, or null.</summary>
    public double? Number { get; }

    /// <summary>The text, or null.</summary>
    public string? Text { get; }

    /// <summary>True where there is no value.</summary>
    public bool IsNull => Number is null && Text is null;

    /// <summary>The value as a truth value.</summary>
    public bool? Truth => Number is { } number ? number != 0 : null;

    /// <summary>A number or null.</summary>
    public static FilterValue Of(double? number) => new(number, null);

    /// <summary>A text or null.</summary>
    public static FilterValue Of(string? text) => new(null, text);

    /// <summary>A truth value or null.</summary>
    public static FilterValue Of(bool? truth) => new(truth is { } value ? (value ? 1 : 0) : null, null);
}
