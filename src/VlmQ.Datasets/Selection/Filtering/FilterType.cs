namespace VlmQ.Datasets.Selection.Filtering;

/// <summary>What a value in a filter is.</summary>
internal enum FilterType
{
    /// <summary>The word <c>null</c>.</summary>
    Null,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A text.</summary>
    Text,

    /// <summary>True or false.</summary>
    Truth,
}
