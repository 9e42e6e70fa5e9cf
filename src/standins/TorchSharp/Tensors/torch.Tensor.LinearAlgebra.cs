namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor matmul(Tensor target) => Calls.Binary(Operators.matmul, this, target);

        public Tensor mm(Tensor target) => Calls.Binary(Operators.mm, this, target);

        public Tensor bmm(Tensor batch2) => Calls.Binary(Operators.bmm, this, batch2);

        public Tensor mv(Tensor target) => Calls.Binary(Operators.mv, this, target);

        public Tensor dot(Tensor target) => Calls.Binary(Operators.dot, this, target);

        public Tensor outer(Tensor vec2) => Calls.Binary(Operators.outer, this, vec2);

        public Tensor addmm(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) =>
            Calls.Boxed(Operators.addmm, [this, mat1, mat2, beta, alpha], this, mat1, mat2);

        public Tensor baddbmm(Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1) =>
            Calls.Boxed(Operators.baddbmm, [this, batch1, batch2, beta, alpha], this, batch1, batch2);
    }
}
