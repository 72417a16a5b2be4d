using System.Net.Http.Headers;
using System.Text;
using OrleansBilling.Security;
using OrleansBilling.TossSimulator;

namespace OrleansBilling.Benchmarks.Waves.Loops;

/// <summary>The loops' HTTP: one client, connections kept, the key decrypted right before the request.</summary>
internal sealed class LoopProvider : IDisposable
{
    private readonly HttpClient _http;
    private readonly BillingKeyCipher _cipher;

    public LoopProvider(Uri address, int inFlight, BillingKeyCipher cipher)
    {
        _cipher = cipher;
        _http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = inFlight, UseCookies = false, AllowAutoRedirect = false, ActivityHeadersPropagator = null })
        {
            BaseAddress = address,
            Timeout = TimeSpan.FromSeconds(70),
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(SimulatorKeys.SecretKey + ":")));
        _http.DefaultRequestHeaders.AcceptLanguage.Add(new StringWithQualityHeaderValue("ko-KR"));
    }

    /// <exception cref="InvalidDataException">Anything but an approval. A real loop needs rules here; the benchmark's provider always approves.</exception>
    public async Task<Renewed> ChargeAsync(Claimed row)
    {
        string key = _cipher.Decrypt(Population.Merchant, row.PaymentMethodId, EncryptedSecret.FromStored(row.EncryptedKey)!.Value);
        using HttpRequestMessage request = new(HttpMethod.Post, $"v1/billing/{Uri.EscapeDataString(key)}");
        request.Headers.Add("Idempotency-Key", row.OrderId);
        request.Content = new ReadOnlyMemoryContent(LoopJson.Charge(row)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        using HttpResponseMessage response = await _http.SendAsync(request);
        byte[] body = await response.Content.ReadAsByteArrayAsync();
        return response.IsSuccessStatusCode ? LoopJson.Approved(row, body) : throw new InvalidDataException($"HTTP {(int)response.StatusCode} for {row.OrderId}: {Encoding.UTF8.GetString(body)}");
    }

    public void Dispose() => _http.Dispose();
}
