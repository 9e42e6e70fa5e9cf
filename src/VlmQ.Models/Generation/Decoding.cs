namespace VlmQ.Models.Generation;

/// <summary>How the next token is chosen from the model's logits.</summary>
public abstract record Decoding
{
    private Decoding() { }

    /// <summary>The most probable token; of equals, the one with the lowest id.</summary>
    public sealed record Greedy : Decoding;

    /// <summary>A random token: temperature first, then the k most probable, then the smallest set that holds the share p.</summary>
    public sealed record Sampling : Decoding
    {
        /// <param name="temperature">Divides the logits; positive. 1 samples the model as it is.</param>
        /// <param name="topK">Keeps the k most probable tokens; 0 keeps all.</param>
        /// <param name="topP">Keeps the most probable tokens until they hold this share; in (0, 1], 1 keeps all.</param>
        /// <exception cref="ArgumentOutOfRangeException">A value outside its range.</exception>
        public Sampling(double temperature = 1, int topK = 0, double topP = 1)
        {
            if (!(temperature > 0) || !double.IsFinite(temperature))
            {
                throw new ArgumentOutOfRangeException(nameof(temperature), temperature, "A temperature is positive and finite.");
            }
            ArgumentOutOfRangeException.ThrowIfNegative(topK);
            if (!(topP > 0 && topP <= 1))
            {
                throw new ArgumentOutOfRangeException(nameof(topP), topP, "top-p lies in (0, 1].");
            }
            Temperature = temperature;
            TopK = topK;
            TopP = topP;
        }

        /// <summary>Divides the logits.</summary>
        public double Temperature { get; }

        /// <summary>Keeps the k most probable tokens; 0 keeps all.</summary>
        public int TopK { get; }

        /// <summary>Keeps the most probable tokens until they hold this share.</summary>
        public double TopP { get; }
    }
}
