using System.ComponentModel.DataAnnotations;
using System.Globalization;
using VlmQ.Models.Generation;

namespace VlmQ.Cli.Configuration;

/// <summary>A model of this machine that plays, and how it chooses its tokens.</summary>
internal sealed record PlayerConfiguration : DecodingConfiguration
{
    /// <summary>Its folder or name, as <c>--model</c> takes it; null for the pipeline's model.</summary>
    public string? Path { get; init; }

    /// <summary>Takes the most probable token; temperature, top-k and top-p count for nothing then.</summary>
    public bool Greedy { get; init; }

    /// <summary>Most tokens of a reply.</summary>
    [Range(1, 65536)]
    public int ReplyLimit { get; init; } = 24;

    /// <summary>How tokens are chosen.</summary>
    public Decoding MakeDecoding() => Greedy ? new Decoding.Greedy() : Sampling();

    /// <summary>What decides the replies beside the weights.</summary>
    public string Describe() => string.Create(CultureInfo.InvariantCulture, $"{DescribeTokens(Greedy)}, {ReplyLimit} tokens");
}
