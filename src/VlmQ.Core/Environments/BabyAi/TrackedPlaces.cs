using System.Collections.Immutable;
using VlmQ.Core.Environments.BabyAi.Missions;
using VlmQ.Core.Environments.BabyAi.World;

namespace VlmQ.Core.Environments.BabyAi;

/// <summary>Where the verifier thinks the mission's objects lie; as in the reference, only drop actions refresh it.</summary>
internal sealed class TrackedPlaces(ImmutableArray<CellSet> places, WorldGrid grid) : IEquatable<TrackedPlaces>
{
    /// <summary>For each of the verifier's targets, where its objects lie.</summary>
    public ImmutableArray<CellSet> Places { get; } = places;

    /// <summary>The places in another grid. Nothing is searched when it is the grid of the last refresh.</summary>
    public TrackedPlaces RefreshedIn(WorldGrid current, Verifier verifier) =>
        ReferenceEquals(grid, current)
            ? this
            : new TrackedPlaces([.. verifier.Targets.Select(target => target.Matched.PlacesIn(current))], current);

    public bool Equals(TrackedPlaces? other) => other is not null && Places.AsSpan().SequenceEqual(other.Places.AsSpan());

    public override bool Equals(object? obj) => Equals(obj as TrackedPlaces);

    public override int GetHashCode() => Places.Length;
}
