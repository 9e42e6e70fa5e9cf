using System.Reflection;
using TorchSharp.Modules;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>
        /// Parameters, buffers and other modules under names. What a subclass holds in fields is registered under the fields' names by
        /// <see cref="RegisterComponents"/>, which its constructor calls last.
        /// </summary>
        public abstract partial class Module : IDisposable
        {
            private readonly OrderedDict<string, Parameter> _parameters = new();
            private readonly OrderedDict<string, Tensor> _buffers = new();
            private readonly OrderedDict<string, Module> _submodules = new();
            private readonly HashSet<string> _passingBuffers = [];
            private readonly string _name;
            private bool _registered;

            protected Module(string name) => _name = name;

            /// <summary>Whether the module is being trained; true until <see cref="eval"/>.</summary>
            public virtual bool training { get; private set; } = true;

            public virtual string GetName() => _name;

            public virtual void train(bool train = true)
            {
                training = train;
                foreach (var child in children())
                {
                    child.train(train);
                }
            }

            public virtual void eval() => train(false);

            /// <summary>Drops the gradients of all parameters, or fills them with zeros.</summary>
            public virtual unsafe void zero_grad(bool set_to_none = true)
            {
                Parameter[] all = [.. parameters()];
                fixed (nint* handles = Calls.Handles(all))
                {
                    NativeMethods.Checked(NativeMethods.ts_zero_grads(handles, all.Length, set_to_none ? 1 : 0));
                }

                GC.KeepAlive(all);
            }

            /// <summary>Calls the action on every module inside, then on this one.</summary>
            public virtual Module apply(Action<Module> fn)
            {
                foreach (var child in children())
                {
                    child.apply(fn);
                }

                fn(this);
                return this;
            }

            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
            {
                var found = new List<(string, Parameter)>();
                Gather(this, string.Empty, recurse, static module => module._parameters, found, []);
                return found;
            }

            public virtual IEnumerable<Parameter> parameters(bool recurse = true)
            {
                var found = new List<(string, Parameter)>();
                Gather(this, null, recurse, static module => module._parameters, found, []);
                return found.ConvertAll(static named => named.Item2);
            }

            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true)
            {
                var found = new List<(string, Tensor)>();
                Gather(
                    this,
                    string.Empty,
                    recurse,
                    module => include_nonpersistent ? module._buffers : module.PersistentBuffers(),
                    found,
                    []
                );
                return found;
            }

            public virtual IEnumerable<Tensor> buffers(bool recurse = true, bool include_nonpersistent = true) =>
                named_buffers(recurse, include_nonpersistent).Select(named => named.buffer);

            public virtual IEnumerable<(string name, Module module)> named_children() => _submodules;

            public virtual IEnumerable<(string name, Module module)> named_modules()
            {
                foreach (var (name, child) in _submodules)
                {
                    yield return (name, child);
                    foreach (var (below, module) in child.named_modules())
                    {
                        yield return ($"{name}.{below}", module);
                    }
                }
            }

            public virtual IEnumerable<Module> children() => _submodules.Values;

            public virtual IEnumerable<Module> modules() => named_modules().Select(named => named.module);

            public virtual bool has_buffer(string target) => get_buffer(target) is not null;

            public virtual bool has_parameter(string target) => get_parameter(target) is not null;

            public virtual Tensor? get_buffer(string target) => named_buffers().FirstOrDefault(named => named.name == target).buffer;

            public virtual Parameter? get_parameter(string target) =>
                named_parameters().FirstOrDefault(named => named.name == target).parameter;

            /// <summary>Adds a buffer; one that is not persistent stays out of <see cref="state_dict"/>.</summary>
            /// <exception cref="InvalidOperationException">The name is taken.</exception>
            public virtual void register_buffer(string name, Tensor tensor, bool persistent = true)
            {
                ArgumentNullException.ThrowIfNull(tensor);
                Demand(!_buffers.ContainsKey(name), $"Tensor {name} is already registered.");
                _buffers.Add(name, tensor);
                if (!persistent)
                {
                    _passingBuffers.Add(name);
                }
            }

            /// <exception cref="InvalidOperationException">The name is taken.</exception>
            public virtual void register_parameter(string name, Parameter param)
            {
                ArgumentNullException.ThrowIfNull(param);
                Demand(!_parameters.ContainsKey(name), $"Parameter {name} is already registered.");
                _parameters.Add(name, param);
            }

            /// <exception cref="ArgumentException">The name is empty or has a dot in it.</exception>
            /// <exception cref="InvalidOperationException">The name is taken.</exception>
            public virtual void register_module(string name, Module submodule)
            {
                ArgumentNullException.ThrowIfNull(submodule);
                if (string.IsNullOrEmpty(name) || name.Contains('.', StringComparison.Ordinal))
                {
                    throw new ArgumentException($"A module's name may not be empty or contain a dot: '{name}'.", nameof(name));
                }

                Demand(!_submodules.ContainsKey(name), $"Sub-module {name} is already registered.");
                submodule.RegisterComponents();
                _submodules.Add(name, submodule);
            }

            public void add_module(string name, Module module) => register_module(name, module);

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            /// <summary>Disposes parameters, buffers and the modules inside.</summary>
            protected virtual void Dispose(bool disposing)
            {
                foreach (var parameter in _parameters.Values)
                {
                    parameter.Dispose();
                }

                foreach (var buffer in _buffers.Values)
                {
                    buffer.Dispose();
                }

                foreach (var child in _submodules.Values)
                {
                    child.Dispose();
                }
            }

            /// <summary>Registers what the fields hold, in the order of the fields, unless that was done before.</summary>
            protected internal virtual void RegisterComponents()
            {
                if (_registered)
                {
                    return;
                }

                _registered = true;
                foreach (var field in Fields())
                {
                    var name = NameOf(field);
                    var value = field.GetValue(this);
                    switch (value)
                    {
                        case Module module when !_submodules.ContainsKey(name):
                            register_module(name, module);
                            break;
                        case Parameter parameter when !_parameters.ContainsKey(name):
                            register_parameter(name, parameter);
                            break;
                        case Tensor tensor when value is not Modules.Parameter && !_buffers.ContainsKey(name):
                            register_buffer(name, tensor);
                            break;
                    }
                }
            }

            /// <summary>Puts a parameter in the place of the one of that name; null takes it out.</summary>
            protected void ConditionallyRegisterParameter(string name, Tensor? value)
            {
                if (value is null)
                {
                    _parameters.Remove(name);
                }
                else
                {
                    _parameters[name] = value as Parameter ?? new Parameter(value);
                }
            }

            /// <summary>Puts a buffer in the place of the one of that name; null takes it out.</summary>
            protected void ConditionallyRegisterBuffer(string name, Tensor? value)
            {
                if (value is null)
                {
                    _buffers.Remove(name);
                }
                else
                {
                    _buffers[name] = value;
                }
            }

            internal bool IsRegistered(string name) => _parameters.ContainsKey(name);

            internal Parameter Registered(string name) => _parameters[name];

            private static string NameOf(FieldInfo field) => field.GetCustomAttribute<ComponentNameAttribute>()?.Name ?? field.Name;

            private static void Demand(bool condition, string message)
            {
                if (!condition)
                {
                    throw new InvalidOperationException(message);
                }
            }

            // The layers of this assembly register by themselves: only fields of other classes count.
            private IEnumerable<FieldInfo> Fields()
            {
                var classes = new Stack<Type>();
                for (var type = GetType(); type is not null && type.Assembly != typeof(Module).Assembly; type = type.BaseType)
                {
                    classes.Push(type);
                }

                return classes.SelectMany(type =>
                    type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
                );
            }

            // A tensor that occurs under two names is listed once, under the first; disposed ones are left out. Without a prefix, so are
            // names.
            private static void Gather<T>(
                Module module,
                string? prefix,
                bool recurse,
                Func<Module, OrderedDict<string, T>> own,
                List<(string, T)> found,
                HashSet<nint> seen
            )
                where T : Tensor
            {
                foreach (var (name, value) in own(module).Entries)
                {
                    if (!value.IsInvalid && seen.Add(value.Handle))
                    {
                        found.Add((prefix + (prefix is null ? null : name), value));
                    }
                }

                if (!recurse)
                {
                    return;
                }

                foreach (var (name, child) in module._submodules.Entries)
                {
                    Gather(child, prefix is null ? null : $"{prefix}{name}.", recurse, own, found, seen);
                }
            }

            private OrderedDict<string, Tensor> PersistentBuffers()
            {
                var persistent = new OrderedDict<string, Tensor>();
                foreach (var (name, buffer) in _buffers.Entries.Where(entry => !_passingBuffers.Contains(entry.Key)))
                {
                    persistent.Add(name, buffer);
                }

                return persistent;
            }
        }
    }
}
