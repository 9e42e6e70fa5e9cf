namespace SixLabors.ImageSharp.Memory;

/// <summary>An image would take more memory than its configuration allows.</summary>
public class InvalidMemoryOperationException : InvalidOperationException
{
    public InvalidMemoryOperationException(string message)
        : base(message) { }
}
