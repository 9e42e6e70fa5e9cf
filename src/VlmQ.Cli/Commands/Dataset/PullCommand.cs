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
        ExampleCommand command = new(
            "pull",
            "Fetches a dataset from S3-compatible storage into a folder, each part held against its SHA-256, the manifest last; an "
                + "interrupted pull goes on in the middle of a part. The server and the keys are named as for `vlmq dataset push`.",
            "vlmq dataset pull s3://bucket/numberline --out numberline"
        )
        {
            location,
            output,
        };
        command.Transfers(
            "Parts fetched",
            (parsed, workers, progress, token) =>
                DatasetPull.RunAsync(parsed.GetValue(location)!, parsed.GetValue(output)!, workers, progress, token)
        );
        return command;
    }
}
