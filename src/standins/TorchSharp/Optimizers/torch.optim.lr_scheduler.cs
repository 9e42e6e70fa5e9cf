namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        /// <summary>
        /// Schedules of learning rates. Making one takes its first step, so that the optimizer starts at the schedule's start.
        /// </summary>
        public static partial class lr_scheduler
        {
            public static LRScheduler LambdaLR(
                Optimizer optimizer,
                Func<int, double> lr_lambda,
                int last_epoch = -1,
                bool verbose = false
            ) => new Schedule(optimizer, (start, epoch) => start * lr_lambda(epoch), last_epoch, verbose);

            /// <summary>Half a cosine from the initial rate to <paramref name="eta_min"/> in <paramref name="T_max"/> steps.</summary>
            public static LRScheduler CosineAnnealingLR(
                Optimizer optimizer,
                double T_max,
                double eta_min = 0.0,
                int last_epoch = -1,
                bool verbose = false
            ) =>
                new Schedule(
                    optimizer,
                    (start, epoch) => eta_min + ((start - eta_min) * (1 + Math.Cos(Math.PI * epoch / T_max)) / 2),
                    last_epoch,
                    verbose
                );

            public static LRScheduler LinearLR(
                Optimizer optimizer,
                double start_factor = 1.0 / 3,
                double end_factor = 1.0,
                int total_iters = 5,
                int last_epoch = -1,
                bool verbose = false
            ) =>
                new Schedule(
                    optimizer,
                    (start, epoch) => start * (start_factor + ((end_factor - start_factor) * Math.Min(epoch, total_iters) / total_iters)),
                    last_epoch,
                    verbose
                );

            public static LRScheduler StepLR(
                Optimizer optimizer,
                int step_size,
                double gamma = 0.1,
                int last_epoch = -1,
                bool verbose = false
            ) => new Schedule(optimizer, (start, epoch) => start * Math.Pow(gamma, epoch / step_size), last_epoch, verbose);

            private sealed class Schedule : LRScheduler
            {
                private readonly Func<double, int, double> _rate;

                public Schedule(Optimizer optimizer, Func<double, int, double> rate, int last_epoch, bool verbose)
                    : base(optimizer, last_epoch, verbose)
                {
                    _rate = rate;
                    step();
                }

                private protected override double Rate(double start, int epoch) => _rate(start, epoch);
            }
        }
    }
}
