using System.CommandLine;
using VlmQ.Datasets.Transfer;

namespace VlmQ.Cli.Commands.Dataset;

/// <summary><c>vlmq dataset pull</c>: a dataset from S3-compatible storage to a folder.</summary>
internal static class PullCommand
{
    public static Command Create()
    {
        Argument<string> location = new("LOCATION") { Description = "s3://bucket/prefix of a dataset." };
        Option<string> output = Options.Out("the dataset");
        Option<int> workers = Options.Of("--workers", "Parts fetched at once.", 4);
        ExampleCommand command = new(
            "pull",
            "Fetches a dataset from S3-compatible storage into a folder, each part held against its SHA-256, the manifest last; an "
                + "interrupted pull goes on in the middle of a part. The server and the keys are named as for `vlmq dataset push`.",
            "vlmq dataset pull s3://bucket/numberline --out numberline"
        )
        {
            location,
            output,
            workers,
        };
        command.Runs(
            async (parsed, shell, token) =>
                parsed.AtLeast(workers, 1) is { } wrong
                    ? wrong
                    : await shell
                        .TransferAsync(
                            "pull",
                            progress =>
                                DatasetPull.RunAsync(
                                    parsed.GetValue(location)!,
                                    parsed.GetValue(output)!,
                                    parsed.GetValue(workers),
                                    progress,
                                    token
                                )
                        )
                        .ConfigureAwait(false)
        );
        return command;
    }
}
