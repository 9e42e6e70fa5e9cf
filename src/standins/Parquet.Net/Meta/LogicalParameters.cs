using Parquet.Meta.Proto;

namespace Parquet.Meta;

/// <summary>What a logical type says beyond its kind. Which members mean something depends on the kind.</summary>
/// <param name="BitWidth">Of an integer: 8, 16, 32 or 64.</param>
/// <param name="IsSigned">Of an integer.</param>
/// <param name="IsUtc">Of a time: whether it is an instant, not the reading of some clock.</param>
/// <param name="Unit">Of a time; none where the unit is unknown.</param>
/// <param name="Scale">Of a decimal: digits after the point.</param>
internal readonly record struct LogicalParameters(int BitWidth, bool IsSigned, bool IsUtc, TimeUnit Unit, int Scale)
{
    /// <summary>Reads the parameters out of the stored union.</summary>
    /// <exception cref="ThriftProtocolException">They are of other types than the format gives them.</exception>
    public static LogicalParameters Read(ReadOnlySpan<byte> union)
    {
        var reader = new ThriftCompactReader(union);
        short kind = 0;
        var result = default(LogicalParameters);
        if (!reader.NextField(ref kind, out CompactType type) || type != CompactType.Struct)
        {
            return result;
        }
        short id = 0;
        while (reader.NextField(ref id, out CompactType member))
        {
            switch (((LogicalKind)kind, id))
            {
                case (LogicalKind.Decimal, 1):
                    result = result with { Scale = reader.ReadInt32(member) };
                    break;
                case (LogicalKind.Integer, 1):
                    result = result with { BitWidth = reader.ReadByte(member) };
                    break;
                case (LogicalKind.Integer, 2):
                    result = result with { IsSigned = reader.AsBoolean(member) };
                    break;
                case (LogicalKind.Time or LogicalKind.Timestamp, 1):
                    result = result with { IsUtc = reader.AsBoolean(member) };
                    break;
                case (LogicalKind.Time or LogicalKind.Timestamp, 2):
                    ThriftCompactReader.Expect(member, CompactType.Struct);
                    result = result with { Unit = ReadUnit(reader.SkipRaw(member)) };
                    break;
                default:
                    reader.Skip(member);
                    break;
            }
        }
        return result;
    }

    private static TimeUnit ReadUnit(ReadOnlySpan<byte> union)
    {
        var reader = new ThriftCompactReader(union);
        short unit = 0;
        return reader.NextField(ref unit, out _) && unit is >= (short)TimeUnit.Milliseconds and <= (short)TimeUnit.Nanoseconds
            ? (TimeUnit)unit
            : TimeUnit.None;
    }
}
