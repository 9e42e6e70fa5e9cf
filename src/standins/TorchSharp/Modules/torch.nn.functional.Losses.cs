namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static unsafe partial class functional
        {
            /// <summary>Of logits [N, C, …] against classes [N, …] (Int64) or probabilities [N, C, …].</summary>
            public static Tensor cross_entropy(
                Tensor input,
                Tensor target,
                Tensor? weight = null,
                long ignore_index = -100,
                Reduction reduction = Reduction.Mean,
                double label_smoothing = 0.0
            ) =>
                Calls.Boxed(
                    Operators.cross_entropy_loss,
                    [input, target, weight, (long)reduction, ignore_index, label_smoothing],
                    input,
                    target,
                    weight
                );

            /// <summary>Of log-probabilities [N, C, …] against classes [N, …].</summary>
            public static Tensor nll_loss(Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean) =>
                Calls.Boxed(Operators.nll_loss_nd, [input, target, weight, (long)reduction], input, target, weight);

            public static Tensor mse_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) =>
                Calls.Boxed(Operators.mse_loss, [input, target, (long)reduction], input, target);

            public static Tensor l1_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) =>
                Calls.Boxed(Operators.l1_loss, [input, target, (long)reduction], input, target);

            public static Tensor huber_loss(Tensor input, Tensor target, double delta = 1.0, Reduction reduction = Reduction.Mean) =>
                Calls.Boxed(Operators.huber_loss, [input, target, (long)reduction, delta], input, target);

            public static Tensor smooth_l1_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean, double beta = 1.0) =>
                Calls.Boxed(Operators.smooth_l1_loss, [input, target, (long)reduction, beta], input, target);

            /// <summary>Of log-probabilities; <paramref name="log_target"/> is true unless said otherwise, unlike Python's.</summary>
            public static Tensor kl_div(Tensor input, Tensor target, bool log_target = true, Reduction reduction = Reduction.Mean) =>
                Calls.Boxed(Operators.kl_div, [input, target, (long)reduction, log_target], input, target);

            public static Tensor binary_cross_entropy_with_logits(
                Tensor input,
                Tensor target,
                Tensor? weight = null,
                Reduction reduction = Reduction.Mean,
                Tensor? pos_weights = null
            ) =>
                Calls.Boxed(
                    Operators.binary_cross_entropy_with_logits,
                    [input, target, weight, pos_weights, (long)reduction],
                    input,
                    target,
                    weight,
                    pos_weights
                );
        }
    }
}
