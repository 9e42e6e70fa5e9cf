using System.ClientModel;
using System.ClientModel.Primitives;
using System.Runtime.CompilerServices;
using OpenAI;
using OpenAI.Chat;
using VlmQ.Collection.Policies;
using VlmQ.Core.Episodes;
using VlmQ.Core.Imaging;
using VlmQ.Datasets.Images;
using VlmQ.Datasets.Storage.Retrying;

namespace VlmQ.Collection.Remote;

/// <summary>
/// A remote model as a policy. Requests go out at once up to a limit, each is tried again where that can help, and each gives exactly
/// one reply, in its place; what cannot be had stops the batch with a fault. Safe from several threads.
/// </summary>
public sealed class RemotePolicy : IPolicy, IDisposable
{
    // What is shorter is no secret but what servers without keys are given in the place of one: "none", "EMPTY", "ollama".
    private const int LeastSecret = 12;

    private readonly RemoteModel _model;
    private readonly string? _apiKey;
    private readonly HttpClient _http;
    private readonly ChatClient _chat;
    private readonly RetriedCalls _calls;
    private readonly TokenBudget? _budget;
    private readonly SemaphoreSlim _free;

    // Environments with few pictures share them between turns; each is encoded once.
    private readonly ConditionalWeakTable<RgbImage, byte[]> _pictures = [];

    /// <param name="model">The model and how it is asked.</param>
    /// <param name="apiKey">The endpoint's key; null for endpoints that take none. It is sent and nothing else.</param>
    /// <param name="clock">Tells the time.</param>
    /// <exception cref="FaultException">The key holds characters that no header can.</exception>
    public RemotePolicy(RemoteModel model, string? apiKey, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(clock);
        if (apiKey is not null && (apiKey.Length == 0 || apiKey.AsSpan().ContainsAnyExceptInRange('!', '~')))
        {
            throw new FaultException(Fault.Configuration("the key of the endpoint is empty or holds characters that no key has"));
        }
        _model = model;
        _apiKey = apiKey;
        _free = new SemaphoreSlim(model.Concurrency);
        _budget = model.TokensPerMinute is { } tokens ? new TokenBudget(tokens, clock) : null;
        _calls = new RetriedCalls(model.Retries, RemoteFailure.MayPass, RemoteFailure.WaitOf, clock);
        // A redirection would send the key to a place that the user has not named.
        SocketsHttpHandler sockets = new() { AllowAutoRedirect = false, MaxConnectionsPerServer = model.Concurrency };
        _http = new HttpClient(new BoundedResponses(sockets, model.MostBytes)) { Timeout = Timeout.InfiniteTimeSpan };
        _chat = new ChatClient(
            model.Name,
            new ApiKeyCredential(apiKey ?? "none"),
            new OpenAIClientOptions
            {
                Endpoint = model.Endpoint,
                Transport = new HttpClientPipelineTransport(_http),
                // Both are Polly's work here.
                RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
                NetworkTimeout = Timeout.InfiniteTimeSpan,
                EnableDistributedTracing = false,
            }
        );
    }

    /// <inheritdoc/>
    public string Name => "remote:" + _model.Name;

    /// <summary>What decides the replies beside seeds and prompts.</summary>
    public string Settings => _model.Describe();

    /// <summary>False: another day the same request has another reply.</summary>
    public bool IsReproducible => false;

    /// <summary>One for each request that may be under way: a slow answer keeps no other episode waiting.</summary>
    public int? EpisodesAtOnce => _model.Concurrency;

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<Reply>> ReplyAsync(IReadOnlyList<PolicyRequest> requests, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(requests);
        Reply[] replies = new Reply[requests.Count];
        Fault? fault = null;
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ParallelOptions limits = new() { MaxDegreeOfParallelism = _model.Concurrency, CancellationToken = stop.Token };
        try
        {
            await Parallel.ForAsync(0, replies.Length, limits, AskAsync).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (fault is not null && !cancellationToken.IsCancellationRequested)
        {
            throw new FaultException(fault);
        }
        return fault is null ? replies : throw new FaultException(fault);

        async ValueTask AskAsync(int i, CancellationToken token)
        {
            try
            {
                replies[i] = await ReplyAsync(requests[i], token).ConfigureAwait(false);
            }
            catch (FaultException exception)
            {
                // The first stops the others: the batch is of no use without this reply.
                if (Interlocked.CompareExchange(ref fault, exception.Fault, null) is null)
                {
                    await stop.CancelAsync().ConfigureAwait(false);
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _free.Dispose();
    }

    private async Task<Reply> ReplyAsync(PolicyRequest request, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await ReplyInTurnAsync(request, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _free.Release();
        }
    }

    private async Task<Reply> ReplyInTurnAsync(PolicyRequest request, CancellationToken cancellationToken)
    {
        RgbImage image = request.Observation.Image;
        byte[] body = ChatRequest.Write(_model, request, _pictures.GetValue(image, picture => [.. PictureCodec.Encode(picture)]));
        int tokens = ChatRequest.TokensOf(_model, request);
        if (_budget is not null)
        {
            await _budget.WaitAsync(tokens, cancellationToken).ConfigureAwait(false);
        }
        int tries = 0;
        string text = await _calls
            .RunAsync(
                token =>
                {
                    if (tries++ > 0)
                    {
                        _budget?.Charge(tokens);
                    }
                    return AskOnceAsync(body, token);
                },
                (failure, made) => new FaultException(RemoteFailure.FaultOf(failure, made, _model, _apiKey)),
                cancellationToken
            )
            .ConfigureAwait(false);
        return new Reply(WithoutKey(text));
    }

    // An endpoint may say again what it was sent.
    private string WithoutKey(string text) =>
        _apiKey is { Length: >= LeastSecret } ? text.Replace(_apiKey, "[key]", StringComparison.Ordinal) : text;

    private async Task<string> AskOnceAsync(byte[] body, CancellationToken cancellationToken)
    {
        RequestOptions options = new() { CancellationToken = cancellationToken, ErrorOptions = ClientErrorBehaviors.NoThrow };
        using BinaryContent content = BinaryContent.Create(BinaryData.FromBytes(body));
        ClientResult result = await _chat.CompleteChatAsync(content, options).ConfigureAwait(false);
        using PipelineResponse response = result.GetRawResponse();
        return ChatAnswer.Read(response);
    }
}
