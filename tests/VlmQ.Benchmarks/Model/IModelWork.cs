namespace VlmQ.Benchmarks.Model;

/// <summary>Forward and backward of a small published architecture with random weights, on inputs that are made ready before.</summary>
internal interface IModelWork : IDisposable
{
    /// <summary>The other side's script, in this folder.</summary>
    string Script { get; }

    /// <summary>Positions of a step, image embeddings counted.</summary>
    int Positions { get; }

    /// <summary>One pass forward and backward; gives the loss.</summary>
    double Step();

    /// <summary>Writes what the other side needs to compute the same.</summary>
    void Write(string folder);
}
