using System.CommandLine;
using VlmQ.Cli.Configuration;
using VlmQ.Cli.Models;
using VlmQ.Cli.Pipelines;
using VlmQ.Cli.Pipelines.Stages;
using VlmQ.Cli.Terminal;
using VlmQ.Core.Episodes;
using VlmQ.Models.Devices;

namespace VlmQ.Cli.Commands;

/// <summary><c>vlmq train</c>: one model on one dataset, or on several mixed by weight.</summary>
internal static class TrainCommand
{
    private const string Setting = "steps=100";

    public static Command Create()
    {
        Argument<string[]> source = new("TRANSITIONS")
        {
            Description = Options.DatasetOf("transitions") + " Several are mixed by weight: A=0.7 B=0.3.",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<bool> follow = Options.Follow();
        Option<string> output = Options.Out("checkpoint and metrics");
        Option<string> method = Options.Of("--method", "afsft or sft.", "afsft");
        NamedModelOptions models = new("The model to train on; left out, a small one is trained from scratch");
        Option<long> seed = Options.Of("--seed", "Seed of weights and order.", 1L);
        Option<int> threads = Options.Threads();
        Option<string> device = Options.Device();
        Option<string[]> set = SetOption.Create(Setting, "afsft.critics=4");
        ExampleCommand command = new(
            "train",
            "Trains a model on transitions, by supervised (sft) or advantage-filtered fine-tuning (afsft). --set names keys of a "
                + "pipeline's `train` part.",
            "vlmq train transitions=0.7 online=0.3 --follow --method afsft --set steps=900 --set afsft.beta=-0.02 --out model"
        )
        {
            source,
            follow,
            output,
            method,
            seed,
            threads,
            device,
            set,
        };
        models.AddTo(command);
        command.Runs(
            async (parsed, shell, token) =>
            {
                TrainConfiguration train = SetOption.Configure<TrainConfiguration>(parsed.GetValue(set), Setting).OrThrow();
                if (parsed.GetValue(method) is not ("afsft" or "sft"))
                {
                    return Fault.Configuration($"there is no method '{parsed.GetValue(method)}'", "--method", "use afsft or sft");
                }
                if ((parsed.AtLeast(threads, 1) ?? ComputeDevice.Refusal(parsed.GetValue(device)!)) is { } wrong)
                {
                    return wrong;
                }
                NamedModel? model = models.Model(parsed).OrThrow();
                TrainStage stage = new()
                {
                    Transitions = [.. parsed.GetValue(source)!.Select(text => TrainingData.Parse(text, parsed.GetValue(follow)).OrThrow())],
                    Tokenizer = models.Tokenizer(parsed, model).OrThrow(),
                    Model = model,
                    Train = train,
                    Method = parsed.GetValue(method) == "sft" ? Method.Sft : Method.Afsft,
                    Seed = parsed.GetValue(seed),
                    Steps = train.Steps,
                    Computing = new Computing(parsed.GetValue(threads), parsed.GetValue(device)!),
                };
                Result<TrainOutcome> trained;
                await using (IProgressBoard board = shell.Progress())
                {
                    trained = await stage.RunAsync("train", parsed.GetValue(output)!, board, token).ConfigureAwait(false);
                }
                return trained.Map(outcome =>
                {
                    shell.Result(
                        outcome,
                        made => NumberText.Of($"{made.Steps} steps in {made.CpuSeconds:f1} CPU seconds; checkpoint: {made.Checkpoint}")
                    );
                    return ExitCode.Done;
                });
            },
            Invocation.Always
        );
        return command;
    }
}
