using System.CommandLine;
using VlmQ.Cli.Configuration;
using VlmQ.Cli.Pipelines;
using VlmQ.Cli.Pipelines.Stages;
using VlmQ.Cli.Terminal;
using VlmQ.Core.Episodes;

namespace VlmQ.Cli.Commands;

/// <summary><c>vlmq train</c>: one model on one dataset.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        Argument<string> source = new("TRANSITIONS") { Description = "The folder of a dataset of transitions." };
        Option<string> output = new("--out") { Description = "The folder for checkpoint and metrics; one that an interrupted run left is gone on with.", HelpName = "DIR", Required = true };
        Option<string> method = new("--method") { Description = "afsft or sft.", DefaultValueFactory = _ => "afsft" };
        Option<string> tokenizer = new("--tokenizer") { Description = "The tokenizer of the transitions.", DefaultValueFactory = _ => "tiny" };
        Option<long> seed = new("--seed") { Description = "Seed of weights and order.", DefaultValueFactory = _ => 1 };
        Option<int> threads = new("--threads") { Description = "Threads of tensor arithmetic.", DefaultValueFactory = _ => 1 };
        Command command = new(
            "train",
            "Trains a model on transitions, by supervised (sft) or advantage-filtered fine-tuning (afsft). --set names keys of a pipeline's `train` part.\n\nExample:\n  vlmq train transitions --method afsft --set steps=900 --set afsft.beta=-0.02 --out model")
        {
            source, output, method, tokenizer, seed, threads, SetOption.Set,
        };
        command.Runs(async (parsed, shell, token) =>
        {
            TrainConfiguration train = SetOption.Configure<TrainConfiguration>(parsed.GetValue(SetOption.Set)).OrThrow();
            if (parsed.GetValue(method) is not ("afsft" or "sft"))
            {
                return Fault.Configuration($"there is no method '{parsed.GetValue(method)}'", "--method", "use afsft or sft");
            }
            if (Invocation.AtLeast("--threads", parsed.GetValue(threads), 1) is { } wrong)
            {
                return wrong;
            }
            TrainStage stage = new()
            {
                Transitions = parsed.GetValue(source)!,
                Tokenizer = Tokenizers.Load(parsed.GetValue(tokenizer)!).OrThrow(),
                Train = train,
                Method = parsed.GetValue(method) == "sft" ? Method.Sft : Method.Afsft,
                Seed = parsed.GetValue(seed),
                Steps = train.Steps,
                Threads = parsed.GetValue(threads),
            };
            Result<TrainOutcome> trained;
            await using (IProgressBoard board = shell.Progress())
            {
                trained = await stage.RunAsync("train", parsed.GetValue(output)!, board, token).ConfigureAwait(false);
            }
            return trained.Map(outcome =>
            {
                shell.Result(outcome, result => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{result.Steps} steps in {result.CpuSeconds:f1} CPU seconds; checkpoint: {result.Checkpoint}"));
                return ExitCode.Done;
            });
        });
        return command;
    }
}
