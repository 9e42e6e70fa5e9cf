namespace VlmQ.Datasets.Columns;

/// <summary>What a column holds, in the words of Hugging Face <c>datasets</c>.</summary>
internal enum FeatureType
{
    /// <summary>Text.</summary>
    String,

    /// <summary>32-bit integer.</summary>
    Int32,

    /// <summary>64-bit integer.</summary>
    Int64,

    /// <summary>32-bit float.</summary>
    Float32,

    /// <summary>True or false.</summary>
    Bool,

    /// <summary>List of 32-bit integers.</summary>
    Int32List,

    /// <summary>List of 32-bit floats.</summary>
    Float32List,

    /// <summary>A picture.</summary>
    Image,
}

/// <summary>A column of a dataset.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">What it holds.</param>
/// <param name="Meaning">What it means, for the card.</param>
internal readonly record struct Feature(string Name, FeatureType Type, string Meaning);
