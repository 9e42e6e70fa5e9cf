using System.CommandLine;
using VlmQ.Cli.Models;
using VlmQ.Cli.Terminal;
using VlmQ.Core.Episodes;
using VlmQ.Models;
using VlmQ.Models.Families;
using VlmQ.Models.Lora;

namespace VlmQ.Cli.Commands.Model;

/// <summary><c>vlmq model merge</c>: adapters become part of the weights.</summary>
internal static class ModelMergeCommand
{
    public static Command Create()
    {
        Argument<string> model = ModelCommand.Argument();
        Option<string?> adapter = new("--adapter")
        {
            Description = "The folder with the adapters; DIR itself where it holds them.",
            HelpName = "DIR",
        };
        Option<string> output = new("--out")
        {
            Description = "The folder for the merged model; it must not hold one.",
            HelpName = "DIR",
            Required = true,
        };
        ExampleCommand command = new(
            "merge",
            "Adds adapters to the weights of a model, W + s·B·A, and writes the whole model under its official names, in shards where it is "
                + "large, with its configuration and tokenizer.",
            "vlmq model merge moondream2 --adapter model/checkpoint --out merged"
        )
        {
            model,
            adapter,
            output,
        };
        command.Runs(
            (parsed, shell, token) =>
                Task.FromResult(Merge(parsed.GetValue(model)!, parsed.GetValue(adapter), parsed.GetValue(output)!, shell, token))
        );
        return command;
    }

    private static Result<int> Merge(string name, string? adapter, string target, Shell shell, CancellationToken token)
    {
        if (File.Exists(Path.Combine(target, ModelFolder.ConfigFileName)))
        {
            return Fault.Configuration("the folder holds a model already", target, "name another --out, or remove it");
        }
        NamedModel found = NamedModel.Find(name).OrThrow();
        using OfficialCheckpoint checkpoint = OfficialCheckpoint.Open(found.Base).OrThrow();
        using LoraAdapters loaded = LoraAdapters.Load(adapter ?? found.Folder, checkpoint.Description.AdaptableLinears).OrThrow();
        long bytes = AdapterMerge.Write(checkpoint, loaded, target, token);
        shell.Result(
            new
            {
                folder = target,
                checkpoint.Description.Family,
                adapted = loaded.All.Count(),
                tensors = checkpoint.Tensors.Length,
                bytes,
            },
            made => $"{made.Family}: {made.adapted} adapted layers merged; {NumberText.Bytes(made.bytes)} in {made.folder}"
        );
        return ExitCode.Done;
    }
}
