using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace VlmQ.Cli.Commands;

/// <summary>A command's help, and below it its example.</summary>
internal sealed class HelpWithExample(HelpAction help, string rootExample) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        int ended = help.Invoke(parseResult);
        string example = parseResult.CommandResult.Command is ExampleCommand command ? command.Example : rootExample;
        parseResult.InvocationConfiguration.Output.WriteLine($"Example:\n  {example}");
        return ended;
    }
}
