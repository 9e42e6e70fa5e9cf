using System.Text.Json;
using VlmQ.Datasets.Images;
using VlmQ.Datasets.Importing.Flat;
using VlmQ.Datasets.Writing;

namespace VlmQ.Datasets.Importing;

/// <summary>How what other tools wrote becomes episodes.</summary>
public sealed record ImportOptions
{
    /// <summary>The environment and policy of episodes that name none.</summary>
    public const string Unknown = "imported";

    /// <summary>The format; null finds out from the first file.</summary>
    public ImportFormat? Format { get; init; }

    /// <summary>The folder that paths of pictures are relative to and must not leave; null for the folder of the file that names them.</summary>
    public string? ImageRoot { get; init; }

    /// <summary>Which columns mean what; needed for Parquet.</summary>
    public ColumnMap? Map { get; init; }

    /// <summary>The environment of all episodes; null for what each says, or <see cref="Unknown"/>.</summary>
    public string? Environment { get; init; }

    /// <summary>The policy of all episodes; null for what each says, or <see cref="Unknown"/>.</summary>
    public string? Policy { get; init; }

    /// <summary>Rewards.</summary>
    public RewardRule Rewards { get; init; } = new();

    /// <summary>A turn without a picture has the one that was last seen.</summary>
    public bool CarryImage { get; init; }

    /// <summary>What becomes of an episode that was cut short without a final observation; null refuses it.</summary>
    public CutRule? Cut { get; init; }

    /// <summary>Episodes that are made at once; the output does not depend on it.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Pixels beyond which a picture is refused.</summary>
    public long PixelLimit { get; init; } = PictureCodec.DefaultPixelLimit;

    /// <summary>How the episodes are cut into parts.</summary>
    public DatasetWriterOptions Writer { get; init; } = new();

    /// <summary>Throws if an option is out of range.</summary>
    /// <exception cref="ArgumentException">One is.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Workers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(PixelLimit, 1);
        Writer.Validate();
    }

    /// <summary>All that decides the episodes besides their source, as text.</summary>
    internal string Describe() =>
        string.Join(
            '\n',
            $"env {Environment}",
            $"policy {Policy}",
            Rewards.Describe(),
            $"carry {CarryImage}",
            $"cut {Cut}",
            $"pictures to {PixelLimit}",
            $"map {JsonSerializer.Serialize(Map)}"
        );
}
