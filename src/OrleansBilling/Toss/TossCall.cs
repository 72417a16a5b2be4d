using System.Net.Http.Headers;

namespace OrleansBilling.Toss;

/// <summary>One request to Toss, and what may be said about it in logs and traces.</summary>
/// <param name="Operation">A short fixed word: "charge".</param>
/// <param name="Subject">What it is about, without secrets: the order id, the payment key, the registration.</param>
/// <param name="Template">Path with its variable parts named, for traces: "/v1/billing/{billingKey}".</param>
/// <param name="Path">The path itself, relative, parts percent-encoded. With a <see cref="BillingKey"/> its last part is a stand-in.</param>
internal sealed record TossCall(string Operation, string Subject, HttpMethod Method, string Template, string Path)
{
    /// <summary>Replaces the last part of the path, by <see cref="BillingKeyPathHandler"/>.</summary>
    public BillingKey? BillingKey { get; init; }
    public string? IdempotencyKey { get; init; }
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <exception cref="ArgumentException">The text cannot be one part of a path, so the request would go to another address than was meant.</exception>
    public static string PathPart(string text)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        // Dots are the one thing that percent-encoding leaves alone and that a URL then takes for "this" and "parent".
        return text is "." or ".." ? throw new ArgumentException("A dot segment is no identifier.", nameof(text)) : Uri.EscapeDataString(text);
    }

    public HttpRequestMessage ToRequest()
    {
        HttpRequestMessage request = new(Method, new Uri(Path, UriKind.Relative));
        if (BillingKey is { } key)
        {
            request.Options.Set(BillingKeyPathHandler.Option, key);
        }
        if (IdempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", IdempotencyKey);
        }
        if (!Body.IsEmpty)
        {
            request.Content = new ReadOnlyMemoryContent(Body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        }
        return request;
    }
}
