using System.CommandLine;
using System.CommandLine.Help;
using VlmQ.Cli;
using VlmQ.Cli.Commands;
using VlmQ.Cli.Commands.Dataset;
using VlmQ.Cli.Commands.Env;
using VlmQ.Cli.Commands.Model;

RootCommand root = new(
    "Trains vision-language models to act: advantage-filtered fine-tuning (VLM Q-Learning) on what agents saw, said and earned."
);
root.Options.Add(Invocation.Json);
root.Options.Add(CacheOptions.Folder);
root.Options.Add(CacheOptions.Size);
root.Subcommands.Add(RunCommand.Create());
root.Subcommands.Add(CollectCommand.Create());
root.Subcommands.Add(VlmQ.Cli.Commands.ImportCommand.Create());
root.Subcommands.Add(ConvertCommand.Create());
root.Subcommands.Add(TrainCommand.Create());
root.Subcommands.Add(EvalCommand.Create());
root.Subcommands.Add(DatasetCommand.Create());
root.Subcommands.Add(EnvCommand.Create());
root.Subcommands.Add(ModelCommand.Create());
root.Subcommands.Add(InspectCommand.Create("vlmq inspect"));
root.Subcommands.Add(ReplayCommand.Create());
root.Subcommands.Add(BenchCommand.Create());
HelpOption help = root.Options.OfType<HelpOption>().Single();
help.Action = new HelpWithExample((HelpAction)help.Action!, "vlmq run pipelines/numberline.yaml");

ParseResult parsed = root.Parse(args.Length == 0 ? ["--help"] : args);
if (parsed.Action is not HelpWithExample && Usage.ErrorOf(parsed) is { } wrong)
{
    Console.Error.WriteLine("vlmq: " + wrong);
    return ExitCode.Configuration;
}

// Signals are Invocation's: by default the process would be ended two seconds after one, in the middle of a checkpoint.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
