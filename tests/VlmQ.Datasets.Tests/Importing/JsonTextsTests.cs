using System.Text;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Importing.Chat;

namespace VlmQ.Datasets.Tests.Importing;

public sealed class JsonTextsTests
{
    [Theory]
    [InlineData("{\"a\": 1}\n{\"b\": 2}\n", "a:1 {\"a\": 1}|a:2 {\"b\": 2}")]
    [InlineData("\n\n {\"a\": 1}\r\n\n{\"b\": 2}", "a:3 {\"a\": 1}\r|a:5 {\"b\": 2}")]
    [InlineData("[{\"a\": \"]},{\\\"\"},\n {\"b\": [{}]}]\n", "a:1 {\"a\": \"]},{\\\"\"}|a:2 {\"b\": [{}]}")]
    [InlineData("\uFEFF[\n{}\n,\n{}\n]", "a:2 {}|a:4 {}")]
    [InlineData("[]", "")]
    [InlineData("  ", "")]
    public void Lines_and_elements_of_an_array_are_cut_out_with_their_line(string file, string expected) =>
        Assert.Equal(expected, string.Join('|', Read(file)));

    [Theory]
    [InlineData("[{},]", "a:1: a comma stands before the end")]
    [InlineData("[{}\n{}]", "a:2: the list goes on without a comma")]
    [InlineData("[{}", "a:1: the list goes on without a comma, or the file is cut short")]
    [InlineData("[\n\n{\"a\": \"", "a:3: the file ends inside of the conversation")]
    [InlineData("[1]", "a:1: a conversation must stand here")]
    [InlineData("[{}] x", "a:1: something follows the end of the list")]
    [InlineData("[{\"a\": \"0123456789012345678901234567890123456789\"}]", "a:1: the conversation has more than 40 bytes")]
    [InlineData("\n{\"a\": \"0123456789012345678901234567890123456789\"}", "a:2: the conversation has more than 40 bytes")]
    public void A_damaged_file_is_named_with_the_line(string file, string said) =>
        Assert.StartsWith(said, Assert.Throws<FaultException>(() => Read(file)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(new byte[] { 0x1F, 0x8B, 8, 0 }, "it is compressed: unpack it first")]
    [InlineData(new byte[] { 0x28, 0xB5, 0x2F, 0xFD }, "it is compressed: unpack it first")]
    [InlineData(new byte[] { 0xFF, 0xFE, 0x7B, 0 }, "it is UTF-16: save it as UTF-8")]
    [InlineData(new byte[] { 0xFE, 0xFF, 0, 0x7B }, "it is UTF-16: save it as UTF-8")]
    public void A_file_that_is_packed_or_in_another_encoding_is_refused_with_the_way_out(byte[] start, string remedy)
    {
        Fault fault = Assert.Throws<FaultException>(() => JsonTexts.Of(new MemoryStream(start), "a").Any()).Fault;
        Assert.Equal(("a", "the file is no JSON in UTF-8", remedy), (fault.Where, fault.What, fault.Remedy));
    }

    [Fact]
    public void Texts_longer_than_the_buffer_are_whole()
    {
        string text = "{\"a\": \"" + new string('é', 100_000) + "\"}";
        Assert.Equal(["a:1 " + text, "a:2 " + text], Read($"[{text},\n{text}]", limit: 1 << 20));
        Assert.Equal(["a:1 " + text, "a:2 " + text], Read($"{text}\n{text}\n", limit: 1 << 20));
    }

    [Theory]
    [InlineData("[", ",", "]")]
    [InlineData("", "\n", "")]
    public void A_conversation_is_given_before_the_file_is_read_to_its_end(string begin, string between, string end)
    {
        using MemoryStream stream = new(
            Encoding.UTF8.GetBytes(begin + string.Join(between, Enumerable.Repeat("{\"a\": 1}", 1 << 17)) + end)
        );
        using IEnumerator<JsonText> texts = JsonTexts.Of(stream, "a").GetEnumerator();
        for (int i = 1; texts.MoveNext(); i++)
        {
            Assert.InRange(stream.Position, 0, (i * 9L) + (1 << 17) + begin.Length + i);
        }
    }

    private static List<string> Read(string file, int limit = 40) =>
        [
            .. JsonTexts
                .Of(new MemoryStream(Encoding.UTF8.GetBytes(file)), "a", limit)
                .Select(text => $"{text.Where} {Encoding.UTF8.GetString(text.Utf8.Span)}"),
        ];
}
