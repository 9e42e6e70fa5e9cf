using System.CommandLine;
using VlmQ.Cli.Pipelines;
using VlmQ.Cli.Pipelines.Stages;
using VlmQ.Cli.Terminal;
using VlmQ.Core.Episodes;
using VlmQ.Core.Prompting;
using VlmQ.Datasets.Conversion;
using VlmQ.Datasets.Tokenization;

namespace VlmQ.Cli.Commands;

/// <summary><c>vlmq convert</c>: episodes become transitions.</summary>
internal static class ConvertCommand
{
    public static Command Create()
    {
        Argument<string> source = new("EPISODES") { Description = "The folder of a dataset of episodes." };
        Option<string> output = new("--out") { Description = "The transitions' folder; one that an interrupted run left is gone on with.", HelpName = "DIR", Required = true };
        Option<string> tokenizer = new("--tokenizer") { Description = "A shipped tokenizer's name, or a folder with vocab.json and merges.txt.", DefaultValueFactory = _ => "tiny" };
        Option<string> template = new("--template") { Description = "The prompt template.", DefaultValueFactory = _ => PromptTemplate.Brief };
        Option<int?> imageSize = new("--image-size") { Description = "Side in pixels to which pictures are resized; without it they are kept as they are." };
        Option<int> replyLimit = new("--reply-limit") { Description = "Most tokens of a reply; episodes with longer ones are rejected.", DefaultValueFactory = _ => 1024 };
        Option<int> workers = new("--workers") { Description = "Episodes converted at once; the bytes do not depend on it.", DefaultValueFactory = _ => 2 };
        Command command = new("convert", "Turns a dataset of episodes into token transitions for a model.\n\nExample:\n  vlmq convert episodes --tokenizer tiny --image-size 60 --out transitions")
        {
            source, output, tokenizer, template, imageSize, replyLimit, workers,
        };
        command.Runs(async (parsed, shell, token) =>
        {
            Fault? wrong = Invocation.AtLeast("--image-size", parsed.GetValue(imageSize), 1) ?? Invocation.AtLeast("--workers", parsed.GetValue(workers), 1)
                ?? Invocation.AtLeast("--reply-limit", parsed.GetValue(replyLimit), 1);
            if (wrong is not null)
            {
                return wrong;
            }
            TextTokenizer text = Tokenizers.Load(parsed.GetValue(tokenizer)!).OrThrow();
            ConversionOptions options = new()
            {
                Template = parsed.GetValue(template)!,
                ImageSize = parsed.GetValue(imageSize),
                ReplyLimit = parsed.GetValue(replyLimit),
                Workers = parsed.GetValue(workers),
            };
            Result<ConversionSummary> converted;
            await using (IProgressBoard board = shell.Progress())
            {
                converted = await ConvertStage.RunAsync("convert", parsed.GetValue(source)!, parsed.GetValue(output)!, text, options, board, token).ConfigureAwait(false);
            }
            return converted.Map(summary =>
            {
                var manifest = summary.Manifest;
                shell.Result(
                    new { summary.Folder, manifest.Episodes, manifest.Turns, manifest.Rows, manifest.Rejects, manifest.Bytes, digest = manifest.ContentDigest() },
                    result => $"{result.Episodes} episodes, {result.Turns} turns, {result.Bytes} bytes in {result.Folder}; {result.Rejects} rejected");
                return ExitCode.Done;
            });
        });
        return command;
    }
}
