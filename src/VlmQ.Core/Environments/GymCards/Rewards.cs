namespace VlmQ.Core.Environments.GymCards;

/// <summary>Success of an episode of Gym Cards.</summary>
internal static class Rewards
{
    /// <summary>The sum of the rewards is above zero.</summary>
    public static bool ArePositive(ReadOnlySpan<float> rewards)
    {
        float sum = 0;
        foreach (float reward in rewards)
        {
            sum += reward;
        }
        return sum > 0;
    }
}
