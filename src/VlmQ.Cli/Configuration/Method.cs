namespace VlmQ.Cli.Configuration;

/// <summary>What is done with the data.</summary>
internal enum Method
{
    /// <summary>Nothing: the model as it was initialised.</summary>
    Base,

    /// <summary>Supervised fine-tuning on every token.</summary>
    Sft,

    /// <summary>Advantage-filtered supervised fine-tuning (VLM Q-Learning).</summary>
    Afsft,
}
