using VlmQ.Core.Tokens;

namespace VlmQ.Learning;

/// <summary>The critics' targets y (design §7), in plain arithmetic over packed tokens.</summary>
public static class TokenTargets
{
    /// <summary>
    /// y of every reply token, by the tree backup: with V̄(s) = Σₐ π(a|s)·minₖ Q̄ₖ(s,a),
    /// <c>y_i = r_i + γ·[V̄(s_{i+1}) + λ·π(a_{i+1}|s_{i+1})·(y_{i+1} − minₖ Q̄ₖ(s_{i+1},a_{i+1}))]</c>.
    /// With λ = 0 this is the one-step target; with λ = 1 it follows the data as far as the policy would have said the same.
    /// After the last token, s_{n+1} is the first state of the next turn, γ is the discount between turns and λ is
    /// <see cref="AfsftOptions.TurnTrace"/>; after a terminated turn nothing follows.
    /// </summary>
    /// <param name="batch">Rewards, ends and links between turns.</param>
    /// <param name="layout">How the arrays are packed.</param>
    /// <param name="options">γ, its unit, and both λ.</param>
    /// <param name="stateValues">V̄(s_i), <c>[N]</c>.</param>
    /// <param name="actionValues">minₖ Q̄ₖ(s_i,a_i), <c>[N]</c>.</param>
    /// <param name="logProbabilities">log π(a_i|s_i), <c>[N]</c>.</param>
    /// <param name="bootstrapValues">V̄ of the rows that are only bootstrapped from, in their order.</param>
    /// <returns>y, <c>[N]</c>.</returns>
    public static float[] Compute(
        TurnBatch batch,
        ReplyLayout layout,
        AfsftOptions options,
        ReadOnlySpan<float> stateValues,
        ReadOnlySpan<float> actionValues,
        ReadOnlySpan<float> logProbabilities,
        ReadOnlySpan<float> bootstrapValues
    )
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(options);
        double tokenDiscount = options.DiscountUnit == DiscountUnit.Token ? options.Discount : 1;
        float[] y = new float[layout.Tokens];
        foreach (int row in LaterTurnsFirst(batch, layout))
        {
            int place = layout.Place[row];
            int first = layout.Starts[place];
            int last = layout.Starts[place + 1] - 1;
            double follows = 0;
            if (!batch.Terminated[row] && batch.NextRow[row] is >= 0 and int next)
            {
                int nextPlace = layout.Place[next];
                follows =
                    batch.ReplyLengths[next] == 0
                        ? bootstrapValues[nextPlace]
                        : Backup(layout.Starts[nextPlace], options.TurnTrace, y, stateValues, actionValues, logProbabilities);
            }
            for (int i = last; i >= first; i--)
            {
                double reward = options.RewardScale * batch.Rewards[(row * batch.ReplyWidth) + i - first];
                y[i] = (float)(
                    i == last
                        ? reward + (options.Discount * follows)
                        : reward + (tokenDiscount * Backup(i + 1, options.Trace, y, stateValues, actionValues, logProbabilities))
                );
            }
        }
        return y;
    }

    // What is expected from token i's state on: V̄ + λ·π·(y − Q̄).
    private static double Backup(
        int i,
        double trace,
        float[] y,
        ReadOnlySpan<float> stateValues,
        ReadOnlySpan<float> actionValues,
        ReadOnlySpan<float> logProbabilities
    ) => stateValues[i] + (trace * Math.Exp(logProbabilities[i]) * (y[i] - (double)actionValues[i]));

    // A turn's target needs the next turn's, whatever the order of rows in the batch.
    private static List<int> LaterTurnsFirst(TurnBatch batch, ReplyLayout layout)
    {
        List<int> order = new(layout.TrainedRows.Length);
        bool[] placed = new bool[batch.Rows];
        Stack<int> waiting = new();
        foreach (int start in layout.TrainedRows)
        {
            for (
                int row = start;
                row >= 0 && !placed[row] && batch.ReplyLengths[row] > 0;
                row = batch.Terminated[row] ? -1 : batch.NextRow[row]
            )
            {
                placed[row] = true;
                waiting.Push(row);
            }
            while (waiting.TryPop(out int row))
            {
                order.Add(row);
            }
        }
        return order;
    }
}
