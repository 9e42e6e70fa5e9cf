using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        /// <summary>Parameters that share options.</summary>
        public class ParamGroup : ILearningRateController
        {
            protected internal ParamGroup(IEnumerable<Parameter> parameters, OptimizerOptions options)
            {
                Parameters = [.. parameters];
                Options = options;
            }

            public IEnumerable<Parameter> Parameters { get; set; }

            public double LearningRate
            {
                get => Options.LearningRate ?? throw new InvalidOperationException("The group has joined no optimizer yet.");
                set => Options.LearningRate = value;
            }

            public double InitialLearningRate
            {
                get => Options.InitialLearningRate ?? LearningRate;
                set => Options.InitialLearningRate = value;
            }

            internal OptimizerOptions Options { get; }

            // Left here by the optimizer: the group's parameters and what it keeps for each, in the same order.
            internal object? State { get; set; }
        }

        /// <summary>Parameters that share options of one kind.</summary>
        public class ParamGroup<TOptions> : ParamGroup
            where TOptions : OptimizerOptions
        {
            protected internal ParamGroup(IEnumerable<Parameter> parameters, TOptions options)
                : base(parameters, options) { }

            internal new TOptions Options => (TOptions)base.Options;
        }
    }
}
