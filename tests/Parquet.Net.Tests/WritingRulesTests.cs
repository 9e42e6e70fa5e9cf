using Parquet.Schema;

namespace Parquet.Tests;

public sealed class WritingRulesTests
{
    private static readonly ParquetOptions Plain = new() { CompressionMethod = CompressionMethod.None };

    [Fact]
    public void Strings_and_binary_are_nullable_unless_told_otherwise_and_numbers_are_not()
    {
        Assert.True(new DataField<string>("s").IsNullable);
        Assert.True(new DataField("b", typeof(byte[])).IsNullable);
        Assert.False(new DataField<string>("s", false).IsNullable);
        Assert.False(new DataField<int>("i").IsNullable);
        Assert.True(new DataField<int?>("i").IsNullable);
        Assert.Equal(typeof(ReadOnlyMemory<char>), new DataField<string>("s").ClrType);
        Assert.Equal(typeof(ReadOnlyMemory<byte>), new DataField<byte[]>("b").ClrType);
        Assert.Equal(typeof(int?), new DataField<int?>("i").ClrNullableIfHasNullsType);
    }

    [Fact]
    public void A_path_of_one_string_is_one_name()
    {
        var schema = new ParquetSchema(new DataField<int>("a"), new ListField("l", new DataField<int>("element")));
        Assert.Equal("a", schema.FindDataField("a").Name);
        Assert.Equal("element", schema.FindDataField(new FieldPath("l", "list", "element")).Name);
        Assert.Throws<ArgumentException>(() => schema.FindDataField("l/list/element"));
    }

    [Fact]
    public async Task A_field_without_a_schema_is_refused()
    {
        await RefusesAsync<ArgumentException>(
            new DataField<int>("i"),
            (group, _) => group.WriteAsync<int>(new DataField<int>("i"), new[] { 1 })
        );
    }

    [Fact]
    public async Task A_field_of_an_equal_schema_is_accepted()
    {
        var twin = new ParquetSchema(new DataField<int>("i"));
        var schema = new ParquetSchema(new DataField<int>("i"));
        MemoryStream file = await InMemory.WriteAsync(schema, Plain, group => group.WriteAsync<int>(twin.DataFields[0], new[] { 5 }));
        (int[] read, _, _) = await InMemory.ReadRawAsync<int>(file, "i");
        Assert.Equal([5], read);
    }

    [Fact]
    public async Task A_null_in_a_required_column_is_refused_and_the_column_can_still_be_written()
    {
        var schema = new ParquetSchema(new DataField<string>("s", false), new DataField("b", typeof(byte[]), false));
        MemoryStream file = await InMemory.WriteAsync(
            schema,
            Plain,
            async group =>
            {
                await Assert.ThrowsAsync<ArgumentException>(() => group.WriteAsync(schema.DataFields[0], (string?[])["a", null]));
                await group.WriteAsync(schema.DataFields[0], (string?[])["a", "b"]);
                await Assert.ThrowsAsync<ArgumentException>(() => group.WriteAsync(schema.DataFields[1], (byte[]?[])[null, [1]]));
                await group.WriteAsync(
                    schema.DataFields[1],
                    (byte[]?[])
                        [
                            [],
                            [1],
                        ]
                );
            }
        );
        Assert.Equal(["a", "b"], (await InMemory.ReadRawAsync<ReadOnlyMemory<char>>(file, "s")).Values.Select(value => value.ToString()));
    }

    [Fact]
    public async Task Columns_are_written_in_order_once_and_with_the_same_number_of_rows()
    {
        var schema = new ParquetSchema(new DataField<int>("a"), new DataField<int>("b"));
        DataField[] fields = schema.DataFields;
        MemoryStream file = await InMemory.WriteAsync(
            schema,
            Plain,
            async group =>
            {
                await Assert.ThrowsAsync<ArgumentException>(() => group.WriteAsync<int>(fields[1], new[] { 1 }));
                await group.WriteAsync<int>(fields[0], new[] { 1, 2 });
                Assert.Throws<InvalidOperationException>(group.CompleteValidate);
                await Assert.ThrowsAsync<ArgumentException>(() => group.WriteAsync<int>(fields[0], new[] { 1, 2 }));
                await Assert.ThrowsAsync<InvalidOperationException>(() => group.WriteAsync<int>(fields[1], new[] { 1 }));
                await group.WriteAsync<int>(fields[1], new[] { 3, 4 });
                await Assert.ThrowsAsync<InvalidOperationException>(() => group.WriteAsync<int>(fields[1], new[] { 3, 4 }));
            }
        );
        (int[] read, _, _) = await InMemory.ReadRawAsync<int>(file, "b");
        Assert.Equal([3, 4], read);
    }

    [Fact]
    public async Task Nullable_and_list_columns_need_nullable_values_or_levels()
    {
        await RefusesAsync<InvalidOperationException>(
            new DataField<int?>("i"),
            (group, field) => group.WriteAsync<int>(field, new[] { 1 })
        );
        await RefusesAsync<InvalidOperationException>(
            new ListField("l", new DataField<int>("element")),
            (group, field) => group.WriteAsync<int>(field, new[] { 1 }, new[] { 0 })
        );
        await RefusesAsync<ArgumentException>(
            new ListField("l", new DataField<int>("element")),
            (group, field) => group.WriteAsync<int>(field, new int?[] { 1 })
        );
    }

    [Theory]
    [InlineData(new[] { 2, 2, 2 }, new[] { 0, 1, 0 }, "more values than there are")]
    [InlineData(new[] { 2, 1 }, new[] { 0, 0 }, "fewer values than there are")]
    [InlineData(new[] { 2, 3 }, new[] { 0, 0 }, "a definition level that does not exist")]
    [InlineData(new[] { 2, -1, 2 }, new[] { 0, 0, 0 }, "a negative definition level")]
    [InlineData(new[] { 2, 2 }, new[] { 0, 2 }, "a repetition level that does not exist")]
    [InlineData(new[] { 2, 2 }, new[] { 1, 1 }, "a first row without a beginning")]
    [InlineData(new[] { 2, 2 }, new[] { 0 }, "fewer repetition than definition levels")]
    public async Task Levels_that_contradict_the_values_are_refused(int[] definitions, int[] repetitions, string why)
    {
        Assert.NotEmpty(why);
        await RefusesAsync<ArgumentException>(
            new ListField("l", new DataField<int>("element")),
            (group, field) => group.WriteAllPartsAsync<int>(field, new[] { 1, 2 }, definitions, repetitions, default)
        );
    }

    [Fact]
    public async Task Values_of_another_type_are_refused()
    {
        await RefusesAsync<ArgumentException>(new DataField<int>("i"), (group, field) => group.WriteAsync<long>(field, new[] { 1L }));
    }

    [Fact]
    public async Task A_row_group_with_columns_missing_makes_no_readable_file()
    {
        var schema = new ParquetSchema(new DataField<int>("a"), new DataField<int>("b"));
        var stream = new MemoryStream();
        await using (ParquetWriter writer = await ParquetWriter.CreateAsync(schema, stream, Plain))
        {
            using ParquetRowGroupWriter group = writer.CreateRowGroup();
            await group.WriteAsync<int>(schema.DataFields[0], new[] { 1 });
        }
        await Assert.ThrowsAsync<IOException>(() => ParquetReader.CreateAsync(stream));
    }

    [Fact]
    public async Task The_stream_stays_open_and_a_file_without_row_groups_is_whole()
    {
        var schema = new ParquetSchema(new DataField<int>("a"));
        var stream = new MemoryStream();
        await (await ParquetWriter.CreateAsync(schema, stream, Plain)).DisposeAsync();
        Assert.True(stream.CanWrite);
        await using ParquetReader reader = await ParquetReader.CreateAsync(stream);
        Assert.Equal(0, reader.RowGroupCount);
        Assert.Equal(schema, reader.Schema);
    }

    [Fact]
    public async Task A_stream_that_cannot_seek_can_be_written()
    {
        var schema = new ParquetSchema(new DataField<int>("a"));
        var stream = new MemoryStream();
        await using (var forward = new ForwardOnlyStream(stream))
        await using (ParquetWriter writer = await ParquetWriter.CreateAsync(schema, forward, Plain))
        {
            using ParquetRowGroupWriter group = writer.CreateRowGroup();
            await group.WriteAsync<int>(schema.DataFields[0], new[] { 4, 5 });
        }
        (int[] read, _, _) = await InMemory.ReadRawAsync<int>(new MemoryStream(stream.ToArray()), "a");
        Assert.Equal([4, 5], read);
    }

    private static async Task RefusesAsync<TException>(Field root, Func<ParquetRowGroupWriter, DataField, Task> write)
        where TException : Exception
    {
        var schema = new ParquetSchema(root);
        await using ParquetWriter writer = await ParquetWriter.CreateAsync(schema, new MemoryStream(), Plain);
        using ParquetRowGroupWriter group = writer.CreateRowGroup();
        await Assert.ThrowsAnyAsync<TException>(() => write(group, schema.DataFields[0]));
    }

    private sealed class ForwardOnlyStream(Stream inner) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);
    }
}
