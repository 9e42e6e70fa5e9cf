namespace TorchSharp;

public static partial class torch
{
    // Element by element; a name that ends in an underscore changes the tensor itself and returns it.
    public partial class Tensor
    {
        public Tensor exp() => Calls.Unary(Operators.exp, this);

        public Tensor exp_() => Calls.InPlace(Operators.exp_, [this], this);

        public Tensor log() => Calls.Unary(Operators.log, this);

        public Tensor log_() => Calls.InPlace(Operators.log_, [this], this);

        public Tensor log1p() => Calls.Unary(Operators.log1p, this);

        public Tensor log1p_() => Calls.InPlace(Operators.log1p_, [this], this);

        public Tensor expm1() => Calls.Unary(Operators.expm1, this);

        public Tensor expm1_() => Calls.InPlace(Operators.expm1_, [this], this);

        public Tensor sqrt() => Calls.Unary(Operators.sqrt, this);

        public Tensor sqrt_() => Calls.InPlace(Operators.sqrt_, [this], this);

        public Tensor rsqrt() => Calls.Unary(Operators.rsqrt, this);

        public Tensor rsqrt_() => Calls.InPlace(Operators.rsqrt_, [this], this);

        public Tensor square() => Calls.Unary(Operators.square, this);

        public Tensor square_() => Calls.InPlace(Operators.square_, [this], this);

        public Tensor abs() => Calls.Unary(Operators.abs, this);

        public Tensor abs_() => Calls.InPlace(Operators.abs_, [this], this);

        public Tensor neg() => Calls.Unary(Operators.neg, this);

        public Tensor neg_() => Calls.InPlace(Operators.neg_, [this], this);

        public Tensor sign() => Calls.Unary(Operators.sign, this);

        public Tensor sign_() => Calls.InPlace(Operators.sign_, [this], this);

        public Tensor sin() => Calls.Unary(Operators.sin, this);

        public Tensor sin_() => Calls.InPlace(Operators.sin_, [this], this);

        public Tensor cos() => Calls.Unary(Operators.cos, this);

        public Tensor cos_() => Calls.InPlace(Operators.cos_, [this], this);

        public Tensor tan() => Calls.Unary(Operators.tan, this);

        public Tensor asin() => Calls.Unary(Operators.asin, this);

        public Tensor acos() => Calls.Unary(Operators.acos, this);

        public Tensor atan() => Calls.Unary(Operators.atan, this);

        public Tensor sinh() => Calls.Unary(Operators.sinh, this);

        public Tensor cosh() => Calls.Unary(Operators.cosh, this);

        public Tensor tanh() => Calls.Unary(Operators.tanh, this);

        public Tensor tanh_() => Calls.InPlace(Operators.tanh_, [this], this);

        public Tensor sigmoid() => Calls.Unary(Operators.sigmoid, this);

        public Tensor sigmoid_() => Calls.InPlace(Operators.sigmoid_, [this], this);

        public Tensor erf() => Calls.Unary(Operators.erf, this);

        public Tensor erf_() => Calls.InPlace(Operators.erf_, [this], this);

        public Tensor floor() => Calls.Unary(Operators.floor, this);

        public Tensor floor_() => Calls.InPlace(Operators.floor_, [this], this);

        public Tensor ceil() => Calls.Unary(Operators.ceil, this);

        public Tensor ceil_() => Calls.InPlace(Operators.ceil_, [this], this);

        public Tensor trunc() => Calls.Unary(Operators.trunc, this);

        public Tensor trunc_() => Calls.InPlace(Operators.trunc_, [this], this);

        public Tensor frac() => Calls.Unary(Operators.frac, this);

        public Tensor reciprocal() => Calls.Unary(Operators.reciprocal, this);

        public Tensor reciprocal_() => Calls.InPlace(Operators.reciprocal_, [this], this);

        public Tensor log2() => Calls.Unary(Operators.log2, this);

        public Tensor log10() => Calls.Unary(Operators.log10, this);

        public Tensor exp2() => Calls.Unary(Operators.exp2, this);

        public Tensor round(long decimals = 0) =>
            decimals == 0 ? Calls.Unary(Operators.round, this) : Calls.Boxed(Operators.round__decimals, [this, decimals], this);

        public Tensor round_(long decimals = 0) =>
            decimals == 0
                ? Calls.InPlace(Operators.round_, [this], this)
                : Calls.InPlace(Operators.round___decimals, [this, decimals], this);

        public Tensor clamp(Scalar? min = null, Scalar? max = null) => Calls.Boxed(Operators.clamp, [this, min, max], this);

        public Tensor clamp(Tensor? min = null, Tensor? max = null) =>
            Calls.Boxed(Operators.clamp__Tensor, [this, min, max], this, min, max);

        public Tensor clamp_(Scalar? min = null, Scalar? max = null) => Calls.InPlace(Operators.clamp_, [this, min, max], this);

        public Tensor clamp_(Tensor? min = null, Tensor? max = null) =>
            Calls.InPlace(Operators.clamp___Tensor, [this, min, max], this, min, max);

        public Tensor clamp_min(Scalar min) => Calls.WithScalar(Operators.clamp_min, this, min.Argument);

        public Tensor clamp_max(Scalar max) => Calls.WithScalar(Operators.clamp_max, this, max.Argument);

        public Tensor clamp_min_(Scalar min) => Calls.InPlace(Operators.clamp_min_, [this, min], this);

        public Tensor clamp_max_(Scalar max) => Calls.InPlace(Operators.clamp_max_, [this, max], this);

        public Tensor maximum(Tensor other) => Calls.Binary(Operators.maximum, this, other);

        public Tensor minimum(Tensor other) => Calls.Binary(Operators.minimum, this, other);

        public Tensor isnan() => Calls.Unary(Operators.isnan, this);

        public Tensor isfinite() => Calls.Unary(Operators.isfinite, this);

        public Tensor isinf() => Calls.Unary(Operators.isinf, this);

        public Tensor nan_to_num(double nan = 0, double? posinf = null, double? neginf = null) =>
            Calls.Boxed(
                Operators.nan_to_num,
                [this, nan, posinf is { } high ? high : Argument.None, neginf is { } low ? low : Argument.None],
                this
            );

        public Tensor fill_(Scalar value) => Calls.InPlace(Operators.fill___Scalar, [this, value], this);

        public Tensor zero_() => Calls.InPlace(Operators.zero_, [this], this);

        public Tensor relu() => Calls.Unary(Operators.relu, this);

        public Tensor relu_() => Calls.InPlace(Operators.relu_, [this], this);

        public Tensor gelu() => gelu(TorchSharp.Modules.GELU.Approximate.none);

        public unsafe Tensor gelu(TorchSharp.Modules.GELU.Approximate approximate)
        {
            fixed (byte* name = approximate == TorchSharp.Modules.GELU.Approximate.tanh ? "tanh"u8 : "none"u8)
            {
                return Calls.Boxed(Operators.gelu, [this, Argument.Text(name, 4)], this);
            }
        }

        public Tensor silu() => Calls.Unary(Operators.silu, this);

        public Tensor silu_() => Calls.InPlace(Operators.silu_, [this], this);

        public Tensor softplus(double beta = 1, double threshold = 20) => Calls.WithScalars(Operators.softplus, this, beta, threshold);

        public Tensor log_sigmoid() => Calls.Unary(Operators.log_sigmoid, this);

        public Tensor softmax(long dim, ScalarType? dtype = null) => Calls.WithIntAndType(Operators.softmax__int, this, dim, dtype);

        public Tensor log_softmax(long dim, ScalarType? dtype = null) => Calls.WithIntAndType(Operators.log_softmax__int, this, dim, dtype);
    }
}
