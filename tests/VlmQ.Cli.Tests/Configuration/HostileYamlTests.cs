using System.Text;
using VlmQ.Cli.Configuration;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Importing.Flat;
using VlmQ.Tests.Shared;

namespace VlmQ.Cli.Tests.Configuration;

public sealed class HostileYamlTests
{
    private const int LargestDocument = 1 << 20;

    [Fact]
    public async Task Damaged_pipelines_are_bound_or_refused_within_the_budget_and_nothing_else()
    {
        string folder = Path.Combine(Repository.Root, "pipelines");
        List<byte[]> originals = [.. Directory.EnumerateFiles(folder, "*.yaml").Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
        Assert.NotEmpty(originals);
        Assert.All(originals, Bind);
        int refused = await Fuzz.RunAsync(originals, Bind, IsClean, length => (8 << 20) + (4000L * length));
        Assert.InRange(refused, Fuzz.Mutations / 10, Fuzz.Mutations);
    }

    [Fact]
    public async Task Damaged_maps_of_columns_are_bound_or_refused_within_the_budget_and_nothing_else()
    {
        string folder = Path.Combine(Repository.Root, "data", "import");
        List<byte[]> originals =
        [
            .. Directory
                .EnumerateFiles(folder, "map.yaml", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .Select(File.ReadAllBytes),
        ];
        Assert.Equal(2, originals.Count);
        Assert.All(originals, BindMap);
        int refused = await Fuzz.RunAsync(originals, BindMap, IsClean, length => (8 << 20) + (4000L * length));
        Assert.InRange(refused, Fuzz.Mutations / 10, Fuzz.Mutations);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    [InlineData("? ")]
    [InlineData("!a ")]
    [InlineData("&a ")]
    public void A_document_nested_without_end_is_refused(string opening)
    {
        string text = string.Concat(Enumerable.Repeat(opening, LargestDocument / opening.Length));
        Assert.Throws<FaultException>(() => Bind(Encoding.UTF8.GetBytes(text)));
    }

    [Theory]
    [InlineData("&a [*a]")]
    [InlineData("&a {data: *a}")]
    [InlineData("{data: &a [*a, *a]}")]
    [InlineData("name: *b")]
    [InlineData("methods: [ba [ba [ba, sft, afsft]")]
    [InlineData("? &a [*a]\n: 1")]
    [InlineData("%YAML 99999999999.1\n---\nname: a")]
    public void A_document_that_once_crashed_the_reader_or_holds_itself_is_refused(string text) =>
        Assert.Throws<FaultException>(() => Bind(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("name: ", "'../../elsewhere'")]
    [InlineData("name: ", "/tmp/elsewhere")]
    [InlineData("name: ", "..")]
    [InlineData("name: ", "'a/b'")]
    [InlineData("name: ", "'a\\b'")]
    [InlineData("name: ", "\"a\\0\"")]
    [InlineData("name: ", "\"a\\n\"")]
    [InlineData("- name: ", "'../../elsewhere'")]
    [InlineData("- name: ", "/tmp/elsewhere")]
    [InlineData("- name: ", "'a/b'")]
    public void A_pipeline_whose_folders_would_lie_elsewhere_is_refused(string key, string name)
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, "pipelines", "numberline.yaml"));
        Bind(Encoding.UTF8.GetBytes(text));
        int at = text.IndexOf(key, StringComparison.Ordinal) + key.Length;
        string hostile = text[..at] + name + text[text.IndexOf('\n', at)..];
        FaultException refusal = Assert.Throws<FaultException>(() => Bind(Encoding.UTF8.GetBytes(hostile)));
        Assert.Contains("name", refusal.Fault.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("train=&a [*a]")]
    [InlineData("train=&a {steps: *a}")]
    public void A_setting_that_holds_itself_is_refused(string assignment) =>
        Assert.Throws<FaultException>(() =>
            YamlBinder
                .Bind<PipelineConfiguration>(YamlDocument.Parse("name: a", "a.yaml").OrThrow().Set(assignment, "a=1").OrThrow())
                .OrThrow()
        );

    [Fact]
    public void A_document_of_aliases_of_aliases_is_refused_without_being_unfolded()
    {
        var text = new StringBuilder("a0: &a0 [1, 1]\n");
        for (int i = 1; i < 60; i++)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n");
        }
        Assert.Throws<FaultException>(() => Bind(Encoding.UTF8.GetBytes(text.ToString())));
        Assert.Throws<FaultException>(() => Bind(Encoding.UTF8.GetBytes(text + "? *a59\n: 1\n")));
    }

    private static bool IsClean(Exception thrown) => thrown is FaultException;

    private static void BindMap(byte[] text) =>
        YamlDocument.Parse(Encoding.UTF8.GetString(text), "map.yaml").Bind(YamlBinder.Bind<ColumnMap>).OrThrow();

    private static void Bind(byte[] text) =>
        YamlDocument.Parse(Encoding.UTF8.GetString(text), "a.yaml").Bind(YamlBinder.Bind<PipelineConfiguration>).OrThrow();
}
