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
