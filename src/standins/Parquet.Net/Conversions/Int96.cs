using System.Runtime.InteropServices;

namespace Parquet.Conversions;

/// <summary>The twelve bytes of a timestamp as old writers stored it.</summary>
/// <param name="Nanoseconds">Since midnight.</param>
/// <param name="JulianDay">The day.</param>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct Int96(long Nanoseconds, uint JulianDay);
