namespace VlmQ.Datasets.Importing;

/// <summary>What becomes of an episode that was cut short and does not say what was seen after its last turn.</summary>
public enum CutRule
{
    /// <summary>It counts as ended: nothing follows that could be worth anything.</summary>
    Terminated,

    /// <summary>What was seen in its last turn becomes the final observation; what was said and earned in that turn is left out.</summary>
    LastTurn,
}
