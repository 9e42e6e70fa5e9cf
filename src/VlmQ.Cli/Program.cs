using System.CommandLine;
using VlmQ.Cli;
using VlmQ.Cli.Commands;

RootCommand root = new("Trains vision-language models to act: advantage-filtered fine-tuning (VLM Q-Learning) on what agents saw, said and earned.");
root.Options.Add(Invocation.Json);
root.Subcommands.Add(RunCommand.Create());
root.Subcommands.Add(CollectCommand.Create());
root.Subcommands.Add(ConvertCommand.Create());
root.Subcommands.Add(TrainCommand.Create());
root.Subcommands.Add(EvalCommand.Create());
root.Subcommands.Add(InspectCommand.Create());
root.Subcommands.Add(BenchCommand.Create());

ParseResult parsed = root.Parse(args.Length == 0 ? ["--help"] : args);
if (parsed.Errors.Count > 0)
{
    string error = (parsed.UnmatchedTokens.Count > 0 && parsed.CommandResult.Parent is null
        ? $"there is no command '{parsed.UnmatchedTokens[0]}'"
        : parsed.Errors[0].Message).TrimEnd('.');
    Console.Error.WriteLine($"vlmq: {error}; see `{string.Join(' ', ["vlmq", .. parsed.CommandResult.Path()])} --help`");
    return ExitCode.Configuration;
}
return await parsed.InvokeAsync();
