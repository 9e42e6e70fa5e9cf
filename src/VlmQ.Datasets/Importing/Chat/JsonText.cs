namespace VlmQ.Datasets.Importing.Chat;

/// <summary>One JSON object of a file, not parsed yet.</summary>
/// <param name="Where">The file and the line that it begins in.</param>
/// <param name="Utf8">Its bytes.</param>
internal sealed record JsonText(string Where, ReadOnlyMemory<byte> Utf8);
