using System.Globalization;

namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            /// <summary>Sets the learning rates of an optimizer's groups, each from its initial one and the number of steps.</summary>
            public abstract class LRScheduler
            {
                private readonly Optimizer _optimizer;
                private readonly bool _verbose;
                private int _epoch;

                private protected LRScheduler(Optimizer optimizer, int last_epoch, bool verbose)
                {
                    _optimizer = optimizer;
                    _epoch = last_epoch;
                    _verbose = verbose;
                    foreach (var group in optimizer.ParamGroups.Where(_ => last_epoch < 0))
                    {
                        group.InitialLearningRate = group.LearningRate;
                    }
                }

                public void step() => step(_epoch + 1);

                public void step(int epoch)
                {
                    _epoch = epoch;
                    foreach (var group in _optimizer.ParamGroups)
                    {
                        group.LearningRate = Rate(group.InitialLearningRate, epoch);
                        if (_verbose)
                        {
                            Console.WriteLine(
                                string.Create(CultureInfo.InvariantCulture, $"Step {epoch}: learning rate {group.LearningRate}.")
                            );
                        }
                    }
                }

                public IEnumerable<double> get_last_lr() => _optimizer.ParamGroups.Select(group => group.LearningRate);

                private protected abstract double Rate(double start, int epoch);
            }
        }
    }
}
