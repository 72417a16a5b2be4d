namespace OrleansBilling.Toss;

/// <summary>
/// Puts the billing key into the path at the last moment and takes it out again. Toss wants the key in the URL, and everything that watches
/// HTTP (loggers, tracing, event sources, exceptions that print a request) prints URLs; up to here they see a stand-in.
/// </summary>
internal sealed class BillingKeyPathHandler : DelegatingHandler
{
    public const string StandIn = "-";

    public static readonly HttpRequestOptionsKey<BillingKey> Option = new("OrleansBilling.BillingKey");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!request.Options.TryGetValue(Option, out BillingKey key))
        {
            return await base.SendAsync(request, cancellationToken);
        }
        Uri shown = request.RequestUri!;
        try
        {
            request.RequestUri = new Uri(shown, TossCall.PathPart(key.Reveal()));
            return await base.SendAsync(request, cancellationToken);
        }
        finally
        {
            request.RequestUri = shown;
        }
    }
}
