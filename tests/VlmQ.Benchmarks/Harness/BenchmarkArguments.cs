using System.Globalization;
using VlmQ.Core.Episodes;

namespace VlmQ.Benchmarks.Harness;

/// <summary>The arguments after NAME: <c>--key value</c> pairs and flags.</summary>
internal sealed class BenchmarkArguments
{
    private readonly Dictionary<string, string> _values = [];
    private readonly HashSet<string> _read = [];

    /// <exception cref="FaultException">Something is not an option.</exception>
    public BenchmarkArguments(IReadOnlyList<string> arguments)
    {
        for (int i = 0; i < arguments.Count; i++)
        {
            if (!arguments[i].StartsWith("--", StringComparison.Ordinal))
            {
                throw new FaultException(Fault.Configuration($"unexpected argument '{arguments[i]}'", remedy: "options are --name value"));
            }
            bool hasValue = i + 1 < arguments.Count && !arguments[i + 1].StartsWith("--", StringComparison.Ordinal);
            _values[arguments[i][2..]] = hasValue ? arguments[++i] : "";
        }
    }

    /// <summary>Whether the flag is given.</summary>
    public bool Flag(string name)
    {
        _read.Add(name);
        return _values.ContainsKey(name);
    }

    /// <summary>The option's text, or the default.</summary>
    public string Text(string name, string absent)
    {
        _read.Add(name);
        return _values.GetValueOrDefault(name, absent);
    }

    /// <summary>The option's comma-separated words, or the default; each must be one of <paramref name="allowed"/>.</summary>
    public string[] Words(string name, string absent, IReadOnlyCollection<string> allowed)
    {
        string[] words = Text(name, absent).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || words.FirstOrDefault(word => !allowed.Contains(word)) is not null)
        {
            throw new FaultException(
                Fault.Configuration($"'{Text(name, absent)}' is not a list of {string.Join(", ", allowed)}", "--" + name)
            );
        }
        return words;
    }

    /// <summary>The option's number, or the default.</summary>
    public double Number(string name, double absent, double least, double most)
    {
        string text = Text(name, absent.ToString(CultureInfo.InvariantCulture));
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= least && value <= most
            ? value
            : throw new FaultException(
                Fault.Configuration(
                    string.Create(CultureInfo.InvariantCulture, $"'{text}' is not a number from {least} to {most}"),
                    "--" + name
                )
            );
    }

    /// <summary>The option's whole number, or the default.</summary>
    public int Count(string name, int absent, int least, int most)
    {
        double value = Number(name, absent, least, most);
        return value == Math.Floor(value)
            ? (int)value
            : throw new FaultException(Fault.Configuration($"'{Text(name, "")}' is not a whole number", "--" + name));
    }

    /// <exception cref="FaultException">An option was given that nothing has asked for.</exception>
    public void RejectUnknown()
    {
        if (_values.Keys.FirstOrDefault(name => !_read.Contains(name)) is { } unknown)
        {
            throw new FaultException(Fault.Configuration($"unknown option --{unknown}", remedy: "--help lists the options"));
        }
    }
}
