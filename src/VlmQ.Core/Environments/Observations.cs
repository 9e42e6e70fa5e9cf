using VlmQ.Core.Episodes;
using VlmQ.Core.Imaging;

namespace VlmQ.Core.Environments;

/// <summary>Observations of a chosen kind.</summary>
public static class Observations
{
    /// <summary>The property of a dataset's manifest that names the kind; without it, <see cref="ObservationKind.Image"/>.</summary>
    public const string PropertyName = "observations";

    /// <summary>What an agent sees in a state.</summary>
    public static Observation Observe(this IEnvironment environment, EnvironmentState state, ObservationKind kind)
    {
        ArgumentNullException.ThrowIfNull(environment);
        Observation observation = environment.Observe(state);
        return kind switch
        {
            ObservationKind.Image => observation,
            ObservationKind.Both => observation with { Text = environment.Describe(state) },
            ObservationKind.Text => observation with { Text = environment.Describe(state), Image = Blank(observation.Image) },
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind."),
        };
    }

    /// <summary>The name by which a configuration chooses a kind: <c>image</c>, <c>text</c> or <c>both</c>.</summary>
    public static string NameOf(ObservationKind kind) => kind.ToString().ToLowerInvariant();

    /// <summary>The kind of a name, or a fault that lists them.</summary>
    public static Result<ObservationKind> Find(string name) =>
        name switch
        {
            "image" => ObservationKind.Image,
            "text" => ObservationKind.Text,
            "both" => ObservationKind.Both,
            _ => Fault.Configuration($"there are no observations '{name}'", remedy: "use one of: both, image, text"),
        };

    private static RgbImage Blank(RgbImage image) => new(image.Width, image.Height, pixels => pixels.Fill(byte.MaxValue));
}
