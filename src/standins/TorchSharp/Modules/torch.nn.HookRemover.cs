namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Takes a hook away again.</summary>
        public sealed class HookRemover
        {
            private readonly Action _remove;

            internal HookRemover(Action remove) => _remove = remove;

            public void remove() => _remove();
        }
    }
}
