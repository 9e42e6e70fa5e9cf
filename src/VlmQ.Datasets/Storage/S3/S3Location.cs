using VlmQ.Core.Episodes;

namespace VlmQ.Datasets.Storage.S3;

/// <summary>Where a dataset lies in an S3-compatible store: <c>s3://bucket/prefix</c>.</summary>
public sealed record S3Location
{
    private const string Scheme = "s3://";

    private S3Location(string bucket, string prefix)
    {
        Bucket = bucket;
        Prefix = prefix;
    }

    /// <summary>The bucket.</summary>
    public string Bucket { get; }

    /// <summary>What the keys begin with, without a slash at the end; may be empty.</summary>
    public string Prefix { get; }

    /// <summary>True for what is meant as such a location, well formed or not.</summary>
    public static bool IsMeant(string text) => text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a location.</summary>
    /// <returns>The location, or the fault of a bucket or a prefix that cannot be.</returns>
    public static Result<S3Location> Parse(string text)
    {
        if (!IsMeant(text))
        {
            return Wrong(text, "it does not begin with s3://");
        }
        string[] parts = text[Scheme.Length..].TrimEnd('/').Split('/');
        if (!IsBucket(parts[0]))
        {
            return Wrong(text, "a bucket's name is 3 to 63 lower-case letters, digits, dots and dashes");
        }
        foreach (string part in parts.AsSpan(1))
        {
            if (part.Length == 0 || part is "." or ".." || part.AsSpan().IndexOfAnyInRange('\0', '\x1f') >= 0 || part.Contains('\\'))
            {
                return Wrong(text, "between the slashes of the prefix there must be names");
            }
        }
        return new S3Location(parts[0], string.Join('/', parts.AsSpan(1)));
    }

    /// <summary>The key of a file.</summary>
    /// <param name="name">A plain file name.</param>
    /// <exception cref="ArgumentException">It is none.</exception>
    public string KeyOf(string name)
    {
        if (name.Length == 0 || name is "." or ".." || name.AsSpan().IndexOfAny('/', '\\', '\0') >= 0)
        {
            throw new ArgumentException($"'{name}' is not a plain file name.", nameof(name));
        }
        return Prefix.Length == 0 ? name : $"{Prefix}/{name}";
    }

    /// <inheritdoc/>
    public override string ToString() => Prefix.Length == 0 ? Scheme + Bucket : $"{Scheme}{Bucket}/{Prefix}";

    private static bool IsBucket(string name)
    {
        if (name.Length is < 3 or > 63)
        {
            return false;
        }
        foreach (char letter in name)
        {
            if (!char.IsAsciiLetterLower(letter) && !char.IsAsciiDigit(letter) && letter is not ('.' or '-'))
            {
                return false;
            }
        }
        return true;
    }

    private static Fault Wrong(string text, string why) =>
        Fault.Configuration(why, text, "name a dataset like s3://bucket/path/to/dataset");
}
