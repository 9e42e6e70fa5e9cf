namespace SixLabors.ImageSharp.Processing.Operations;

/// <summary>Weighting of colours by alpha, for RGBA samples on the scale 0 to 255.</summary>
internal static class AlphaMath
{
    public static bool IsTranslucent(ReadOnlySpan<byte> rgba)
    {
        for (int i = 3; i < rgba.Length; i += 4)
        {
            if (rgba[i] != 255)
            {
                return true;
            }
        }
        return false;
    }

    public static void Premultiply(ReadOnlySpan<byte> rgba, Span<float> result)
    {
        for (int i = 0; i + 3 < rgba.Length; i += 4)
        {
            float alpha = rgba[i + 3] / 255F;
            result[i] = rgba[i] * alpha;
            result[i + 1] = rgba[i + 1] * alpha;
            result[i + 2] = rgba[i + 2] * alpha;
            result[i + 3] = rgba[i + 3];
        }
    }

    public static void Unpremultiply(Span<float> rgba)
    {
        for (int i = 0; i + 3 < rgba.Length; i += 4)
        {
            float scale = rgba[i + 3] > 0 ? 255F / rgba[i + 3] : 0;
            rgba[i] *= scale;
            rgba[i + 1] *= scale;
            rgba[i + 2] *= scale;
        }
    }
}
