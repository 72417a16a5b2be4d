using System.Text;
using OrleansBilling.TossSimulator.State;

namespace OrleansBilling.TossSimulator.Wire;

/// <summary>Authorization: Basic base64(secret key + ":").</summary>
internal static class BasicAuth
{
    private const string Scheme = "Basic ";

    /// <summary>Error is null exactly when the keys are there. Which malformed header gets 403 and which 401 is undocumented; here all get 403.</summary>
    public static (SimulatorKeySet? Keys, string Secret, string? Error) Read(string header, SimulatorState state)
    {
        string? pair = header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? Decode(header[Scheme.Length..].Trim()) : null;
        if (pair is null || !pair.Contains(':', StringComparison.Ordinal))
        {
            return (null, "", "INCORRECT_BASIC_AUTH_FORMAT");
        }
        string secret = pair[..pair.IndexOf(':', StringComparison.Ordinal)];
        return state.KeySetOfSecret(secret) is { } keys ? (keys, secret, null) : (null, "", "UNAUTHORIZED_KEY");
    }

    private static string? Decode(string base64)
    {
        byte[] bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out int length) ? Encoding.UTF8.GetString(bytes, 0, length) : null;
    }
}
