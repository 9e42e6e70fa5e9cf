namespace VlmQ.Cli.Reports;

/// <summary>A reply token: π(a|s), Q(s,a), V(s), A(s,a) and whether the filter kept it.</summary>
internal sealed record SampleToken(string Text, double Probability, double Q, double V, double Advantage, bool Kept);
