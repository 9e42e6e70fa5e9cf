using System.Collections.Immutable;
using System.CommandLine;
using VlmQ.Cli.Pipelines;
using VlmQ.Cli.Pipelines.Stages;
using VlmQ.Cli.Terminal;
using VlmQ.Core.Episodes;
using VlmQ.Core.Sampling;
using VlmQ.Datasets.Streaming;

namespace VlmQ.Cli.Commands.Dataset;

/// <summary><c>vlmq dataset stream</c>: reads batches as a trainer does, and says how fast, what, and where it stood at the end.</summary>
internal static class StreamCommand
{
    public static Command Create()
    {
        Argument<string[]> datasets = new("TRANSITIONS")
        {
            Description = Options.DatasetOf("transitions") + " Several are mixed by weight: A=0.7 B=0.3.",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<bool> follow = Options.Follow();
        Option<int> rank = Options.Of("--rank", "Which of the trainers that read together this one is, from 0.", 0);
        Option<int> world = Options.Of("--world", "Trainers that read together.", 1);
        Option<string?> passes = new("--passes")
        {
            Description = "With --follow and several trainers: a folder that all of them share, to agree which parts each pass has.",
            HelpName = "DIR",
        };
        Option<int> workers = Options.Workers("Batches decoded");
        Option<int> batches = Options.Of("--batches", "Batches to read.", 100);
        Option<string?> from = new("--from") { Description = "The `next` of an earlier stream, to go on from.", HelpName = "POSITION" };
        Option<int?> image = Options.Maybe<int?>("--image-size", "Side in pixels to which pictures are resized; as they are by default.");
        OrderOptions order = new();
        ExampleCommand command = new(
            "stream",
            "Reads and decodes batches as a trainer does, and says how fast they came, the share of the time that was waited for them (all "
                + "else that it does is to take the digest), a digest of their turns, and where to go on. The digests of ranks that read "
                + "together add up, modulo 2^128, to that of one rank that reads alone, with batches so many times as large.",
            "vlmq dataset stream transitions --rank 1 --world 4 --workers 2 --batches 500"
        )
        {
            datasets,
            follow,
            rank,
            world,
            passes,
            workers,
            batches,
            from,
            image,
        };
        order.AddTo(command);
        command.Runs(
            async (parsed, shell, token) =>
            {
                int ranks = parsed.GetValue(world);
                Fault? wrong =
                    order.Check(parsed, world, workers, batches)
                    ?? parsed.AtLeast(image, 1)
                    ?? parsed.AtMost(image, 16384)
                    ?? parsed.AtLeast(rank, 0)
                    ?? parsed.AtMost(rank, ranks - 1);
                if (wrong is not null)
                {
                    return wrong;
                }
                bool follows = parsed.GetValue(follow);
                if (parsed.GetValue(passes) is not null && !follows)
                {
                    return Fault.Configuration(
                        "there are no passes to agree on: parts stay as they are",
                        "--passes",
                        "add --follow, or leave it out"
                    );
                }
                TransitionStreamOptions options = order.Of(parsed) with
                {
                    Workers = parsed.GetValue(workers),
                    ImageSize = parsed.GetValue(image),
                    Share = new Share(parsed.GetValue(rank), ranks),
                    PassFolder = parsed.GetValue(passes),
                };
                TrainingData[] data = [.. parsed.GetValue(datasets)!.Select(text => TrainingData.Parse(text, follows).OrThrow())];
                StreamPosition? start = parsed.GetValue(from) is { } text ? StreamPosition.Parse(text, "--from").OrThrow() : null;
                if (start is not null && start.Sources.Length != data.Length)
                {
                    string what = $"the position is of {start.Sources.Length} datasets, {data.Length} are named";
                    return Fault.Configuration(what, "--from", "name the datasets of the stream that it is from, in their order");
                }
                ImmutableArray<StreamSource> sources = [.. data.Select(dataset => dataset.Open(token).OrThrow())];
                TransitionStream stream = (await TransitionStream.OpenAsync(sources, options, token).ConfigureAwait(false)).OrThrow();
                StreamOutcome outcome;
                await using (IProgressBoard board = shell.Progress())
                {
                    outcome = Read(stream, start, parsed.GetValue(batches), board, token);
                }
                shell.Result(outcome, Text);
                return ExitCode.Done;
            }
        );
        return command;
    }

    private static StreamOutcome Read(
        TransitionStream stream,
        StreamPosition? start,
        int count,
        IProgressBoard board,
        CancellationToken token
    )
    {
        using IProgressLine line = board.Begin("stream", count, "batches");
        using IEnumerator<StreamedBatch> batches = stream.ReadAsync(start, token).ToBlockingEnumerable(token).GetEnumerator();
        WaitMeter whole = new();
        TurnDigest digest = new();
        StreamPosition? next = start;
        double first = 0;
        for (int i = 0; i < count && whole.Next(batches); i++)
        {
            first = i == 0 ? whole.Elapsed.TotalSeconds : first;
            using StreamedBatch item = batches.Current;
            digest.Add(item.Batch);
            next = item.Next;
            line.Report(i + 1);
        }
        double seconds = whole.Elapsed.TotalSeconds;
        return new StreamOutcome
        {
            Batches = count,
            Turns = digest.Turns,
            Seconds = seconds,
            SecondsToFirstBatch = first,
            TurnsPerSecond = digest.Turns / seconds,
            WaitShare = whole.Share,
            Digest = digest.ToString(),
            Next = next!.ToString(),
        };
    }

    private static string Text(StreamOutcome outcome) =>
        TextTable.Render(
            ["stream", "value"],
            [
                ["batches", NumberText.Of($"{outcome.Batches:n0}")],
                ["turns", NumberText.Of($"{outcome.Turns:n0}")],
                ["seconds, to the first batch", NumberText.Of($"{outcome.Seconds:f2}, {outcome.SecondsToFirstBatch:f2}")],
                ["turns a second", NumberText.Of($"{outcome.TurnsPerSecond:n0}")],
                ["time waited for batches", NumberText.Percent(outcome.WaitShare)],
                ["digest of the turns", outcome.Digest],
            ]
        ) + $"\nnext: {outcome.Next}\n";
}
