using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>What Adam keeps for the parameters of one group; index i is the i-th parameter throughout.</summary>
internal sealed unsafe class AdamState : IDisposable
{
    private readonly IEnumerable<Parameter> _source;
    private readonly Parameter[] _parameters;
    private readonly Tensor?[] _means;
    private readonly Tensor?[] _squares;
    private readonly Tensor?[] _maxima;
    private readonly long[] _steps;

    // The handles of the above, side by side, for one native call a step.
    private readonly nint[] _handles;

    public AdamState(IEnumerable<Parameter> parameters)
    {
        _source = parameters;
        _parameters = [.. parameters];
        _means = new Tensor?[_parameters.Length];
        _squares = new Tensor?[_parameters.Length];
        _maxima = new Tensor?[_parameters.Length];
        _steps = new long[_parameters.Length];
        _handles = new nint[4 * _parameters.Length];
    }

    public bool IsFor(IEnumerable<Parameter> parameters) => ReferenceEquals(parameters, _source);

    public void Step(AdamSettings settings)
    {
        var count = _parameters.Length;
        for (var i = 0; i < count; i++)
        {
            _handles[i] = _parameters[i].Handle;
            if (_means[i] is null && _parameters[i].HasGradient)
            {
                Begin(i, settings.AmsGrad != 0);
            }
        }

        fixed (nint* handles = _handles)
        {
            fixed (long* steps = _steps)
            {
                NativeMethods.Checked(
                    NativeMethods.ts_adam_step(
                        &settings,
                        count,
                        handles,
                        handles + count,
                        handles + (2 * count),
                        handles + (3 * count),
                        steps
                    )
                );
            }
        }

        GC.KeepAlive(this);
    }

    public void Save(BinaryWriter writer, Action<BinaryWriter, Tensor?> write)
    {
        writer.Write7BitEncodedInt(_parameters.Length);
        for (var i = 0; i < _parameters.Length; i++)
        {
            writer.Write(_steps[i]);
            write(writer, _means[i]);
            write(writer, _squares[i]);
            write(writer, _maxima[i]);
        }
    }

    public void Load(BinaryReader reader, Func<BinaryReader, Parameter, Tensor?> read)
    {
        for (var i = 0; i < _parameters.Length; i++)
        {
            _steps[i] = reader.ReadInt64();
            Keep(i, read(reader, _parameters[i]), read(reader, _parameters[i]), read(reader, _parameters[i]));
        }
    }

    public void To(Device device)
    {
        for (var i = 0; i < _parameters.Length; i++)
        {
            Keep(i, Moved(_means[i]), Moved(_squares[i]), Moved(_maxima[i]));
        }

        Tensor? Moved(Tensor? state) => state?.to(device, copy: true).DetachFromDisposeScope();
    }

    public void Dispose()
    {
        for (var i = 0; i < _parameters.Length; i++)
        {
            Keep(i, null, null, null);
        }
    }

    private void Begin(int i, bool amsgrad)
    {
        var parameter = _parameters[i];
        Keep(i, Zeros(parameter), Zeros(parameter), amsgrad ? Zeros(parameter) : null);
    }

    private static Tensor Zeros(Parameter parameter) => zeros_like(parameter).DetachFromDisposeScope();

    private void Keep(int i, Tensor? mean, Tensor? square, Tensor? maximum)
    {
        var count = _parameters.Length;
        _means[i]?.Dispose();
        _squares[i]?.Dispose();
        _maxima[i]?.Dispose();
        (_means[i], _squares[i], _maxima[i]) = (mean, square, maximum);
        _handles[count + i] = mean?.Handle ?? 0;
        _handles[(2 * count) + i] = square?.Handle ?? 0;
        _handles[(3 * count) + i] = maximum?.Handle ?? 0;
    }
}
