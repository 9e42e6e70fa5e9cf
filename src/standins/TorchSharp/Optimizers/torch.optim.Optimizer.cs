using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        /// <summary>Changes parameters by their gradients.</summary>
        public abstract unsafe class Optimizer : IDisposable
        {
            private protected readonly List<ParamGroup> Groups = [];

            public virtual IEnumerable<ILearningRateController> ParamGroups => Groups;

            public virtual IEnumerable<Parameter> parameters() => Groups.SelectMany(group => group.Parameters);

            /// <summary>Fills the gradients with zeros; parameters without one stay without.</summary>
            public virtual void zero_grad()
            {
                Parameter[] all = [.. parameters()];
                fixed (nint* handles = Calls.Handles(all))
                {
                    NativeMethods.Checked(NativeMethods.ts_zero_grads(handles, all.Length, 0));
                }

                GC.KeepAlive(all);
            }

            /// <summary>One step for every parameter that has a gradient; returns the closure's loss.</summary>
            public abstract Tensor step(Func<Tensor>? closure = null);

            public virtual void add_param_group(ParamGroup param_group)
            {
                var known = new HashSet<Parameter>(parameters(), ReferenceEqualityComparer.Instance);
                if (param_group.Parameters.Any(known.Contains))
                {
                    throw new ArgumentException("Some parameters are in another group already.", nameof(param_group));
                }

                Groups.Add(param_group);
            }

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing) { }

            private protected static Tensor Evaluate(Func<Tensor>? closure)
            {
                if (closure is null)
                {
                    return null!;
                }

                using var graded = enable_grad();
                return closure();
            }
        }
    }
}
