using System.Net.Http.Headers;
using OrleansBilling.TossSimulator.State;
using OrleansBilling.TossSimulator.Wire;

namespace OrleansBilling.TossSimulator.Webhooks;

/// <summary>
/// Sends what is due. Success is HTTP 200 within the limit; otherwise again after 1, 4, 16, 64, 256, 1024 and 4096 minutes of the virtual clock, so
/// that moving the clock makes retries fire.
/// </summary>
internal sealed class WebhookSender : BackgroundService
{
    private static readonly int[] RetryMinutes = [1, 4, 16, 64, 256, 1024, 4096];

    /// <summary>Looks again at least this often in real time, in case the underlying clock is a test's own.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly SimulatorState _state;
    private readonly ILogger<WebhookSender> _logger;
    private readonly SemaphoreSlim _wake = new(0);
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { Timeout = Timeout.InfiniteTimeSpan };

    public WebhookSender(SimulatorState state, ILogger<WebhookSender> logger)
    {
        _state = state;
        _logger = logger;
        state.WebhooksDue += Wake;
        state.Clock.Moved += Wake;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await SendDueAsync(stoppingToken);
                await WaitAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (IOException e)
            {
                // The journal could not be written. The webhooks stay due.
                Log.WebhooksStopped(_logger, e);
                await _wake.WaitAsync(stoppingToken);
            }
        }
    }

    private async Task SendDueAsync(CancellationToken stopping)
    {
        DateTimeOffset now = _state.Clock.GetUtcNow();
        WebhookRecord[] due = _state.Read(books => books.Webhooks.Where(webhook => webhook.NextAt <= now).OrderBy(webhook => webhook.NextAt).ToArray());
        if (!_state.Knobs.WebhooksReversed)
        {
            // Each address gets its events in order; one that hangs does not delay another.
            await Task.WhenAll(due.GroupBy(webhook => webhook.Url).Select(ofUrl => SendInTurnAsync(ofUrl, stopping)));
            return;
        }
        // An event waits for its successor, and both are sent the wrong way round.
        IEnumerable<WebhookRecord> pairs = due.GroupBy(webhook => webhook.Url).SelectMany(ofUrl => ofUrl.Chunk(2).Where(pair => pair.Length == 2))
            .SelectMany(pair => pair.Reverse());
        await SendInTurnAsync(pairs, stopping);
    }

    private async Task SendInTurnAsync(IEnumerable<WebhookRecord> webhooks, CancellationToken stopping)
    {
        foreach (WebhookRecord webhook in webhooks)
        {
            await TryAsync(webhook, stopping);
        }
    }

    private async Task TryAsync(WebhookRecord webhook, CancellationToken stopping)
    {
        int status = await PostAsync(webhook, stopping);
        for (int extra = 0; status == StatusCodes.Status200OK && extra < _state.Knobs.WebhookDuplicates; extra++)
        {
            await PostAsync(webhook, stopping);
        }
        int tries = webhook.Attempts.Length + 1;
        bool again = status != StatusCodes.Status200OK && tries <= RetryMinutes.Length;
        DateTimeOffset? nextAt = again ? _state.Clock.GetUtcNow().AddMinutes(RetryMinutes[tries - 1]) : null;
        await _state.CommitAsync(_ => (status, (IReadOnlyList<JournalEntry>)[new JournalEntry.WebhookTried(webhook.Id, status, nextAt)]));
        Log.WebhookTried(_logger, webhook.Id, webhook.EventType, tries, status);
        if (!again && status != StatusCodes.Status200OK)
        {
            Log.WebhookGivenUp(_logger, webhook.Id, webhook.EventType, tries);
        }
    }

    /// <returns>The HTTP status; 0 when none came in time.</returns>
    private async Task<int> PostAsync(WebhookRecord webhook, CancellationToken stopping)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, webhook.Url)
        {
            Content = new ByteArrayContent(webhook.Body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json", "UTF-8") } },
        };
        request.Headers.Add("tosspayments-webhook-transmission-time", KoreanTime.Iso(_state.Clock.GetUtcNow()));
        request.Headers.Add("tosspayments-webhook-transmission-retried-count", $"{webhook.Attempts.Length}");
        request.Headers.Add("tosspayments-webhook-transmission-id", webhook.Id);
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        limit.CancelAfter(_state.Knobs.WebhookTimeout);
        try
        {
            using HttpResponseMessage response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            return (int)response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return 0;
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return 0;
        }
    }

    private async Task WaitAsync(CancellationToken stopping)
    {
        DateTimeOffset now = _state.Clock.GetUtcNow();
        DateTimeOffset? next = _state.Read(books => books.Webhooks.Where(webhook => webhook.NextAt > now).Min(webhook => webhook.NextAt));
        TimeSpan wait = next is { } at && at - now < LongestWait ? at - now : LongestWait;
        await _wake.WaitAsync(wait, stopping);
    }

    private void Wake() => _wake.Release();

    public override void Dispose()
    {
        _state.WebhooksDue -= Wake;
        _state.Clock.Moved -= Wake;
        _http.Dispose();
        _wake.Dispose();
        base.Dispose();
    }
}
