using System.Buffers.Binary;
using Parquet.Meta;

namespace Parquet.Conversions;

/// <summary>Dates and points of time, stored as counts since 1970-01-01.</summary>
internal static class Times
{
    private const long TicksPerMicrosecond = TimeSpan.TicksPerMillisecond / 1000;
    private const int NanosecondsPerTick = 100;

    // Day 0 of an INT96 is the Julian day number of 0001-01-01 less 1721426 (proleptic Gregorian calendar, at midnight).
    private const int JulianDayOfYearOne = 1_721_426;

    /// <summary>Days; the time is midnight, UTC.</summary>
    public static ValueConversion Dates { get; } =
        new ValueConversion<int, DateTime>(days => At(days, TimeSpan.TicksPerDay, DateTimeKind.Utc));

    /// <summary>A day and the nanoseconds since its midnight, of no stated time zone.</summary>
    public static ValueConversion Legacy { get; } = new ValueConversion<Int96, DateTime>(FromLegacy);

    /// <summary>Counts of a unit. A nanosecond has no place in a <see cref="DateTime"/>: hundreds of them remain.</summary>
    /// <param name="unit">Of the counts.</param>
    /// <param name="kind">Of the times.</param>
    public static ValueConversion Timestamps(TimeUnit unit, DateTimeKind kind) =>
        unit switch
        {
            TimeUnit.Milliseconds => new ValueConversion<long, DateTime>(count => At(count, TimeSpan.TicksPerMillisecond, kind)),
            TimeUnit.Microseconds => new ValueConversion<long, DateTime>(count => At(count, TicksPerMicrosecond, kind)),
            _ => new ValueConversion<long, DateTime>(count => At(count / NanosecondsPerTick, 1, kind)),
        };

    private static DateTime At(long count, long ticks, DateTimeKind kind)
    {
        long least = -(DateTime.UnixEpoch.Ticks / ticks);
        long most = (DateTime.MaxValue.Ticks - DateTime.UnixEpoch.Ticks) / ticks;
        return count >= least && count <= most ? new DateTime(DateTime.UnixEpoch.Ticks + (count * ticks), kind) : throw Beyond();
    }

    private static DateTime FromLegacy(Int96 value)
    {
        long days = (long)value.JulianDay - JulianDayOfYearOne;
        long lastDay = DateTime.MaxValue.Ticks / TimeSpan.TicksPerDay;
        return days >= 0 && days <= lastDay && value.Nanoseconds is >= 0 and < NanosecondsPerTick * TimeSpan.TicksPerDay
            ? new DateTime((days * TimeSpan.TicksPerDay) + (value.Nanoseconds / NanosecondsPerTick), DateTimeKind.Unspecified)
            : throw Beyond();
    }

    private static ParquetException Beyond() => new("A point of time is outside the years 1 to 9999.");
}
