using System.Web;

namespace VlmQ.Datasets.Tests.Storage.Server;

/// <summary>A request as the server got it.</summary>
internal sealed record StoreRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>Bucket and key.</summary>
    public string Key => Uri.UnescapeDataString(Path.Split('?')[0]).TrimStart('/');

    public string? Query(string name) =>
        Path.Contains('?', StringComparison.Ordinal)
            ? HttpUtility.ParseQueryString(Path[Path.IndexOf('?', StringComparison.Ordinal)..])[name]
            : null;

    /// <summary>True for a parameter that may have no value, such as <c>?uploads</c>.</summary>
    public bool Asks(string name) =>
        Path.Contains('?', StringComparison.Ordinal)
        && Path[(Path.IndexOf('?', StringComparison.Ordinal) + 1)..].Split('&').Any(pair => pair.Split('=')[0] == name);

    public string? Header(string name) => Headers.TryGetValue(name, out string? value) ? value : null;

    public override string ToString() => $"{Method} {Path} {Header("Range")}".TrimEnd();
}
