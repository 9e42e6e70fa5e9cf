using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using VlmQ.Core.Environments;

namespace VlmQ.Cli.Configuration;

/// <summary>A pipeline as its YAML file states it: every data set × seed × method is collected, converted, trained and evaluated.</summary>
internal sealed record PipelineConfiguration
{
    /// <summary>Names the run folder <c>runs/&lt;name&gt;</c>.</summary>
    [Required, RegularExpression("[A-Za-z0-9][A-Za-z0-9._-]*", ErrorMessage = "must be letters, digits, '.', '_' and '-'")]
    public string Name { get; init; } = "";

    /// <summary>What the report says it is about.</summary>
    public string Description { get; init; } = "";

    /// <summary>An environment's id or short name.</summary>
    [Required]
    public string Environment { get; init; } = "";

    /// <summary>
    /// The model that is trained on: its folder or name, as <c>--model</c> takes it. Null: one is trained from scratch, as <c>train.model</c>
    /// says.
    /// </summary>
    public string? Model { get; init; }

    /// <summary>What the policies see: <c>image</c>, <c>text</c> or <c>both</c>.</summary>
    public ObservationKind Observations { get; init; } = ObservationKind.Image;

    /// <summary>One repetition a seed: of the data, of the initial weights, of everything.</summary>
    [MinLength(1, ErrorMessage = "must name at least one seed")]
    public ImmutableArray<long> Seeds { get; init; } = [1];

    /// <summary>The data sets to collect.</summary>
    [Required, MinLength(1, ErrorMessage = "must describe at least one data set")]
    public ImmutableArray<DataConfiguration> Data { get; init; } = [];

    /// <summary>How replies are read.</summary>
    public ReplyConfiguration Replies { get; init; } = new();

    /// <summary>How episodes become transitions.</summary>
    public ConvertConfiguration Convert { get; init; } = new();

    /// <summary>The model, and how it is trained.</summary>
    public TrainConfiguration Train { get; init; } = new();

    /// <summary>What is trained on each data set; <c>base</c> is the model before training.</summary>
    [MinLength(1, ErrorMessage = "must name at least one method")]
    public ImmutableArray<Method> Methods { get; init; } = [Method.Base, Method.Sft, Method.Afsft];

    /// <summary>How the trained models are judged.</summary>
    public EvaluateConfiguration Evaluate { get; init; } = new();

    /// <summary>Threads of tensor arithmetic.</summary>
    [Range(1, 1024)]
    public int Threads { get; init; } = 1;

    /// <summary>Where models are computed: <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Threads of the data stages.</summary>
    [Range(1, 1024)]
    public int Workers { get; init; } = 2;
}
