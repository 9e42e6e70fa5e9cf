using System.Collections.Immutable;
using System.CommandLine;
using VlmQ.Cli.Models;
using VlmQ.Cli.Terminal;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Tokenization;
using VlmQ.Models;
using VlmQ.Models.Families;
using VlmQ.Models.Lora;
using VlmQ.Models.Safetensors;

namespace VlmQ.Cli.Commands.Model;

/// <summary><c>vlmq model inspect</c>: what a model consists of, what memory it takes, and whether its tokenizer fits.</summary>
internal static class ModelInspectCommand
{
    public static Command Create()
    {
        Argument<string> model = ModelCommand.Argument();
        Option<int> batch = Options.Of("--batch", "Sequences at once.", 8);
        Option<int> sequence = Options.Of("--sequence", "Positions of a sequence: picture, prompt and reply.", 1024);
        Option<int> reply = Options.Of("--reply", "Tokens of a reply.", 32);
        Option<int> rank = Options.Of("--lora-rank", "Rank of adapters on the text model's layers; 0 for training all weights.", 16);
        Option<bool> recompute = new("--recompute") { Description = "Layers are computed again on the way back." };
        Option<int> critics = Options.Of("--critics", "Critic heads.", 2);
        Option<string?> tokenizer = Options.Maybe<string>("--tokenizer", "A tokenizer in place of the model's own.");
        Option<bool> measure = new("--measure")
        {
            Description = "Train two steps on random turns, and print the peak beside the estimate.",
        };
        ExampleCommand command = new(
            "inspect",
            "Shows a model's parts with their parameters and types, the memory to load, to infer and to train it, and whether its tokenizer "
                + "is the one that it was made with. Only headers are read; with --measure the model is loaded too.",
            "vlmq model inspect moondream2 --batch 8 --sequence 1024 --lora-rank 16"
        )
        {
            model,
            batch,
            sequence,
            reply,
            rank,
            recompute,
            critics,
            tokenizer,
            measure,
        };
        command.Runs(
            (parsed, shell, _) =>
            {
                Fault? wrong =
                    parsed.AtLeast(batch, 1)
                    ?? parsed.AtLeast(sequence, 2)
                    ?? parsed.AtLeast(reply, 1)
                    ?? parsed.AtLeast(rank, 0)
                    ?? parsed.AtLeast(critics, 1);
                if (wrong is not null)
                {
                    return Task.FromResult<Result<int>>(wrong);
                }
                NamedModel named = NamedModel.Find(parsed.GetValue(model)!).OrThrow();
                using OfficialCheckpoint checkpoint = OfficialCheckpoint.Open(named.Base).OrThrow();
                if (parsed.GetValue(sequence) > checkpoint.Description.ContextLength)
                {
                    return Task.FromResult<Result<int>>(
                        Fault.Configuration(
                            $"--sequence {parsed.GetValue(sequence)} is longer than the context of {checkpoint.Description.ContextLength}"
                        )
                    );
                }
                LoraOptions? lora = parsed.GetValue(rank) > 0 ? TextAdapters.Of(checkpoint.Description, parsed.GetValue(rank)) : null;
                MemoryUse use = new()
                {
                    Batch = parsed.GetValue(batch),
                    Sequence = parsed.GetValue(sequence),
                    ReplyTokens = parsed.GetValue(reply),
                    AdapterParameters = lora is null ? null : TextAdapters.Parameters(checkpoint.Description, lora),
                    Critics = new CriticSettings(parsed.GetValue(critics)),
                    Recomputes = parsed.GetValue(recompute),
                    WeightBytes = checkpoint.Dtype is SafetensorsDtype.BF16 or SafetensorsDtype.F16 && lora is not null ? 2 : 4,
                };
                Result<TextTokenizer> loaded = named.OpenTokenizer(parsed.GetValue(tokenizer));
                long? peak = parsed.GetValue(measure) ? TrainingPeak.Measure(named, checkpoint.Description, use, lora).OrThrow() : null;
                ModelReport report = ModelReport.Of(named, checkpoint, use, loaded, peak);
                shell.Result(report.Document(), _ => report.Text());
                return Task.FromResult(report.TokenizerFault is { } fault ? (Result<int>)fault : ExitCode.Done);
            }
        );
        return command;
    }
}
