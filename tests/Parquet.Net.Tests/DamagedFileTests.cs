using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Parquet.Data;
using Parquet.Meta.Proto;
using Parquet.Schema;

namespace Parquet.Tests;

public sealed class DamagedFileTests
{
    [Fact]
    public async Task Every_truncation_is_refused_as_not_being_a_whole_file()
    {
        byte[] file = await HostileFileTests.SampleAsync(CompressionMethod.Snappy, false);
        for (int length = 0; length < file.Length; length += 97)
        {
            await Assert.ThrowsAsync<IOException>(() => HostileFileTests.ReadAsync(file[..length]));
        }
    }

    [Fact]
    public async Task A_stream_of_something_else_is_an_io_error()
    {
        await Assert.ThrowsAsync<IOException>(() => HostileFileTests.ReadAsync(Encoding.UTF8.GetBytes("this is not a table at all")));
    }

    [Fact]
    public async Task A_footer_longer_than_the_file_is_an_io_error()
    {
        byte[] file = await HostileFileTests.SampleAsync(CompressionMethod.None, false);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(file.Length - 8), int.MaxValue);
        await Assert.ThrowsAsync<IOException>(() => HostileFileTests.ReadAsync(file));
    }

    [Fact]
    public async Task A_footer_of_noise_is_a_protocol_error()
    {
        byte[] file = await HostileFileTests.SampleAsync(CompressionMethod.None, false);
        int footer = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(file.Length - 8));
        file.AsSpan(file.Length - 8 - footer, footer).Fill(0xFF);
        await Assert.ThrowsAsync<ThriftProtocolException>(() => HostileFileTests.ReadAsync(file));
    }
}
