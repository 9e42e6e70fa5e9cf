namespace VlmQ.Datasets.Importing.Flat;

/// <summary>The order of a picture's indices, the last of which runs fastest.</summary>
public enum PixelOrder
{
    /// <summary>Height, width, channel.</summary>
    Hwc,

    /// <summary>Channel, height, width.</summary>
    Chw,
}
