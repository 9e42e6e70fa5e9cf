namespace VlmQ.Models;

/// <summary>Rows of turns as one kind of model reads them; made by its <see cref="VisionLanguageModel.Prepare"/>.</summary>
public abstract class TurnInput : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases the rows' tensors.</summary>
    protected abstract void Dispose(bool disposing);
}
