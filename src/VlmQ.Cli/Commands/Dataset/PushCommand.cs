using System.CommandLine;
using VlmQ.Datasets.Transfer;

namespace VlmQ.Cli.Commands.Dataset;

/// <summary><c>vlmq dataset push</c>: a dataset from a folder to S3-compatible storage.</summary>
internal static class PushCommand
{
    public static Command Create()
    {
        Argument<string> dataset = new("DATASET") { Description = "The folder of a dataset of episodes or transitions." };
        Argument<string> location = new("LOCATION") { Description = "s3://bucket/prefix, empty or with an earlier state of the dataset." };
        ExampleCommand command = new(
            "push",
            "Sends a dataset to S3-compatible storage, parts first and manifest last, so that there it is whole or not there at all; parts "
                + "that are there are passed over, so an interrupted push goes on. The server and the keys are those of AWS's own tools: "
                + "AWS_ENDPOINT_URL_S3, AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE.",
            "vlmq dataset push runs/numberline/episodes/noisy-seed1 s3://bucket/numberline"
        )
        {
            dataset,
            location,
        };
        command.Transfers(
            "Parts sent",
            (parsed, workers, progress, token) =>
                DatasetPush.RunAsync(parsed.GetValue(dataset)!, parsed.GetValue(location)!, workers, progress, token)
        );
        return command;
    }
}
