namespace VlmQ.Dataflow;

/// <summary>A piece of a flow that can be reused: it takes one source and gives another. See <see cref="Source{T}.Through"/>.</summary>
public delegate Source<TOut> Stage<TIn, TOut>(Source<TIn> source);
