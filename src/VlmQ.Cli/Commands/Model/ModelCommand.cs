using System.CommandLine;

namespace VlmQ.Cli.Commands.Model;

/// <summary><c>vlmq model</c>: what is done with models themselves.</summary>
internal static class ModelCommand
{
    public static Command Create() =>
        new("model", "Looks into, talks to and merges models.")
        {
            ModelInspectCommand.Create(),
            ModelChatCommand.Create(),
            ModelMergeCommand.Create(),
        };

    /// <summary>The argument that names a model.</summary>
    public static Argument<string> Argument() => new("DIR") { Description = $"The model: {NamedModelOptions.Names}." };
}
