using System.Globalization;

namespace OrleansBilling.Domain;

/// <summary>Order ids: <c>{merchant}-{subscription's body}-{invoice}-{attempt}</c>. Whose charge it is can be read from the id alone.</summary>
public static partial class SubscriptionLifecycle
{
    /// <summary>The subscription that an order id names; null when it is none of ours.</summary>
    public static string? SubscriptionIdOf(string orderId) => orderId.Split('-') is [_, var body, _, _] ? $"sub_{body}" : null;

    /// <summary>True when this state, or one that it came from, opened the attempt of this order id.</summary>
    public static bool Knows(Subscription s, string orderId) => PlaceOf(s, orderId) is (int invoice, int attempt) && invoice <= s.LastInvoiceNumber && invoice switch
    {
        _ when s.Invoice is { } open && open.Number == invoice => attempt <= open.LastAttemptNumber,
        _ when s.Settled.FirstOrDefault(i => i.Number == invoice) is { } settled => attempt <= settled.LastAttemptNumber,
        _ => true, // Over for so long that its attempts are not remembered one by one.
    };

    private static string OrderPrefix(Subscription s) => $"{s.Merchant}-{Body(s.Id)}-";

    /// <summary>Which invoice and attempt of this subscription an order id names; null when it is none of its own.</summary>
    private static (int Invoice, int Attempt)? PlaceOf(Subscription s, string orderId)
    {
        string prefix = OrderPrefix(s);
        string[] numbers = orderId.StartsWith(prefix, StringComparison.Ordinal) ? orderId[prefix.Length..].Split('-') : [];
        return numbers.Length == 2
            && int.TryParse(numbers[0], NumberStyles.None, CultureInfo.InvariantCulture, out int invoice)
            && int.TryParse(numbers[1], NumberStyles.None, CultureInfo.InvariantCulture, out int attempt)
                ? (invoice, attempt)
                : null;
    }
}
