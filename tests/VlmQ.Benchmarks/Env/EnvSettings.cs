using System.Globalization;
using VlmQ.Benchmarks.Harness;

namespace VlmQ.Benchmarks.Env;

/// <summary>What all suites of the env benchmark share.</summary>
/// <param name="Gymnasium">A checkout of Gymnasium's source; empty for the one that Python has.</param>
/// <param name="Python">The peers' Python.</param>
/// <param name="Rounds">Slices of each contender.</param>
/// <param name="Seconds">Length of a slice.</param>
/// <param name="Log">For progress.</param>
internal sealed record EnvSettings(string Gymnasium, string Python, int Rounds, double Seconds, TextWriter Log)
{
    /// <summary>Starts a peer.</summary>
    /// <param name="script">Its script, beside this benchmark.</param>
    /// <param name="source">The checkout that it runs.</param>
    public PeerProcess Peer(string script, string source) =>
        new(
            Python,
            Path.Combine(AppContext.BaseDirectory, "Env", script),
            Seconds.ToString(CultureInfo.InvariantCulture),
            source,
            Gymnasium
        );
}
