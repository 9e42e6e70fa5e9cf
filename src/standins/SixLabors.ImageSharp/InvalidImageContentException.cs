namespace SixLabors.ImageSharp;

/// <summary>The format is known and its content is damaged, incomplete or larger than allowed.</summary>
public sealed class InvalidImageContentException : ImageFormatException
{
    public InvalidImageContentException(string errorMessage)
        : base(errorMessage) { }

    public InvalidImageContentException(string errorMessage, Exception? innerException)
        : base(errorMessage, innerException) { }
}
