namespace TorchSharp;

/// <summary>
/// Owns what is made on its thread while it is the innermost open scope, and disposes it when it ends. Scopes belong to the thread that
/// opened them and end in the opposite order.
/// </summary>
public sealed class DisposeScope : IDisposable
{
    private readonly List<IDisposable> _others = [];
    private torch.Tensor[] _tensors = new torch.Tensor[64];
    private int _count;
    private bool _ended;

    internal DisposeScope()
    {
        Outer = DisposeScopeManager.Innermost;
        DisposeScopeManager.Innermost = this;
    }

    internal DisposeScope? Outer { get; }

    /// <summary>How many things the scope owns.</summary>
    public int DisposablesCount => _count + _others.Count;

    /// <summary>What the scope owns, in no order.</summary>
    public IReadOnlyList<IDisposable> DisposablesView => [.. _tensors.AsSpan(0, _count), .. _others];

    /// <summary>Whether the scope owns the object.</summary>
    public bool Contains(IDisposable disposable) =>
        disposable is torch.Tensor tensor ? ReferenceEquals(tensor.OwningScope, this) : _others.Contains(disposable);

    /// <summary>Moves the object to the scope around this one; out of the outermost, it is on its own.</summary>
    public T MoveToOuter<T>(T disposable)
        where T : IDisposable
    {
        if (Contains(disposable))
        {
            Move(disposable, Outer);
        }

        return disposable;
    }

    /// <inheritdoc cref="MoveToOuter{T}(T)"/>
    public (T1 first, T2 second) MoveToOuter<T1, T2>(T1 first, T2 second)
        where T1 : IDisposable
        where T2 : IDisposable => (MoveToOuter(first), MoveToOuter(second));

    /// <inheritdoc cref="MoveToOuter{T}(T)"/>
    public (T1 first, T2 second, T3 third) MoveToOuter<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable
        where T2 : IDisposable
        where T3 : IDisposable => (MoveToOuter(first), MoveToOuter(second), MoveToOuter(third));

    /// <inheritdoc cref="MoveToOuter{T}(T)"/>
    public void MoveToOuter(params IDisposable[] disposables)
    {
        foreach (var disposable in disposables)
        {
            MoveToOuter<IDisposable>(disposable);
        }
    }

    /// <summary>Moves the object from this scope to another, or to none.</summary>
    public T MoveToOther<T>(DisposeScope? scope, T disposable)
        where T : IDisposable
    {
        if (Contains(disposable))
        {
            Move(disposable, scope);
        }

        return disposable;
    }

    /// <summary>Takes the object out of this scope: from now on it is on its own.</summary>
    public T Detach<T>(T disposable)
        where T : IDisposable => MoveToOther(null, disposable);

    /// <inheritdoc cref="Detach{T}(T)"/>
    public void Detach(params IDisposable[] disposables)
    {
        foreach (var disposable in disposables)
        {
            Detach<IDisposable>(disposable);
        }
    }

    /// <summary>Gives the object to this scope, whatever owned it before.</summary>
    public void Attach(IDisposable disposable) => Move(disposable, this);

    /// <summary>Disposes what the scope owns; the scope stays open.</summary>
    public void DisposeEverything()
    {
        DisposeTensors();
        foreach (var other in _others.ToArray())
        {
            other.Dispose();
        }

        _others.Clear();
    }

    /// <summary>Disposes what the scope owns but for the given objects, which it keeps.</summary>
    public void DisposeEverythingBut(params IDisposable[] keep)
    {
        var kept = keep.Where(Contains).ToArray();
        foreach (var disposable in kept)
        {
            Move(disposable, null);
        }

        DisposeEverything();
        foreach (var disposable in kept)
        {
            Move(disposable, this);
        }
    }

    /// <summary>Disposes what the scope owns and closes it, and any scope inside it that was left open.</summary>
    public void Dispose()
    {
        if (_ended)
        {
            return;
        }

        _ended = true;
        DisposeEverything();
        for (var scope = DisposeScopeManager.Innermost; scope is not null; scope = scope.Outer)
        {
            if (ReferenceEquals(scope, this))
            {
                DisposeScopeManager.Innermost = Outer;
                return;
            }
        }
    }

    internal static void Move(IDisposable disposable, DisposeScope? target)
    {
        if (disposable is not torch.Tensor tensor)
        {
            for (var scope = DisposeScopeManager.Innermost; scope is not null; scope = scope.Outer)
            {
                scope._others.Remove(disposable);
            }

            target?._others.Add(disposable);
            return;
        }

        if (ReferenceEquals(tensor.OwningScope, target) || tensor.IsInvalid)
        {
            return;
        }

        if (target is null)
        {
            DisposeScopeManager.Counters.DetachedFromScopeCount++;
            tensor.LeaveScopes();
        }
        else if (tensor.OwningScope is null)
        {
            DisposeScopeManager.Counters.AttachedToScopeCount++;
            tensor.JoinScope();
        }

        tensor.OwningScope?.Remove(tensor);
        target?.Add(tensor);
    }

    internal void Add(torch.Tensor tensor)
    {
        if (_count == _tensors.Length)
        {
            Array.Resize(ref _tensors, _count * 2);
        }

        tensor.OwningScope = this;
        tensor.OwningSlot = _count;
        _tensors[_count++] = tensor;
    }

    internal void Remove(torch.Tensor tensor)
    {
        var slot = tensor.OwningSlot;
        var last = _tensors[--_count];
        _tensors[slot] = last;
        last.OwningSlot = slot;
        _tensors[_count] = null!;
        tensor.OwningScope = null;
    }

    // All in one native call.
    private unsafe void DisposeTensors()
    {
        const int Batch = 256;
        var handles = stackalloc nint[Batch];
        DisposeScopeManager.Counters.DisposedInScopeCount += _count;
        while (_count > 0)
        {
            var batch = Math.Min(Batch, _count);
            for (var i = 0; i < batch; i++)
            {
                handles[i] = _tensors[--_count].Surrender();
                _tensors[_count] = null!;
            }

            NativeMethods.ts_free_many(handles, batch);
        }
    }
}
