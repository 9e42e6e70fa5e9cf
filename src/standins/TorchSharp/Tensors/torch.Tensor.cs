using System.Runtime.CompilerServices;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>
    /// One native <c>at::Tensor</c>. Made inside a dispose scope, it lives until that scope ends and carries no finalizer; made outside of
    /// any, it is ended by <see cref="Dispose()"/> or, where that is forgotten, by the garbage collector.
    /// </summary>
    public partial class Tensor : IDisposable
    {
        private nint _handle;
        private HandleGuard? _guard;

        // The scope that will end this tensor, and where the scope keeps it.
        internal DisposeScope? OwningScope;
        internal int OwningSlot;

        internal Tensor(nint handle)
        {
            _handle = handle;
            var scope = DisposeScopeManager.Innermost;
            if (scope is null)
            {
                _guard = new HandleGuard(handle);
                DisposeScopeManager.Counters.CreatedOutsideScopeCount++;
            }
            else
            {
                scope.Add(this);
                DisposeScopeManager.Counters.CreatedInScopeCount++;
            }
        }

        /// <summary>Native tensors alive in this process.</summary>
        public static long TotalCount => NativeMethods.ts_live_count();

        /// <summary>The most native tensors that were alive at once.</summary>
        public static long PeakCount => NativeMethods.ts_peak_count();

        /// <summary>The <c>at::Tensor*</c>.</summary>
        /// <exception cref="InvalidOperationException">The tensor was disposed.</exception>
        public IntPtr Handle
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get
            {
                if (_handle == 0)
                {
                    ThrowDisposed();
                }

                return _handle;
            }
        }

        /// <summary>Whether the tensor was disposed.</summary>
        public bool IsInvalid => _handle == 0;

        /// <summary>Ends the native tensor. Graphs that need its value keep it.</summary>
        public void Dispose()
        {
            if (_handle == 0)
            {
                return;
            }

            if (OwningScope is { } scope)
            {
                scope.Remove(this);
                DisposeScopeManager.Counters.DisposedInScopeCount++;
            }
            else
            {
                DisposeScopeManager.Counters.DisposedOutsideScopeCount++;
            }

            Release();
        }

        /// <summary>Moves the tensor to the scope around the one that owns it; out of the outermost, it is on its own.</summary>
        public Tensor MoveToOuterDisposeScope()
        {
            OwningScope?.MoveToOuter(this);
            return this;
        }

        /// <summary>Takes the tensor out of its scope: from now on it is on its own.</summary>
        public Tensor DetachFromDisposeScope()
        {
            OwningScope?.Detach(this);
            return this;
        }

        /// <summary>Moves the tensor to the scope that owns the other one.</summary>
        public Tensor MoveToOtherDisposeScope(Tensor other) => MoveToOtherDisposeScope(other.OwningScope);

        /// <summary>Moves the tensor to another scope, or to none.</summary>
        public Tensor MoveToOtherDisposeScope(DisposeScope? other)
        {
            DisposeScope.Move(this, other);
            return this;
        }

        /// <summary>A handle to the same tensor in a wrapper of its own.</summary>
        public Tensor alias() => Wrap(NativeMethods.ts_same(Handle), this);

        // Ends the native tensor without telling the scope.
        internal void Release()
        {
            var handle = _handle;
            _handle = 0;
            OwningScope = null;
            if (_guard is { } guard)
            {
                _guard = null;
                guard.Drop();
            }

            if (handle != 0)
            {
                NativeMethods.ts_free(handle);
            }
        }

        // Takes the native tensor out of this wrapper, for the scope's one call that frees many.
        internal nint Surrender()
        {
            var handle = _handle;
            _handle = 0;
            OwningScope = null;
            return handle;
        }

        internal void LeaveScopes() => _guard ??= new HandleGuard(_handle);

        internal void JoinScope()
        {
            _guard?.Drop();
            _guard = null;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal static Tensor Wrap(nint handle, Tensor a)
        {
            GC.KeepAlive(a);
            return new Tensor(NativeMethods.Checked(handle));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal static Tensor Wrap(nint handle, Tensor? a, Tensor? b, Tensor? c = null)
        {
            GC.KeepAlive(a);
            GC.KeepAlive(b);
            GC.KeepAlive(c);
            return new Tensor(NativeMethods.Checked(handle));
        }

        private static void ThrowDisposed() => throw new InvalidOperationException("The tensor was disposed: it has an empty handle.");

        // What finalizes a tensor that no scope owns. It is an object of its own so that the tensors of a scope, nearly all of those that a
        // training step makes, cost the garbage collector nothing.
        private sealed class HandleGuard(nint handle)
        {
            private nint _handle = handle;

            ~HandleGuard()
            {
                if (_handle != 0)
                {
                    NativeMethods.ts_free(_handle);
                }
            }

            public void Drop()
            {
                _handle = 0;
                GC.SuppressFinalize(this);
            }
        }
    }
}
