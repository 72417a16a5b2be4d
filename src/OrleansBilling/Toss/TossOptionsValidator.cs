using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace OrleansBilling.Toss;

/// <summary>
/// Stops the start on settings that would lose money or fail at the first charge. Every sentence says what to set. Whoever reads a start-up log may not be
/// allowed to see a key, so no sentence contains more than its common prefix.
/// </summary>
internal sealed class TossOptionsValidator : IValidateOptions<TossOptions>
{
    private static readonly Regex MidPattern = new(@"\A[A-Za-z0-9_-]{1,14}\z", RegexOptions.CultureInvariant);

    public ValidateOptionsResult Validate(string? name, TossOptions options)
    {
        List<string> failures = [.. Keys(options), .. Addresses(options), .. Limits(options)];
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static string[] Keys(TossOptions options)
    {
        if (options.SecretKey.Length == 0 && options.ClientKey.Length == 0)
        {
            return ["Toss:SecretKey and Toss:ClientKey are empty and no simulator stands in for Toss: set both keys."];
        }
        string[] single = [.. OneKey("Toss:SecretKey", options.SecretKey, "sk", "secret"), .. OneKey("Toss:ClientKey", options.ClientKey, "ck", "client")];
        return single.Length == 0 && TossKey.TryRead(options.SecretKey)?.Live != TossKey.TryRead(options.ClientKey)?.Live
            ? ["Toss:SecretKey and Toss:ClientKey are of different environments (one test, one live): set two keys of the same pair."]
            : single;
    }

    private static IEnumerable<string> OneKey(string setting, string key, string family, string kind)
    {
        if (key.Length == 0)
        {
            yield return $"{setting} is empty although the other key is set: set the {kind} key of the same pair.";
        }
        else if (TossKey.TryRead(key) is not { } read)
        {
            yield return $"{setting} is not a Toss key: set the {kind} key (test_{family}_… or live_{family}_…) as the developer centre shows it, without blanks or quotes.";
        }
        else if (read.Family is "gck" or "gsk")
        {
            yield return $"{setting} ({TossKey.Shown(key)}) is a payment-widget key, which cannot do billing: set the {kind} key under 'API 개별 연동 키' (test_{family}_… or live_{family}_…).";
        }
        else if (read.Family != family)
        {
            yield return $"{setting} ({TossKey.Shown(key)}) is not a {kind} key; the two seem to be swapped: set the one that begins with test_{family}_ or live_{family}_.";
        }
    }

    private static IEnumerable<string> Addresses(TossOptions options)
    {
        foreach ((string setting, Uri address) in new[] { ("Toss:BaseAddress", options.BaseAddress), ("Toss:SdkUrl", options.SdkUrl) })
        {
            if (!address.IsAbsoluteUri || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
            {
                yield return $"{setting} is not an http(s) address: set it in full, as in https://api.tosspayments.com.";
                continue;
            }
            if (address.UserInfo.Length > 0)
            {
                yield return $"{setting} contains a user name or password: set it without, the key goes into Toss:SecretKey.";
            }
            if (options.Environment == TossEnvironment.Live && !TossOptions.IsTossHost(address))
            {
                yield return $"Toss:SecretKey is live but {setting} is not a tosspayments.com host: remove {setting}, or set test keys.";
            }
            else if (address.Scheme != Uri.UriSchemeHttps && (options.Environment == TossEnvironment.Live || TossOptions.IsTossHost(address)))
            {
                yield return $"{setting} is not https: set it to https, since keys and payments go over it.";
            }
        }
    }

    private static IEnumerable<string> Limits(TossOptions options)
    {
        if (options.ChargeTimeout < options.LeastChargeTimeout)
        {
            yield return "Toss:ChargeTimeout is under 60 seconds, which Toss may need for one charge: set 00:01:10.";
        }
        if (options.ChargeTimeout > TimeSpan.FromMinutes(3))
        {
            yield return "Toss:ChargeTimeout is over 3 minutes, longer than a stopping silo waits: set 00:01:10.";
        }
        if (options.ConnectTimeout < TimeSpan.FromSeconds(1) || options.ConnectTimeout > TimeSpan.FromSeconds(30))
        {
            yield return "Toss:ConnectTimeout is outside 1 to 30 seconds: set 00:00:05.";
        }
        if (options.Mid is not null && !MidPattern.IsMatch(options.Mid))
        {
            yield return "Toss:Mid is not a merchant id (1 to 14 letters, digits, _ or -): set the MID that the developer centre shows beside the keys, or remove it.";
        }
    }
}
