using SixLabors.ImageSharp.Processing.Processors.Transforms;

namespace SixLabors.ImageSharp.Processing.Operations;

/// <summary>What a resize amounts to: scaling, then cutting or padding to the wanted size.</summary>
internal sealed record ResizePlan(Size Scaled, Rectangle? Cut, Size? Padded, ResizeOptions Options)
{
    /// <exception cref="ArgumentException">Both sides are zero, or one is negative.</exception>
    public static ResizePlan Of(Size source, ResizeOptions options)
    {
        Size wanted = Complete(source, options.Size);
        double across = wanted.Width / (double)source.Width;
        double down = wanted.Height / (double)source.Height;
        switch (options.Mode)
        {
            case ResizeMode.Stretch:
                return new ResizePlan(wanted, null, null, options);
            case ResizeMode.Crop:
                Size covering = Times(source, Math.Max(across, down), wanted, atLeast: true);
                Rectangle middle = new(
                    (covering.Width - wanted.Width) / 2,
                    (covering.Height - wanted.Height) / 2,
                    wanted.Width,
                    wanted.Height
                );
                return new ResizePlan(covering, middle, null, options);
            case ResizeMode.Pad:
                return new ResizePlan(Times(source, Math.Min(across, down), wanted, atLeast: false), null, wanted, options);
            case ResizeMode.Max:
                return new ResizePlan(Times(source, Math.Min(across, down), wanted, atLeast: false), null, null, options);
            case ResizeMode.Min:
                bool enlarges = wanted.Width > source.Width || wanted.Height > source.Height;
                return new ResizePlan(
                    enlarges ? source : Times(source, Math.Max(across, down), wanted, atLeast: true),
                    null,
                    null,
                    options
                );
            default:
                throw new ArgumentOutOfRangeException(nameof(options), options.Mode, "Not a resize mode.");
        }
    }

    public IImageProcessingContext ApplyTo(IImageProcessingContext context)
    {
        context.Apply(new ResizeOperation(Scaled, Options.Sampler, Options.PremultiplyAlpha));
        if (Cut is { } area && area.Width * (long)area.Height != Scaled.Width * (long)Scaled.Height)
        {
            context.Crop(area);
        }
        return Padded is { } size ? context.Pad(size.Width, size.Height, Options.PadColor) : context;
    }

    private static Size Complete(Size source, Size wanted)
    {
        if (wanted.Width < 0 || wanted.Height < 0 || (wanted.Width == 0 && wanted.Height == 0))
        {
            throw new ArgumentException($"Cannot resize to {wanted.Width} × {wanted.Height}.", nameof(wanted));
        }
        int width = wanted.Width != 0 ? wanted.Width : Round(source.Width * (wanted.Height / (double)source.Height));
        int height = wanted.Height != 0 ? wanted.Height : Round(source.Height * (wanted.Width / (double)source.Width));
        return new Size(width, height);
    }

    private static Size Times(Size source, double scale, Size bound, bool atLeast)
    {
        Size scaled = new(Round(source.Width * scale), Round(source.Height * scale));
        return atLeast
            ? new Size(Math.Max(scaled.Width, bound.Width), Math.Max(scaled.Height, bound.Height))
            : new Size(Math.Min(scaled.Width, bound.Width), Math.Min(scaled.Height, bound.Height));
    }

    private static int Round(double length) => Math.Max(1, (int)Math.Round(length, MidpointRounding.AwayFromZero));
}
