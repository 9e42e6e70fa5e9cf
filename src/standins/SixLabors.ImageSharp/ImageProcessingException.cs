namespace SixLabors.ImageSharp;

/// <summary>An operation on an image failed.</summary>
public sealed class ImageProcessingException : Exception
{
    public ImageProcessingException(string errorMessage)
        : base(errorMessage) { }

    public ImageProcessingException(string errorMessage, Exception innerException)
        : base(errorMessage, innerException) { }
}
