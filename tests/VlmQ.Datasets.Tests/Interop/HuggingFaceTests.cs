using System.Text.Json;
using Parquet;
using Parquet.Schema;
using VlmQ.Datasets.Tests.Support;

namespace VlmQ.Datasets.Tests.Interop;

/// <summary>
/// What Hugging Face <c>datasets</c> needs to see a picture in the image column: it takes the features of a part's metadata for a column
/// only if the column's own type is the one of the feature, nullable all through; otherwise it would be a struct of bytes.
/// </summary>
public sealed class HuggingFaceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_part_tells_its_features()
    {
        await TransitionFolders.WriteAsync(_folder.Path, TransitionFolders.Episodes(2));
        await using FileStream part = File.OpenRead(_folder["part-00000.parquet"]);
        await using ParquetReader reader = await ParquetReader.CreateAsync(part, cancellationToken: TestContext.Current.CancellationToken);

        using JsonDocument metadata = JsonDocument.Parse(reader.CustomMetadata["huggingface"]);
        JsonElement features = metadata.RootElement.GetProperty("info").GetProperty("features");

        Assert.Equal(reader.Schema.Fields.Select(field => field.Name), features.EnumerateObject().Select(feature => feature.Name));
        Assert.Equal("""{"_type":"Image"}""", features.GetProperty("image").GetRawText());
        Assert.Equal("""{"dtype":"string","_type":"Value"}""", features.GetProperty("episode_id").GetRawText());
        Assert.Equal(
            """{"feature":{"dtype":"int32","_type":"Value"},"_type":"Sequence"}""",
            features.GetProperty("prompt_ids").GetRawText()
        );
    }

    [Fact]
    public async Task The_image_column_is_of_the_type_of_an_Image()
    {
        await TransitionFolders.WriteAsync(_folder.Path, TransitionFolders.Episodes(2));
        await using FileStream part = File.OpenRead(_folder["part-00000.parquet"]);
        await using ParquetReader reader = await ParquetReader.CreateAsync(part, cancellationToken: TestContext.Current.CancellationToken);

        StructField image = Assert.IsType<StructField>(Assert.Single(reader.Schema.Fields, field => field.Name == "image"));

        Assert.True(image.IsNullable);
        Assert.Equal(
            [("bytes", typeof(byte[]), true), ("path", typeof(string), true)],
            image.Fields.Select(field =>
                (field.Name, ((DataField)field).ClrType == typeof(ReadOnlyMemory<byte>) ? typeof(byte[]) : typeof(string), field.IsNullable)
            )
        );
    }

    [Fact]
    public async Task The_card_names_the_parts_and_the_features()
    {
        await TransitionFolders.WriteAsync(_folder.Path, TransitionFolders.Episodes(2));

        string card = await File.ReadAllTextAsync(_folder["README.md"], TestContext.Current.CancellationToken);

        Assert.StartsWith("---\n", card, StringComparison.Ordinal);
        Assert.Contains(
            "configs:\n- config_name: default\n  data_files:\n  - split: train\n    path: part-*.parquet\n",
            card,
            StringComparison.Ordinal
        );
        Assert.Contains("  - name: prompt_ids\n    sequence: int32\n", card, StringComparison.Ordinal);
        Assert.Contains("  - name: image\n    dtype: image\n", card, StringComparison.Ordinal);
        Assert.Contains("  splits:\n  - name: train\n    num_bytes: ", card, StringComparison.Ordinal);
    }
}
