using System.CommandLine;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Writing;

namespace VlmQ.Cli.Commands;

/// <summary>The options of commands that make datasets of many files or folders: <c>convert</c> and <c>import</c>.</summary>
/// <param name="items">What is worked on at once, for the help.</param>
/// <param name="earlier">What may have been left by an earlier run, for the help.</param>
internal sealed class BatchOptions(string items, string earlier)
{
    private readonly Option<int> _workers = Options.Workers(items);
    private readonly Option<int> _partRows = Options.PartRows();
    private readonly Option<bool> _resume = Options.Of("--resume", $"Go on with what {earlier} left; false refuses such a folder.", true);
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Say what would be done, and write nothing." };

    /// <summary>Gives a command the options.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _workers, _partRows, _resume, _dryRun })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The fault of one of them; null where there is none.</summary>
    public Fault? Check(ParseResult parsed) => parsed.AtLeast(_workers, 1) ?? parsed.AtLeast(_partRows, 1);

    public int Workers(ParseResult parsed) => parsed.GetValue(_workers);

    public DatasetWriterOptions Writer(ParseResult parsed) => new() { PartRows = parsed.GetValue(_partRows) };

    public bool Resume(ParseResult parsed) => parsed.GetValue(_resume);

    public bool DryRun(ParseResult parsed) => parsed.GetValue(_dryRun);
}
