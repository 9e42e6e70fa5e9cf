namespace TorchSharp;

public static partial class torch
{
    /// <summary>A stream of random numbers: the same seed gives the numbers that Python's generator gives.</summary>
    public class Generator : IDisposable
    {
        private nint _handle;

        public Generator(ulong seed = 0, Device? device = null)
            : this(NativeMethods.Checked(NativeMethods.ts_generator(seed, (int)(device?.type ?? DeviceType.CPU), device?.index ?? -1))) { }

        private Generator(nint handle) => _handle = handle;

        ~Generator() => Dispose(false);

        /// <summary>The one that samplers use when they are given none.</summary>
        public static Generator Default { get; } = new(NativeMethods.Checked(NativeMethods.ts_default_generator()));

        internal nint Handle => _handle == 0 ? throw new InvalidOperationException("The generator was disposed.") : _handle;

        /// <summary>The state, a Byte tensor.</summary>
        public Tensor get_state()
        {
            var state = new Tensor(NativeMethods.Checked(NativeMethods.ts_generator_get_state(Handle)));
            GC.KeepAlive(this);
            return state;
        }

        public void set_state(Tensor value)
        {
            NativeMethods.Checked(NativeMethods.ts_generator_set_state(Handle, value.Handle));
            GC.KeepAlive(this);
            GC.KeepAlive(value);
        }

        public Generator manual_seed(long seed)
        {
            NativeMethods.Checked(NativeMethods.ts_generator_set_seed(Handle, unchecked((ulong)seed)));
            return this;
        }

        /// <summary>Seeds from the machine's entropy and says with what.</summary>
        public long seed()
        {
            var seed = unchecked((long)NativeMethods.ts_generator_seed(Handle));
            GC.KeepAlive(this);
            return seed;
        }

        /// <summary>The seed last set.</summary>
        public long initial_seed()
        {
            var seed = unchecked((long)NativeMethods.ts_generator_initial_seed(Handle));
            GC.KeepAlive(this);
            return seed;
        }

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            var handle = Interlocked.Exchange(ref _handle, 0);
            if (handle != 0)
            {
                NativeMethods.ts_generator_free(handle);
            }
        }
    }
}
