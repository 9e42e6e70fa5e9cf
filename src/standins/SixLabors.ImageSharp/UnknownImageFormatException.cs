namespace SixLabors.ImageSharp;

/// <summary>The data do not begin with the signature of a known format.</summary>
public sealed class UnknownImageFormatException : ImageFormatException
{
    public UnknownImageFormatException(string errorMessage)
        : base(errorMessage) { }
}
