using System.CommandLine;
using VlmQ.Cli.Pipelines;
using VlmQ.Cli.Pipelines.Stages;
using VlmQ.Cli.Terminal;
using VlmQ.Core.Episodes;
using VlmQ.Core.Prompting;
using VlmQ.Datasets.Conversion;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Tokenization;
using VlmQ.Datasets.Writing;

namespace VlmQ.Cli.Commands;

/// <summary><c>vlmq convert</c>: episodes become transitions.</summary>
internal static class ConvertCommand
{
    public static Command Create()
    {
        Argument<string> source = new("EPISODES") { Description = "The folder of a dataset of episodes." };
        Option<string> output = Options.Out("the transitions");
        Option<string> tokenizer = Options.Tokenizer();
        Option<string> template = Options.Template();
        Option<int?> imageSize = Options.Maybe<int?>("--image-size", "Side in pixels that pictures are resized to; kept without it.");
        Option<int> replyLimit = Options.Of("--reply-limit", "Most tokens of a reply; episodes with longer ones are rejected.", 1024);
        Option<int> workers = Options.Workers("Episodes converted");
        Option<int> partRows = Options.PartRows();
        ExampleCommand command = new(
            "convert",
            "Turns a dataset of episodes into token transitions for a model.",
            "vlmq convert episodes --tokenizer tiny --image-size 60 --out transitions"
        )
        {
            source,
            output,
            tokenizer,
            template,
            imageSize,
            replyLimit,
            workers,
            partRows,
        };
        command.Runs(
            async (parsed, shell, token) =>
            {
                Fault? wrong =
                    parsed.AtLeast(imageSize, 1)
                    ?? parsed.AtMost(imageSize, 16384)
                    ?? parsed.AtLeast(replyLimit, 1)
                    ?? parsed.AtLeast(workers, 1)
                    ?? parsed.AtLeast(partRows, 1);
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
                    Writer = new DatasetWriterOptions { PartRows = parsed.GetValue(partRows) },
                };
                Result<ConversionSummary> converted;
                await using (IProgressBoard board = shell.Progress())
                {
                    converted = await ConvertStage
                        .RunAsync("convert", parsed.GetValue(source)!, parsed.GetValue(output)!, text, options, board, token)
                        .ConfigureAwait(false);
                }
                return converted.Map(summary =>
                {
                    DatasetManifest made = summary.Manifest;
                    shell.Result(
                        new
                        {
                            summary.Folder,
                            made.Episodes,
                            made.Turns,
                            made.Rows,
                            made.Rejects,
                            made.Bytes,
                            digest = made.ContentDigest(),
                        },
                        _ =>
                            $"{made.Episodes} episodes, {made.Turns} turns, {made.Bytes} bytes in {summary.Folder}; {made.Rejects} rejected"
                    );
                    return ExitCode.Done;
                });
            }
        );
        return command;
    }
}
