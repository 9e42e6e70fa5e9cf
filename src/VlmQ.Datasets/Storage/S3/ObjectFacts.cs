namespace VlmQ.Datasets.Storage.S3;

/// <summary>What a store says about an object.</summary>
/// <param name="Bytes">Its length.</param>
/// <param name="Tag">Its entity tag: another content has another.</param>
/// <param name="Sha256">The digest that was noted when it was sent; null where none was.</param>
internal sealed record ObjectFacts(long Bytes, string Tag, string? Sha256);
