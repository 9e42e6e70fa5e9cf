using System.Collections.Immutable;
using System.Globalization;
using VlmQ.Core.Episodes;
using VlmQ.Core.Sampling;

namespace VlmQ.Datasets.Streaming;

/// <summary>
/// A place in a stream, from which it can go on: one for all ranks, whatever the world was that came to it and whatever it will be.
/// </summary>
public sealed class StreamPosition : IEquatable<StreamPosition>
{
    private const int Fields = 6;

    /// <param name="sources">Where each of the stream's datasets stands; at least one.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public StreamPosition(ImmutableArray<SourcePosition> sources)
    {
        if (sources.IsDefaultOrEmpty)
        {
            throw new ArgumentException("A stream has a dataset.", nameof(sources));
        }
        Sources = sources;
    }

    /// <summary>Where each of the stream's datasets stands.</summary>
    public ImmutableArray<SourcePosition> Sources { get; }

    /// <summary>The least number of passes that came before, of any dataset.</summary>
    public int Epoch => Sources.Min(source => source.Order.Epoch);

    /// <summary>The beginning of a stream of so many datasets.</summary>
    public static StreamPosition StartOf(int datasets) => new([.. Enumerable.Repeat(SourcePosition.Start, datasets)]);

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <param name="text">The text.</param>
    /// <param name="where">Where it comes from, for the fault.</param>
    public static Result<StreamPosition> Parse(string text, string where)
    {
        ImmutableArray<SourcePosition>.Builder sources = ImmutableArray.CreateBuilder<SourcePosition>();
        foreach (string part in text.Split(','))
        {
            string[] fields = part.Split('/');
            if (
                fields.Length != Fields
                || !Number(fields[0], out int epoch)
                || !Number(fields[1], out int block)
                || !Long(fields[2], out long window)
                || !Long(fields[3], out long taken)
                || !Number(fields[4], out int parts)
            )
            {
                return Fault.Configuration(
                    $"'{text}' is no position",
                    where,
                    "give the `next` of an earlier stream as it is, for example 0/2/640/5120/37/3f…"
                );
            }
            sources.Add(new SourcePosition(new SamplerPosition(epoch, window, block), taken, parts, fields[5]));
        }
        return new StreamPosition(sources.ToImmutable());
    }

    /// <summary>For each dataset <c>pass/block/window/taken/parts/digest</c>, between commas.</summary>
    public override string ToString() =>
        string.Join(
            ',',
            Sources.Select(source =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{source.Order.Epoch}/{source.Order.Block}/{source.Order.Window}/{source.Taken}/{source.Parts}/{source.Digest}"
                )
            )
        );

    /// <inheritdoc/>
    public bool Equals(StreamPosition? other) => other is not null && Sources.AsSpan().SequenceEqual(other.Sources.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as StreamPosition);

    /// <inheritdoc/>
    public override int GetHashCode() => Sources[0].GetHashCode();

    private static bool Number(string text, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    private static bool Long(string text, out long value) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
