using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using VlmQ.Core.Text;

namespace VlmQ.Cli.Commands;

/// <summary>Says in one line what is wrong with a command line.</summary>
internal static class Usage
{
    /// <summary>The first error, and where to read more; null where there is none.</summary>
    public static string? ErrorOf(ParseResult parsed)
    {
        string? error = UnknownOptionOf(parsed) ?? (parsed.Errors.Count > 0 ? TextOf(parsed) : EmptyOf(parsed));
        string help = string.Join(' ', ["vlmq", .. PathOf(parsed.CommandResult)]) + " --help";
        return error is null ? null : $"{error}; see `{help}`";
    }

    // Nothing that is asked for can be empty; it is where a shell's variable is not set, and as a path it would be the current folder.
    private static string? EmptyOf(ParseResult parsed)
    {
        for (SymbolResult? at = parsed.CommandResult; at is CommandResult command; at = command.Parent)
        {
            foreach (SymbolResult given in command.Children)
            {
                if (given.Tokens.Any(token => token.Value.Length == 0))
                {
                    return given switch
                    {
                        OptionResult option => $"{option.Option.Name} is empty",
                        ArgumentResult argument => $"{argument.Argument.Name} is empty",
                        _ => "an argument is empty",
                    };
                }
            }
        }
        return null;
    }

    private static string TextOf(ParseResult parsed)
    {
        ParseError error = parsed.Errors[0];
        bool isGroup = parsed.CommandResult.Command.Subcommands.Count > 0;
        return (isGroup, error.SymbolResult) switch
        {
            (true, _) when parsed.UnmatchedTokens.Count > 0 => UnknownCommand(parsed, parsed.UnmatchedTokens[0]),
            (true, _) => "a command is missing",
            (_, OptionResult { Option: { } option, Tokens: [{ Value: { } value }] }) when KindOf(option.ValueType) is { } kind =>
                BigInteger.TryParse(value, CultureInfo.InvariantCulture, out _) && LimitOf(option.ValueType) is { } limit
                    ? $"{option.Name} must be in {-limit} … {limit}; it is {value}"
                    : $"{option.Name} must be {kind}; it is '{value}'",
            _ => error.Message.TrimEnd('.'),
        };
    }

    /// <summary>
    /// What may be behind a command's failure: an argument directly behind an option that takes no value but true or false, where no file
    /// or folder has that name; null where there is none.
    /// </summary>
    public static string? HintOf(ParseResult parsed)
    {
        foreach ((Token flag, Token next) in parsed.Tokens.Zip(parsed.Tokens.Skip(1)))
        {
            if (
                flag.Type == TokenType.Option
                && next.Type == TokenType.Argument
                && OptionOf(parsed, flag) is Option<bool> option
                && parsed.CommandResult.Children.OfType<ArgumentResult>().FirstOrDefault(result => result.Tokens.Contains(next))
                    is { Argument: { } argument }
                && !Path.Exists(next.Value)
            )
            {
                return $"{option.Name} takes no value but true or false, so '{next.Value}' behind it was taken for {argument.Name}";
            }
        }
        return null;
    }

    private static Option? OptionOf(ParseResult parsed, Token flag)
    {
        for (SymbolResult? at = parsed.CommandResult; at is CommandResult command; at = command.Parent)
        {
            if (
                command.Command.Options.FirstOrDefault(option => option.Name == flag.Value || option.Aliases.Contains(flag.Value)) is
                { } found
            )
            {
                return found;
            }
        }
        return null;
    }

    // What no option is called would be taken for an argument: one too many, or one more of many. What begins so stands behind --.
    private static bool IsOptionLike(Token token) =>
        token.Type == TokenType.Argument && token.Value.StartsWith("--", StringComparison.Ordinal) && token.Value.Length > 2;

    private static string? UnknownOptionOf(ParseResult parsed)
    {
        if (parsed.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash).FirstOrDefault(IsOptionLike) is not { Value: var name })
        {
            return null;
        }
        string? nearest = NearestName.Of(name, parsed.CommandResult.Command.Options.Select(option => option.Name), within: 3);
        return $"there is no option '{name}'" + (nearest is null ? "" : $"; did you mean '{nearest}'?");
    }

    private static string UnknownCommand(ParseResult parsed, string name)
    {
        string? nearest = NearestName.Of(name, parsed.CommandResult.Command.Subcommands.Select(command => command.Name), within: 2);
        return $"there is no command '{name}'" + (nearest is null ? "" : $"; did you mean '{nearest}'?");
    }

    private static string? KindOf(Type type) =>
        LimitOf(type) is not null ? "a whole number"
        : NumberType(type) == typeof(double) ? "a number"
        : null;

    private static long? LimitOf(Type type) =>
        NumberType(type) == typeof(int) ? int.MaxValue
        : NumberType(type) == typeof(long) ? long.MaxValue
        : null;

    private static Type NumberType(Type type) => Nullable.GetUnderlyingType(type) ?? type;

    private static List<string> PathOf(CommandResult result)
    {
        List<string> names = [];
        for (SymbolResult? current = result; current is CommandResult { Parent: not null } command; current = command.Parent)
        {
            names.Insert(0, command.Command.Name);
        }
        return names;
    }
}
