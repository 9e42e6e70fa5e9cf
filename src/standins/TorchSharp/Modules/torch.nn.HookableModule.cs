namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>A module whose calls can be watched and changed.</summary>
        public abstract class HookableModule<TPreHook, TPostHook> : Module
            where TPreHook : Delegate
            where TPostHook : Delegate
        {
            private readonly List<(object Key, TPreHook Hook)> _preHooks = [];
            private readonly List<(object Key, TPostHook Hook)> _postHooks = [];

            protected HookableModule(string name)
                : base(name) { }

            internal bool HasHooks => _preHooks.Count + _postHooks.Count > 0;

            internal IEnumerable<TPreHook> PreHooks => _preHooks.ConvertAll(entry => entry.Hook);

            internal IEnumerable<TPostHook> PostHooks => _postHooks.ConvertAll(entry => entry.Hook);

            /// <summary>A result of the hook that is not null takes the place of the module's.</summary>
            public HookRemover register_forward_hook(TPostHook hook)
            {
                var key = new object();
                _postHooks.Add((key, hook));
                return new HookRemover(() => _postHooks.RemoveAll(entry => entry.Key == key));
            }

            /// <summary>A result of the hook that is not null takes the place of the inputs.</summary>
            public HookRemover register_forward_pre_hook(TPreHook hook)
            {
                var key = new object();
                _preHooks.Add((key, hook));
                return new HookRemover(() => _preHooks.RemoveAll(entry => entry.Key == key));
            }
        }
    }
}
