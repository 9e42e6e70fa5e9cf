namespace VlmQ.Core.Imaging;

/// <summary>How thick the strokes of a text are.</summary>
public enum TextWeight
{
    /// <summary>Strokes of about a twelfth of the size.</summary>
    Regular,

    /// <summary>Strokes of about a sixth of the size, and wider letters.</summary>
    Bold,
}
