using System.CommandLine.Parsing;

namespace VlmQ.Cli.Commands;

internal static class CommandPath
{
    /// <summary>The names of a command and its parents below the root, outermost first.</summary>
    public static IEnumerable<string> Path(this CommandResult result)
    {
        List<string> names = [];
        for (SymbolResult? current = result; current is CommandResult { Parent: not null } command; current = command.Parent)
        {
            names.Insert(0, command.Command.Name);
        }
        return names;
    }
}
