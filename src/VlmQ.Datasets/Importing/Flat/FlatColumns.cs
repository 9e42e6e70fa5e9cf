using System.Globalization;
using Parquet;
using Parquet.Schema;
using VlmQ.Core.Episodes;

namespace VlmQ.Datasets.Importing.Flat;

/// <summary>The columns of one row group, each as what the map says that it is; null where a value is missing.</summary>
internal sealed class FlatColumns(FlatFile file, ParquetRowGroupReader group, CancellationToken cancellation)
{
    /// <summary>Rows of the group.</summary>
    public int Rows { get; } = Bounded(group.RowCount, file);

    /// <summary>Whole numbers of any width.</summary>
    public Task<long?[]> WholesAsync(string column) => WholesAsync(file.Column(column), "whole numbers");

    /// <summary>Numbers.</summary>
    public async Task<double?[]> NumbersAsync(string column)
    {
        DataField field = file.Column(column);
        return Type.GetTypeCode(field.ClrType) switch
        {
            TypeCode.Single => await ReadAsync<float, double>(field, value => value).ConfigureAwait(false),
            TypeCode.Decimal => await ReadAsync<decimal, double>(field, value => (double)value).ConfigureAwait(false),
            TypeCode.Double => await ReadAsync<double, double>(field, value => value).ConfigureAwait(false),
            _ => Array.ConvertAll(await WholesAsync(field, "numbers").ConfigureAwait(false), value => (double?)value),
        };
    }

    /// <summary>Truth values, or whole numbers of which 0 is false.</summary>
    public async Task<bool?[]> FlagsAsync(string column)
    {
        DataField field = file.Column(column);
        return field.ClrType == typeof(bool)
            ? await ReadAsync<bool, bool>(field, value => value).ConfigureAwait(false)
            : Array.ConvertAll(
                await WholesAsync(field, "true or false").ConfigureAwait(false),
                value => value is { } number ? number != 0 : (bool?)null
            );
    }

    /// <summary>Texts.</summary>
    public Task<string?[]> TextsAsync(string column) => TextsAsync(file.Column(column));

    /// <summary>Texts, or whole numbers made texts.</summary>
    public async Task<string?[]> LabelsAsync(string column, Func<long, string?> label)
    {
        DataField field = file.Column(column);
        return field.ClrType == typeof(ReadOnlyMemory<char>)
            ? await TextsAsync(field).ConfigureAwait(false)
            : Array.ConvertAll(
                await WholesAsync(field, "text or whole numbers").ConfigureAwait(false),
                value => value is { } number ? label(number) : null
            );
    }

    /// <summary>A column of texts.</summary>
    public async Task<string?[]> TextsAsync(DataField field)
    {
        Expect<ReadOnlyMemory<char>>(field, "text");
        string?[] values = new string?[Rows];
        await group.ReadAsync(field, values.AsMemory(), null, cancellation).ConfigureAwait(false);
        return values;
    }

    /// <summary>A column of bytes.</summary>
    public async Task<byte[]?[]> BytesAsync(DataField field)
    {
        Expect<ReadOnlyMemory<byte>>(field, "bytes");
        byte[]?[] values = new byte[]?[Rows];
        await group.ReadAsync(field, values.AsMemory(), null, cancellation).ConfigureAwait(false);
        return values;
    }

    /// <summary>A column of lists, or lists of lists, of whole numbers from 0 to 255; null for a list of none.</summary>
    /// <exception cref="FaultException">One is no byte.</exception>
    public Task<byte[]?[]> ByteListsAsync(DataField field) =>
        Type.GetTypeCode(field.ClrType) switch
        {
            TypeCode.Byte => ByteListsAsync<byte>(field, value => value),
            TypeCode.Int16 => ByteListsAsync<short>(field, value => value),
            TypeCode.UInt16 => ByteListsAsync<ushort>(field, value => value),
            TypeCode.Int32 => ByteListsAsync<int>(field, value => value),
            TypeCode.Int64 => ByteListsAsync<long>(field, value => value),
            _ => throw Wrong(field, "whole numbers from 0 to 255"),
        };

    private async Task<byte[]?[]> ByteListsAsync<T>(DataField field, Func<T, long> whole)
        where T : struct
    {
        (T[] values, int[] definitions, int[] repetitions) = await RawAsync<T>(field).ConfigureAwait(false);
        byte[]?[] lists = new byte[]?[Rows];
        int row = -1;
        int next = 0;
        int begin = 0;
        byte[] bytes = new byte[values.Length];
        for (int i = 0; i < repetitions.Length; i++)
        {
            if (repetitions[i] == 0)
            {
                Cut(row, begin, next);
                row++;
                begin = next;
            }
            if (definitions[i] == field.MaxDefinitionLevel)
            {
                long value = whole(values[next]);
                bytes[next++] = value is >= 0 and <= byte.MaxValue ? (byte)value : throw Wrong(field, "whole numbers from 0 to 255");
            }
        }
        Cut(row, begin, next);
        return lists;

        void Cut(int at, int first, int end)
        {
            if (end > first)
            {
                lists[at] = bytes[first..end];
            }
        }
    }

    private async Task<long?[]> WholesAsync(DataField field, string what) =>
        Type.GetTypeCode(field.ClrType) switch
        {
            TypeCode.SByte => await ReadAsync<sbyte, long>(field, value => value).ConfigureAwait(false),
            TypeCode.Byte => await ReadAsync<byte, long>(field, value => value).ConfigureAwait(false),
            TypeCode.Int16 => await ReadAsync<short, long>(field, value => value).ConfigureAwait(false),
            TypeCode.UInt16 => await ReadAsync<ushort, long>(field, value => value).ConfigureAwait(false),
            TypeCode.Int32 => await ReadAsync<int, long>(field, value => value).ConfigureAwait(false),
            TypeCode.UInt32 => await ReadAsync<uint, long>(field, value => value).ConfigureAwait(false),
            TypeCode.Int64 => await ReadAsync<long, long>(field, value => value).ConfigureAwait(false),
            _ => throw Wrong(field, what),
        };

    private async Task<TOut?[]> ReadAsync<T, TOut>(DataField field, Func<T, TOut> convert)
        where T : struct
        where TOut : struct
    {
        (T[] values, int[] definitions, _) = await RawAsync<T>(field).ConfigureAwait(false);
        TOut?[] read = new TOut?[Rows];
        int next = 0;
        for (int row = 0; row < read.Length; row++)
        {
            read[row] = definitions.Length == 0 || definitions[row] == field.MaxDefinitionLevel ? convert(values[next++]) : null;
        }
        return read;
    }

    // The values that are there one after the other, and a level for each place where one could be.
    private async Task<(T[] Values, int[] Definitions, int[] Repetitions)> RawAsync<T>(DataField field)
        where T : struct
    {
        int count = Bounded(group.GetMetadata(field)?.MetaData?.NumValues ?? throw file.Missing(field.Path.ToString()), file);
        T[] values = new T[count];
        int[] definitions = field.MaxDefinitionLevel > 0 ? new int[count] : [];
        int[] repetitions = field.MaxRepetitionLevel > 0 ? new int[count] : [];
        await group
            .ReadRawAsync<T>(
                field,
                values,
                field.MaxDefinitionLevel > 0 ? definitions.AsMemory() : (Memory<int>?)null,
                field.MaxRepetitionLevel > 0 ? repetitions.AsMemory() : (Memory<int>?)null,
                cancellation
            )
            .ConfigureAwait(false);
        return (values, definitions, repetitions);
    }

    private void Expect<T>(DataField field, string what)
    {
        if (field.ClrType != typeof(T))
        {
            throw Wrong(field, what);
        }
    }

    private FaultException Wrong(DataField field, string what) =>
        file.Wrong(
            field.Path.ToString(),
            $"holds values of type {NameOf(field.ClrType)}, not {what}",
            "map another column, or write it as that"
        );

    private static string NameOf(Type type) =>
        type == typeof(ReadOnlyMemory<char>) ? "text"
        : type == typeof(ReadOnlyMemory<byte>) ? "bytes"
        : type.Name;

    private static int Bounded(long count, FlatFile file) =>
        count is >= 0 and <= ImportLimits.GroupValues
            ? (int)count
            : throw new FaultException(
                Fault.Data(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"a row group has {count} values of one column, above {ImportLimits.GroupValues}"
                    ),
                    file.Path,
                    "write the table again with smaller row groups"
                )
            );
}
