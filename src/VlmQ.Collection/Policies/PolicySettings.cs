using System.Globalization;
using System.Text;

namespace VlmQ.Collection.Policies;

/// <summary>Which policy plays, and how; what models need is said elsewhere.</summary>
public sealed record PolicySettings
{
    /// <summary>A policy's name, or a mixture such as <c>expert=0.5,noisy=0.5</c>.</summary>
    public string Name { get; init; } = "random";

    /// <summary>The noisy policy's share of malformed replies, 0–1.</summary>
    public double Malformed { get; init; } = 0.4;

    /// <summary>Their kinds with weights, such as <c>cut=3,fence=1</c>; empty for the default.</summary>
    public string Malformations { get; init; } = "";

    /// <summary>The expert's share of random actions, 0–1.</summary>
    public double Epsilon { get; init; }

    /// <summary>How long a mixture keeps to the policy that it drew.</summary>
    public MixtureUnit MixBy { get; init; }

    /// <summary>What is not as by default, for a dataset's manifest; empty where all is.</summary>
    public string Describe()
    {
        PolicySettings usual = new();
        StringBuilder text = new();
        Add("mixture", Name, NamedPolicies.IsMixture(Name));
        Add("malformed", Malformed, Malformed != usual.Malformed);
        Add("malformations", Malformations, Malformations != usual.Malformations);
        Add("epsilon", Epsilon, Epsilon != usual.Epsilon);
        Add("mix_by", MixBy.ToString().ToLowerInvariant(), MixBy != usual.MixBy);
        return text.ToString();

        void Add<T>(string key, T value, bool differs)
        {
            if (differs)
            {
                text.Append(CultureInfo.InvariantCulture, $"{(text.Length == 0 ? "" : "; ")}{key} {value}");
            }
        }
    }
}
