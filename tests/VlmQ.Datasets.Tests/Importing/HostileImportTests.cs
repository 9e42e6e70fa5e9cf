using VlmQ.Core.Episodes;
using VlmQ.Datasets.Episodes;
using VlmQ.Datasets.Importing;
using VlmQ.Datasets.Importing.Chat;
using VlmQ.Datasets.Importing.Flat;
using VlmQ.Datasets.Importing.Pictures;
using VlmQ.Datasets.Tests.Support;
using VlmQ.Tests.Shared;

namespace VlmQ.Datasets.Tests.Importing;

/// <summary>Files of strangers: each is imported or refused, within a budget of memory, and never read outside of its folder.</summary>
public sealed class HostileImportTests
{
    private static readonly string Shipped = Path.Combine(Repository.Root, "data", "import");

    [Theory]
    [InlineData("openai", "chat.jsonl", ImportFormat.Openai)]
    [InlineData("llava", "llava.json", ImportFormat.Llava)]
    public async Task Damaged_conversations_are_imported_or_refused(string folder, string name, ImportFormat format)
    {
        byte[] original = File.ReadAllBytes(Path.Combine(Shipped, folder, name));
        Assert.True(Imported(original, folder, name, format) > 0);
        int refused = await Fuzz.RunAsync(
            [original],
            file => Imported(file, folder, name, format),
            thrown => thrown is FaultException,
            ConversationsBudget
        );
        Assert.InRange(refused, Fuzz.Mutations / 20, Fuzz.Mutations);
    }

    [Theory]
    [InlineData("openai", "chat.jsonl", ImportFormat.Openai, 34767)]
    [InlineData("llava", "llava.json", ImportFormat.Llava, 68015)]
    public async Task A_path_of_thousands_of_names_is_not_followed(string folder, string name, ImportFormat format, int seed)
    {
        byte[] damaged = Mutations.Of(File.ReadAllBytes(Path.Combine(Shipped, folder, name)), seed);
        await Fuzz.TryAsync(
            damaged,
            seed,
            file => Imported(file, folder, name, format),
            thrown => thrown is FaultException,
            ConversationsBudget
        );
    }

    [Fact]
    public async Task Damaged_tables_of_tasks_are_read_or_refused()
    {
        byte[] original = File.ReadAllBytes(Path.Combine(Shipped, "lerobot", "meta", "tasks.jsonl"));
        int refused = await Fuzz.RunAsync(
            [original],
            file => TaskTable.Read(new MemoryStream(file), "tasks.jsonl"),
            thrown => thrown is FaultException,
            length => (1 << 20) + (100L * length)
        );
        Assert.InRange(refused, Fuzz.Mutations / 4, Fuzz.Mutations);
    }

    [Fact]
    public async Task Damaged_tables_of_steps_are_read_or_refused()
    {
        using TemporaryFolder folder = new();
        string damaged = folder["steps.parquet"];
        ColumnMap map = new()
        {
            Columns = new MappedColumns
            {
                Episode = "episode_id",
                Step = "step",
                Image = "observation",
                Action = "action",
                Reward = "reward",
            },
            Pixels = new PixelLayout { Height = 32, Width = 32 },
            Actions = ["-", "+"],
        };
        IImportSource source = FlatSource.Create([damaged], new ImportOptions { Map = map }).OrThrow();
        byte[] original = File.ReadAllBytes(Path.Combine(Shipped, "minari", "steps.parquet"));
        Read(original);
        // The table's 58,368 pixels as numbers, their levels and pictures; what a damaged footer claims is held against the file's length.
        int refused = await Fuzz.RunAsync([original], Read, thrown => thrown is FaultException, length => (64 << 20) + (1000L * length));
        Assert.InRange(refused, Fuzz.Mutations / 4, Fuzz.Mutations);

        void Read(byte[] file)
        {
            File.WriteAllBytes(damaged, file);
            foreach (ImportItem item in source.ReadAsync(CancellationToken.None).ToBlockingEnumerable())
            {
                Assert.NotNull(item.Draft());
            }
        }
    }

    // A picture of the limit's size, decoded, for each of few conversations; what is parsed is in pooled memory.
    private static long ConversationsBudget(int length) => (64 << 20) + (200L * length);

    /// <summary>How many conversations of a file become episodes.</summary>
    private static int Imported(byte[] file, string folder, string name, ImportFormat format)
    {
        ImportOptions options = new() { PixelLimit = 1 << 20 };
        PictureLoader pictures = new(Path.Combine(Shipped, folder), options.PixelLimit);
        EpisodeBuilder builder = new(options);
        int made = 0;
        foreach (JsonText text in JsonTexts.Of(new MemoryStream(file), name))
        {
            Result<StoredEpisode> built = ChatReader
                .Read(text, format, options.Rewards, "id")
                .Bind(draft => builder.Build(draft, pictures));
            made += built is Result<StoredEpisode>.Ok ? 1 : 0;
        }
        return made;
    }
}
