using System.ComponentModel.DataAnnotations;
using System.Globalization;
using VlmQ.Models.Generation;

namespace VlmQ.Cli.Configuration;

/// <summary>A trained model of this machine that plays, and how it chooses its tokens.</summary>
internal sealed record PlayerConfiguration
{
    public const double LeastTemperature = 0.01;
    public const double MostTemperature = 100;

    /// <summary>The folder of a checkpoint.</summary>
    [Required]
    public string Path { get; init; } = "";

    /// <summary>Takes the most probable token; the three below count for nothing then.</summary>
    public bool Greedy { get; init; }

    /// <summary>Sampling temperature.</summary>
    [Range(LeastTemperature, MostTemperature)]
    public double Temperature { get; init; } = 1;

    /// <summary>Draws from the k most probable tokens; 0 for all.</summary>
    [Range(0, int.MaxValue)]
    public int TopK { get; init; }

    /// <summary>Draws from the most probable tokens that hold this share together; 1 for all.</summary>
    [Range(1e-9, 1.0)]
    public double TopP { get; init; } = 1;

    /// <summary>Most tokens of a reply.</summary>
    [Range(1, 65536)]
    public int ReplyLimit { get; init; } = 24;

    /// <summary>How tokens are chosen.</summary>
    public Decoding MakeDecoding() => Greedy ? new Decoding.Greedy() : new Decoding.Sampling(Temperature, TopK, TopP);

    /// <summary>What decides the replies beside the weights.</summary>
    public string Describe()
    {
        string how = Greedy
            ? "greedy"
            : string.Create(CultureInfo.InvariantCulture, $"temperature {Temperature:R}")
                + (TopK > 0 ? string.Create(CultureInfo.InvariantCulture, $", top-k {TopK}") : "")
                + (TopP < 1 ? string.Create(CultureInfo.InvariantCulture, $", top-p {TopP:R}") : "");
        return string.Create(CultureInfo.InvariantCulture, $"{how}, {ReplyLimit} tokens");
    }
}
