using System.ComponentModel.DataAnnotations;
using System.Globalization;
using VlmQ.Collection.Policies;
using VlmQ.Core.Prompting;
using VlmQ.Models.Generation;

namespace VlmQ.Cli.Configuration;

/// <summary>How a model's replies are sampled.</summary>
internal record DecodingConfiguration
{
    public const double LeastTemperature = 0.01;
    public const double MostTemperature = 100;
    public const double LeastTopP = 1e-9;
    public const double MostPenalty = 100;

    /// <summary>Sampling temperature.</summary>
    [Range(LeastTemperature, MostTemperature)]
    public double Temperature { get; init; } = 1.0;

    /// <summary>Keeps the k most probable tokens; 0 keeps all.</summary>
    [Range(0, int.MaxValue)]
    public int TopK { get; init; }

    /// <summary>Keeps the most probable tokens until they hold this share, in (0, 1].</summary>
    [Range(LeastTopP, 1.0)]
    public double TopP { get; init; } = 1;

    /// <summary>Makes tokens that the reply holds already less likely; 1 does not.</summary>
    [Range(1.0, MostPenalty)]
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>To which replies the model is held: <c>none</c>, <c>action</c> or <c>thoughts</c>.</summary>
    public ConstraintName Constrain { get; init; }

    /// <summary>The rule by which tokens are sampled.</summary>
    public Decoding Sampling() => new Decoding.Sampling(Temperature, TopK, TopP);

    /// <summary>The replies that the model is held to; null for any.</summary>
    public ReplyRestriction? Restriction(ActionParser parser) =>
        Constrain switch
        {
            ConstraintName.Action => new ReplyRestriction(parser, ReplyFreedom.None),
            ConstraintName.Thoughts => new ReplyRestriction(parser, ReplyFreedom.Thoughts),
            _ => null,
        };

    /// <summary>How tokens are chosen, in words.</summary>
    /// <param name="greedy">The most probable ones are, whatever the sampling.</param>
    protected string DescribeTokens(bool greedy)
    {
        List<string> said = greedy ? ["greedy"] : [Said("temperature", Temperature)];
        if (!greedy && TopK > 0)
        {
            said.Add(Said("top-k", TopK));
        }
        if (!greedy && TopP < 1)
        {
            said.Add(Said("top-p", TopP));
        }
        if (RepetitionPenalty > 1)
        {
            said.Add(Said("repetition penalty", RepetitionPenalty));
        }
        if (Constrain != ConstraintName.None)
        {
            said.Add("held to " + YamlBinder.KeyOf(Constrain.ToString()));
        }
        return string.Join(", ", said);

        static string Said(string what, double value) => string.Create(CultureInfo.InvariantCulture, $"{what} {value:R}");
    }
}
