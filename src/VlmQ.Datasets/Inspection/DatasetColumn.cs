namespace VlmQ.Datasets.Inspection;

/// <summary>A column of a dataset.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">What it holds, for example <c>list of int32</c>.</param>
/// <param name="Meaning">What it means.</param>
public sealed record DatasetColumn(string Name, string Type, string Meaning);
