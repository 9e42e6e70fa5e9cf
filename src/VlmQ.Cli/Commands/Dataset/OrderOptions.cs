using System.CommandLine;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Streaming;

namespace VlmQ.Cli.Commands.Dataset;

/// <summary>The options that decide a stream's order and batches.</summary>
internal sealed class OrderOptions
{
    private static readonly TransitionStreamOptions Defaults = new();

    private readonly Option<int> _window = Options.Of("--window-turns", "Turns of a window.", Defaults.WindowTurns);
    private readonly Option<int> _batch = Options.Of("--batch-windows", "Windows of a trainer's batch.", Defaults.BatchWindows);
    private readonly Option<int> _shuffle = Options.Of("--shuffle-turns", "Turns that are shuffled together.", (int)Defaults.ShuffleTurns);
    private readonly Option<int> _mixed = Options.Of("--mixed-parts", "Parts whose row groups are mixed.", Defaults.MixedParts);
    private readonly Option<long> _seed = Options.Of("--seed", "The seed of the order.", Defaults.Seed);

    /// <summary>Gives a command the options.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _window, _batch, _shuffle, _mixed, _seed })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The fault of one of them, or of others that must be at least 1 as well; null where there is none.</summary>
    public Fault? Check(ParseResult parsed, params ReadOnlySpan<Option<int>> others)
    {
        foreach (Option<int> option in (Option<int>[])[.. others, _window, _batch, _shuffle, _mixed])
        {
            if (parsed.AtLeast(option, 1) is { } wrong)
            {
                return wrong;
            }
        }
        return null;
    }

    /// <summary>What was given.</summary>
    public TransitionStreamOptions Of(ParseResult parsed) =>
        new()
        {
            WindowTurns = parsed.GetValue(_window),
            BatchWindows = parsed.GetValue(_batch),
            ShuffleTurns = parsed.GetValue(_shuffle),
            MixedParts = parsed.GetValue(_mixed),
            Seed = parsed.GetValue(_seed),
        };
}
