using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;

namespace VlmQ.Datasets.Importing.Flat;

/// <summary>Which columns of a Parquet table mean what. Keys of the YAML file are the properties' names in snake_case.</summary>
public sealed record ColumnMap
{
    /// <summary>The columns by meaning.</summary>
    [Required]
    public MappedColumns Columns { get; init; } = new();

    /// <summary>The layout of pictures that are stored as pixels; left out for PNG and JPEG files and paths of such.</summary>
    public PixelLayout? Pixels { get; init; }

    /// <summary>The names of actions that are stored as whole numbers, from 0.</summary>
    public ImmutableArray<string> Actions { get; init; } = [];

    /// <summary>
    /// A table of tasks, one <c>{"task_index": …, "task": …}</c> a line, or a Parquet file of these columns; relative to the folder of
    /// the first file or the nearest one above that has it.
    /// </summary>
    public string? Tasks { get; init; }

    /// <summary>What no column says.</summary>
    public MappedConstants Constants { get; init; } = new();
}
