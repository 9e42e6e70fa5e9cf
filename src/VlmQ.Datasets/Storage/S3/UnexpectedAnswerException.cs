namespace VlmQ.Datasets.Storage.S3;

/// <summary>An answer that no S3-compatible server gives: something in between, a proxy or a portal, gave it.</summary>
internal sealed class UnexpectedAnswerException(string message) : IOException(message);
