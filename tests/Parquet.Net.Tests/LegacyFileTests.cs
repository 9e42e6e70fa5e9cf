using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Parquet.Schema;
using Converted = Parquet.Meta.ConvertedType;
using Physical = Parquet.Meta.Type;

namespace Parquet.Tests;

/// <summary>Forms that old writers wrote, and rare ones.</summary>
public sealed class LegacyFileTests
{
    private const int Required = 0;
    private const int Optional = 1;
    private const int Repeated = 2;
    private const int ByteStreamSplit = 9;
    private const int Lz4 = 5;

    [Fact]
    public async Task Timestamps_of_96_bits_are_dates_and_times()
    {
        byte[] page = new byte[36];
        (long Nanoseconds, uint Day)[] stored = [(0, 2_440_588), (86_399_999_999_900, 2_440_587), (3_723_000_000_100, 2_460_311)];
        for (int i = 0; i < stored.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(page.AsSpan(12 * i), stored[i].Nanoseconds);
            BinaryPrimitives.WriteUInt32LittleEndian(page.AsSpan((12 * i) + 8), stored[i].Day);
        }
        byte[] file = HandMade.File(3, [HandMade.Leaf("t", Physical.INT96)], 1, new HandMadeColumn("t", Physical.INT96, 3, page));
        Assert.Equal(
            [
                new DateTime(1970, 1, 1),
                new DateTime(1969, 12, 31, 23, 59, 59).AddTicks(9_999_999),
                new DateTime(2024, 1, 1, 1, 2, 3).AddTicks(1),
            ],
            await ReadAsync<DateTime>(file, "t")
        );
    }

    [Theory]
    [InlineData(0, uint.MaxValue)]
    [InlineData(-1, 2_440_588u)]
    [InlineData(long.MaxValue, 2_440_588u)]
    public async Task A_timestamp_of_96_bits_that_no_clock_shows_is_refused(long nanoseconds, uint day)
    {
        byte[] page = new byte[12];
        BinaryPrimitives.WriteInt64LittleEndian(page, nanoseconds);
        BinaryPrimitives.WriteUInt32LittleEndian(page.AsSpan(8), day);
        byte[] file = HandMade.File(1, [HandMade.Leaf("t", Physical.INT96)], 1, new HandMadeColumn("t", Physical.INT96, 1, page));
        await Assert.ThrowsAsync<ParquetException>(() => ReadAsync<DateTime>(file, "t"));
    }

    [Fact]
    public async Task Converted_types_without_logical_ones_say_what_a_column_holds()
    {
        byte[] ints = MemoryMarshal.AsBytes<int>([-1, 200]).ToArray();
        byte[] longs = MemoryMarshal.AsBytes<long>([-1, 200]).ToArray();
        (string Name, Physical Type, Converted Converted)[] columns =
        [
            ("u8", Physical.INT32, Converted.UINT_8),
            ("i8", Physical.INT32, Converted.INT_8),
            ("u32", Physical.INT32, Converted.UINT_32),
            ("u64", Physical.INT64, Converted.UINT_64),
            ("date", Physical.INT32, Converted.DATE),
            ("clock", Physical.INT32, Converted.TIME_MILLIS),
            ("clock_us", Physical.INT64, Converted.TIME_MICROS),
            ("ms", Physical.INT64, Converted.TIMESTAMP_MILLIS),
            ("us", Physical.INT64, Converted.TIMESTAMP_MICROS),
        ];
        byte[] file = HandMade.File(
            2,
            [.. columns.Select(column => HandMade.Leaf(column.Name, column.Type, converted: column.Converted))],
            columns.Length,
            [.. columns.Select(column => new HandMadeColumn(column.Name, column.Type, 2, column.Type == Physical.INT32 ? ints : longs))]
        );
        await AssertValuesAsync<byte>(file, "u8", 255, 200);
        await AssertValuesAsync<sbyte>(file, "i8", -1, -56);
        await AssertValuesAsync<uint>(file, "u32", uint.MaxValue, 200u);
        await AssertValuesAsync<ulong>(file, "u64", ulong.MaxValue, 200ul);
        await AssertValuesAsync<DateTime>(file, "date", new DateTime(1969, 12, 31), new DateTime(1970, 7, 20));
        await AssertValuesAsync<int>(file, "clock", -1, 200);
        await AssertValuesAsync<long>(file, "clock_us", -1, 200);
        await AssertValuesAsync<DateTime>(file, "ms", DateTime.UnixEpoch.AddMilliseconds(-1), DateTime.UnixEpoch.AddMilliseconds(200));
        await AssertValuesAsync<DateTime>(file, "us", DateTime.UnixEpoch.AddTicks(-10), DateTime.UnixEpoch.AddTicks(2000));
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    [InlineData(253_402_300_800_000)]
    public async Task A_timestamp_beyond_the_calendar_is_refused(long count)
    {
        byte[] file = HandMade.File(
            1,
            [HandMade.Leaf("t", Physical.INT64, converted: Converted.TIMESTAMP_MILLIS)],
            1,
            new HandMadeColumn("t", Physical.INT64, 1, MemoryMarshal.AsBytes<long>([count]).ToArray())
        );
        await Assert.ThrowsAsync<ParquetException>(() => ReadAsync<DateTime>(file, "t"));
    }

    [Fact]
    public async Task Decimals_read_the_same_however_they_are_stored()
    {
        byte[] file = HandMade.File(
            2,
            [
                HandMade.Decimal("i", Physical.INT32, 2),
                HandMade.Decimal("l", Physical.INT64, 2),
                HandMade.Decimal("f", Physical.FIXED_LEN_BYTE_ARRAY, 2, length: 5),
                HandMade.Decimal("b", Physical.BYTE_ARRAY, 2),
                HandMade.Decimal("w", Physical.FIXED_LEN_BYTE_ARRAY, 2, length: 20),
            ],
            5,
            new HandMadeColumn("i", Physical.INT32, 2, MemoryMarshal.AsBytes<int>([-12345, 700]).ToArray()),
            new HandMadeColumn("l", Physical.INT64, 2, MemoryMarshal.AsBytes<long>([-12345, 700]).ToArray()),
            new HandMadeColumn("f", Physical.FIXED_LEN_BYTE_ARRAY, 2, [0xFF, 0xFF, 0xFF, 0xCF, 0xC7, 0, 0, 0, 2, 0xBC]),
            new HandMadeColumn("b", Physical.BYTE_ARRAY, 2, [2, 0, 0, 0, 0xCF, 0xC7, 3, 0, 0, 0, 0, 2, 0xBC]),
            new HandMadeColumn(
                "w",
                Physical.FIXED_LEN_BYTE_ARRAY,
                2,
                [.. Enumerable.Repeat((byte)0xFF, 18), 0xCF, 0xC7, .. new byte[18], 2, 0xBC]
            )
        );
        foreach (string name in new[] { "i", "l", "f", "b", "w" })
        {
            await AssertValuesAsync<decimal>(file, name, -123.45m, 7.00m);
        }
    }

    [Fact]
    public async Task A_decimal_of_more_digits_than_are_supported_is_refused()
    {
        byte[] large = [0, 0, 0, 1, .. new byte[12]];
        byte[] larger = [1, .. new byte[19]];
        byte[] file = HandMade.File(
            1,
            [
                HandMade.Decimal("large", Physical.FIXED_LEN_BYTE_ARRAY, 2, length: 16),
                HandMade.Decimal("larger", Physical.FIXED_LEN_BYTE_ARRAY, 2, length: 20),
                HandMade.Decimal("fine", Physical.INT32, 29),
            ],
            3,
            new HandMadeColumn("large", Physical.FIXED_LEN_BYTE_ARRAY, 1, large),
            new HandMadeColumn("larger", Physical.FIXED_LEN_BYTE_ARRAY, 1, larger),
            new HandMadeColumn("fine", Physical.INT32, 1, new byte[4])
        );
        foreach (string name in new[] { "large", "larger", "fine" })
        {
            await Assert.ThrowsAsync<ParquetException>(() => ReadAsync<decimal>(file, name));
        }
    }

    [Fact]
    public async Task Split_bytes_of_every_type_read_equal()
    {
        var half = new HandMade().Struct(15, new HandMade());
        var uuid = new HandMade().Struct(14, new HandMade());
        byte[] wide = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
        byte[] file = HandMade.File(
            2,
            [
                HandMade.Leaf("i", Physical.INT32),
                HandMade.Leaf("u", Physical.INT32, converted: Converted.UINT_16),
                HandMade.Leaf("l", Physical.INT64),
                HandMade.Leaf("d", Physical.DOUBLE),
                HandMade.Leaf("h", Physical.FIXED_LEN_BYTE_ARRAY, length: 2, logical: half),
                HandMade.Leaf("x", Physical.FIXED_LEN_BYTE_ARRAY, length: 3),
                HandMade.Leaf("g", Physical.FIXED_LEN_BYTE_ARRAY, length: 16, logical: uuid),
            ],
            7,
            SplitColumn("i", Physical.INT32, 4, MemoryMarshal.AsBytes<int>([-2, 0x01020304])),
            SplitColumn("u", Physical.INT32, 4, MemoryMarshal.AsBytes<int>([65535, 3])),
            SplitColumn("l", Physical.INT64, 8, MemoryMarshal.AsBytes<long>([-3, 0x0102030405060708])),
            SplitColumn("d", Physical.DOUBLE, 8, MemoryMarshal.AsBytes<double>([1.5, -Math.PI])),
            SplitColumn("h", Physical.FIXED_LEN_BYTE_ARRAY, 2, MemoryMarshal.AsBytes<Half>([(Half)1.5, (Half)(-2)])),
            SplitColumn("x", Physical.FIXED_LEN_BYTE_ARRAY, 3, [1, 2, 3, 4, 5, 6]),
            SplitColumn("g", Physical.FIXED_LEN_BYTE_ARRAY, 16, wide)
        );
        await AssertValuesAsync<int>(file, "i", -2, 0x01020304);
        await AssertValuesAsync<ushort>(file, "u", (ushort)65535, (ushort)3);
        await AssertValuesAsync<long>(file, "l", -3, 0x0102030405060708);
        await AssertValuesAsync<double>(file, "d", 1.5, -Math.PI);
        await AssertValuesAsync<Half>(file, "h", (Half)1.5, (Half)(-2));
        Assert.Equal(
            ["010203", "040506"],
            (await ReadAsync<ReadOnlyMemory<byte>>(file, "x")).Select(value => Convert.ToHexString(value.Span))
        );
        Assert.Equal(
            ["00010203-0405-0607-0809-0a0b0c0d0e0f", "10111213-1415-1617-1819-1a1b1c1d1e1f"],
            (await ReadAsync<Guid>(file, "g")).Select(value => value.ToString())
        );
    }

    [Fact]
    public async Task A_list_of_two_levels_keeps_null_and_empty_lists_apart()
    {
        // [5, 6], null, [], [7]
        byte[] file = HandMade.File(
            4,
            [HandMade.Group("l", 1, Optional, Converted.LIST), HandMade.Leaf("element", Physical.INT32, Repeated)],
            1,
            new HandMadeColumn("l/element", Physical.INT32, 5, Page([0, 1, 0, 0, 0], [2, 2, 0, 1, 2], 5, 6, 7))
        );
        await AssertLevelsAsync(file, "l/element", [5, 6, 7], [2, 2, 0, 1, 2], [0, 1, 0, 0, 0]);
    }

    [Theory]
    [InlineData("array")]
    [InlineData("l_tuple")]
    public async Task A_list_whose_repeated_group_is_its_item_is_a_list_of_structs(string name)
    {
        byte[] file = HandMade.File(
            3,
            [
                HandMade.Group("l", 1, Optional, Converted.LIST),
                HandMade.Group(name, 1, Repeated),
                HandMade.Leaf("a", Physical.INT32, Optional),
            ],
            1,
            // [{5}, {null}], [], [{6}]
            new HandMadeColumn($"l/{name}/a", Physical.INT32, 4, Page([0, 1, 0, 0], [3, 2, 1, 3], 5, 6))
        );
        Assert.Equal("[[5], [null]] [] [[6]]", await RowsAsync<int>(file, $"l/{name}/a"));
    }

    [Fact]
    public async Task Repeated_columns_and_groups_that_are_no_list_are_lists_all_the_same()
    {
        byte[] file = HandMade.File(
            3,
            [
                HandMade.Leaf("v", Physical.INT32, Repeated),
                HandMade.Group("g", 2, Repeated),
                HandMade.Leaf("a", Physical.INT32, Optional),
                HandMade.Leaf("b", Physical.INT32, Required),
            ],
            2,
            new HandMadeColumn("v", Physical.INT32, 4, Page([0, 1, 0, 0], [1, 1, 0, 1], 1, 2, 3)),
            // [{4, 7}, {null, 8}], [], [{5, 9}]
            new HandMadeColumn("g/a", Physical.INT32, 4, Page([0, 1, 0, 0], [2, 1, 0, 2], 4, 5)),
            new HandMadeColumn("g/b", Physical.INT32, 4, Page([0, 1, 0, 0], [1, 1, 0, 1], 7, 8, 9))
        );
        await using ParquetReader reader = await ParquetReader.CreateAsync(new MemoryStream(file));
        Assert.Equal(["v 1 1", "g/a 2 1", "g/b 1 1"], reader.Schema.DataFields.Select(Describe));
        await AssertLevelsAsync(file, "v", [1, 2, 3], [1, 1, 0, 1], [0, 1, 0, 0]);
        Assert.Equal("[[4], [null]] [] [[5]]", await RowsAsync<int>(file, "g/a"));
        Assert.Equal("[[7], [8]] [] [[9]]", await RowsAsync<int>(file, "g/b"));
    }

    [Fact]
    public async Task A_map_with_the_old_annotation_is_a_map()
    {
        byte[] file = HandMade.File(
            2,
            [
                HandMade.Group("m", 1, Optional, Converted.MAP_KEY_VALUE),
                HandMade.Group("map", 2, Repeated),
                HandMade.Leaf("key", Physical.INT32, Required),
                HandMade.Leaf("value", Physical.INT32, Optional),
            ],
            1,
            new HandMadeColumn("m/map/key", Physical.INT32, 3, Page([0, 1, 0], [2, 2, 0], 1, 2)),
            new HandMadeColumn("m/map/value", Physical.INT32, 3, Page([0, 1, 0], [3, 2, 0], 10))
        );
        Assert.Equal("[1, 2] null", await RowsAsync<int>(file, "m/map/key"));
        Assert.Equal("[10, null] null", await RowsAsync<int>(file, "m/map/value"));
    }

    [Theory]
    [InlineData("one frame", new byte[] { 0, 0, 0, 8, 0, 0, 0, 9, 0x80, 1, 0, 0, 0, 2, 0, 0, 0 })]
    [InlineData("two frames", new byte[] { 0, 0, 0, 4, 0, 0, 0, 5, 0x40, 1, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 5, 0x40, 2, 0, 0, 0 })]
    [InlineData("no frame", new byte[] { 0x80, 1, 0, 0, 0, 2, 0, 0, 0 })]
    public async Task Old_pages_of_LZ4_are_read_in_Hadoops_framing_and_without(string form, byte[] page)
    {
        var column = new HandMadeColumn("i", Physical.INT32, 2, page) { Codec = Lz4, PageLength = 8 };
        byte[] file = HandMade.File(2, [HandMade.Leaf("i", Physical.INT32)], 1, column);
        Assert.True(await ReadAsync<int>(file, "i") is [1, 2], form);
        for (int cut = 0; cut < page.Length; cut++)
        {
            byte[] damaged = HandMade.File(2, [HandMade.Leaf("i", Physical.INT32)], 1, column with { Page = page[..cut] });
            await Assert.ThrowsAsync<ParquetException>(() => ReadAsync<int>(damaged, "i"));
        }
    }

    private static string Describe(DataField field) => $"{field.Path} {field.MaxDefinitionLevel} {field.MaxRepetitionLevel}";

    private static HandMadeColumn SplitColumn(string name, Physical type, int size, ReadOnlySpan<byte> values)
    {
        byte[] split = new byte[values.Length];
        int count = values.Length / size;
        for (int i = 0; i < values.Length; i++)
        {
            split[(i % size * count) + (i / size)] = values[i];
        }
        return new HandMadeColumn(name, type, count, split) { Encoding = ByteStreamSplit };
    }

    private static byte[] Page(byte[] repetitions, byte[] definitions, params int[] values) =>
        [.. HandMade.Levels(repetitions), .. HandMade.Levels(definitions), .. MemoryMarshal.AsBytes<int>(values)];

    private static async Task AssertValuesAsync<T>(byte[] file, string path, params T[] expected)
        where T : struct
    {
        T[] values = await ReadAsync<T>(file, path);
        Assert.Equal(expected, values);
    }

    private static async Task AssertLevelsAsync(byte[] file, string path, int[] values, int[] definitions, int[] repetitions)
    {
        (int[] readValues, int[] readDefinitions, int[] readRepetitions) = await InMemory.ReadRawAsync<int>(new MemoryStream(file), path);
        Assert.Equal(values, readValues);
        Assert.Equal(definitions, readDefinitions);
        Assert.Equal(repetitions, readRepetitions);
    }

    private static async Task<T[]> ReadAsync<T>(byte[] file, string path)
        where T : struct => (await InMemory.ReadRawAsync<T>(new MemoryStream(file), path)).Values;

    private static async Task<string> RowsAsync<T>(byte[] file, string path)
        where T : struct
    {
        await using ParquetReader reader = await ParquetReader.CreateAsync(new MemoryStream(file));
        ParquetSchema schema = reader.Schema;
        DataField leaf = schema.FindDataField(new FieldPath(path.Split('/')));
        Field root = schema.Fields.Single(field => field.Name == leaf.Path.FirstPart);
        return string.Join(' ', (await SampleColumn.ReadAsync(reader.OpenRowGroupReader(0), root, leaf)).Select(Say));
    }

    private static string Say(object? row) =>
        row is object?[] items ? $"[{string.Join(", ", items.Select(Say))}]" : row?.ToString() ?? "null";
}
