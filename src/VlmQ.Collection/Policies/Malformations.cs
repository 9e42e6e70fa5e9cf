using System.Collections.Immutable;
using VlmQ.Core.Episodes;
using VlmQ.Core.Randomness;
using VlmQ.Core.Text;

namespace VlmQ.Collection.Policies;

/// <summary>Which malformations occur, and how often each.</summary>
public sealed class Malformations
{
    private readonly ImmutableArray<Malformation> _kinds;
    private readonly Weights _weights;

    private Malformations(ImmutableArray<Malformation> kinds, Weights weights)
    {
        _kinds = kinds;
        _weights = weights;
    }

    /// <summary>The first five kinds in equal shares.</summary>
    public static Malformations Default { get; } =
        new([Malformation.Cut, Malformation.Case, Malformation.Chatter, Malformation.Json, Malformation.Unknown], Weights.Equal(5));

    /// <summary>Reads kinds and their weights, such as <c>cut=3,fence=1</c> or <c>cut,fence</c>; empty for the default.</summary>
    public static Result<Malformations> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length == 0
            ? Default
            : Weights
                .Parse(text)
                .Bind<Malformations>(parsed =>
                {
                    ImmutableArray<Malformation>.Builder kinds = ImmutableArray.CreateBuilder<Malformation>();
                    foreach (string name in parsed.Names)
                    {
                        if (!Enum.GetValues<Malformation>().Where(kind => NameOf(kind) == name).Any())
                        {
                            string[] all = [.. Enum.GetValues<Malformation>().Select(NameOf)];
                            string meant = NearestName.Of(name, all, within: 2) is { } nearest ? $"did you mean '{nearest}'? " : "";
                            return Fault.Configuration(
                                $"there is no malformation '{name}'",
                                remedy: $"{meant}use some of: {string.Join(", ", all)}"
                            );
                        }
                        kinds.Add(Enum.GetValues<Malformation>().Single(kind => NameOf(kind) == name));
                    }
                    return new Malformations(kinds.ToImmutable(), parsed.Weights);
                });
    }

    /// <summary>One kind, by the shares.</summary>
    internal Malformation Draw(ref RandomCursor random) => _kinds[_weights.Draw(ref random)];

    private static string NameOf(Malformation kind) => kind.ToString().ToLowerInvariant();
}
